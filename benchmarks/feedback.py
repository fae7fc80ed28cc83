"""The loop, simulated: `python -m benchmarks.feedback`, or rows of `make bench`.

One person whose hand is unusual corrects the shipped reader 300 times; is that person read better afterwards, and
everybody else as well as before?

- The person: of the held-out (test) writers of UNIPEN and pendigits with at least LEAST drawings, the one the model
  errs most on, each drawing drawn once anywhere on the canvas. An error is an answer a person would correct:
  another digit, or "not a digit".
- The corrections: the person's drawings fall into two halves by their hash. The drawings of one half are met in
  the order of their hash: all misread ones are corrected, and right ones confirmed until there are 300. What the
  training does with them is its own: a fifth is held out to measure on, the like of another is left out.
- The other digits: the other half, which nobody has seen, each drawn anywhere REPEATS times. Then the halves
  change places, so that every drawing counts once; errors are added up over both.
- The others: MNIST's test pictures, and all other test writers' digits.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row
from benchmarks.service import CLIENTS, Server, print_rows, serving
from inkread.card import CARD_KEY, Card
from inkread.data import Samples, load
from inkread.data.canvas import CANVAS, LENGTH, PEN
from inkread.data.feedback import Correction
from inkread.evaluate import Drawing
from inkread.feedback import picture_of
from inkread.modelfile import ModelFile
from inkread.reader import Reader
from inkread.service.champion import ALIAS
from inkread.storage import open_store
from inkread.strokes import Strokes

SETS = ("unipen-digits", "pendigits")
LEAST = 400  # drawings
CORRECTIONS = 300
REPEATS = 5
SWAP_REQUESTS = 10_000

_WHAT = f"{CORRECTIONS} corrections of one unusual writer"


@dataclass(frozen=True)
class Half:
    """What one challenger was taught, and errors before and after it."""

    misread: int  # of the corrections
    taught: int
    own: NDArray[np.bool_]  # (2, REPEATS, n): before and after, on the person's other digits
    others: dict[str, NDArray[np.bool_]]  # (2, n) by set


def own_error(model: Path) -> Row:
    """What is left of the error on the person's other digits."""
    promise = Row(f"{_WHAT}: error left on that writer's other digits", "%", "at most", 50, 33)
    writer, halves = _simulated(model)
    own = np.concatenate([half.own for half in halves], axis=2)  # (2, REPEATS, n)
    before, after = own.mean(axis=(1, 2)).tolist()
    parts = {"error before": 100 * before, "error after": 100 * after}
    for name, half in zip(("first", "second"), halves, strict=True):
        parts[f"{name} half: before"], parts[f"{name} half: after"] = (100 * half.own.mean(axis=(1, 2))).tolist()
    told = "; ".join(f"{half.misread} misread of {CORRECTIONS}, {half.taught} taught" for half in halves)
    return replace(
        promise,
        value=100 * after / before,
        n=own.shape[2],
        interval=_ratio_interval(own),
        note=f"{writer}; each drawn anywhere {REPEATS} times; {told}; interval: bootstrap over drawings",
        parts=parts,
    )


def others_loss(model: Path) -> Row:
    """The larger loss of MNIST and of the other test writers, mean over both halves."""
    promise = Row(f"{_WHAT}: what MNIST or the other writers lose", "% points", "at most", 0.05, 0)
    _, halves = _simulated(model)
    parts: dict[str, float] = {}
    for name in halves[0].others:
        both = np.stack([half.others[name] for half in halves])  # (halves, 2, n)
        before, after = both.mean(axis=(0, 2)).tolist()
        parts |= {f"{name}: error before": 100 * before, f"{name}: after": 100 * after}
    losses = {name: parts[f"{name}: after"] - parts[f"{name}: error before"] for name in halves[0].others}
    worst = max(losses, key=losses.__getitem__)
    shown = ", ".join(f"{name} {loss:+.3f}" for name, loss in losses.items())
    n = sum(values.shape[1] for values in halves[0].others.values())
    return replace(promise, value=losses[worst], n=n, note=f"mean of two challengers; {shown}", parts=parts)


def swap(model: Path) -> Row:
    """Requests that fail while the champion changes to and fro under load."""
    promise = Row(f"the model swapped under {CLIENTS} clients: failed", "requests", "at most", 0, None)
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as folder, serving(None) as server, open_store(server.database) as store:
        other = _renamed(model, Path(folder) / "other.onnx")
        command = [sys.executable, "-m", "benchmarks.load", "--port", str(server.port)]
        command += ["--clients", str(CLIENTS), "--requests", str(SWAP_REQUESTS)]
        # into a file: a pipe holds less than the seconds of all requests, and the load would wait for a reader of it
        answers = Path(folder) / "load.json"
        with answers.open("wb") as stdout:
            load = subprocess.Popen(command, cwd=root, stdout=stdout)
        swaps, reads = 0, _model_of(server)
        while load.poll() is None:
            if store.alias(ALIAS) is None:
                store.set_alias(ALIAS, other.sha256, str(other.path))
            else:
                store.rollback(ALIAS)
            while load.poll() is None and (now := _model_of(server)) == reads:
                time.sleep(0.1)
            swaps, reads = swaps + (now != reads), now
        result = json.loads(answers.read_text())
    failed = result["failed"] + SWAP_REQUESTS - len(result["seconds"])
    return replace(promise, value=failed, n=SWAP_REQUESTS, note=f"{swaps} swaps between the shipped file and another")


def _model_of(server: Server) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=10) as answer:
        return str(json.load(answer)["model"])


def _renamed(model: Path, path: Path) -> ModelFile:
    """The same network under another name: a model file of another digest."""
    import onnx  # which no other row needs

    file = onnx.load(model)
    entry = next(entry for entry in file.metadata_props if entry.key == CARD_KEY)
    entry.value = replace(Card.parse(entry.value, str(model)), name="other").to_json()
    onnx.save(file, path)
    return ModelFile.open(path)


ROWS = {"feedback_own": own_error, "feedback_others": others_loss, "swap": swap}
"""A function of the model file's path for each promise."""


@functools.cache
def _simulated(model: Path) -> tuple[str, tuple[Half, Half]]:
    """The writer's name, and what both halves gave."""
    reader = Reader(ModelFile.open(model))
    sets = {name: load(name, "test") for name in SETS}
    writer = _unusual(reader, sets)
    name = next(name for name in SETS if writer in sets[name].writers)
    samples = sets[name]
    own = sorted((i for i, w in enumerate(samples.writers) if w == writer), key=lambda i: _hash(samples.items[i]))
    halves = [[i for i in own if _hash(samples.items[i]) % 2 == part] for part in (0, 1)]
    others = {"MNIST": load("mnist", "test"), "other writers": _without(writer, list(sets.values()))}
    before = {each: _wrong(reader, part, Drawing()) for each, part in others.items()}
    results = []
    for seen, unseen in (halves, halves[::-1]):
        corrections = _corrections(reader, samples.select(seen, samples.name))
        after, taught = _challenger(reader.model, corrections)
        measured = samples.select(unseen, samples.name)
        drawings = [Drawing(seed=1 + i) for i in range(REPEATS)]
        rest = {each: np.stack([before[each], _wrong(after, part, Drawing())]) for each, part in others.items()}
        results.append(
            Half(
                misread=sum(c.read != c.label for c in corrections),
                taught=taught,
                own=np.stack([[_wrong(each, measured, d) for d in drawings] for each in (reader, after)]),
                others=rest,
            )
        )
    return writer, (results[0], results[1])


def _unusual(reader: Reader, sets: dict[str, Samples]) -> str:
    """The writer with at least LEAST drawings of whom the largest share is misread."""
    shares: dict[str, float] = {}
    for samples in sets.values():
        wrong = _wrong(reader, samples, Drawing())
        writers = np.array(samples.writers)
        counts = Counter(samples.writers)
        shares |= {w: float(wrong[writers == w].mean()) for w, count in counts.items() if count >= LEAST}
    return max(sorted(shares), key=shares.__getitem__)


def _corrections(reader: Reader, samples: Samples) -> list[Correction]:
    """CORRECTIONS of the samples: the misread ones, then right ones, in the samples' order."""
    random = np.random.default_rng(0)
    met = []
    for i, (item, label) in enumerate(zip(samples.items, samples.labels, strict=True)):
        assert isinstance(item, Strokes)
        drawing, pen = _on_the_page(item, random)
        one = Correction(f"{i:04}", label, drawing, "the person", f"2026-01-01T{i // 60:02}:{i % 60:02}:00Z",
                         canvas=(CANVAS, CANVAS, pen), model=reader.model.id)  # fmt: skip
        met.append(replace(one, read=reader.read(picture_of(one)).text))
    return sorted(met, key=lambda c: c.read == c.label)[:CORRECTIONS]


def _on_the_page(item: Strokes, random: np.random.Generator) -> tuple[Strokes, float]:
    """The strokes as drawn somewhere on the page's canvas, and the pen; sizes as in drawn_anywhere."""
    left, top, right, bottom = item.bounds
    longer = max(right - left, bottom - top)
    scale = random.uniform(*LENGTH) * CANVAS / longer if longer else 1.0
    pen = float(random.uniform(*PEN))
    room = [CANVAS - pen - (right - left) * scale, CANVAS - pen - (bottom - top) * scale]
    x, y = (pen / 2 + share * side for share, side in zip(random.random(2), room, strict=True))
    return item.placed(scale, x, y), pen


def _challenger(champion: ModelFile, corrections: Sequence[Correction]) -> tuple[Reader, int]:
    """The champion taught by the corrections, and by how many of them."""
    # imports PyTorch, which no other row needs
    from inkread.training.challenger import challenge
    from inkread.training.fit import Watcher

    with tempfile.TemporaryDirectory() as folder:
        made = challenge(champion, corrections, Path(folder) / "run", watcher=Watcher())
        return Reader.load(made.path), len(made.choice.teach)


def _without(writer: str, sets: Sequence[Samples]) -> Samples:
    kept = [(s.items[i], s.labels[i], w) for s in sets for i, w in enumerate(s.writers) if w != writer]
    items, labels, writers = zip(*kept, strict=True)
    return Samples(items, labels, writers, "other writers")


def _wrong(reader: Reader, samples: Samples, drawing: Drawing) -> NDArray[np.bool_]:
    """(n,) whether the text is not the label."""
    readings = reader.read_many(drawing.picture(item, i) for i, item in enumerate(samples.items))
    return np.array([reading.text != label for reading, label in zip(readings, samples.labels, strict=True)])


def _hash(item: object) -> int:
    """Of the shape alone, so that a drawing that is in the set twice stays in one half."""
    assert isinstance(item, Strokes)
    return int(Correction("", "", item, "", "").content, 16)


def _ratio_interval(own: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % interval in percent of errors after over errors before, by resampling drawings (axis 2)."""
    by_drawing = own.mean(axis=1)  # (2, n)
    chosen = np.random.default_rng(0).integers(by_drawing.shape[1], size=(2000, by_drawing.shape[1]))
    before, after = by_drawing[:, chosen].mean(axis=2)
    low, high = np.percentile(100 * after / np.maximum(before, 1e-9), [2.5, 97.5]).tolist()
    return low, high


if __name__ == "__main__":
    print_rows(ROWS, "benchmarks.feedback", __doc__)
