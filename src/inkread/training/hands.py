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


def _cut(stroke: NDArray[np.float64], random: Generator) -> NDArray[np.float64]:
    """One stroke in five without some of its first or last points."""
    missing = int(random.uniform(0, CUT) * len(stroke))
    if not missing or random.random() > 0.2:
        return stroke
    return stroke[missing:] if random.random() < 0.5 else stroke[:-missing]
