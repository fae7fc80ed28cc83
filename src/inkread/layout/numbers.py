"""Numbers: which glyphs of a word are separators and which are digits, by how people write numbers.

    heights   a slash is mostly higher than the digits beside it; a 1 is as high as these
    ways      all ways to read the doubtful glyphs of a word, each as a digit or as one of the separators
    custom    4/27/92, 555-1234 and 12:05 are oftener written than chance has it, 61.2- and )2 hardly ever
    settled   what each glyph has as a digit and as each separator, summed over all ways

Only words in which all glyphs are likelier digits or separators than letters. Chosen on numbers of UNIPEN's
training part (docs/experiments.md, 2026-11-28): 90.4 % read, 88.9 % where only 1 and / were told apart, by place.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from statistics import median

from inkread.alphabet import SEPARATORS, Alphabet
from inkread.layout.context import DIGITS, share_out
from inkread.layout.lines import Array, Row

_DIGIT = "0"
"""Stands for any digit in a way to read a word."""

_LEAST = 0.003  # of what a glyph has as a digit and as any separator: what has less is not tried
_TRIED = 3  # readings of a glyph
_DOUBTED = 6  # glyphs of a word that have several, those in most doubt; the others are as they look

_HIGHER = (8.0, -0.8)  # logarithm of the odds for "/" beside 1: by the logarithm of its height in digits, and always
_MOST_BY_HEIGHT = 4.0

_USUAL = 5.0  # how much oftener than by chance a date, a time, a telephone number, a thousand are written
_ODD = 0.1  # of each thing that people hardly write
_FORMATS = re.compile(
    r"\d\d?/\d\d?(/\d\d(\d\d)?)?"  # a date, a fraction
    r"|\d\d?:\d\d(:\d\d)?"  # a time
    r"|(\+?\d+-)*(\d{3}|\d{5})-\d{4}"  # a telephone number, a ZIP code
    r"|\d{1,3}(,\d{3})+(\.\d\d)?"  # thousands
)
_ODDITIES = re.compile(r"^[.,/:)]|[-.,/:(+]$|[^\d)](?=[^\d(])|[/:]")


def settle_numbers(probabilities: Array, lines: Sequence[Row], labels: Alphabet) -> None:
    """Share out anew, in place, what each glyph (glyphs in reading order, labels) has as a digit and as a separator.

    Where no separator, or no digit, is among the ``labels``, nothing changes.
    """
    columns = {label: column for column, label in enumerate(labels.labels)}
    digits = [column for label, column in columns.items() if label in DIGITS]
    signs = {sign: columns[sign] for sign in SEPARATORS if sign in columns}
    if not digits or not signs:
        return
    every = [*digits, *signs.values()]
    heights = [glyph.height for line in lines for glyph in line.glyphs]
    for word in (word for line in lines for word in line.words if len(word) > 1):
        part = probabilities[word.start : word.stop]
        if (part[:, every].sum(1) <= 0.5 * part[:, :-1].sum(1)).any():
            continue
        rows: list[list[float]] = part.tolist()  # a few numbers at a time: arrays would take longer
        _by_height(rows, heights[word.start : word.stop], columns)
        read = [_readings(row, digits, signs) for row in rows]
        for row, readings, settled in zip(rows, read, _settled(read), strict=True):
            for sign, before in readings.items():
                for column in digits if sign == _DIGIT else [signs[sign]]:
                    row[column] *= settled[sign] / before
        probabilities[word.start : word.stop] = rows


def _by_height(rows: Sequence[list[float]], heights: Sequence[float], columns: dict[str, int]) -> None:
    """Share out what is 1 or "/" by how high it is beside the word's digits; where all may be strokes, nothing."""
    if not {"1", "/"} <= columns.keys():
        return
    strokes = [columns["1"], columns["/"]]
    told = {column for label, column in columns.items() if label in DIGITS - {"1"}}
    known = [height for row, height in zip(rows, heights, strict=True) if _best(row) in told]
    if not known:
        return
    usual = median(known)
    by_height, always = _HIGHER
    for row, height in zip(rows, heights, strict=True):
        log_odds = by_height * math.log(height / usual) + always
        share_out(row, strokes, [1.0, math.exp(min(max(log_odds, -_MOST_BY_HEIGHT), _MOST_BY_HEIGHT))])


def _readings(row: Sequence[float], digits: Sequence[int], signs: dict[str, int]) -> dict[str, float]:
    """What a glyph may be, a digit or which separator, and the probability of each: the likeliest first."""
    found = {_DIGIT: sum(row[column] for column in digits)} | {sign: row[column] for sign, column in signs.items()}
    order = sorted(found, key=found.__getitem__, reverse=True)[:_TRIED]
    least = _LEAST * sum(found.values())
    return {sign: found[sign] for place, sign in enumerate(order) if place == 0 or found[sign] > least}


def _settled(read: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """The readings' probabilities, each glyph's sum as before, weighed by how usual the word is that they make."""
    doubted = sorted(range(len(read)), key=lambda place: max(read[place].values()) / sum(read[place].values()))
    varied = [place for place in doubted[:_DOUBTED] if len(read[place]) > 1]
    tried = [list(readings)[: None if place in varied else 1] for place, readings in enumerate(read)]
    weights = {place: dict.fromkeys(read[place], 0.0) for place in varied}
    for way in itertools.product(*tried):
        weight = _custom("".join(way)) * math.prod(read[place][way[place]] for place in varied)
        for place in varied:
            weights[place][way[place]] += weight
    settled = list(read)
    for place, by_sign in weights.items():
        scale = sum(read[place].values()) / sum(by_sign.values())
        settled[place] = {sign: weight * scale for sign, weight in by_sign.items()}
    return settled


def _custom(word: str) -> float:
    """How much oftener than by chance a word is written, 1 for digits alone."""
    if word.isdecimal():
        return 1.0
    if _FORMATS.fullmatch(word):
        return _USUAL
    mixed = len(set(word.replace(",", ".")) - set("0()")) - 1
    odd = len(_ODDITIES.findall(word)) + abs(word.count("(") - word.count(")")) + max(mixed, 0)
    return _ODD**odd


def _best(row: Sequence[float]) -> int:
    """The likeliest column but the last one, that of the reject label."""
    return max(range(len(row) - 1), key=row.__getitem__)
