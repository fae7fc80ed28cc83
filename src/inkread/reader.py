"""Reader: loads a model file and reads pictures, one at a time or many at once.

read        one source -> picture -> session -> Reading
read_many   slices of the input -> a thread each -> micro-batches of one size -> one shared session
read_seen   pictures a host has collected -> the same runs on the calling thread -> readings and glyphs

With a page file each picture is a run of its own, and what was found in it is laid out as lines of text.
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
from inkread.errors import InkreadError, PictureError
from inkread.layout import Mask, lay_out
from inkread.modelfile import ModelFile
from inkread.nearer import enlarged, enlargement
from inkread.picture import Picture
from inkread.reading import NOTHING_DRAWN, NOTHING_TO_READ, Box, Candidate, Glyph, Line, Reading

if TYPE_CHECKING:
    from PIL import Image

    from inkread.strokes import Strokes

    Source: TypeAlias = Path | str | bytes | bytearray | memoryview | NDArray[Any] | Image.Image | Strokes

MAX_BATCH = 64
"""Most pictures in one run of the session."""

MAX_BATCH_PIXELS = 240_000
"""Most pixels in one run of more than one picture: 3 of 280x280. Their ink as float32 is 0.9 MB and stays in
the cache: two threads read 2,940 a second so, 2,830 in runs of 4, 2,500 in runs of 8 (medians of 5, in turn)."""

_MAX_HELD_PIXELS = 8_000_000  # a thread holds back no more while it waits for pictures of the same size

_CANVAS = 280  # px: strokes are drawn on a square of this side
_SHARE = 0.6  # of the canvas that the longer side of the strokes' bounds takes
_PEN = 16.0  # px

# Of strokes for a page file, px
_STROKE = 64  # longer side of the usual one
_SHEET = 2_000  # longest side of all
_MARGIN = 32
_THICK = 0.1  # of the usual stroke's longer side: the pen

_Out = TypeVar("_Out")
_SCORES = ("probabilities", "boxes")  # (n, classes), (n, 4)
_SEEN = (*_SCORES, "glyphs")

DEFAULT_ALPHABET = "characters"
"""What a page file reads where no alphabet is named."""

_LEAST = 0.001  # probability of a candidate that is told of a glyph of a page; of 71 labels most have less


class Reader:
    """Reads with one model file. Safe to share between threads."""

    def __init__(self, model: ModelFile) -> None:
        self.model = model
        self._session = model.session()
        self._labels = model.alphabet.labels
        self._id = model.id
        self._thresholds = model.card.thresholds
        self._reject = model.alphabet.reject_index
        card = model.card
        self._masks = {name: Mask(card.alphabet, asked, card.twins) for name, asked in card.alphabets.items()}
        self._usual = DEFAULT_ALPHABET if DEFAULT_ALPHABET in self._masks else next(iter(self._masks), "")

    @classmethod
    def load(cls, path: Path | str | None = None) -> Reader:
        """A reader with the model file at ``path``, by default the shipped one for a digit; else ModelFileError.

        "page" names the shipped one for all that is written in a picture.
        """
        return cls(ModelFile.open(path))

    @property
    def alphabets(self) -> tuple[str, ...]:
        """The names of the alphabets that can be asked for; none of a glyph file."""
        return tuple(self._masks)

    def check(self, alphabet: str | None) -> None:
        """Raise InkreadError where the model file lacks this alphabet."""
        if self._masks:
            if alphabet is not None and alphabet not in self._masks:
                raise InkreadError(
                    f"{self._id}: expected one of the alphabets {', '.join(self._masks)}, got {alphabet!r:.60}"
                )
        elif alphabet not in (None, "digits"):
            raise InkreadError(
                f"{self._id}: expected no alphabet, because it reads one digit in each picture, got {alphabet!r:.60}; "
                'the model file "page" reads more'
            )

    def read(self, source: Source, alphabet: str | None = None) -> Reading:
        """What is written in one picture.

        ``alphabet``: what a page file is asked for, one of ``alphabets``, by default the characters; InkreadError
        for another one. ``source``: a path, the bytes of a picture file, an array (H, W) or (H, W, 3 | 4) of
        uint8 or floats 0-1, a PIL image, or Strokes. Strokes are drawn on 280x280 px, for a page file as large as
        they need; the boxes are in px of that drawing. Raises PictureError where it is none of these or cannot be
        read.
        """
        if alphabet is not None:
            self.check(alphabet)
        if self._masks:
            return self._read_page(to_picture(source, page=True), alphabet)[0]
        probabilities, boxes = self._run([to_picture(source)], _SCORES)
        return self._reading(probabilities[0].tolist(), boxes[0].tolist())

    def read_many(self, sources: Iterable[Source], alphabet: str | None = None) -> list[Reading]:
        """The Reading of each source, in order, as ``read`` gives it up to float rounding, on all cores.

        ``sources`` is consumed as needed and may be larger than memory. Raises PictureError at the first
        source that cannot be read.
        """
        self.check(alphabet)

        def readings(part: Sequence[Source]) -> list[Reading]:
            if self._masks:
                return [self._read_page(to_picture(source, page=True), alphabet)[0] for source in part]
            probabilities, boxes = self._run_mixed(map(to_picture, part), _SCORES)
            return list(map(self._reading, probabilities.tolist(), boxes.tolist()))

        return list(itertools.chain.from_iterable(_spread(readings, sources)))

    def read_pages(self, source: Path | str | bytes, alphabet: str | None = None) -> Iterator[Reading]:
        """The Reading of each page of a PDF or a TIFF, in order, one page in memory at a time.

        ``source``: a path, or the bytes of the file; any other picture is one page. Raises PictureError where it
        cannot be opened, and at the first page that cannot be drawn or decoded.
        """
        from inkread.document import Document

        self.check(alphabet)
        with Document(Path(source) if isinstance(source, str) else source) as document:
            for page in document:
                yield self.read(page, alphabet)

    def read_seen(
        self, pictures: Sequence[Picture], alphabet: str | None = None
    ) -> tuple[list[Reading], NDArray[np.float32]]:
        """The Reading of each picture, in order, and what the network saw of it: (n, 28, 28), 1 = ink.

        Of a page file it is what was seen of each glyph, those of the first reading first. Pictures of any sizes,
        read on the calling thread: for hosts that decode and wait by themselves.
        """
        if alphabet is not None:
            self.check(alphabet)
        if not pictures:
            return [], np.zeros((0, 28, 28), np.float32)
        if self._masks:
            readings, seen = zip(*(self._read_page(picture, alphabet) for picture in pictures), strict=True)
            return list(readings), np.concatenate(seen)
        probabilities, boxes, glyphs = self._run_mixed(pictures, _SEEN)
        return list(map(self._reading, probabilities.tolist(), boxes.tolist())), glyphs[:, 0]

    def probabilities(self, sources: Iterable[Source]) -> NDArray[np.float32]:
        """Calibrated probabilities (n, classes) float32 of the sources, columns as ``model.alphabet``.

        Of a glyph file; InkreadError for a page file, which finds any number of glyphs in a picture.
        """
        if self._masks:
            raise InkreadError(
                f"{self._id}: expected a model file that reads one glyph in each picture, got a page file"
            )

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

    def _run(
        self, batch: Sequence[Picture], outputs: Sequence[str], **asked: NDArray[np.bool_]
    ) -> list[NDArray[np.float32]]:
        """The ``outputs`` of the graph for pictures of one size, a row for each; ``asked``: its other inputs."""
        stacked = np.ascontiguousarray(batch[0])[None] if len(batch) == 1 else np.stack(batch)
        values: list[NDArray[np.float32]] = self._session.run(list(outputs), {"picture": stacked, **asked})
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
        return Reading(text, glyphs, confidence, torn, self._id, (Line(text, 0, 1),))

    def _read_page(self, picture: Picture, alphabet: str | None) -> tuple[Reading, NDArray[np.float32]]:
        """The Reading of a page, and what was seen of its glyphs (g, 28, 28)."""
        mask = self._masks[alphabet or self._usual]
        found, boxes, glyphs = self._run([picture], _SEEN, number=mask.number)
        if (by := enlargement(picture, boxes)) > 1:
            nearer = enlarged(picture, by)
            found, boxes, glyphs = self._run([nearer], _SEEN, number=mask.number)
            down, right = (side / wide for side, wide in zip(picture.shape, nearer.shape, strict=True))
            boxes = boxes * np.array([right, down, right, down], np.float32)
        if not len(boxes):
            return Reading("", (), 0.0, (NOTHING_DRAWN,), self._id), glyphs[:, 0]
        masked = mask(found)
        page = lay_out(boxes, masked, mask.labels, self.model.card.twins, self._thresholds.reject)
        if not page.order:
            return Reading("", (), float(masked[:, -1].prod()), (NOTHING_TO_READ,), self._id), glyphs[:0, 0]
        order = list(page.order)
        labels = mask.labels.labels
        read = [
            Glyph(Box(*box), _candidates(labels, row))
            for box, row in zip(boxes[order].tolist(), page.probabilities.tolist(), strict=True)
        ]
        confidence = 1.0
        unsure: dict[str, None] = {}  # a set in order
        for column, row in zip(page.chosen, page.probabilities.tolist(), strict=True):
            confidence *= row[column]
            if row[column] < self._thresholds.sure:
                second = max((i for i in range(len(row) - 1) if i != column), key=row.__getitem__, default=column)
                unsure[f"torn between {labels[column]} and {labels[second]}"] = None
        text = "\n".join(line.text for line in page.lines)
        return Reading(text, tuple(read), confidence, tuple(unsure), self._id, page.lines), glyphs[order, 0]


def _candidates(labels: Sequence[str], probabilities: list[float]) -> tuple[Candidate, ...]:
    """The labels by falling probability, those that are out of the question left out."""
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)
    likely = [i for i in order if probabilities[i] >= _LEAST] or order[:1]
    return tuple([Candidate(labels[i], probabilities[i]) for i in likely])


def to_picture(source: Source, *, page: bool = False) -> Picture:
    """The picture of whatever ``Reader.read`` takes, with a page file or another; PictureError where it is none."""
    if isinstance(source, np.ndarray):
        return pictures_of.from_array(source)
    if isinstance(source, str | Path):
        return pictures_of.decode(Path(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return pictures_of.decode(bytes(source))
    from PIL import Image

    from inkread.strokes import Strokes

    if isinstance(source, Strokes):
        if page and source.strokes:
            placed, width, height, pen = on_sheet(source)
            return placed.draw(width, height, pen)
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


def on_sheet(strokes: Strokes) -> tuple[Strokes, int, int, float]:
    """Strokes for a page file: on a sheet around them, as large as their usual stroke needs; width, height, pen in px.

    At least one stroke.
    """
    left, top, right, bottom = strokes.bounds
    sides = [float(np.ptp(stroke[:, :2], axis=0).max()) for stroke in strokes.strokes]
    usual = float(np.median([side for side in sides if side > 1e-6] or [1.0]))
    scale = min(_STROKE / usual, _SHEET / max(right - left, bottom - top, 1e-6))
    width, height = (int(side * scale) + 2 * _MARGIN for side in (right - left, bottom - top))
    return strokes.placed(scale, _MARGIN, _MARGIN), width, height, max(1.5, _THICK * usual * scale)


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
    # a list is shared out evenly; an input of unknown length is cut into full slices
    length = operator.length_hint(sources, MAX_BATCH * threads)
    rounds = -(-length // (MAX_BATCH * threads)) or 1
    size = -(-length // (rounds * threads)) or 1
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
