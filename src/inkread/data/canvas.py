"""Drawing strokes the way people use a canvas: anywhere on it, small or large, with a thin or a thick pen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkread.strokes import Strokes

CANVAS = 280  # px, both sides: the canvas of a common demo page, 10 times MNIST's 28
LENGTH = (0.35, 0.80)  # longer side of the drawing as a share of the canvas, smallest and largest
PEN = (8.0, 24.0)  # px on a canvas of CANVAS px, thinnest and thickest

LINE = (40.0, 160.0)  # px, height of a written line, lowest and highest
LINE_PEN = (0.04, 0.12)  # pen as a share of that height
MARGIN = (0.15, 0.60)  # what is left free around it, as a share of that height
WIDEST = 12.0  # heights a line may be wide; a wider one is drawn as if it were as tall as that asks


def drawn_anywhere(
    strokes: Strokes, seed: int | Sequence[int], *, size: int = CANVAS, dark_on_light: bool | None = None
) -> NDArray[np.uint8]:
    """Picture (size, size) uint8 of the strokes: the protocol by which stroke data sets are measured.

    Longer side, pen, place and polarity are uniform over their ranges, the ink including half a pen always
    inside the canvas; a dot, which has no longer side, only gets the others. All of it follows from ``seed``:
    give ``(seed, index)`` for item ``index`` of a data set. Lengths scale with ``size`` px, so one seed gives
    the same drawing at 64 px and at 1,024 px. ``dark_on_light`` forces the polarity and changes nothing else.
    Raises StrokesError where there is no point to draw.
    """
    left, top, right, bottom = strokes.bounds
    random = np.random.default_rng(seed)
    unit = size / CANVAS
    length = random.uniform(*LENGTH) * size
    pen = random.uniform(*PEN) * unit
    across, down = random.random(2)  # 0 = as far left or up as it fits, 1 = right or down
    drawn_dark = bool(random.integers(2))
    longer = max(right - left, bottom - top)
    scale = length / longer if longer > 0 else 1.0
    x = pen / 2 + across * (size - pen - (right - left) * scale)
    y = pen / 2 + down * (size - pen - (bottom - top) * scale)
    polarity = drawn_dark if dark_on_light is None else dark_on_light
    return strokes.placed(scale, x, y).draw(size, size, pen, dark_on_light=polarity)


def drawn_whole(strokes: Strokes, seed: int | Sequence[int]) -> NDArray[np.uint8]:
    """Picture (h, w) uint8 of a written line on a canvas that fits it: how drawn numbers are measured.

    The ink's height in px, the pen and the four margins as shares of that height, and the polarity are uniform over
    their ranges; a line wider than WIDEST heights is drawn smaller, so that no side passes 2,200 px. All of it follows
    from ``seed``, as in ``drawn_anywhere``. Raises StrokesError where there is no point to draw.
    """
    left, top, right, bottom = strokes.bounds
    random = np.random.default_rng(seed)
    height = random.uniform(*LINE)
    pen = random.uniform(*LINE_PEN) * height
    before, above, after, below = random.uniform(*MARGIN, 4) * height
    dark = bool(random.integers(2))
    tall, wide = max(bottom - top, 1e-6), right - left
    scale = height / max(tall, wide / WIDEST)
    line = strokes.placed(scale, before + pen / 2, above + pen / 2)
    _, _, far, low = line.bounds
    return line.draw(math.ceil(far + pen / 2 + after), math.ceil(low + pen / 2 + below), pen, dark_on_light=dark)
