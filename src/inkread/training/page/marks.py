"""What is on made pages and is no glyph: underlines, forms, scribbles, print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from inkread.training.page.texts import DIGITS, LOWER, UPPER, some_of

K = 2  # sub-pixels per px and axis in which pages are drawn


def marks_on(size: tuple[int, int], random: Generator, *, empty: bool, glyphs: bool) -> Image.Image:
    """Underlines, frames, crosses, scribbles and print on a page of ``size`` sub-pixels, light on 0.

    ``empty``: nothing else is there, so that there are more of them. ``glyphs``: whether any is there; print is no
    larger than these may be.
    """
    marks = Image.new("L", size, 0)
    draw = ImageDraw.Draw(marks)
    w, h = marks.size
    chance = 0.45 if empty else 0.09
    thin = max(1, round(K * random.uniform(0.6, 3.0)))
    grey = int(random.integers(90, 256))
    if random.random() < 1.6 * chance:  # an underline, or a rule over and under
        for y in random.uniform(0, h, int(random.integers(1, 3))):
            tilt = random.normal(0, 0.02) * w
            draw.line([(random.uniform(-0.2, 0.2) * w, y), (random.uniform(0.8, 1.2) * w, y + tilt)], grey, thin)
    if random.random() < chance:  # boxes of a form
        x0, y0 = random.uniform(-0.1, 0.3) * w, random.uniform(-0.1, 0.4) * h
        cell = random.uniform(0.08, 0.4) * max(w, h)
        for i in range(int(random.integers(1, 9))):
            draw.rectangle((x0 + i * cell, y0, x0 + (i + 1) * cell, y0 + cell * 1.2), outline=grey, width=thin)
    if random.random() < chance:
        for _ in range(int(random.integers(1, 4))):
            _scribble(draw, w, h, thin, random)
    if random.random() < chance:
        _print(draw, w, h, 0.14 if glyphs else 0.3, random)
    return marks


def _scribble(draw: ImageDraw.ImageDraw, w: int, h: int, thin: int, random: Generator) -> None:
    if random.random() < 0.4:  # round things: coins, heads, eyes
        r = random.uniform(0.02, 0.5) * min(w, h)
        x, y = random.uniform(0, w), random.uniform(0, h)
        fill = int(random.integers(80, 256)) if random.random() < 0.3 else None
        draw.ellipse((x - r, y - r * random.uniform(0.6, 1.4), x + r, y + r), fill=fill, outline=200, width=thin)
        return
    n = int(random.integers(8, 60))
    steps = random.normal(0, random.uniform(0.02, 0.15) * max(w, h), (n, 2))
    path = np.cumsum(steps, 0) * (1, random.uniform(0.1, 1)) + random.uniform(0, 1, 2) * (w, h)
    draw.line([tuple(p) for p in path.tolist()], 230, thin, joint="curve")


def _print(draw: ImageDraw.ImageDraw, w: int, h: int, largest: float, random: Generator) -> None:
    size = random.uniform(0.03, largest) * max(w, h)
    font = _font(int(random.integers(100)), max(8, round(size)))
    y = random.uniform(-0.1, 0.8) * h
    for _ in range(int(random.integers(1, 14))):
        words = " ".join(
            some_of(LOWER if random.random() < 0.7 else DIGITS + UPPER, int(random.integers(1, 10)), random)
            for _ in range(8)
        )
        draw.text((random.uniform(-0.3, 0.3) * w, y), words, fill=int(random.integers(120, 256)), font=font)
        y += 1.3 * size


@cache
def _fonts() -> list[Path]:
    """Printed faces: those that come with matplotlib."""
    import matplotlib

    return sorted(
        path
        for path in (Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("*.ttf")
        if path.stem.startswith(("DejaVu", "STIXGeneral", "cmr", "cmtt", "cmss"))
    )


@cache
def _font(which: int, size: int) -> ImageFont.FreeTypeFont:
    paths = _fonts()
    return ImageFont.truetype(str(paths[which % len(paths)]), size)
