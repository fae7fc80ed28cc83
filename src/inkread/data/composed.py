"""Made pages of one writer's digits: the protocol by which reading several digits is measured.

    one writer's drawings -> 1 to 12 digits in 1 to 4 lines -> slope, size, gaps, pen -> ink -> paper -> Composed

No code is shared with the pages that training makes, so that what is measured is not what was practised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from inkread.data.samples import Picture, Samples
from inkread.errors import DataError
from inkread.strokes import Strokes

MOST_DIGITS, MOST_LINES = 12, 4
SIDE = (240.0, 1_280.0)  # px, longer side of a page, evenly by its logarithm
SHAPE = (0.35, 1.0)  # shorter side as a share of it
FILLED = (0.45, 0.95)  # height of the digits as a share of the tallest that fit
SLOPE = 0.14  # px a line rises or falls per px at most: 8 degrees
PEN = (0.05, 0.15)  # pen as a share of the digits' height
GAPS = (-0.08, 0.02, 0.12, 0.30)  # from one digit's box to the next as a share of their height; a line has one of them

PAPERS = ("white screen", "black screen", "plain", "ruled", "squared", "waved")
"""What a page is written on: two screens as they are, and paper as a camera sees it."""


@dataclass(frozen=True, eq=False)
class Composed:
    """A made page: ``picture`` (h, w) uint8, its ``lines`` from the top, each left to right.

    ``paper``: out of PAPERS. ``touching``: whether ink of one digit meets that of the next.
    """

    picture: Picture
    lines: tuple[str, ...]
    paper: str
    touching: bool

    @property
    def text(self) -> str:
        """All digits in reading order."""
        return "".join(self.lines)


def composed_page(
    samples: Samples,
    seed: int | Sequence[int],
    *,
    lines: Sequence[int] | None = None,
    size: tuple[int, int] | None = None,
    paper: str | None = None,
) -> Composed:
    """A page in the hand of one writer of ``samples``, stroke drawings of digits. All of it follows from ``seed``.

    ``lines``: digits in each, otherwise 1 to 12 in 1 to 4. ``size``: height and width in px. ``paper``: out of PAPERS.
    Raises DataError where there is no drawing.
    """
    if not samples.labels:
        raise DataError(f"{samples.name}: expected drawings of digits to compose pages from, got none")
    random = np.random.default_rng(seed)
    own = _one_writer(samples, random)
    counts = lines or _line_lengths(random)
    height, width = size or _page_size(random)
    chosen = [[own[int(i)] for i in random.integers(len(own), size=count)] for count in counts]
    texts = tuple("".join(samples.labels[i] for i in row) for row in chosen)
    drawings = [[_drawing(samples, i) for i in row] for row in chosen]
    ink, touching = _written(drawings, height, width, random)
    paper = paper or PAPERS[int(random.integers(len(PAPERS)))]
    return Composed(_on_paper(ink, paper, random), texts, paper, touching)


def _one_writer(samples: Samples, random: Generator) -> list[int]:
    writers = sorted(set(samples.writers))
    writer = writers[int(random.integers(len(writers)))]
    return [i for i, name in enumerate(samples.writers) if name == writer]


def _line_lengths(random: Generator) -> list[int]:
    """Digits in each line: their number is even over 1 to 12, then that of the lines over what they allow."""
    digits = int(random.integers(1, MOST_DIGITS + 1))
    count = int(random.integers(1, min(MOST_LINES, digits) + 1))
    ends = np.sort(random.choice(np.arange(1, digits), count - 1, replace=False))
    return [end - first for first, end in pairwise([0, *ends.tolist(), digits])]


def _page_size(random: Generator) -> tuple[int, int]:
    longer = math.exp(random.uniform(*np.log(SIDE)))
    shorter = longer * random.uniform(*SHAPE)
    upright = random.random() < 0.2
    return (round(longer), round(shorter)) if upright else (round(shorter), round(longer))


def _drawing(samples: Samples, i: int) -> Strokes:
    item = samples.items[i]
    if not isinstance(item, Strokes):
        raise DataError(f"{samples.name}: expected strokes to compose pages from, got a picture")
    return item


# Where the digits stand


class _Placed(NamedTuple):
    """A digit in its line, where 1 is the height of a digit: left end, scale, and height over the baseline."""

    strokes: Strokes
    x: float
    scale: float
    lift: float


def _written(lines: Sequence[Sequence[Strokes]], height: int, width: int, random: Generator) -> tuple[Picture, bool]:
    """Ink (height, width) of the lines, light on 0, and whether any two neighbours touch."""
    slope = random.uniform(-SLOPE, SLOPE)
    rows = [_row(line, random) for line in lines]
    widest = max(right for _, right in rows)
    pitch = random.uniform(1.35, 1.8)  # from one baseline to the next, in heights of a digit
    need = 1.25 + pitch * (len(rows) - 1) + abs(slope) * widest
    tall = min(0.94 * width / widest, 0.96 * height / need) * random.uniform(*FILLED)
    pen = max(1.2, random.uniform(*PEN) * tall)
    left = random.uniform(pen, max(pen, width - widest * tall - pen))
    top = random.uniform(pen, max(pen, height - need * tall - pen)) + max(0.0, -slope) * widest * tall
    indent = [random.uniform(0, widest - right) * (random.random() < 0.5) for _, right in rows]
    page = np.zeros((height, width), np.uint8)
    touching = False
    for number, (row, _) in enumerate(rows):
        before = np.zeros_like(page)
        for strokes, x, size, lift in row:
            at = left + (indent[number] + x) * tall
            foot = top + (1.1 + pitch * number - lift) * tall + slope * (at - left)
            there = strokes.placed(size * tall, at, foot - strokes.height * size * tall)
            ink = there.draw(width, height, pen, dark_on_light=False)
            touching |= bool((np.minimum(ink, before) > 127).any())
            page, before = np.maximum(page, ink), ink
    return page, touching


def _row(line: Sequence[Strokes], random: Generator) -> tuple[list[_Placed], float]:
    """Where each digit of a line stands, and the line's right end."""
    gap = GAPS[int(random.integers(len(GAPS)))]
    x = 0.0
    placed: list[_Placed] = []
    for strokes in line:
        tall = float(np.clip(random.normal(1.0, 0.06), 0.85, 1.15))
        left, top, right, bottom = strokes.bounds
        size = min(tall / max(bottom - top, 1e-6), 1.3 / max(right - left, 1e-6))
        placed.append(_Placed(strokes, x, size, random.normal(0, 0.03)))
        x += (right - left) * size + max(-0.15, gap + 0.1 + random.normal(0, 0.03))
    end = max(digit.x + digit.strokes.width * digit.scale for digit in placed)
    return placed, max(end, 0.3)


# What they stand on


def _on_paper(ink: Picture, paper: str, random: Generator) -> Picture:
    """Ink (h, w), light on 0, as a picture: on a screen as it is, on paper with lines, uneven light and noise."""
    if paper in PAPERS[:2]:
        return ink if paper == "black screen" else 255 - ink
    h, w = ink.shape
    light = random.uniform(0.6, 0.95) + random.uniform(0.02, 0.12) * _smooth(h, w, random)
    printed = _printed(paper, h, w, random) * random.uniform(0.1, 0.35)
    pen = ink / 255 * random.uniform(0.5, 0.9)
    seen = light * (1 - np.maximum(pen, printed)) + random.normal(0, random.uniform(0.005, 0.03), (h, w))
    return np.asarray(np.round(255 * np.clip(seen, 0, 1)), np.uint8)


def _smooth(h: int, w: int, random: Generator) -> NDArray[np.float64]:
    """(h, w), -1 to 1: light that changes slowly from place to place."""
    coarse = Image.fromarray(random.uniform(-1, 1, (3, 4)).astype(np.float32))
    return np.clip(np.asarray(coarse.resize((w, h), Image.Resampling.BICUBIC), np.float64), -1, 1)


def _printed(paper: str, h: int, w: int, random: Generator) -> NDArray[np.float64]:
    """Lines (h, w) 0-1 that the paper came with; none on plain paper."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float64)
    pitch = random.uniform(0.04, 0.12) * max(h, w)
    thin = max(0.8, 0.0018 * max(h, w))  # px
    tilt = random.uniform(-0.03, 0.03)

    def ruled(across: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
        beside = np.abs((across / apart + random.random()) % 1.0 - 0.5) * apart
        return np.asarray(np.clip(thin + 0.5 - beside, 0, 1))

    if paper == "ruled":
        return ruled(y + tilt * x, pitch)
    if paper == "squared":
        return np.maximum(ruled(y + tilt * x, pitch), ruled(x - tilt * y, pitch))
    if paper == "waved":  # as on cheques
        sway = 0.2 * pitch * np.sin(x * (2 * math.pi / (random.uniform(2, 6) * pitch)))
        return ruled(y + sway, 0.3 * pitch)
    return np.zeros((h, w))
