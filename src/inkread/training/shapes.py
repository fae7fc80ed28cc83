"""Filled shapes, which are no digits: what people paint, stamp and print, and thick pens never write.

Each is all that lies nearer to a middle than its outline does in that direction: r(angle), 1 at most.
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

from inkread.training.augment import TILE, TILE_GLYPH, uniform

NARROWEST = 0.6  # width as a share of the height: a narrower one is what a thick pen makes of a 1 or a narrow 0
LUMPY = 0.3  # standard deviation of a lump's j-th harmonic, times j


def filled_shapes(n: int, generator: Generator) -> Tensor:
    """Ink (n, TILE, TILE) 0-1 of polygons, stars, ellipses, sectors and lumps, turned and squeezed."""
    at = torch.arange(TILE) + 0.5 - TILE / 2
    turn = uniform(generator, n, 0, 2 * math.pi) * (torch.rand(n, generator=generator) < 0.5)
    cos, sin = torch.cos(turn)[:, None, None], torch.sin(turn)[:, None, None]
    x, y = cos * at + sin * at[:, None], cos * at[:, None] - sin * at
    x = x / uniform(generator, n, NARROWEST, 1.0)[:, None, None]
    angle, distance = torch.atan2(y, x), (x * x + y * y).sqrt()
    outlines = torch.stack([outline(angle, generator) for outline in (_polygon, _star, _oval, _sector, _lump)])
    kind = torch.randint(len(outlines), (n,), generator=generator)
    reach = outlines[kind, torch.arange(n)] * (TILE_GLYPH / 2)
    return (reach - distance + 0.5).clamp(0.0, 1.0) * (reach > 0)


def _corners(angle: Tensor, fewest: int, most: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Half the angle between corners (n, 1, 1), and how far (n, t, t) a direction is beside the middle of two."""
    count = torch.randint(fewest, most + 1, (len(angle), 1, 1), generator=generator)
    half = math.pi / count
    return half, torch.remainder(angle + math.pi / 2, 2 * half) - half


def _polygon(angle: Tensor, generator: Generator) -> Tensor:
    half, beside = _corners(angle, 3, 8, generator)
    return torch.cos(half) / torch.cos(beside)


def _star(angle: Tensor, generator: Generator) -> Tensor:
    half, beside = _corners(angle, 4, 7, generator)
    inner = uniform(generator, len(angle), 0.35, 0.65)[:, None, None]
    return inner + (1 - inner) * beside.abs() / half


def _oval(angle: Tensor, generator: Generator) -> Tensor:
    """A superellipse, from a rhombus with round sides to a square with round corners."""
    power = uniform(generator, len(angle), 1.3, 6.0)[:, None, None]
    reach = (torch.cos(angle).abs() ** power + torch.sin(angle).abs() ** power) ** (-1 / power)
    return reach / reach.amax((1, 2), keepdim=True)


def _sector(angle: Tensor, generator: Generator) -> Tensor:
    half = uniform(generator, len(angle), 0.25 * math.pi, 0.85 * math.pi)[:, None, None]
    half = torch.where(torch.rand(half.shape, generator=generator) < 0.4, math.pi / 2, half)  # half a disc
    return (angle.abs() < half).float()


def _lump(angle: Tensor, generator: Generator) -> Tensor:
    waves = torch.zeros_like(angle)
    for j in range(2, 6):
        size = torch.randn(len(angle), generator=generator)[:, None, None] * (LUMPY / j)
        waves += size * torch.cos(j * angle + uniform(generator, len(angle), 0, 2 * math.pi)[:, None, None])
    reach = torch.exp(waves)
    return reach / reach.amax((1, 2), keepdim=True)
