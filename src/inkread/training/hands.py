"""The same character as another hand might have written it: strokes bent, added or cut before any pen draws them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from inkread.strokes import Strokes

SLANT = 0.2  # most px to the side per px of height, either way
STRETCH = 0.15  # most log of the ratio by which width and height change apart
BEND = 0.02  # standard deviation of the smooth bend, share of the longer side
APART = 0.015  # standard deviation of the place of each stroke, share of the longer side
CUT = 0.08  # most of a stroke's points missing at either end: pens lift early and land late


def another_hand(strokes: Strokes, random: Generator) -> Strokes:
    """Strokes with another slant, proportion and bend, each moved a little, sometimes an end missing."""
    left, top, right, bottom = strokes.bounds
    longer = max(right - left, bottom - top)
    if not longer:
        return strokes
    slant, stretch = random.uniform(-SLANT, SLANT), random.uniform(-STRETCH, STRETCH)
    affine = np.array([[np.exp(stretch / 2), slant], [0.0, np.exp(-stretch / 2)]])
    waves = random.uniform(0.3, 1.2, (3, 2)) * random.choice([-1, 1], (3, 2)) * np.pi  # radians per longer side
    phases = random.uniform(0, 2 * np.pi, 3)
    sizes = random.normal(0, BEND, (3, 2))
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    written = []
    for stroke in strokes.strokes:
        at = (_cut(stroke, random)[:, :2] - middle) / longer
        at = at @ affine.T + np.sin(at @ waves.T + phases) @ sizes
        at += random.normal(0, APART, 2) if len(strokes.strokes) > 1 else 0.0
        bent = np.full((len(at), 4), 0.5)
        bent[:, :2] = at * longer + middle
        written.append(bent)
    return Strokes(tuple(written))


CUSTOM = 0.12
"""Share of 0, 1, 7 and 8 that are written as is custom elsewhere. Zeros are slashed where O must not be read, sevens
crossed and ones flagged and footed over much of Europe and Latin America; American data have few, and no way to tell a
slash from dirt. Some people, one in twenty, draw each 8 as two rings."""


def with_custom(strokes: Strokes, label: str, random: Generator, share: float = CUSTOM) -> Strokes:
    """Strokes of digit ``label``, a ``share`` of them with what is custom elsewhere: slashed 0, crossed 7, footed 1; an
    8 of two rings instead.
    """
    if label not in {"0", "1", "7", "8"} or random.random() > share:
        return strokes
    left, top, right, bottom = strokes.bounds
    width, height = right - left, bottom - top
    if label == "8":
        return Strokes.parse(_two_rings(left + width / 2, top, max(width, 0.35 * height), max(height, 1e-3), random))
    if label == "0":
        added = [_slash(left + width / 2, top + height / 2, width, height, random)]
    elif label == "7":
        reach = np.array([random.uniform(0.2, 0.4) * height, random.uniform(-0.08, 0.05) * height])
        added = [_line_at(left + 0.55 * width, top + random.uniform(0.4, 0.6) * height, reach, random, height)]
    else:
        added = _foot_and_flag(strokes, height, random)
    return Strokes.parse([stroke.tolist() for stroke in (*strokes.strokes, *added)])


def _slash(x: float, y: float, width: float, height: float, random: Generator) -> NDArray[np.float64]:
    """A line across the ring of a zero about (x, y): mostly rising, else level or falling, often beyond the ring."""
    low, high = ((20, 80), (-10, 10), (-70, -30))[random.choice(3, p=(0.7, 0.15, 0.15))]
    angle = np.deg2rad(random.uniform(low, high))
    narrowest = max(width, 0.1 * height, 1e-6)  # px; a zero may be drawn as one upright line
    tallest = max(height, 1e-6)
    through = 1 / np.hypot(np.cos(angle) / narrowest, np.sin(angle) / tallest)  # px, as through an ellipse
    reach = np.array([np.cos(angle), -np.sin(angle)]) * through * random.uniform(0.42, 0.85)
    return _line_at(x, y, reach, random, through)


def _two_rings(x: float, top: float, width: float, height: float, random: Generator) -> list[list[list[float]]]:
    """Two rings about x, one on the other, hardly apart or a little over each other; in either order."""
    waist = top + random.uniform(0.4, 0.55) * height
    apart = random.uniform(-0.08, 0.03) * height
    rings = []
    for first, last in ((top, waist - apart / 2), (waist + apart / 2, top + height)):
        start, way = random.uniform(-np.pi, 0), random.choice([-1, 1])  # most begin at the top
        around = start + way * np.linspace(0, 2 * np.pi + random.uniform(-0.25, 0.25), 24)
        wide = width * random.uniform(0.7, 1.0) / 2
        middle = x + random.normal(0, 0.06) * width
        ring = np.stack([middle + wide * np.cos(around), (first + last) / 2 + (last - first) / 2 * np.sin(around)], 1)
        rings.append(ring.tolist())
    return rings if random.random() < 0.7 else rings[::-1]


def _foot_and_flag(strokes: Strokes, height: float, random: Generator) -> list[NDArray[np.float64]]:
    """Either or, in four of ten ones, both: who writes the one writes the other too."""
    points = np.concatenate(strokes.strokes)[:, :2]
    kind = random.random()
    added = []
    if kind < 0.7:
        x, y = points[points[:, 1].argmax()]
        reach = np.array([random.uniform(0.12, 0.4) * height, random.uniform(-0.06, 0.06) * height])
        added.append(_line_at(x, y, reach, random, height))
    if kind > 0.3:
        x, y = points[points[:, 1].argmin()]
        # in half of Europe as long as the stem
        down = random.uniform(0.0, 0.3) if random.random() < 0.7 else random.uniform(0.3, 0.95)
        tip = np.array([x, y]) + height * np.array([-random.uniform(0.12, 0.35 + 0.3 * down), down])
        added.append(np.array([tip, [x, y]]))
    return added


def _line_at(x: float, y: float, reach: NDArray[np.float64], random: Generator, size: float) -> NDArray[np.float64]:
    """A line of two points through about (x, y), a few hundredths of ``size`` beside it, ``reach`` to either side."""
    middle = np.array([x, y]) + random.normal(0, 0.04, 2) * size
    return np.array([middle - reach, middle + reach])


def _cut(stroke: NDArray[np.float64], random: Generator) -> NDArray[np.float64]:
    """One stroke in five without some of its first or last points."""
    missing = int(random.uniform(0, CUT) * len(stroke))
    if not missing or random.random() > 0.2:
        return stroke
    return stroke[missing:] if random.random() < 0.5 else stroke[:-missing]
