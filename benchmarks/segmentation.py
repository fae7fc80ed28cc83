"""Numbers read by cutting ink apart: the methods a page file is compared with. `python -m benchmarks.segmentation`

    picture -> ink -> connected components -> lines of groups (components above each other)
    components     each group is a digit, as the glyph file reads it
    best path      groups are cut where their ink is thin; of all ways to join the pieces, the one whose digits the
                   glyph file is surest of

The best path is over-segmentation with recognition, as C. J. C. Burges et al. describe it: Shortest path segmentation,
IJCNN 1992, doi:10.1109/IJCNN.1992.227169. Constants were chosen on the numbers of the validation writers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from benchmarks.pages import composed_pages, digits_of
from inkread.data import load
from inkread.data.canvas import drawn_whole
from inkread.metrics import wilson_interval
from inkread.picture import Picture
from inkread.reader import Reader
from inkread.strokes import Strokes

LONGEST = 640  # px, longer side of what ink is looked for in
FAINT = 24.0  # of 255; what stands out from the paper by less is no ink
DARKER = 1.7  # times as far from the paper as its lines: then a pen and lines are told apart
SMALL = 0.35  # of its line's height; a lower group is a dot, a dash or a speck
SPECK = 12  # px of area
WIDE = 0.55  # of its line's height; a wider group may be several digits
WIDEST = 1.5  # of its line's height; no digit is wider
PIECES = 5  # most that one digit is joined of
THIN = 0.35  # of the line's height; where a column holds more ink than that, nothing is cut
SIDE, GLYPH = 64, 44  # px: a piece as the glyph file gets it, and its longer side there

Mask: TypeAlias = NDArray[np.bool_]
Method: TypeAlias = Callable[[Reader, Picture], str]


Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in px."""


@dataclass(frozen=True, eq=False)
class Group:
    """Components that stand above each other, or a piece of them: where it is, and its ink there (h, w)."""

    box: Box
    ink: Mask

    @property
    def height(self) -> int:
        """Px."""
        return self.box[3] - self.box[1]


def components(reader: Reader, picture: Picture) -> str:
    """Every group is one digit."""
    lines = lines_of(ink_of(picture))
    pieces = [piece for line in lines for piece in line]
    return "".join(str(row.argmax()) for row in _probabilities(reader, [_crop([piece]) for piece in pieces]))


def best_path(reader: Reader, picture: Picture) -> str:
    """Groups are cut, and joined again as the reader likes it best."""
    return "".join(_line_text(reader, line) for line in lines_of(ink_of(picture)))


METHODS: dict[str, Method] = {"components": components, "best path": best_path}


# Ink


def ink_of(picture: Picture) -> Mask:
    """Where there is ink (h, w): what stands out from a wide median of the picture, by Otsu's threshold.

    Where what stands out is of two kinds, as a pen is much darker than the lines of the paper, the stronger one.
    """
    if max(picture.shape) > LONGEST:
        image = Image.fromarray(picture)
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
        picture = np.asarray(image)
    grey = picture.astype(np.float32)
    detail = grey - _paper(grey)
    if (detail**3).mean() < 0:  # ink covers less than paper does, so its side has the longer tail
        detail = -detail
    detail = ndimage.gaussian_filter(detail.clip(0), 0.6)
    threshold = max(FAINT, _otsu(detail))
    marks = detail[detail > threshold]
    if len(marks) > SPECK:
        stronger = _otsu(marks)
        if marks[marks > stronger].mean() > DARKER * marks[marks <= stronger].mean():
            threshold = stronger
    return np.asarray(detail > threshold)


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture without what is thin: a median over a third of its shorter side, on a coarse grid."""
    step = max(1, min(grey.shape) // 32)
    coarse = grey[::step, ::step]
    return np.asarray(
        ndimage.zoom(
            ndimage.median_filter(coarse, 21, mode="nearest"),
            (grey.shape[0] / coarse.shape[0], grey.shape[1] / coarse.shape[1]),
            order=1,
        )
    )


def _otsu(values: NDArray[np.float32]) -> float:
    """The threshold between the two groups of values that are furthest apart; N. Otsu, IEEE SMC 9 (1979)."""
    counts, edges = np.histogram(values, 128)
    middles = (edges[:-1] + edges[1:]) / 2
    below, total = counts.cumsum(), counts.sum()
    sums = (counts * middles).cumsum()
    rest = total - below
    apart = (sums[-1] * below / total - sums) ** 2 / np.maximum(below * rest, 1)
    return float(middles[(apart * (rest > 0)).argmax()])


def lines_of(ink: Mask) -> list[list[Group]]:
    """Groups line by line from the top, each from left to right; specks, long lines, dots and dashes left out."""
    labels, _ = ndimage.label(ink, np.ones((3, 3)))
    parts = []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = place
        h, w = rows.stop - rows.start, columns.stop - columns.start
        own = labels[place] == number
        if own.sum() < SPECK or (w > 0.5 * ink.shape[1] and w > 6 * h) or (h > 0.9 * ink.shape[0] and h > 12 * w):
            continue
        parts.append(((columns.start, rows.start, columns.stop, rows.stop), number))
    if not parts:
        return []
    tall = float(np.median(sorted((box[3] - box[1] for box, _ in parts), reverse=True)[: (len(parts) + 1) // 2]))
    lines: list[list[tuple[Box, int]]] = []
    for box, number in sorted(parts):
        middle = (box[1] + box[3]) / 2
        near = [line for line in lines if _middle(line[-3:]) - 0.6 * tall < middle < _middle(line[-3:]) + 0.6 * tall]
        if near:
            min(near, key=lambda line: abs(_middle(line[-3:]) - middle)).append((box, number))
        else:
            lines.append([(box, number)])
    lines.sort(key=_middle)
    return [groups for line in lines if (groups := _groups(line, labels))]


def _middle(line: Sequence[tuple[Box, int]]) -> float:
    """Of the tallest one's height."""
    box = max((box for box, _ in line), key=lambda box: box[3] - box[1])
    return (box[1] + box[3]) / 2


def _groups(line: Sequence[tuple[Box, int]], labels: NDArray[np.int32]) -> list[Group]:
    """Components that share more than half of the narrower one's width belong together."""
    joined: list[tuple[Box, list[int]]] = []
    for box, number in line:
        if joined:
            last, numbers = joined[-1]
            shared = min(last[2], box[2]) - max(last[0], box[0])
            if shared > 0.5 * min(last[2] - last[0], box[2] - box[0]):
                joined[-1] = (_around([last, box]), [*numbers, number])
                continue
        joined.append((box, [number]))
    tall = float(np.median([box[3] - box[1] for box, _ in joined]))
    tallest = max(box[3] - box[1] for box, _ in joined)
    least = SMALL * max(tall, 0.6 * tallest)
    return [
        Group(box, np.isin(labels[box[1] : box[3], box[0] : box[2]], numbers))
        for box, numbers in joined
        if box[3] - box[1] >= least
    ]


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


# Pieces and paths


def _line_text(reader: Reader, line: Sequence[Group]) -> str:
    tall = float(np.median([group.height for group in line]))
    pieces, joints = [], []  # a joint: whether a piece continues the group of the one before
    for group in line:
        cut = _cut(group, tall)
        pieces += cut
        joints += [False] + [True] * (len(cut) - 1)
    spans = []
    for first in range(len(pieces)):
        for last in range(first, min(first + PIECES, len(pieces))):
            if last > first and not joints[last] and not _close(pieces[last - 1], pieces[last], tall):
                break
            if pieces[last].box[2] - pieces[first].box[0] > WIDEST * tall and last > first:
                break
            spans.append((first, last + 1))
    answers = _probabilities(reader, [_crop(pieces[first:last]) for first, last in spans])
    # each piece's ink counts once in every path, so that paths of more or fewer digits compare
    best: list[tuple[float, str]] = [(0.0, "")] + [(-np.inf, "")] * len(pieces)
    weight = [max(1.0, piece.box[2] - piece.box[0]) / tall for piece in pieces]
    for (first, last), row in sorted(zip(spans, answers, strict=True), key=lambda each: each[0][1]):
        score = best[first][0] + (0.25 * (last - first > 0) + sum(weight[first:last])) * np.log(max(row.max(), 1e-6))
        if score > best[last][0]:
            best[last] = (score, best[first][1] + str(row.argmax()))
    return best[-1][1]


def _close(a: Group, b: Group, tall: float) -> bool:
    """Whether two groups may be one digit broken in two."""
    return b.box[0] - a.box[2] < 0.05 * tall


def _cut(group: Group, tall: float) -> list[Group]:
    """A wide group in pieces, cut from top to bottom where a column holds little ink."""
    width = group.ink.shape[1]
    if width < WIDE * tall:
        return [group]
    columns = ndimage.gaussian_filter1d(group.ink.sum(0).astype(float), 0.02 * tall + 0.5)
    apart = max(2, round(0.12 * tall))
    lowest = columns <= ndimage.minimum_filter1d(columns, 2 * apart + 1)
    where = [i for i in np.flatnonzero(lowest & (columns < THIN * tall)).tolist() if apart <= i <= width - apart]
    cuts = [i for n, i in enumerate(where) if n == 0 or i - where[n - 1] > 1]
    pieces = [_piece(group, a, b) for a, b in zip([0, *cuts], [*cuts, width], strict=True)]
    return [piece for piece in pieces if piece.ink.any()]


def _piece(group: Group, first: int, end: int) -> Group:
    """Its columns from ``first`` to ``end``, without empty rows."""
    ink = group.ink[:, first:end]
    rows = np.flatnonzero(ink.any(1))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 1)
    x, y = group.box[:2]
    return Group((x + first, y + top, x + end, y + bottom), ink[top:bottom])


def _crop(pieces: Sequence[Group]) -> Picture:
    """The ink of the pieces alone, black on white, as large as every other."""
    left, top, right, bottom = _around([piece.box for piece in pieces])
    ink = np.zeros((bottom - top, right - left), np.uint8)
    for piece in pieces:
        x, y = piece.box[0] - left, piece.box[1] - top
        ink[y : y + piece.ink.shape[0], x : x + piece.ink.shape[1]][piece.ink] = 255
    image = Image.fromarray(ink)
    scale = GLYPH / max(image.size)
    image = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BILINEAR
    )
    sheet = Image.new("L", (SIDE, SIDE), 0)
    sheet.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return np.asarray(255 - np.asarray(sheet), np.uint8)


def _probabilities(reader: Reader, crops: Sequence[Picture]) -> NDArray[np.float32]:
    """(n, 10): of each digit; what the reader takes for none is missing from their sum."""
    return reader.probabilities(crops)[:, :10] if crops else np.zeros((0, 10), np.float32)


# Measuring


def material(name: str) -> tuple[list[Picture], list[str]]:
    """Pictures and the digits in them: numbers and 300 composed pages of the validation writers, or all cheques."""
    if name == "composed":
        pages = composed_pages("validation", 300)
        return [page.picture for page in pages], [page.text for page in pages]
    if name == "cheques":
        samples = load("cheques", "test")
        return [item for item in samples.items if not isinstance(item, Strokes)], list(samples.labels)
    samples = load("unipen-numbers", "validation")
    pictures = [drawn_whole(item, (0, i)) for i, item in enumerate(samples.items) if isinstance(item, Strokes)]
    return pictures, [digits_of(label) for label in samples.labels]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segmentation", description="Read numbers by cutting.")
    parser.add_argument("--model", type=Path, help="glyph file; by default the shipped one")
    parser.add_argument("--on", nargs="+", choices=("numbers", "composed", "cheques"), default=("numbers", "composed"))
    options = parser.parse_args(arguments)
    reader = Reader.load(options.model)
    for name in options.on:
        pictures, wanted = material(name)
        for method, read in METHODS.items():
            began = time.perf_counter()
            right = sum(read(reader, picture) == text for picture, text in zip(pictures, wanted, strict=True))
            each = 1e3 * (time.perf_counter() - began) / len(pictures)
            low, high = wilson_interval(right, len(pictures))
            print(
                f"{name:10} {method:12} {100 * right / len(pictures):6.2f} %  "
                f"({100 * low:.1f} to {100 * high:.1f}, n {len(pictures):,}), {each:.0f} ms a picture",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
