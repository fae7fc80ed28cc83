"""Pictures with nothing handwritten in them, of which no reader may invent any: 50, of five kinds.

print   lines of printed words        empty   paper, screens, a gradient, a shadow
faces   drawn heads and people        lines   ruled, squared, crossed, a comb, a spiral
noise   of five grains
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from inkread.picture import Picture

EACH = 10
"""Pictures of each kind."""

_TEXT = (
    "the of and to in for is on that by this with you it not or be are from at as your all have new more an was we "
    "will home can us about if page my has search free but our one other do no information time they site he up may"
)


def nonsense() -> dict[str, list[Picture]]:
    """The pictures by kind, the same ones every time."""
    return {
        kind: [make(np.random.default_rng((number, i)), *_size(number, i)) for i in range(EACH)]
        for number, (kind, make) in enumerate(_KINDS.items())
    }


def _size(kind: int, i: int) -> tuple[int, int]:
    """Height and width: from a canvas to a photo of a page."""
    sizes = ((280, 280), (480, 640), (1_000, 700), (200, 900), (1_200, 1_600))
    return sizes[(kind + i) % len(sizes)]


def _print(random: Generator, h: int, w: int) -> Picture:
    image, draw = _sheet(h, w, random)
    size = int(random.integers(11, 11 + max(h, w) // 60))
    font = ImageFont.load_default(size)
    vocabulary = _TEXT.split()
    y = random.uniform(0.5, 2) * size
    while y < h - 2 * size:
        words: list[str] = []
        while draw.textlength(" ".join(words), font=font) < 0.8 * w:
            words.append(vocabulary[int(random.integers(len(vocabulary)))])
        draw.text((0.05 * w, y), " ".join(words[:-1]).capitalize(), fill=int(random.integers(0, 70)), font=font)
        y += 1.4 * size
    return _seen(image, random)


def _face(random: Generator, h: int, w: int) -> Picture:
    image, draw = _sheet(h, w, random)
    pen = max(2, round(0.012 * min(h, w)))
    for _ in range(int(random.integers(1, 4))):
        r = random.uniform(0.15, 0.4) * min(h, w)
        x, y = random.uniform(r, max(r, w - r)), random.uniform(r, max(r, h - r))
        skin = int(random.integers(120, 240)) if random.random() < 0.7 else None

        def oval(dx: float, dy: float, rx: float, ry: float, fill: int | None = None) -> None:
            box = (x + (dx - rx) * r, y + (dy - ry) * r, x + (dx + rx) * r, y + (dy + ry) * r)  # noqa: B023
            draw.ellipse(box, fill=fill, outline=40, width=pen)

        oval(0, 0, random.uniform(0.7, 0.9), 1, skin)
        for side in (-1, 1):
            oval(side * 0.33, -0.2, 0.16, random.uniform(0.08, 0.13), 250)
            oval(side * 0.33, -0.2, 0.05, 0.06, 30)
            brow = [(x + side * 0.5 * r, y - 0.42 * r), (x + side * 0.2 * r, y - random.uniform(0.4, 0.5) * r)]
            draw.line(brow, fill=40, width=pen)
        draw.line([(x, y - 0.1 * r), (x - 0.1 * r, y + 0.25 * r), (x + 0.05 * r, y + 0.25 * r)], fill=60, width=pen)
        draw.arc((x - 0.35 * r, y + 0.2 * r, x + 0.35 * r, y + 0.65 * r), 20, 160, fill=60, width=pen)
    return _seen(image, random)


def _noise(random: Generator, h: int, w: int) -> Picture:
    grain = int(random.choice([1, 2, 4, 8, 24]))
    coarse = random.normal(random.uniform(90, 160), random.uniform(10, 70), (-(-h // grain), -(-w // grain)))
    image = Image.fromarray(np.asarray(coarse.clip(0, 255), np.uint8))
    return np.asarray(image.resize((w, h), Image.Resampling.BICUBIC))


def _empty(random: Generator, h: int, w: int) -> Picture:
    kind = random.random()
    if kind < 0.3:
        return np.full((h, w), int(random.choice([0, 128, 255])), np.uint8)
    image, draw = _sheet(h, w, random)
    if kind > 0.7:  # the shadow of a hand
        edge = random.uniform(0.2, 0.8) * w
        draw.polygon([(edge, 0), (w, 0), (w, h), (edge * random.uniform(0.7, 1.2), h)], fill=150)
        image = image.filter(ImageFilter.GaussianBlur(0.05 * max(h, w)))
    return _seen(image, random)


def _lines(random: Generator, h: int, w: int) -> Picture:
    image, draw = _sheet(h, w, random)
    pen, grey = int(random.integers(1, 5)), int(random.integers(0, 150))
    apart = random.uniform(0.03, 0.15) * max(h, w)
    tilt = random.uniform(-0.15, 0.15)
    kind = int(random.integers(5))
    if kind in (0, 1):  # ruled, squared
        for n in range(-30, 60):
            draw.line([(0, n * apart), (w, n * apart + tilt * w)], fill=grey, width=pen)
            if kind:
                draw.line([(n * apart, 0), (n * apart - tilt * h, h)], fill=grey, width=pen)
    elif kind == 2:  # anywhere
        for _ in range(12):
            draw.line([tuple(random.uniform(0, (w, h))) for _ in range(2)], fill=grey, width=pen)
    elif kind == 3:  # a frame with columns
        draw.rectangle((0.1 * w, 0.1 * h, 0.9 * w, 0.9 * h), outline=grey, width=pen)
        for share in random.uniform(0.15, 0.85, 4):
            draw.line([(share * w, 0.1 * h), (share * w, 0.9 * h)], fill=grey, width=pen)
    else:  # a spiral
        turn = np.linspace(0, 10 * math.pi, 400)
        x, y = w / 2 + turn * np.cos(turn) * w / 70, h / 2 + turn * np.sin(turn) * h / 70
        draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill=grey, width=pen)
    return _seen(image, random)


_KINDS: dict[str, Callable[[Generator, int, int], Picture]] = {
    "print": _print,
    "faces": _face,
    "noise": _noise,
    "empty": _empty,
    "lines": _lines,
}


def _sheet(h: int, w: int, random: Generator) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (w, h), int(random.integers(190, 256)))
    return image, ImageDraw.Draw(image)


def _seen(image: Image.Image, random: Generator) -> Picture:
    """As a camera sees it: a little noise, light that falls off to one side."""
    picture = np.asarray(image, np.float32)
    light = np.linspace(1, random.uniform(0.8, 1), picture.shape[1], dtype=np.float32)
    return np.asarray((picture * light + random.normal(0, 3, picture.shape)).clip(0, 255), np.uint8)
