"""The numbers this project promises, measured for its model files: `make bench`.

    model file -> one function of ROWS for each promise -> Row -> results.json, RESULTS.md, the README's table

Accuracy answers "which digit is it?" and "not a digit" is a row of its own, as in `inkread evaluate`, whose
drawings and scores these are. Test sets are only read here. Every row can be measured alone with --only; the
others keep what was measured before for the same model file.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import feedback, pages, service, store, timing, web
from benchmarks.bench import Bench, graph_digest, mean_of, percent_of, pooled, samples_of, share_of
from benchmarks.report import Measured, Row, load_results, with_unit, write_results
from inkread import evaluate
from inkread.alphabet import NOT_A_DIGIT, looks_like_a_digit
from inkread.data import Samples, whole_letters
from inkread.data.canvas import drawn_anywhere
from inkread.errors import InkreadError
from inkread.modelfile import ModelFile, shipped_path
from inkread.reader import Reader
from inkread.strokes import Strokes

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent

STROKE_DIGITS = ("unipen-digits", "pendigits")

WORN_ALIKE = frozenset({"canny_edges", "dotted_line", "impulse_noise", "stripe", "zigzag"})
"""Corruptions of MNIST-C of whose kind, though drawn otherwise, is the wear of inkread.training.wear."""


def parameters(bench: Bench) -> Row:
    value = bench.model.parameters / 1e3
    return Row("shipped file: parameters", "k", "at most", 600, None, value)


def file_size(bench: Bench) -> Row:
    return Row("shipped file: size", "MB", "at most", 2.5, None, bench.model.size / 1e6)


def mnist(bench: Bench) -> Row:
    promise = Row("MNIST test, the shipped model", "%", "at least", 99.65, 99.75)
    return _accuracy(promise, bench.subject, "mnist")


def mnist_seeds(bench: Bench) -> Row:
    promise = Row("MNIST test, mean over seeds", "%", "at least", 99.65, 99.75)
    if not bench.seeds:
        return replace(promise, note="give the model files of other seeds with --seeds-models")
    test = samples_of("mnist", "test")
    reports = [_score(_subject(ModelFile.open(path)), test) for path in bench.seeds]
    right = [report.n - len(report.misread) for report in reports]
    return replace(
        promise,
        value=100 * statistics.fmean(right) / len(test),
        n=len(test) * len(right),
        interval=percent_of(round(statistics.fmean(right)), len(test)),
        note=f"seeds: {len(right)}; the interval is that of one model on these pictures, not of the seeds",
        parts={report.model: 100 * count / len(test) for report, count in zip(reports, right, strict=True)},
    )


def unipen(bench: Bench) -> Row:
    promise = Row("UNIPEN digits, unseen writers, drawn anywhere", "%", "at least", 98.5, 99.0)
    return _accuracy(promise, bench.subject, "unipen-digits")


def pendigits(bench: Bench) -> Row:
    promise = Row("pendigits, unseen writers, drawn anywhere", "%", "at least", 98.8, 99.3)
    return _accuracy(promise, bench.subject, "pendigits")


def hand62(bench: Bench) -> Row:
    promise = Row("hand62 digits, photo crops as they come", "%", "at least", 97.5, 99.0)
    return _accuracy(promise, bench.subject, "hand62-digits")


def same_answer(bench: Bench) -> Row:
    """Share of drawings that get one answer at 64 and 1,024 px, black on white and white on black."""
    sets = [samples_of(name, "test") for name in STROKE_DIGITS]
    answers = np.concatenate([_four_answers(bench.reader, samples) for samples in sets])  # (n, 4)
    columns = {
        "64 px and 1,024 px, black on white": (0, 2),
        "64 px and 1,024 px, white on black": (1, 3),
        "both polarities at 64 px": (0, 1),
        "both polarities at 1,024 px": (2, 3),
    }
    promise = Row(
        "same answer at 64 px and 1,024 px, black on white and white on black", "%", "at least", 99.5, 99.9,
        note='all four equal, "not a digit" being an answer too; by the UNIPEN and pendigits test writers',
        parts={name: mean_of(answers[:, a] == answers[:, b]) for name, (a, b) in columns.items()},
    )  # fmt: skip
    return share_of(promise, (answers == answers[:, :1]).all(axis=1))


def not_a_digit(bench: Bench) -> Row:
    """Non-digits rejected where 99 % of the validation writers' digits are accepted."""
    reject = bench.model.alphabet.index(NOT_A_DIGIT)

    def doubt(samples: Samples) -> evaluate.Probabilities:
        return np.asarray(_probabilities(bench.subject, samples)[:, reject])

    known = np.concatenate([doubt(samples_of(name, "validation")) for name in STROKE_DIGITS])
    digits = np.concatenate([doubt(samples_of(name, "test")) for name in STROKE_DIGITS])
    others = {name: doubt(_unlike_digits(name)) for name in ("unipen-upper", "unipen-lower", "unipen-symbols")}
    pooled = np.concatenate(list(others.values()))
    threshold, shipped = float(np.quantile(known, 0.99)), bench.model.card.thresholds.reject
    promise = Row(
        '"not a digit" on letters and signs unlike digits, 99 % of digits accepted', "%", "at least", 90, 97,
        note=f"UNIPEN; threshold {threshold:.4f} from the validation writers, {shipped:.4f} on the card",
        parts={
            "digits of the test writers accepted": mean_of(digits <= threshold),
            **{f"{name} rejected": mean_of(values > threshold) for name, values in others.items()},
            "at the card's threshold: digits accepted": mean_of(digits < shipped),
            "at the card's threshold: rejected": mean_of(pooled >= shipped),
        },
    )  # fmt: skip
    return share_of(promise, pooled > threshold)


def calibration(bench: Bench) -> Row:
    """Expected calibration error, pooled over the validation sets."""
    sets = [samples_of(name, "validation") for name in (*STROKE_DIGITS, "mnist")]
    answers = [_probabilities(bench.subject, samples) for samples in sets]
    alone = [_score(bench.subject, samples, rows) for samples, rows in zip(sets, answers, strict=True)]
    together = _score(bench.subject, pooled(sets), np.concatenate(answers))
    return Row(
        "expected calibration error, validation writers", "%", "at most", 1, 0.5,
        value=_calibration(together),
        n=together.n,
        note="15 bins; the model's temperature was fitted on these writers",
        parts={report.data: _calibration(report) for report in alone},
    )  # fmt: skip


def mnist_c(bench: Bench) -> Row:
    """Mean accuracy over the 15 corruptions of MNIST's test pictures."""
    # imports scipy and scikit-image, which no other row needs: pip install 'inkread[bench]'
    from benchmarks.mnist_c import CORRUPTIONS, corrupt

    samples = samples_of("mnist", "test")
    pictures = np.stack([item for item in samples.items if not isinstance(item, Strokes)])
    right = np.ones((len(CORRUPTIONS), len(pictures)), bool)
    for row, corruption in zip(right, CORRUPTIONS, strict=True):
        corrupted = replace(samples, items=list(corrupt(corruption, pictures)))
        row[list(_score(bench.subject, corrupted).misread)] = False
    # a digit under 15 corruptions is one observation, not 15
    by_digit = 100 * right.mean(axis=0)
    mean, error = float(by_digit.mean()), float(by_digit.std(ddof=1)) / len(by_digit) ** 0.5
    parts = {name: mean_of(row) for name, row in zip(CORRUPTIONS, right, strict=True)}
    unlike = statistics.fmean(value for name, value in parts.items() if name not in WORN_ALIKE)
    return Row(
        "MNIST-C, mean over its 15 corruptions", "%", "at least", 95, 97.5,
        value=mean,
        n=right.size,
        interval=(mean - 1.96 * error, mean + 1.96 * error),
        note="generated from seed 0 as arXiv 1906.02337 defines them; none is trained on, but training's own wear is "
        f"of the same kind as {', '.join(sorted(WORN_ALIKE))}",
        parts=parts | {"the ten unlike training's wear": unlike},
    )  # fmt: skip


def _of_the_page_file(row: Callable[[pages.Pages], Row]) -> Callable[[Bench], Row]:
    return lambda bench: row(pages.Pages(bench.page, bench.model.path))


def _of_the_app(row: Callable[[Path], Row]) -> Callable[[Bench], Row]:
    """A row of the page or the service, which start a server with the model file."""
    return lambda bench: row(bench.model.path)


ROWS: dict[str, Callable[[Bench], Row]] = {
    row.__name__: row
    for row in (
        parameters,
        file_size,
        mnist,
        mnist_seeds,
        unipen,
        pendigits,
        hand62,
        same_answer,
        not_a_digit,
        calibration,
        mnist_c,
    )
}
ROWS |= timing.ROWS
ROWS |= {name: _of_the_page_file(row) for name, row in pages.ROWS.items()}
ROWS |= {name: _of_the_app(row) for name, row in (web.ROWS | service.ROWS | feedback.ROWS | store.ROWS).items()}
"""By the name that --only takes, in the order of the table."""

_COMPUTING = {"latency", "throughput", "cold_start", "cold_memory", "photo"}
_DRAWING = {"move_to_bars", "drawn_number", "dropped_frames", "ready_to_draw"}
OF_A_GRAPH = _COMPUTING | _DRAWING | service.ROWS.keys()
"""Rows for which a file's graph counts and not its weights."""

_SEEN = {"first_javascript", "lighthouse_accessibility", "lighthouse_practice"}
OF_NO_FILE = {"quick_99", "quick_995"} | _SEEN | store.ROWS.keys()
"""Rows for which no model file counts."""

OF_BOTH_FILES = {"single", "all_files", "device_download"}
"""Rows for which the weights of both shipped files count."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(given)
    command = shlex.join(["python", "-m", "benchmarks.acceptance", *given])
    try:
        model = ModelFile.open(options.model)
        bench = Bench(model, _subject(model), tuple(options.seeds_models), options.quick, options.page_model)
        results = load_results(options.out / "results.json", *_digests(bench))
        failed = 0
        for key in options.only or ROWS:
            failed += not _measure(key, bench, command, results)
            ordered = {name: results[name] for name in ROWS if name in results}
            write_results(ordered, options.out, options.readme)  # after each row: the last one takes minutes
    except InkreadError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 1 if failed else 0


def _measure(key: str, bench: Bench, command: str, results: dict[str, Measured]) -> bool:
    """Measure one row into ``results``; False, and the error on stderr, where data or libraries are missing.

    A row that nothing was given for leaves what was measured before in place.
    """
    try:
        row = ROWS[key](bench)
    except (InkreadError, ModuleNotFoundError) as error:
        print(f"{key}: {error}", file=sys.stderr)
        return False
    print(f"{key:24} {_shown(row)}", flush=True)
    if row.value is not None or key not in results:
        today = datetime.now(UTC).date().isoformat()
        model = ModelFile.open(bench.page) if key in pages.ROWS or key == "drawn_number" else bench.model
        results[key] = Measured(row, model.id, model.sha256, command, today, _machine(), _of(key, model, bench))
    return True


def _of(key: str, model: ModelFile, bench: Bench) -> str:
    """What has to stay the same for the row to hold: ``Measured.of``."""
    if key in OF_NO_FILE:
        return ""
    if key in OF_BOTH_FILES:
        return _sha256_of_all(bench)
    return graph_digest(model) if key in OF_A_GRAPH else model.sha256


def _digests(bench: Bench) -> list[str]:
    """Of what is measured: of each file its sha256 and its graph's, and last the sha256 of all files."""
    each = [digest for file in _files(bench) for digest in (file.sha256, graph_digest(file))]
    return [*each, _sha256_of_all(bench)]


def _sha256_of_all(bench: Bench) -> str:
    return " ".join(file.sha256 for file in _files(bench))


def _files(bench: Bench) -> list[ModelFile]:
    """The model file and, where there is one, the page file."""
    return [bench.model, *([ModelFile.open(bench.page)] if bench.page.exists() else [])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.acceptance", description="Measure what this project promises."
    )
    add = parser.add_argument
    add("--model", type=Path, help="model file; by default the shipped one")
    add("--page-model", type=Path, default=shipped_path("page"), help="page file; by default the shipped one")
    add("--only", action="append", choices=list(ROWS), metavar="ROW", help=", ".join(ROWS) + "; repeatable")
    add("--seeds-models", type=Path, nargs="+", default=[], metavar="MODEL", help="the recipe's other seeds")
    add("--quick", type=Path, default=HERE / "quick.json", help="times of the quick recipe")
    add("--out", type=Path, default=HERE, help="folder of results.json and RESULTS.md")
    add("--readme", type=Path, default=ROOT / "README.md", help="file whose table is replaced")
    return parser


def _shown(row: Row) -> str:
    if row.value is None:
        return f"{'-':>14}  {row.note}"
    return f"{with_unit(row.value, row.unit):>14}  {row.reached}"


# Reading data sets


def _unlike_digits(name: str) -> Samples:
    """The test writers' whole letters, or signs, that look like no digit."""
    samples = whole_letters(samples_of(name, "test"))
    kept = [i for i, label in enumerate(samples.labels) if not looks_like_a_digit(label)]
    return samples.select(kept, samples.name)


# Scores


def _subject(model: ModelFile) -> evaluate.Subject:
    return evaluate.Subject(
        classifier=Reader(model),
        alphabet=model.alphabet,
        id=model.id,
        sha256=model.sha256,
        reject_at=model.card.thresholds.reject if model.alphabet.reject is not None else None,
        parameters=model.parameters,
        file_bytes=model.size,
    )


def _probabilities(subject: evaluate.Subject, samples: Samples) -> evaluate.Probabilities:
    return evaluate.classify(subject, samples, evaluate.Drawing())


def _score(
    subject: evaluate.Subject, samples: Samples, answers: evaluate.Probabilities | None = None
) -> evaluate.Report:
    answers = _probabilities(subject, samples) if answers is None else answers
    return evaluate.score(subject, samples, answers, split="", command="", drawing=evaluate.Drawing())


def _accuracy(promise: Row, subject: evaluate.Subject, name: str) -> Row:
    """The accuracy on a test set; the parts say what became of the digits at the reject threshold."""
    report = _score(subject, samples_of(name, "test"))
    right = report.n - len(report.misread)
    parts = {"expected calibration error": _calibration(report)}
    if report.digits_accepted is not None and report.read_right is not None:
        parts["accepted as a digit"] = 100 * report.digits_accepted
        parts["accepted and right"] = 100 * report.read_right
    note = "; ".join(filter(None, [f"{len(report.misread):,} misread", report.drawing]))
    interval = percent_of(right, report.n)
    return replace(promise, value=100 * right / report.n, n=report.n, interval=interval, note=note, parts=parts)


def _calibration(report: evaluate.Report) -> float:
    return 100 * (report.calibration_error or 0.0)


def _four_answers(reader: Reader, samples: Samples) -> NDArray[np.str_]:
    """(n, 4) texts: 64 px black on white, white on black, then 1,024 px; "" where no digit was read."""
    answers = []
    for i, item in enumerate(samples.items):
        assert isinstance(item, Strokes), samples.name
        dark = [drawn_anywhere(item, (0, i), size=side, dark_on_light=True) for side in (64, 1024)]
        # inverting is what the other polarity draws, without drawing 1,024 px again
        answers.append([reader.read(picture).text for black in dark for picture in (black, 255 - black)])
    return np.array(answers)


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
