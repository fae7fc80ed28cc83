"""Context: which of the labels of one shape a glyph is, by its height in the line and the rest of its word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from inkread.alphabet import Alphabet
from inkread.layout.lines import Array, Placed, Row

Twins = Sequence[Sequence[str]]

_FOREIGN = 0.04  # chance of a glyph of another kind in a word, e.g. of a digit among letters
_VOTE = 0.5  # glyphs that a word must have beside one to say anything of it
_X_HEIGHT = 0.62  # of a capital's height, where a line does not show it
_HEIGHT_SPREAD = 0.18  # standard deviation of the logarithm of a glyph's height
_MOST_BY_HEIGHT = 3.2  # logarithm of the odds that height alone may give
_ALIKE = 0.9  # of the high ones' height; low ones above it are no other height
_TELLING = 1.35  # ratio of heights from which twins alone show what is high and what is low

DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
LETTERS = _UPPER | _LOWER
CHARACTERS = DIGITS | LETTERS
_HIGH = DIGITS | _UPPER | frozenset("bdfhkl")  # as high as a capital
_LOW = frozenset("acegmnopqrsuvwxyz")  # up to the x-height; t, i and j are neither
_HANGING = frozenset("gjpqyJPQY")  # these, or what is written alike, may reach below the baseline

# The kinds of words: how well a label belongs in each, as its first glyph and after. Signs settle nothing, but where
# "+" and "t" are in doubt, the sign belongs to the digits.
_NUMBER = dict.fromkeys(DIGITS | {"+"}, 1.0)
_CAPITALS = dict.fromkeys(_UPPER, 1.0)
_FIRST = (_NUMBER, _CAPITALS, dict.fromkeys(LETTERS, 0.5))
_REST = (_NUMBER, _CAPITALS, dict.fromkeys(_LOWER, 1.0))
_COMMON = np.array([2.0, 1.0, 2.0])  # how often people write words of each kind, beside the others


class Context:
    """Settles which of the labels of one shape a glyph is, by its height in the line and the rest of its word.

    A word is of one of three kinds; how likely each is, its other glyphs say.
    """

    def __init__(self, labels: Alphabet, twins: Twins) -> None:
        columns = {label: column for column, label in enumerate(labels.labels[:-1])}
        groups = [[label for label in group if label in columns] for group in twins]
        self._groups = {label: group for group in groups if len(group) > 1 for label in group}
        self._columns = {label: [columns[twin] for twin in group] for label, group in self._groups.items()}
        self._voters = [column for label, column in columns.items() if label in CHARACTERS]
        self._start, self._rest = _table(list(columns), _FIRST), _table(list(columns), _REST)

    def settle(self, probabilities: Array, lines: Sequence[Row]) -> Array:
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
                    share_out(row, self._columns[glyph.label], odds)
        fitting = self._fitting(np.array(rows), [word for line in lines for word in line.words], starts).tolist()
        for row, fits, glyph in zip(rows, fitting, (glyph for line in lines for glyph in line.glyphs), strict=True):
            if columns := self._columns.get(glyph.label):
                share_out(row, columns, [fits[column] for column in columns])
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


def _table(labels: Sequence[str], kinds: Sequence[Mapping[str, float]]) -> Array:
    """(labels, kinds): the chance of a label in a word of each kind, of any scale."""
    return np.array([[kind.get(label, _FOREIGN) for kind in kinds] for label in labels])


def share_out(row: list[float], columns: Sequence[int], odds: Sequence[float]) -> None:
    """Share the probability of the ``columns`` of ``row`` out among them anew, by their ``odds``."""
    before = [row[column] for column in columns]
    after = [p * odd for p, odd in zip(before, odds, strict=True)]
    if (total := sum(after)) > 0:
        whole = sum(before) / total
        for column, p in zip(columns, after, strict=True):
            row[column] = p * whole


class _Heights:
    """How far high and low glyphs of a line rise above its baseline, as far as the line shows that."""

    def __init__(self, line: Row, groups: Mapping[str, Sequence[str]]) -> None:
        self._slope = line.slope
        self.known = False
        if len(line.glyphs) == 1:
            return
        standing = [glyph for glyph in line.glyphs if glyph.label in CHARACTERS and not _hangs(glyph.label, groups)]
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

    def odds(self, glyph: Placed, group: Sequence[str]) -> list[float]:
        """How well the glyph's height suits each label of its ``group``, of any scale; [] where it says nothing."""
        if not self.known or not _differ(group):
            return []
        rise = self._rise(glyph)
        from_high, from_low = math.log(rise / self._high), math.log(rise / self._low)
        for_high = (from_low**2 - from_high**2) / (2 * _HEIGHT_SPREAD**2)  # logarithm of the odds
        odds = math.exp(min(max(for_high, -_MOST_BY_HEIGHT), _MOST_BY_HEIGHT))
        return [odds if label in _HIGH else 1.0 for label in group]

    def _rise(self, glyph: Placed) -> float:
        return max(self._baseline - self._level(glyph) + glyph.height / 2, 0.05)

    def _level(self, glyph: Placed) -> float:
        """The height of the glyph's centre in the line made level."""
        return glyph.y - self._slope * glyph.x


def _hangs(label: str, groups: Mapping[str, Sequence[str]]) -> bool:
    """Whether a glyph of this shape may reach below the baseline."""
    return not _HANGING.isdisjoint(groups.get(label, (label,)))


def _differ(group: Sequence[str]) -> bool:
    """Whether the heights of all of these labels are known and not the same."""
    high = sum(label in _HIGH for label in group)
    return 0 < high < len(group) and all(label in _HIGH or label in _LOW for label in group)
