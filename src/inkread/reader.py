"""Reader: loads a model file and reads pictures, one at a time or many at once.

read        one source -> picture -> session -> Reading
read_many   slices of the input -> a thread each -> micro-batches of one size -> one shared session
read_seen   pictures a host has collected -> the same runs on the calling thread -> readings and glyphs
"""

from __future__ import annotations

import itertools
import operator
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkread import picture as pictures_of
from inkread.errors import PictureError
from inkread.modelfile import ModelFile
from inkread.picture import Picture
from inkread.reading import NOTHING_DRAWN, Box, Candidate, Glyph, Reading

if TYPE_CHECKING:
    from PIL import Image

    from inkread.strokes import Strokes

    Source: TypeAlias = Path | str | bytes | bytearray | memoryview | NDArray[Any] | Image.Image | Strokes

MAX_BATCH = 64
"""Most pictures in one run of the session."""

MAX_BATCH_PIXELS = 640_000
"""Most pixels in one run of more than one picture: 8 of 280x280. Their ink as float32 is 2.5 MB and stays in
the cache; a graph of elementwise steps took 158 µs a picture so, 214 µs in runs of 64."""

_MAX_HELD_PIXELS = 8_000_000  # a thread holds back no more while it waits for pictures of the same size

_CANVAS = 280  # px: strokes are drawn on a square of this side
_SHARE = 0.6  # of the canvas that the longer side of the strokes' bounds takes
_PEN = 16.0  # px

_Out = TypeVar("_Out")
_SCORES = ("probabilities", "boxes")  # (n, classes), (n, 4)


class Reader:
    """Reads with one model file. Safe to share between threads."""

    def __init__(self, model: ModelFile) -> None:
        self.model = model
        self._session = model.session()
        labels, reject = model.alphabet.labels, model.alphabet.reject
        self._labels = labels
        self._id = model.id
        self._thresholds = model.card.thresholds
        self._reject = None if reject is None else labels.index(reject)

    @classmethod
    def load(cls, path: Path | str | None = None) -> Reader:
        """A reader with the model file at ``path``, by default the shipped one; else ModelFileError."""
        return cls(ModelFile.open(path))

    def read(self, source: Source) -> Reading:
        """What is written in one picture.

        ``source``: a path, the bytes of a picture file, an array (H, W) or (H, W, 3 | 4) of uint8 or floats
        0-1, a PIL image, or Strokes. Strokes are drawn on 280x280 px; the boxes are in px of that drawing.
        Raises PictureError where it is none of these or cannot be read.
        """
        probabilities, boxes = self._run([to_picture(source)], _SCORES)
        return self._reading(probabilities[0].tolist(), boxes[0].tolist())

    def read_many(self, sources: Iterable[Source]) -> list[Reading]:
        """The Reading of each source, in order, as ``read`` gives it up to float rounding, on all cores.

        ``sources`` is consumed as needed and may be larger than memory. Raises PictureError at the first
        source that cannot be read.
        """

        def readings(part: Sequence[Source]) -> list[Reading]:
            probabilities, boxes = self._run_mixed(map(to_picture, part), _SCORES)
            return list(map(self._reading, probabilities.tolist(), boxes.tolist()))

        return list(itertools.chain.from_iterable(_spread(readings, sources)))

    def read_seen(self, pictures: Sequence[Picture]) -> tuple[list[Reading], NDArray[np.float32]]:
        """The Reading of each picture, in order, and what the network saw of it: (n, 28, 28), 1 = ink.

        Pictures of any sizes, read on the calling thread: for hosts that decode and wait by themselves.
        """
        if not pictures:
            return [], np.zeros((0, 28, 28), np.float32)
        probabilities, boxes, glyphs = self._run_mixed(pictures, (*_SCORES, "glyphs"))
        return list(map(self._reading, probabilities.tolist(), boxes.tolist())), glyphs[:, 0]

    def probabilities(self, sources: Iterable[Source]) -> NDArray[np.float32]:
        """Calibrated probabilities (n, classes) float32 of the sources, columns as ``model.alphabet``."""

        def scores(part: Sequence[Source]) -> NDArray[np.float32]:
            return self._run_mixed(map(to_picture, part), _SCORES[:1])[0]

        nothing = np.zeros((0, len(self._labels)), np.float32)
        return np.concatenate([nothing, *_spread(scores, sources)])

    def _run_mixed(self, pictures: Iterable[Picture], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """The ``outputs`` for pictures of any sizes, at least one, equal sizes run together."""
        positions: list[int] = []  # in the input, as the groups come
        parts: list[list[NDArray[np.float32]]] = []
        for group in _grouped(enumerate(pictures)):
            positions += [position for position, _ in group]
            parts.append(self._run([picture for _, picture in group], outputs))
        order = np.argsort(positions)
        return [np.concatenate(part)[order] for part in zip(*parts, strict=True)]

    def _run(self, batch: Sequence[Picture], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """The ``outputs`` of the graph for pictures of one size, a row for each."""
        stacked = np.ascontiguousarray(batch[0])[None] if len(batch) == 1 else np.stack(batch)
        values: list[NDArray[np.float32]] = self._session.run(list(outputs), {"picture": stacked})
        return values

    def _reading(self, probabilities: list[float], box: list[float]) -> Reading:
        if box[2] <= 0:  # width
            return Reading("", (), 0.0, (NOTHING_DRAWN,), self._id)
        order = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)
        candidates = tuple([Candidate(self._labels[i], probabilities[i]) for i in order])
        glyphs = (Glyph(Box(*box), candidates),)
        if self._reject is not None and probabilities[self._reject] >= self._thresholds.reject:
            reason = self._labels[self._reject]
            return Reading("", glyphs, probabilities[self._reject], (reason,), self._id)
        best, second = itertools.islice((i for i in order if i != self._reject), 2)
        text, confidence = self._labels[best], probabilities[best]
        torn = (f"torn between {text} and {self._labels[second]}",) if confidence < self._thresholds.sure else ()
        return Reading(text, glyphs, confidence, torn, self._id)


def to_picture(source: Source) -> Picture:
    """The picture of whatever ``Reader.read`` takes; PictureError where it is none."""
    if isinstance(source, np.ndarray):
        return pictures_of.from_array(source)
    if isinstance(source, str | Path):
        return pictures_of.decode(Path(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return pictures_of.decode(bytes(source))
    from PIL import Image

    from inkread.strokes import Strokes

    if isinstance(source, Strokes):
        return _drawn(source)
    if isinstance(source, Image.Image):
        return pictures_of.from_pil(source)
    raise PictureError(
        f"expected a path, bytes, an array, a PIL image or Strokes, got {type(source).__name__}; "
        "a list of lists of numbers becomes an array with numpy.array(..., dtype=numpy.uint8)"
    )


def _drawn(strokes: Strokes) -> Picture:
    """The strokes, centred on a square canvas, their longer side at 60 % of it; a white canvas for none."""
    if not strokes.strokes:
        return np.full((_CANVAS, _CANVAS), 255, np.uint8)
    left, top, right, bottom = strokes.bounds
    longer = max(right - left, bottom - top)
    scale = _CANVAS * _SHARE / longer if longer > 1e-6 else 1.0  # a dot stays a dot
    x = (_CANVAS - (right - left) * scale) / 2
    y = (_CANVAS - (bottom - top) * scale) / 2
    return strokes.placed(scale, x, y).draw(_CANVAS, _CANVAS, _PEN)


def _grouped(pictures: Iterable[tuple[int, Picture]]) -> Iterator[list[tuple[int, Picture]]]:
    """Pictures with their positions, in groups of one size that a single run can take."""
    waiting: dict[tuple[int, ...], list[tuple[int, Picture]]] = {}
    held = 0  # px
    for position, picture in pictures:
        group = waiting.setdefault(picture.shape, [])
        group.append((position, picture))
        held += picture.size
        if (len(group) + 1) * picture.size > MAX_BATCH_PIXELS:
            held -= len(group) * picture.size
            yield waiting.pop(picture.shape)
        elif held > _MAX_HELD_PIXELS:
            yield from waiting.values()
            waiting, held = {}, 0
    yield from waiting.values()


def _spread(work: Callable[[Sequence[Source]], _Out], sources: Iterable[Source]) -> Iterator[_Out]:
    """``work`` on slices of at most MAX_BATCH sources, in order, on a thread for each core.

    At most two slices a thread are under way, so that a long input is not pulled into memory.
    """
    threads = os.cpu_count() or 1
    # a short list is shared out evenly; an input of unknown length is cut into full slices
    size = min(MAX_BATCH, -(-operator.length_hint(sources, MAX_BATCH * threads) // threads)) or MAX_BATCH
    source = iter(sources)
    slices = iter(lambda: list(itertools.islice(source, size)), [])
    if threads == 1:
        yield from map(work, slices)
        return
    under_way: deque[Future[_Out]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for part in slices:
                under_way.append(pool.submit(work, part))
                if len(under_way) >= 2 * threads:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:  # after an error, what has not begun is not begun
                future.cancel()
