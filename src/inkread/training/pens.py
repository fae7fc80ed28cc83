"""Pen strokes as straight lines, drawn by the thousand: many pens, many hands, on whatever device computes.

Strokes.draw is what users' strokes are drawn by; this is the same pen, to within a px's edge, at a fiftieth of the time
on an accelerator. Paths are simplified first, for the time is that of their lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkread.strokes import Strokes
from inkread.training.augment import TILE, TILE_GLYPH

LINES = 48  # most of a drawing
TOLERANCE = 0.25  # px of a tile that a path may lie beside its simplification
AT_ONCE = 4096  # tiles on an accelerator, which waits for calls; on a processor what stays in its cache:
AT_ONCE_ON_CPU = 64


def lines_of(strokes: Strokes) -> NDArray[np.float16]:
    """A drawing as lines (LINES, 4) from x, y to x, y in px of a tile: its longer side TILE_GLYPH px, in the middle.

    Lines that are too many are what a coarser simplification leaves out; those that are missing repeat the last.
    """
    left, top, right, bottom = strokes.bounds
    scale = TILE_GLYPH / (max(right - left, bottom - top) or 1.0)
    middle = np.array([left + right, top + bottom]) / 2
    paths = [(stroke[:, :2] - middle) * scale + TILE / 2 for stroke in strokes.strokes]
    tolerance = TOLERANCE
    lines = _lines(paths, tolerance)
    while len(lines) > LINES:
        tolerance *= 1.5
        lines = _lines(paths, tolerance) if tolerance < TILE else lines[:LINES]
    return np.concatenate([lines, np.repeat(lines[-1:], LINES - len(lines), 0)]).astype(np.float16)


def _lines(paths: Sequence[NDArray[np.float64]], tolerance: float) -> NDArray[np.float64]:
    """The simplified paths' lines (n, 4); one without a length for a path that is a dot."""
    parts = []
    for path in paths:
        kept = path[simplified(path, tolerance)]
        parts.append(np.concatenate([kept[:-1], kept[1:]], 1) if len(kept) > 1 else np.tile(kept, 2))
    return np.concatenate(parts)


def simplified(path: NDArray[np.float64], tolerance: float) -> list[int]:
    """Which points of a path (n, 2) stay so that none lies further than ``tolerance`` beside the lines between.

    Douglas and Peucker 1973 (doi:10.3138/FM57-6770-U75U-7727).
    """
    kept, spans = {0, len(path) - 1}, [(0, len(path) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        step, at = path[last] - path[first], path[first + 1 : last] - path[first]
        length = float(step @ step)
        share = np.clip(at @ step / length, 0, 1) if length else np.zeros(len(at))
        beside = at - share[:, None] * step
        squared = (beside * beside).sum(1)
        furthest = int(squared.argmax())
        if squared[furthest] > tolerance * tolerance:
            middle = first + 1 + furthest
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return sorted(kept)


def drawn(lines: Tensor, pens: Tensor) -> Tensor:
    """Ink (n, TILE, TILE) 0-1 of lines (n, LINES, 4) under round pens ``pens`` (n,) px wide."""
    lines = lines.float()
    counts = 1 + (lines[:, 1:] != lines[:, :-1]).any(2).sum(1)
    order = counts.argsort()
    ink = torch.empty(len(lines), TILE, TILE)
    if not len(lines):
        return ink
    for part in torch.split(order, AT_ONCE_ON_CPU if lines.device.type == "cpu" else AT_ONCE):
        ink[part] = _drawn(lines[part, : int(counts[part[-1]])], pens[part])
    return ink


def _drawn(lines: Tensor, pens: Tensor) -> Tensor:
    at = torch.arange(TILE) + 0.5
    nearest = torch.full((len(lines), TILE, TILE), 1e9)
    for x0, y0, x1, y1 in lines.permute(1, 2, 0):
        dx, dy = (x1 - x0)[:, None], (y1 - y0)[:, None]
        x, y = at - x0[:, None], at - y0[:, None]  # (n, TILE)
        squared = (dx * dx + dy * dy).clamp(min=1e-6)
        share = ((x * dx / squared)[:, None] + (y * dy / squared)[:, :, None]).clamp(0.0, 1.0)
        across, down = x[:, None] - share * dx[:, None], y[:, :, None] - share * dy[:, None]
        nearest = torch.minimum(nearest, across * across + down * down)
    return ((pens / 2 + 0.5)[:, None, None] - nearest.sqrt()).clamp(0.0, 1.0)
