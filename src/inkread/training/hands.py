"""The same character as another hand might have written it: strokes bent before any pen draws them."""

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


SLASHED_ZERO, CROSSED_SEVEN, FOOT, FLAG = 0.12, 0.12, 0.08, 0.08
"""Shares of digits that get the stroke. Zeros are slashed where O must not be read, sevens crossed and ones footed or
flagged over much of Europe and Latin America; American data have few, and no way to tell a slash from dirt."""


def with_custom(strokes: Strokes, label: str, random: Generator) -> Strokes:
    """Strokes of digit ``label``, some with a stroke that is custom elsewhere: slashed 0, crossed 7, footed 1."""
    left, top, right, bottom = strokes.bounds
    width, height = right - left, bottom - top
    added = []
    if label == "0" and random.random() < SLASHED_ZERO:
        reach = np.array([width, -height]) * random.uniform(0.35, 0.75, 2)
        added.append(_line_at(left + width / 2, top + height / 2, reach, random, height))
    elif label == "7" and random.random() < CROSSED_SEVEN:
        reach = np.array([random.uniform(0.2, 0.4) * height, random.uniform(-0.08, 0.05) * height])
        added.append(_line_at(left + 0.55 * width, top + random.uniform(0.4, 0.6) * height, reach, random, height))
    elif label == "1":
        points = np.concatenate(strokes.strokes)[:, :2]
        if random.random() < FOOT:
            x, y = points[points[:, 1].argmax()]
            reach = np.array([random.uniform(0.12, 0.4) * height, random.uniform(-0.06, 0.06) * height])
            added.append(_line_at(x, y, reach, random, height))
        if random.random() < FLAG:
            x, y = points[points[:, 1].argmin()]
            tip = np.array([x, y]) + height * np.array([-random.uniform(0.12, 0.35), random.uniform(0.05, 0.3)])
            added.append(np.array([tip, [x, y]]))
    return Strokes.parse([stroke.tolist() for stroke in (*strokes.strokes, *added)])


def _line_at(x: float, y: float, reach: NDArray[np.float64], random: Generator, height: float) -> NDArray[np.float64]:
    """A line of two points through about (x, y), ``reach`` to either side."""
    middle = np.array([x, y]) + random.normal(0, 0.04, 2) * height
    return np.array([middle - reach, middle + reach])


def _cut(stroke: NDArray[np.float64], random: Generator) -> NDArray[np.float64]:
    """One stroke in five without some of its first or last points."""
    missing = int(random.uniform(0, CUT) * len(stroke))
    if not missing or random.random() > 0.2:
        return stroke
    return stroke[missing:] if random.random() < 0.5 else stroke[:-missing]
