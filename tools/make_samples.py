"""The pictures in samples/, from strokes made up here: `python -m tools.make_samples`.

    points by hand -> smooth strokes -> Strokes.draw -> flat paper, or paper under a lamp -> PNG, JPEG, WebP

The name of a file begins with what is written in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from inkread.strokes import Strokes

FOLDER = Path(__file__).resolve().parents[1] / "samples"

Picture = NDArray[np.uint8]
Points = Sequence[tuple[float, float]]

# Knots of each stroke in a box 100 high, y downwards; curves go through them.
ONE: tuple[Points, ...] = (
    ((8, 30), (26, 14), (40, 0), (40, 50), (39, 100)),
    ((16, 100), (40, 99), (66, 101)),
)
TWO: tuple[Points, ...] = (
    ((4, 24), (20, 3), (46, 2), (60, 20), (52, 44), (28, 72), (6, 94), (4, 99), (34, 95), (70, 98)),
)
THREE: tuple[Points, ...] = (
    (
        (6, 12),
        (28, 0),
        (52, 8),
        (54, 28),
        (40, 42),
        (24, 47),
        (44, 50),
        (60, 66),
        (52, 90),
        (26, 101),
        (2, 90),
    ),
)
FOUR: tuple[Points, ...] = (((22, 2), (14, 30), (6, 58), (30, 60), (70, 56)), ((54, 14), (50, 56), (46, 102)))
FIVE: tuple[Points, ...] = (
    ((18, 4), (14, 26), (12, 46), (34, 40), (56, 54), (58, 78), (40, 98), (14, 98), (0, 88)),
    ((18, 5), (40, 3), (62, 0)),
)
SEVEN: tuple[Points, ...] = (
    ((2, 6), (30, 7), (62, 2), (60, 8), (46, 40), (34, 70), (28, 102)),
    ((16, 52), (38, 50), (58, 47)),
)
NINE: tuple[Points, ...] = (
    (
        (56, 16),
        (36, 0),
        (10, 12),
        (6, 36),
        (26, 50),
        (50, 38),
        (58, 14),
        (58, 50),
        (50, 86),
        (26, 101),
        (8, 92),
    ),
)
LETTER_K: tuple[Points, ...] = (
    ((6, 0), (7, 50), (5, 101)),
    ((58, 2), (34, 30), (8, 55)),
    ((22, 44), (42, 72), (66, 100)),
)


def small_in_a_corner() -> Picture:
    """A crossed 7, 40 px high on 640x480."""
    return drawn(SEVEN, (640, 480), height=40, left=566, top=412, pen=4)


def thin() -> Picture:
    """An open 4 by a pen of 1.5 px."""
    return drawn(FOUR, (300, 300), height=190, left=70, top=48, pen=1.5)


def with_flag_and_foot() -> Picture:
    """A 1 as much of Europe writes it."""
    return drawn(ONE, (280, 280), height=150, left=90, top=60, pen=14)


def light_on_dark() -> Picture:
    """A 2 as chalk on a board."""
    board = 34 + 10 * smooth_noise((240, 320), 5, seed=1)
    chalk = drawn(TWO, (320, 240), height=150, left=118, top=42, pen=11, dark_on_light=False) / 255
    return as_picture(board + chalk * (200 - board) + 4 * smooth_noise((240, 320), 120, seed=2))


def on_ruled_paper() -> Picture:
    """A 5 on ruled paper, the lamp at the left, a little out of focus."""
    return photographed(FIVE, (420, 360), height=150, left=150, top=120, pen=8, ruling=48, seed=3)


def on_squared_paper() -> Picture:
    """A 3 on squared paper in shade."""
    return photographed(THREE, (320, 400), height=130, left=110, top=150, pen=7, ruling=40, squared=True, seed=4)


def large_and_thick() -> Picture:
    """A 9 with a hooked tail that fills its 96x96 px."""
    return drawn(NINE, (96, 96), height=78, left=22, top=9, pen=12)


def a_letter() -> Picture:
    """A K, which is no digit."""
    return drawn(LETTER_K, (280, 280), height=150, left=82, top=62, pen=13)


def an_empty_sheet() -> Picture:
    """White paper."""
    return np.full((280, 280), 255, np.uint8)


SAMPLES: dict[str, Callable[[], Picture]] = {
    "1-with-flag-and-foot.png": with_flag_and_foot,
    "2-light-on-dark.webp": light_on_dark,
    "3-on-squared-paper.jpg": on_squared_paper,
    "4-thin.png": thin,
    "5-on-ruled-paper.jpg": on_ruled_paper,
    "7-small-in-a-corner.png": small_in_a_corner,
    "9-large-and-thick.png": large_and_thick,
    "K-a-letter.png": a_letter,
    "empty-sheet.png": an_empty_sheet,
}
"""By file name, in the order of `inkread read samples/*`."""


def smooth(knots: Points, steps: int = 8) -> list[list[float]]:
    """A Catmull-Rom curve through the knots, its ends doubled, ``steps`` points from knot to knot."""
    p = np.array([knots[0], *knots, knots[-1]], float)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    points: list[list[float]] = np.concatenate([*parts, p[-1:]]).tolist()
    return points


def drawn(
    knots: Sequence[Points],
    size: tuple[int, int],
    *,
    height: float,
    left: float,
    top: float,
    pen: float,
    dark_on_light: bool = True,
) -> Picture:
    """Strokes on flat paper of ``size`` (width, height); the other lengths in px too."""
    strokes = Strokes.parse([smooth(stroke) for stroke in knots])
    return strokes.placed(height / 100, left, top).draw(*size, pen, dark_on_light=dark_on_light)


def photographed(
    knots: Sequence[Points],
    size: tuple[int, int],
    *,
    height: float,
    left: float,
    top: float,
    pen: float,
    ruling: int,
    seed: int,
    squared: bool = False,
) -> Picture:
    """Strokes on paper with lines ``ruling`` px apart, under uneven light, as a camera sees them."""
    ink = 1 - drawn(knots, size, height=height, left=left, top=top, pen=pen) / 255
    rows, columns = np.indices(ink.shape)
    lines = (rows + 0.02 * columns) % ruling < 1.6  # the sheet lies a little askew
    if squared:
        lines |= (columns - 0.02 * rows) % ruling < 1.6
    light = 150 + 70 * (1 - columns / size[0]) + 25 * smooth_noise(ink.shape, 3, seed)
    picture = light * (1 - 0.25 * lines) * (1 - 0.62 * ink) + 3 * smooth_noise(ink.shape, 150, seed + 1)
    blurred = Image.fromarray(as_picture(picture)).filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(blurred)


def smooth_noise(shape: tuple[int, ...], knots: int, seed: int) -> NDArray[np.float64]:
    """Noise (h, w) of about -1 to 1, smooth between ``knots`` random values on each axis."""
    coarse = np.random.default_rng(seed).uniform(-1, 1, (knots, knots)).astype(np.float32)
    fine = Image.fromarray(coarse).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(fine, float)


def as_picture(grey: NDArray[np.float64]) -> Picture:
    """Grey values rounded and cut to 0-255."""
    return grey.round().clip(0, 255).astype(np.uint8)


def save(folder: Path) -> None:
    """Write all samples into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SAMPLES.items():
        Image.fromarray(make()).save(folder / name, quality=75)


if __name__ == "__main__":
    save(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
