"""Model file x data set -> Report: scores the file that ships, through the code that ships.

    items -> pictures (strokes are drawn) -> Subject.probabilities (n, classes) -> score() -> Report
    Report + Report on the same items -> paired_p()

Two questions are kept apart. *Which digit is it?* is answered by the likeliest label other than the reject
label and scored on the items whose label the alphabet has: accuracy, confusion, calibration, risk. *Is it a
digit at all?* is answered by the reject threshold: digits accepted, non-digits rejected.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkread import metrics
from inkread.alphabet import NOT_A_DIGIT, Alphabet, looks_like_a_digit
from inkread.data.canvas import CANVAS, drawn_anywhere
from inkread.data.samples import Samples
from inkread.errors import DataError
from inkread.files import write_atomically
from inkread.foreign import ForeignModel, open_any
from inkread.picture import Picture
from inkread.reader import Reader
from inkread.strokes import Strokes

COVERAGES = (100, 99, 98, 95, 90)
"""Percent of the items answered, at which a Report gives the risk."""

Probabilities = NDArray[np.float32]
"""(n, classes), 0-1."""

_CHUNK = 128  # items drawn and read at once: 128 MiB of pictures at 1,024 px
_REJECT, _LEFT_OUT = -1, -2  # what should become of an item whose label the alphabet lacks


class Classifier(Protocol):
    """What can be measured: a Reader, a ForeignModel, or a small fake."""

    def probabilities(self, pictures: Sequence[Picture], /) -> Probabilities:
        """(n, classes) of n pictures (H, W) uint8 of any sizes."""
        ...


@dataclass(frozen=True)
class Subject:
    """A classifier and what a report says about it.

    ``reject_at``: probability of the reject label from which on a picture counts as rejected, where the
    alphabet has one. ``file_bytes``: size of the model file.
    """

    classifier: Classifier
    alphabet: Alphabet
    id: str
    sha256: str
    reject_at: float | None
    parameters: int
    file_bytes: int


@dataclass(frozen=True)
class Drawing:
    """How strokes become pictures: ``drawn_anywhere`` at ``size`` px, item i by seed (``seed``, i)."""

    size: int = CANVAS
    seed: int = 0
    dark_on_light: bool | None = None

    def __str__(self) -> str:
        polarity = {None: "either polarity", True: "dark on light", False: "light on dark"}[self.dark_on_light]
        return f"drawn anywhere on {self.size}x{self.size} px, {polarity}, seed {self.seed}"

    def picture(self, item: Picture | Strokes, index: int) -> Picture:
        """The item itself, or the picture of its strokes."""
        if not isinstance(item, Strokes):
            return item
        seed = (self.seed, index)
        return drawn_anywhere(item, seed, size=self.size, dark_on_light=self.dark_on_light)


@dataclass(frozen=True)
class Speed:
    """Time to read 280x280 pictures: ``latency_ms`` median of one alone, ``per_second`` many at once."""

    latency_ms: float
    per_second: float


@dataclass(frozen=True)
class Report:
    """Scores of a model file on a data set. Shares and probabilities are 0-1.

    ``drawing``: how strokes were drawn, "" for pictures.
    ``n``: items whose label the alphabet has. The scores down to ``misread`` are theirs; None or empty at 0.
    ``confusion``: rows actual, columns read, both by ``labels``.
    ``risk``: share wrong among the surest, by percent answered, e.g. "98".
    ``misread``: their indices in the data set.
    ``digits_accepted``, ``read_right`` (accepted and right), ``non_digits_rejected``: None where the alphabet
    has no reject label, or no such item came.
    ``left_out``: items no reader could be blamed for, such as the letter O before a reader of digits.
    ``latency_ms``, ``pictures_per_second``: see Speed; None where not measured.
    """

    model: str
    sha256: str
    data: str
    split: str
    drawing: str
    n: int
    accuracy: float | None
    interval: tuple[float, float] | None
    labels: tuple[str, ...]
    per_class: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float | None
    reliability: tuple[metrics.ReliabilityBin, ...]
    risk: dict[str, float]
    area_under_risk: float | None
    misread: tuple[int, ...]
    digits_accepted: float | None
    read_right: float | None
    non_digits: int
    non_digits_rejected: float | None
    left_out: int
    parameters: int
    file_bytes: int
    latency_ms: float | None
    pictures_per_second: float | None
    date: str
    command: str

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dicts, ready for JSON."""
        return asdict(self)


def open_subject(path: Path | None = None) -> Subject:
    """The model file at ``path``, by default the shipped one, or a foreign one; else ModelFileError."""
    model = open_any(path)
    return Subject(
        classifier=model if isinstance(model, ForeignModel) else Reader(model),
        alphabet=model.alphabet,
        id=model.id,
        sha256=model.sha256,
        reject_at=None if isinstance(model, ForeignModel) else model.card.thresholds.reject,
        parameters=model.parameters,
        file_bytes=model.size,
    )


def classify(
    subject: Subject,
    samples: Samples,
    drawing: Drawing,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Probabilities:
    """Probabilities (n, classes) of all items; ``on_progress(done, total)`` after each chunk."""
    parts: list[Probabilities] = []
    for start in range(0, len(samples), _CHUNK):
        items = samples.items[start : start + _CHUNK]
        pictures = [drawing.picture(item, start + i) for i, item in enumerate(items)]
        parts.append(subject.classifier.probabilities(pictures))
        on_progress(start + len(items), len(samples))
    if not parts:
        raise DataError(f"{samples.name}: expected at least one item to measure on, got none")
    answers = np.concatenate(parts)
    expected = (len(samples), len(subject.alphabet))
    if answers.shape != expected:
        raise ValueError(f"expected probabilities {expected} from {subject.id}, got {answers.shape}")
    return answers


def evaluate(
    subject: Subject,
    samples: Samples,
    *,
    split: str,
    command: str,
    drawing: Drawing | None = None,
    speed: Speed | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """The report of ``subject`` on ``samples``; ``command`` is what a reader types to get it again.

    Raises DataError where nothing can be scored: no item, or none with a label the model could answer.
    """
    drawing = drawing or Drawing()
    answers = classify(subject, samples, drawing, on_progress)
    return score(subject, samples, answers, split=split, command=command, drawing=drawing, speed=speed)


def score(
    subject: Subject,
    samples: Samples,
    answers: Probabilities,
    *,
    split: str,
    command: str,
    drawing: Drawing,
    speed: Speed | None = None,
) -> Report:
    """The report from ``answers`` (n, classes) that are already there; see ``evaluate``."""
    wanted = _wanted(samples.labels, subject.alphabet)
    if not (wanted != _LEFT_OUT).any():
        found = ", ".join(sorted(set(samples.labels))[:8])
        known = ", ".join(subject.alphabet.labels)
        raise DataError(f"{samples.name}: expected labels that {subject.id} can answer ({known}), got {found}")
    strokes = any(isinstance(item, Strokes) for item in samples.items)
    return Report(
        model=subject.id,
        sha256=subject.sha256,
        data=samples.name.removesuffix(f" {split}"),
        split=split,
        drawing=str(drawing) if strokes else "",
        **_digit_scores(subject.alphabet, wanted, answers),
        **_reject_scores(subject, wanted, answers),
        parameters=subject.parameters,
        file_bytes=subject.file_bytes,
        latency_ms=speed.latency_ms if speed else None,
        pictures_per_second=speed.per_second if speed else None,
        date=datetime.now(UTC).date().isoformat(),
        command=command,
    )


def paired_p(first: Report, other: Report) -> float:
    """McNemar's exact p-value that two models misread equally often, 0-1, from reports on the same items.

    Raises DataError where the reports are about other items, or the same drawn otherwise.
    """
    about = [(r.data, r.split, r.drawing, r.n) for r in (first, other)]
    if about[0] != about[1]:
        raise DataError(f"expected two reports on the same items, got {about[0]} and {about[1]}")
    a, b = set(first.misread), set(other.misread)
    return metrics.mcnemar(len(a - b), len(b - a))


def speed_of(classifier: Classifier, *, seconds: float = 2.0) -> Speed:
    """Speed on a fixed 280x280 drawing: alone on one thread, and 256 copies at once on what the reader uses.

    From array to answer: a Reader's ``read`` and ``read_many``, otherwise ``probabilities``. Medians after a
    warm-up, within about ``seconds`` each and three runs at least.
    """
    reader = classifier if isinstance(classifier, Reader) else None
    curve = [[60 + 40 * i, 140 + 70 * (-1) ** i] for i in range(5)]
    picture = Strokes.parse([curve]).draw(CANVAS, CANVAS, 14)
    many = [picture] * 256
    read = classifier.probabilities
    alone = _median_seconds(lambda: reader.read(picture) if reader else read([picture]), seconds)
    together = _median_seconds(lambda: reader.read_many(many) if reader else read(many), seconds)
    return Speed(latency_ms=alone * 1000, per_second=len(many) / together)


def write_reports(path: Path, reports: Sequence[Report]) -> None:
    """The reports as a JSON list, whole or not at all; RunError where the file cannot be written."""
    text = json.dumps([report.to_dict() for report in reports], indent=1, ensure_ascii=False)
    write_atomically(path, (text + "\n").encode())


def read_reports(path: Path) -> tuple[Report, ...]:
    """What ``write_reports`` wrote; DataError, naming the file, where it is missing or something else."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list):
            raise TypeError(f"got {type(rows).__name__}")
        return tuple(map(_report, rows))
    except (OSError, ValueError, TypeError, KeyError) as error:
        expected = "expected a JSON list of reports, as `inkread evaluate --json` writes it"
        raise DataError(f"{path}: {expected}; got something else: {error}") from error


def _wanted(labels: Sequence[str], alphabet: Alphabet) -> NDArray[np.int64]:
    """(n,) class index of each item, or _REJECT, or _LEFT_OUT."""
    index = {label: i for i, label in enumerate(alphabet.labels) if label != alphabet.reject}

    def unknown(label: str) -> int:
        if alphabet.reject is None:
            return _LEFT_OUT
        return _LEFT_OUT if alphabet.reject == NOT_A_DIGIT and looks_like_a_digit(label) else _REJECT

    return np.array([index[label] if label in index else unknown(label) for label in labels], dtype=np.int64)


def _digit_scores(alphabet: Alphabet, wanted: NDArray[np.int64], answers: Probabilities) -> dict[str, Any]:
    kept = [i for i, label in enumerate(alphabet.labels) if label != alphabet.reject]
    known = np.flatnonzero(wanted >= 0)
    labels = tuple(alphabet.labels[i] for i in kept)
    if not known.size:
        nothing = dict.fromkeys(("accuracy", "interval", "calibration_error", "area_under_risk"))
        empty = dict.fromkeys(("per_class", "confusion", "reliability", "misread"), ())
        return {"n": 0, "labels": labels, "risk": {}, **nothing, **empty}
    position = np.zeros(len(alphabet), dtype=np.int64)  # class index -> index among the labels kept
    position[kept] = np.arange(len(kept))
    actual, among = position[wanted[known]], answers[known][:, kept]
    read = among.argmax(axis=1)
    confidence, correct = among.max(axis=1), read == actual
    confusion = metrics.confusion_matrix(actual, read, len(kept))
    bins = metrics.reliability_bins(confidence, correct)
    return {
        "n": len(known),
        "accuracy": float(correct.mean()),
        "interval": metrics.wilson_interval(int(correct.sum()), len(known)),
        "labels": labels,
        "per_class": metrics.per_class_accuracy(confusion),
        "confusion": tuple(tuple(row) for row in confusion.tolist()),
        "calibration_error": metrics.expected_calibration_error(bins),
        "reliability": bins,
        "risk": {str(c): metrics.risk_at_coverage(confidence, correct, c / 100) for c in COVERAGES},
        "area_under_risk": metrics.area_under_risk_coverage(confidence, correct),
        "misread": tuple(known[~correct].tolist()),
    }


def _reject_scores(subject: Subject, wanted: NDArray[np.int64], answers: Probabilities) -> dict[str, Any]:
    alphabet, others = subject.alphabet, wanted == _REJECT
    counts = {"non_digits": int(others.sum()), "left_out": int((wanted == _LEFT_OUT).sum())}
    if alphabet.reject is None or subject.reject_at is None:
        return {**counts, **dict.fromkeys(("digits_accepted", "read_right", "non_digits_rejected"))}
    reject = alphabet.index(alphabet.reject)
    rejected = answers[:, reject] >= subject.reject_at
    digits = wanted >= 0
    top = np.delete(answers, reject, axis=1).argmax(axis=1)
    right = ~rejected & (top + (top >= reject) == wanted)
    return {
        **counts,
        "digits_accepted": float(1 - rejected[digits].mean()) if digits.any() else None,
        "read_right": float(right[digits].mean()) if digits.any() else None,
        "non_digits_rejected": float(rejected[others].mean()) if others.any() else None,
    }


def _median_seconds(read: Callable[[], object], seconds: float) -> float:
    times: list[float] = []
    read()  # the first call allocates
    end = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < end and len(times) < 1000):
        start = time.perf_counter()
        read()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def _report(row: Mapping[str, Any]) -> Report:
    names = {field.name for field in fields(Report)}
    if set(row) != names:
        raise ValueError(f"unknown or missing fields: {', '.join(sorted(set(row) ^ names))}")
    return Report(
        **{
            **row,
            "interval": tuple(row["interval"]) if row["interval"] else None,
            "labels": tuple(row["labels"]),
            "per_class": tuple(row["per_class"]),
            "confusion": tuple(map(tuple, row["confusion"])),
            "reliability": tuple(metrics.ReliabilityBin(**b) for b in row["reliability"]),
            "misread": tuple(row["misread"]),
        }
    )
