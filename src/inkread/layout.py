"""Layout: the glyphs that a page file found, in no order, to lines of text.

    probabilities (g, classes) -> mask     to the labels asked for
    boxes (g, 4)               -> lines    by a sweep from left to right, along the slope of the writing
                               -> words    by the gaps between the glyphs of a line
                               -> context  labels of one shape, by their height in the line and by their word;
                                           strokes that are 1 or /, by where these stand in numbers and dates

The page does the same in TypeScript; tests/golden/layout.json holds the two together. Lengths are in sizes, the
median over all glyphs of the longer side of their boxes, so that the scale of a picture makes no difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product, starmap
from statistics import median

import numpy as np
from numpy.typing import NDArray

from inkread.alphabet import Alphabet
from inkread.reading import Line

Array = NDArray[np.float64]
Twins = Sequence[Sequence[str]]

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

_LEAST_ASKED = 0.05  # of a glyph's probability, for it to be one of the labels asked for
_LEAST_TWIN = 1e-6  # of a twin's, which counts as a label's own: where no label asked for has any, its twins share it

_FOREIGN = 0.04  # chance of a glyph of another kind in a word, e.g. of a digit among letters
_VOTE = 0.5  # glyphs that a word must have beside one to say anything of it
_X_HEIGHT = 0.62  # of a capital's height, where a line does not show it
_HEIGHT_SPREAD = 0.18  # standard deviation of the logarithm of a glyph's height
_MOST_BY_HEIGHT = 3.2  # logarithm of the odds that height alone may give
_ALIKE = 0.9  # of the high ones' height; low ones above it are no other height
_TELLING = 1.35  # ratio of heights from which twins alone show what is high and what is low

_AT_END = 0.05  # odds that a word begins or ends with "/", beside that it is there
_DATE = 50.0  # how much oftener "/" stands twice in what may be a date, 4/27/92 or 11/5/1992, than by chance
_DATE_PARTS = ((1, 2), (1, 2), (2, 4))  # digits before the first one, between both, and after

_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_LETTERS = _UPPER | _LOWER
_CHARACTERS = _DIGITS | _LETTERS
_HIGH = _DIGITS | _UPPER | frozenset("bdfhkl")  # as high as a capital
_LOW = frozenset("acegmnopqrsuvwxyz")  # up to the x-height; t, i and j are neither
_HANGING = frozenset("gjpqyJPQY")  # these, or what is written alike, may reach below the baseline


@dataclass(frozen=True)
class Page:
    """Glyphs in reading order. ``order``: their rows in the input; ``chosen``: the column of each one's label."""

    order: tuple[int, ...]
    lines: tuple[Line, ...]
    probabilities: Array  # (glyphs, labels), after context
    chosen: tuple[int, ...]


@dataclass(frozen=True)
class Mask:
    """From the labels of a page file to those asked for.

    An excluded label's probability goes to all labels asked for, in proportion to their own: who asks for small letters
    and has an i that may be a 1 has no l for that. Always so where the label has a twin among them; that of another
    digit or letter only where these, with their twins, have at least _LEAST_ASKED: who asks for digits may well have
    written a 4 that looks like a Y, but hardly a K. All else goes to the reject label, which always stays.
    """

    alphabet: Alphabet  # of the page file, with a reject label
    asked: tuple[str, ...]
    twins: Twins

    @cached_property
    def labels(self) -> Alphabet:
        """Those asked for, then the reject label."""
        reject = self.alphabet.reject
        if reject is None:
            raise ValueError("expected an alphabet with a reject label, got none")
        return Alphabet((*self.asked, reject), reject)

    @cached_property
    def number(self) -> NDArray[np.bool_]:
        """Whether no letter is asked for, (1,): a page file's input."""
        return np.array([_LETTERS.isdisjoint(self.asked)])

    def __call__(self, probabilities: NDArray[np.floating]) -> Array:
        """Probabilities (g, classes) to (g, labels)."""
        every = probabilities.astype(np.float64)
        split = every @ self._shares
        masked, unasked = split[:, :-1], split[:, -1:]
        asked = masked[:, :-1].sum(1, keepdims=True)
        given = np.where(asked >= _LEAST_ASKED, unasked, 0.0)
        weights = every[:, self._own] + _LEAST_TWIN * masked[:, :-1]  # all 0 where nothing of it is asked for
        masked[:, :-1] = weights * ((asked + given) / np.maximum(weights.sum(1, keepdims=True), 1e-300))
        masked[:, -1:] += unasked - given
        return masked

    @cached_property
    def _own(self) -> list[int]:
        """The columns of the labels asked for."""
        return [self.alphabet.index(label) for label in self.asked]

    @cached_property
    def _shares(self) -> Array:
        """(classes, labels and one more): how much of each label goes to which, among twins evenly; last, to those
        asked for.
        """
        columns = {label: column for column, label in enumerate(self.labels.labels)}
        shares = np.zeros((len(self.alphabet), len(columns) + 1))
        for row, label in enumerate(self.alphabet.labels):
            alike = [twin for group in self.twins if label in group for twin in group if twin in columns]
            heirs = [label] if label in columns else alike
            for heir in heirs:
                shares[row, columns[heir]] = 1 / len(heirs)
            if not heirs:
                shares[row, -1 if label in _CHARACTERS else -2] = 1
        return shares


def lay_out(boxes: NDArray[np.floating], probabilities: Array, labels: Alphabet, twins: Twins, reject: float) -> Page:
    """Lines of text of boxes (g, 4), x, y, width, height in px, and masked probabilities (g, labels).

    The last of ``labels`` is the reject label; glyphs that have it at ``reject`` or above are left out. The order
    of the rows makes no difference.
    """
    rows = np.flatnonzero(probabilities[:, -1] < reject)
    if not len(rows):
        return Page((), (), probabilities[rows], ())
    lines = _lines(_glyphs(boxes, probabilities, labels, rows))
    _part_words(lines, *(_NUMBER_GAPS if _LETTERS.isdisjoint(labels.labels) else _TEXT_GAPS))
    order = tuple(glyph.row for line in lines for glyph in line.glyphs)
    settled = _Context(labels, twins).settle(probabilities[list(order)], lines)
    _settle_slashes(settled, [word for line in lines for word in line.words], labels)
    chosen = tuple(settled[:, :-1].argmax(1).tolist())
    read = [labels.labels[column] for column in chosen]
    texts = (" ".join("".join(read[word.start : word.stop]) for word in line.words) for line in lines)
    answered = [Line(text, line.first, line.first + len(line.glyphs)) for text, line in zip(texts, lines, strict=True)]
    return Page(order, tuple(answered), settled, chosen)


@dataclass(frozen=True)
class _Glyph:
    """A box, in sizes, and the best label of its shape."""

    row: int  # in the input
    label: str
    x: float  # of the centre
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2


@dataclass
class _Line:
    """Glyphs from left to right. ``slope``: down by right; ``words``: positions among all glyphs of the page."""

    glyphs: list[_Glyph]
    slope: float
    words: list[range] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.words[0].start


def _glyphs(
    boxes: NDArray[np.floating], probabilities: Array, labels: Alphabet, rows: NDArray[np.intp]
) -> list[_Glyph]:
    """The glyphs of ``rows`` from left to right, in sizes, from the corner of all."""
    kept = boxes[rows].astype(np.float64)
    kept[:, :2] -= kept[:, :2].min(0)  # before anything is rounded, so that a shift makes no difference
    kept[:, 2:] = np.maximum(kept[:, 2:], 1e-3)  # px
    kept /= np.median(kept[:, 2:].max(1))
    best = probabilities[rows, :-1].argmax(1)
    glyphs = [
        _Glyph(int(row), labels.labels[column], x + width / 2, y + height / 2, width, height)
        for row, column, (x, y, width, height) in zip(rows, best.tolist(), kept.tolist(), strict=True)
    ]
    return sorted(glyphs, key=lambda glyph: (glyph.x, glyph.y, glyph.width, glyph.height, glyph.label))


def _lines(glyphs: Sequence[_Glyph]) -> list[_Line]:
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
    glyphs: list[_Glyph] = field(default_factory=list)
    trend: _Trend = field(default_factory=_Trend)
    tilt: float = 0.0

    def add(self, glyph: _Glyph, y: float) -> None:
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

    def miss(self, glyph: _Glyph, away: float) -> float:
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

    def __init__(self, glyphs: Sequence[_Glyph], slope: float) -> None:
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

    def lines(self) -> list[_Line]:
        """From top to bottom."""
        ordered = sorted(self._open, key=lambda line: (line.trend.y, line.trend.x))
        return [_Line(line.glyphs, self._slope + line.tilt) for line in ordered]

    def _take(self, glyph: _Glyph, y: float) -> None:
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


def _part_words(lines: Sequence[_Line], least: float, usual: float, most: float) -> None:
    """Part each line into words at the gaps that are wide beside the usual one of the picture."""
    gaps = [_gaps(line.glyphs) for line in lines]  # in sizes of the line
    every = [max(gap, 0.0) for line in gaps for gap in line]
    limit = min(max(least, usual * median(every)), most) if every else most
    end = 0
    for line, between in zip(lines, gaps, strict=True):
        first, end = end, end + len(line.glyphs)
        cuts = [first, *(first + i for i, gap in enumerate(between, 1) if gap > limit), end]
        line.words = list(starmap(range, pairwise(cuts)))


def _gaps(glyphs: Sequence[_Glyph]) -> list[float]:
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


# The kinds of words: how well a label belongs in each, as its first glyph and after. Signs settle nothing, but where
# "+" and "t" are in doubt, the sign belongs to the digits.
_NUMBER = dict.fromkeys(_DIGITS | {"+"}, 1.0)
_CAPITALS = dict.fromkeys(_UPPER, 1.0)
_FIRST = (_NUMBER, _CAPITALS, dict.fromkeys(_LETTERS, 0.5))
_REST = (_NUMBER, _CAPITALS, dict.fromkeys(_LOWER, 1.0))
_COMMON = np.array([2.0, 1.0, 2.0])  # how often people write words of each kind, beside the others


class _Context:
    """Settles which of the labels of one shape a glyph is, by its height in the line and the rest of its word.

    A word is of one of three kinds; how likely each is, its other glyphs say.
    """

    def __init__(self, labels: Alphabet, twins: Twins) -> None:
        columns = {label: column for column, label in enumerate(labels.labels[:-1])}
        groups = [[label for label in group if label in columns] for group in twins]
        self._groups = {label: group for group in groups if len(group) > 1 for label in group}
        self._columns = {label: [columns[twin] for twin in group] for label, group in self._groups.items()}
        self._voters = [column for label, column in columns.items() if label in _CHARACTERS]
        self._start, self._rest = _table(list(columns), _FIRST), _table(list(columns), _REST)

    def settle(self, probabilities: Array, lines: Sequence[_Line]) -> Array:
        """``probabilities`` (glyphs in reading order, labels), those of one shape shared out anew."""
        if not self._groups:
            return probabilities
        rows: list[list[float]] = (
            probabilities.tolist()
        )  # a few numbers at a time: arrays would take three times as long
        starts: list[int] = []
        for line in lines:
            heights = _Heights(line, self._groups)
            if not heights.known:
                continue
            starts += [word.start for word in line.words]  # a capital among small letters would show
            for row, glyph in zip(rows[line.first :], line.glyphs, strict=False):
                if odds := heights.odds(glyph, self._groups.get(glyph.label, ())):
                    _share_out(row, self._columns[glyph.label], odds)
        fitting = self._fitting(np.array(rows), [word for line in lines for word in line.words], starts).tolist()
        for row, fits, glyph in zip(rows, fitting, (glyph for line in lines for glyph in line.glyphs), strict=True):
            if columns := self._columns.get(glyph.label):
                _share_out(row, columns, [fits[column] for column in columns])
        return np.array(rows)

    def _fitting(self, probabilities: Array, words: Sequence[range], starts: Sequence[int]) -> Array:
        """How well each label fits the other glyphs of the word: (glyphs, labels), of any scale.

        ``starts``: the glyphs that may be the capital of a word of small letters.
        """
        votes = probabilities[:, self._voters]
        weights = votes.sum(1)  # a glyph that is likely a sign says little
        fits = votes @ self._rest[self._voters]  # (glyphs, kinds)
        fits[starts] = votes[starts] @ self._start[self._voters]
        says = weights[:, None] * np.log(np.maximum(fits, 1e-9) / np.maximum(weights, 1e-9)[:, None])
        firsts, lengths = [word.start for word in words], [len(word) for word in words]
        others = np.repeat(np.add.reduceat(says, firsts), lengths, axis=0) - says
        kinds = _COMMON * np.exp(others - others.max(1, keepdims=True))
        voted = np.repeat(np.add.reduceat(weights, firsts), lengths) - weights
        fitting: Array = kinds @ self._rest.T
        fitting[starts] = kinds[starts] @ self._start.T
        fitting[voted < _VOTE] = 1
        return fitting


def _settle_slashes(probabilities: Array, words: Sequence[range], labels: Alphabet) -> None:
    """Share what is 1 or / out anew, in place: many people write them alike, but / only between digits."""
    if not {"1", "/"} <= set(labels.labels):
        return
    columns = [labels.index("1"), labels.index("/")]
    digits = [column for column, label in enumerate(labels.labels) if label in _DIGITS]
    for word in words:
        if len(word) < 2:
            continue
        rows: list[list[float]] = probabilities[word.start : word.stop].tolist()
        shares = []  # of "/", beside the digits
        certain = []  # that it is one of these
        for row in rows:
            slash, number = row[columns[1]], sum(row[column] for column in digits)
            shares.append(slash / max(slash + number, 1e-9))
            certain.append(slash + number)
        dates = _dates(shares) if min(certain) > 0.5 else {}
        for place, (row, share) in enumerate(zip(rows, shares, strict=True)):
            odds = _AT_END if place in (0, len(rows) - 1) else 1.0
            if dates and 0 < share < 1:
                here = sum(weight for pair, weight in dates.items() if place in pair)
                settled = (share + here) / (1 + sum(dates.values()))
                odds *= settled / (1 - settled) * (1 - share) / share
            _share_out(row, columns, [1.0, odds])
        probabilities[word.start : word.stop] = rows


def _dates(shares: Sequence[float]) -> dict[tuple[int, int], float]:
    """Where the slashes of a date may stand in a word whose glyphs are / with such probabilities: how likely each,
    where 1 is that it is no date.
    """
    before, between, after = _DATE_PARTS
    weights = {}
    for first, middle in product(before, between):
        second = first + 1 + middle
        if len(shares) - second - 1 in after:
            others = (1 - share for place, share in enumerate(shares) if place not in (first, second))
            weights[first, second] = _DATE * shares[first] * shares[second] * math.prod(others)
    return weights


def _table(labels: Sequence[str], kinds: Sequence[Mapping[str, float]]) -> Array:
    """(labels, kinds): the chance of a label in a word of each kind, of any scale."""
    return np.array([[kind.get(label, _FOREIGN) for kind in kinds] for label in labels])


def _share_out(row: list[float], columns: Sequence[int], odds: Sequence[float]) -> None:
    """Share the probability of the ``columns`` of ``row`` out among them anew, by their ``odds``."""
    before = [row[column] for column in columns]
    after = [p * odd for p, odd in zip(before, odds, strict=True)]
    if (total := sum(after)) > 0:
        whole = sum(before) / total
        for column, p in zip(columns, after, strict=True):
            row[column] = p * whole


class _Heights:
    """How far high and low glyphs of a line rise above its baseline, as far as the line shows that."""

    def __init__(self, line: _Line, groups: Mapping[str, Sequence[str]]) -> None:
        self._slope = line.slope
        self.known = False
        if len(line.glyphs) == 1:
            return
        standing = [glyph for glyph in line.glyphs if glyph.label in _CHARACTERS and not _hangs(glyph.label, groups)]
        if not standing:
            return
        self._baseline = median(self._level(glyph) + glyph.height / 2 for glyph in standing)
        sure = [glyph for glyph in line.glyphs if glyph.label not in groups]
        highs = [self._rise(glyph) for glyph in sure if glyph.label in _HIGH]
        lows = [self._rise(glyph) for glyph in sure if glyph.label in _LOW]
        if not highs and not lows:
            twins = [self._rise(glyph) for glyph in line.glyphs if _differ(groups.get(glyph.label, ()))]
            if not twins or max(twins) < _TELLING * min(twins):
                return
            highs, lows = [max(twins)], [min(twins)]
        self._high = median(highs) if highs else median(lows) / _X_HEIGHT
        self._low = median(lows) if lows else self._high * _X_HEIGHT
        self.known = self._low < _ALIKE * self._high

    def odds(self, glyph: _Glyph, group: Sequence[str]) -> list[float]:
        """How well the glyph's height suits each label of its ``group``, of any scale; [] where it says nothing."""
        if not self.known or not _differ(group):
            return []
        rise = self._rise(glyph)
        from_high, from_low = math.log(rise / self._high), math.log(rise / self._low)
        for_high = (from_low**2 - from_high**2) / (2 * _HEIGHT_SPREAD**2)  # logarithm of the odds
        odds = math.exp(min(max(for_high, -_MOST_BY_HEIGHT), _MOST_BY_HEIGHT))
        return [odds if label in _HIGH else 1.0 for label in group]

    def _rise(self, glyph: _Glyph) -> float:
        return max(self._baseline - self._level(glyph) + glyph.height / 2, 0.05)

    def _level(self, glyph: _Glyph) -> float:
        """The height of the glyph's centre in the line made level."""
        return glyph.y - self._slope * glyph.x


def _hangs(label: str, groups: Mapping[str, Sequence[str]]) -> bool:
    """Whether a glyph of this shape may reach below the baseline."""
    return not _HANGING.isdisjoint(groups.get(label, (label,)))


def _differ(group: Sequence[str]) -> bool:
    """Whether the heights of all of these labels are known and not the same."""
    high = sum(label in _HIGH for label in group)
    return 0 < high < len(group) and all(label in _HIGH or label in _LOW for label in group)
