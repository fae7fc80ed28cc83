"""What a pen drew, and the one place in Python that turns it into a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkread.errors import StrokesError

MAX_POINTS = 100_000
"""Most points one drawing may have; an hour of writing at 100 points/s stays below it with pauses."""

_SUPERSAMPLING = 4  # sub-pixels per px and axis: 17 grey levels on an edge


@dataclass(frozen=True, eq=False)
class Strokes:
    """Strokes in the order they were drawn, y downwards.

    ``strokes``: one float64 array (points, 4) per stroke, at least one point each. Columns: x px, y px,
    t ms since the first point (0 where unknown), pressure 0-1 (0.5 where unknown).
    """

    strokes: tuple[NDArray[np.float64], ...]

    @classmethod
    def parse(cls, strokes: object, source: str = "strokes") -> Strokes:
        """Strokes from nested lists: a stroke lists ``[x, y]``, ``[x, y, t]`` or ``[x, y, t, pressure]``.

        Strokes without points are left out. Raises StrokesError, naming ``source``, where the nesting is
        another, a number is not finite, or there are more than MAX_POINTS points.
        """
        if not isinstance(strokes, Sequence) or isinstance(strokes, str | bytes):
            raise StrokesError(f"{source}: expected a list of strokes, got {type(strokes).__name__}")
        parsed = [_parse_stroke(stroke, f"{source}: stroke {i}") for i, stroke in enumerate(strokes)]
        kept = tuple(stroke for stroke in parsed if len(stroke))
        points = sum(map(len, kept))
        if points > MAX_POINTS:
            raise StrokesError(f"{source}: expected at most {MAX_POINTS:,} points, got {points:,}")
        return cls(kept)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of all points in px; StrokesError where there are none."""
        if not self.strokes:
            raise StrokesError("expected at least one point, got empty strokes")
        points = np.concatenate([stroke[:, :2] for stroke in self.strokes])
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def width(self) -> float:
        """Of the bounds, px; StrokesError where there are no points."""
        left, _, right, _ = self.bounds
        return right - left

    @property
    def height(self) -> float:
        """Of the bounds, px; StrokesError where there are no points."""
        _, top, _, bottom = self.bounds
        return bottom - top

    def placed(self, scale: float, left: float, top: float) -> Strokes:
        """The same strokes, ``scale`` times as large, with the top left of their bounds at (left, top) px."""
        x0, y0, _, _ = self.bounds
        moved = []
        for stroke in self.strokes:
            copy = stroke.copy()
            copy[:, 0] = (stroke[:, 0] - x0) * scale + left
            copy[:, 1] = (stroke[:, 1] - y0) * scale + top
            moved.append(copy)
        return Strokes(tuple(moved))

    def draw(self, width: int, height: int, pen: float, *, dark_on_light: bool = True) -> NDArray[np.uint8]:
        """Picture (height, width) uint8 of the strokes under a round pen of constant width ``pen`` px."""
        if width < 1 or height < 1 or not pen > 0:
            raise StrokesError(f"expected a size of at least 1x1 px and a pen > 0 px, got {width}x{height}, {pen}")
        k = _SUPERSAMPLING
        sheet = Image.new("L", (width * k, height * k), 0)
        canvas = ImageDraw.Draw(sheet)
        radius = max(0.0, pen * k / 2 - 0.5)  # Pillow draws both ends of a range, and at least one sub-pixel
        for stroke in self.strokes:
            # a pixel's centre lies at +0.5; Pillow draws between centres
            points = [(x * k - 0.5, y * k - 0.5) for x, y in stroke[:, :2].tolist()]
            for a, b in pairwise(points):
                _draw_segment(canvas, a, b, radius)
            for x, y in points:  # round caps and joins
                canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        ink = np.asarray(sheet.reduce(k))
        return np.asarray(255 - ink if dark_on_light else ink)


def _parse_stroke(stroke: object, source: str) -> NDArray[np.float64]:
    if not isinstance(stroke, Sequence) or isinstance(stroke, str | bytes):
        raise StrokesError(f"{source}: expected a list of points, got {type(stroke).__name__}")
    rows = np.zeros((len(stroke), 4))
    rows[:, 3] = 0.5
    for i, point in enumerate(stroke):
        if not isinstance(point, Sequence) or isinstance(point, str | bytes) or not 2 <= len(point) <= 4:
            raise StrokesError(
                f"{source}: expected point {i} as [x, y], [x, y, t] or [x, y, t, pressure], got {point!r:.60}"
            )
        for j, value in enumerate(point):
            if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
                raise StrokesError(f"{source}: expected finite numbers in point {i}, got {point!r:.60}")
            rows[i, j] = value
    return rows


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value) and abs(value) < 1e9  # px; beyond it, sub-pixels are lost to rounding
    except OverflowError:  # an int too large for a float
        return False


def _draw_segment(canvas: ImageDraw.ImageDraw, a: tuple[float, float], b: tuple[float, float], radius: float) -> None:
    """The rectangle around a segment; Pillow's own wide lines are rounded to whole widths and ends."""
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    if length == 0:
        return
    nx, ny = (a[1] - b[1]) / length * radius, (b[0] - a[0]) / length * radius
    canvas.polygon(
        [(a[0] + nx, a[1] + ny), (b[0] + nx, b[1] + ny), (b[0] - nx, b[1] - ny), (a[0] - nx, a[1] - ny)],
        fill=255,
    )
