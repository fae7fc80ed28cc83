"""Lines and words: where the glyphs of a page stand, by their boxes alone.

    boxes (g, 4) -> lines    by a sweep from left to right, along the slope of the writing
                 -> words    by the gaps between the glyphs of a line

Lengths are in sizes, the median over all glyphs of the longer side of their boxes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, starmap
from statistics import median

import numpy as np
from numpy.typing import NDArray

from inkread.alphabet import Alphabet

Array = NDArray[np.float64]

# A glyph stands in a line where its centre is at most this far from where the line is expected: so much of the
# height of the taller of both, and of the lower. A comma below the baseline is in, the next line is out.
_REACH_TALLER = 0.6
_REACH_LOWER = 0.1
_SMALL = 0.5  # of the line's height; a lower glyph, e.g. a point, says nothing about where the line runs
_STACKED = 0.6  # of the narrower width; what shares more of it and no height stands in two lines
_RIDGE = 4.0  # squared heights of a line: what holds its slope to 0 until it is longer than that
_STEEPEST = 0.35  # down by right; 15 degrees are 0.27
_LEVEL = 0.02  # down by right; writing below it needs no second sweep

# A gap is a space where it is wider than `usual` times the usual gap, within bounds in sizes of the line
_TEXT_GAPS = (0.65, 2.0, 1.3)  # at least, usual, at most
_NUMBER_GAPS = (1.6, 3.0, 4.0)


@dataclass(frozen=True)
class Placed:
    """A box, in sizes, and the best label of its shape."""

    row: int  # in the input
    label: str
    x: float  # of the centre
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Of its box, in sizes."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Of its box, in sizes."""
        return self.x + self.width / 2


@dataclass
class Row:
    """Glyphs from left to right. ``slope``: down by right; ``words``: positions among all glyphs of the page."""

    glyphs: list[Placed]
    slope: float
    words: list[range] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The position of its first glyph among all glyphs of the page."""
        return self.words[0].start


def placed(boxes: NDArray[np.floating], probabilities: Array, labels: Alphabet, rows: NDArray[np.intp]) -> list[Placed]:
    """The glyphs of ``rows`` from left to right, in sizes, from the corner of all."""
    kept = boxes[rows].astype(np.float64)
    kept[:, :2] -= kept[:, :2].min(0)  # before anything is rounded, so that a shift makes no difference
    kept[:, 2:] = np.maximum(kept[:, 2:], 1e-3)  # px
    kept /= np.median(kept[:, 2:].max(1))
    best = probabilities[rows, :-1].argmax(1)
    glyphs = [
        Placed(int(row), labels.labels[column], x + width / 2, y + height / 2, width, height)
        for row, column, (x, y, width, height) in zip(rows, best.tolist(), kept.tolist(), strict=True)
    ]
    return sorted(glyphs, key=lambda glyph: (glyph.x, glyph.y, glyph.width, glyph.height, glyph.label))


def lines_of(glyphs: Sequence[Placed]) -> list[Row]:
    """The lines from top to bottom; the second sweep knows the slope that the first one found."""
    sweep = _Sweep(glyphs, 0.0)
    slope = min(max(sweep.common_tilt(), -_STEEPEST), _STEEPEST)
    return (_Sweep(glyphs, slope) if abs(slope) > _LEVEL else sweep).lines()


@dataclass
class _Trend:
    """A straight line through points, by running sums (Welford 1962), held towards level."""

    count: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.count += 1
        off = x - self.x
        self.x += off / self.count
        self.y += (y - self.y) / self.count
        self.xx += off * (x - self.x)
        self.xy += off * (y - self.y)


@dataclass
class _Open:
    """A line that goes on: its glyphs, the trend of those that are no small signs, and where it is expected.

    ``x``, ``y`` and ``height`` are running means of those glyphs, half of each the last one.
    """

    x: float
    y: float
    height: float
    glyphs: list[Placed] = field(default_factory=list)
    trend: _Trend = field(default_factory=_Trend)
    tilt: float = 0.0

    def add(self, glyph: Placed, y: float) -> None:
        """Go on with ``glyph``, its centre at the level ``y``."""
        self.glyphs.append(glyph)
        if glyph.height < _SMALL * self.height:
            return
        if self.height < _SMALL * glyph.height:  # until now there were only small signs
            self.trend = _Trend()
            self.x, self.y, self.height = glyph.x, y, glyph.height
        else:
            self.x, self.y = (self.x + glyph.x) / 2, (self.y + y) / 2
            self.height = (self.height + glyph.height) / 2
        self.trend.add(glyph.x, y)
        self.tilt = self.trend.xy / (self.trend.xx + _RIDGE * self.height * self.height)

    def miss(self, glyph: Placed, away: float) -> float:
        """How far ``glyph``, so far away from where the line is expected, is from standing in it: 0-1 if it does."""
        last = self.glyphs[-1]
        shared = min(last.right, glyph.right) - max(last.left, glyph.left)
        if (
            shared > _STACKED * min(last.width, glyph.width)
            and abs(last.y - glyph.y) >= (last.height + glyph.height) / 2
        ):
            return math.inf
        return away / (_REACH_TALLER * max(self.height, glyph.height) + _REACH_LOWER * min(self.height, glyph.height))


class _Sweep:
    """Each glyph, from left to right, joins the line it misses least, or begins one.

    A line is expected to go on from where it is along its own slope. Heights are levelled by ``slope`` before.
    """

    def __init__(self, glyphs: Sequence[Placed], slope: float) -> None:
        self._slope = slope
        self._open: list[_Open] = []
        self._paths = np.zeros((2, len(glyphs)))  # for each line its level at x = 0, and its tilt
        self._farthest = (_REACH_TALLER + _REACH_LOWER) * max(glyph.height for glyph in glyphs)
        for glyph in glyphs:
            self._take(glyph, glyph.y - slope * glyph.x)

    def common_tilt(self) -> float:
        """The slope that all lines share, beside the one they were levelled by."""
        trends = [line.trend for line in self._open]
        return sum(trend.xy for trend in trends) / (sum(trend.xx for trend in trends) + _RIDGE)

    def lines(self) -> list[Row]:
        """From top to bottom."""
        ordered = sorted(self._open, key=lambda line: (line.trend.y, line.trend.x))
        return [Row(line.glyphs, self._slope + line.tilt) for line in ordered]

    def _take(self, glyph: Placed, y: float) -> None:
        levels, tilts = self._paths[:, : len(self._open)]
        away = np.abs(y - (levels + tilts * glyph.x))
        near = np.flatnonzero(away <= self._farthest).tolist()
        miss, index = min(((self._open[i].miss(glyph, float(away[i])), i) for i in near), default=(math.inf, 0))
        if miss > 1:
            index = len(self._open)
            self._open.append(_Open(glyph.x, y, glyph.height))
        line = self._open[index]
        line.add(glyph, y)
        self._paths[:, index] = line.y - line.tilt * line.x, line.tilt


def part_words(lines: Sequence[Row], *, numbers: bool) -> None:
    """Part each line into words at the gaps that are wide beside the usual one of the picture.

    ``numbers``: whether no letter is asked for; a number may be written with wide gaps.
    """
    least, usual, most = _NUMBER_GAPS if numbers else _TEXT_GAPS
    gaps = [_gaps(line.glyphs) for line in lines]  # in sizes of the line
    every = [max(gap, 0.0) for line in gaps for gap in line]
    limit = min(max(least, usual * median(every)), most) if every else most
    end = 0
    for line, between in zip(lines, gaps, strict=True):
        first, end = end, end + len(line.glyphs)
        cuts = [first, *(first + i for i, gap in enumerate(between, 1) if gap > limit), end]
        line.words = list(starmap(range, pairwise(cuts)))


def _gaps(glyphs: Sequence[Placed]) -> list[float]:
    """Between each glyph and all that stands to the left of it, by the size of the glyphs that are no small signs."""
    if len(glyphs) == 1:
        return []
    middle = median(glyph.height for glyph in glyphs)
    size = median((glyph.width + glyph.height) / 2 for glyph in glyphs if glyph.height >= _SMALL * middle)
    gaps, right = [], glyphs[0].right
    for glyph in glyphs[1:]:
        gaps.append((glyph.left - right) / size)
        right = max(right, glyph.right)
    return gaps
