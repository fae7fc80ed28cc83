"""Pictures to train on: glyph tiles bent, placed on a sheet, and the sheet made to look drawn or photographed.

Everything is batched and drawn from one torch generator, so that a seed gives the same pictures again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.graph import MASK
from inkread.training.wear import outlined, partly_inverted, salted, struck_through

TILE = 56  # px, side of a glyph tile
TILE_GLYPH = 44  # px, longer side of the glyph's pen path in it
WEAR = 0.04  # share of the sheets that are worn in each of four ways


@dataclass(frozen=True)
class Augmentation:
    """How far a glyph may be bent; a recipe's [augmentation] table. All ranges are symmetric around none."""

    rotation: float = 0.0  # degrees
    shift: float = 0.0  # share of the picture's side
    zoom: float = 0.0  # share of the size
    shear: float = 0.0  # horizontal px per vertical px
    elastic: float = 0.0  # px of a 28 px glyph, standard deviation of a smooth displacement


class Made(NamedTuple):
    """Made pictures (n, h, w) 0-1, the glyphs' own ink (same), and where ink is lighter than paper (same, bool)."""

    pictures: Tensor
    ink: Tensor
    light: Tensor


def uniform(generator: Generator, n: int, low: float, high: float) -> Tensor:
    """(n,) evenly between ``low`` and ``high``."""
    return torch.rand(n, generator=generator) * (high - low) + low


def warp(
    tiles: Tensor,
    shape: tuple[int, int],
    enlargement: Tensor,
    centre: Tensor,
    bend: Augmentation,
    generator: Generator,
) -> Tensor:
    """Tiles (n, t, t) 0-1, each ``enlargement`` (n,) times as large, bent, with its middle at ``centre`` (n, 2).

    ``centre`` is x, y in px of the result (n, h, w). Outside of a tile there is no ink.
    """
    n, tile, _ = tiles.shape
    h, w = shape
    angle = torch.deg2rad(uniform(generator, n, -bend.rotation, bend.rotation))
    slant = uniform(generator, n, -bend.shear, bend.shear)
    size_x = enlargement * (1 + uniform(generator, n, -bend.zoom, bend.zoom))
    size_y = enlargement * (1 + uniform(generator, n, -bend.zoom, bend.zoom))
    cos, sin = torch.cos(angle), torch.sin(angle)
    # from px of the result to px of the tile: turn back, slant back, shrink back
    inverse = torch.stack([cos + slant * sin, sin - slant * cos, -sin, cos], 1).view(n, 2, 2)
    inverse = inverse / torch.stack([size_x, size_y], 1)[:, :, None]
    y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
    offset = torch.stack([x, y], -1).view(1, h * w, 2) - centre[:, None]
    at = offset @ inverse.transpose(1, 2)  # px of the tile from its middle
    grid = at.view(n, h, w, 2) * (2 / tile)
    if bend.elastic:
        knots = torch.randn(n, 2, 5, 5, generator=generator) * (bend.elastic * 2 / 28)
        grid = grid + F.grid_sample(knots, grid, "bicubic", "border", align_corners=True).permute(0, 2, 3, 1)
    return F.grid_sample(tiles[:, None], grid, align_corners=False)[:, 0]


def vary_pen(tiles: Tensor, share: float, generator: Generator) -> Tensor:
    """Thickens a ``share`` of tiles (n, t, t) by a px and thins another by as much, by a 3x3 maximum and minimum."""
    chance = torch.rand(len(tiles), generator=generator)[:, None, None]
    thicker = F.max_pool2d(tiles[:, None], 3, 1, 1)[:, 0]
    thinner = -F.max_pool2d(-tiles[:, None], 3, 1, 1)[:, 0]
    tiles = torch.where(chance < share, 0.5 * (tiles + thicker), tiles)
    return torch.where(chance > 1 - share, 0.5 * (tiles + thinner), tiles)


def sheets_of(tiles: Tensor, others: Tensor, bend: Augmentation, generator: Generator, *, wear: float = WEAR) -> Made:
    """Glyph tiles on sheets of one random size.

    Half look drawn on a screen: flat, full contrast. Half look photographed: uneven light, noise, blur, ruled
    lines, specks. Some have a neighbour, from ``others`` (n, t, t), cut by the border. Both polarities. A few are
    worn: a share of ``wear`` each outlined, struck through, with dead px, and half as many again with parts inverted.
    """
    n = len(tiles)
    long = int(torch.randint(28, 105, (), generator=generator))
    short = int(long * float(uniform(generator, 1, 0.5, 1.0))) if torch.rand((), generator=generator) < 0.5 else long
    h, w = (long, short) if torch.rand((), generator=generator) < 0.5 else (short, long)
    size = uniform(generator, n, 0.14, 0.95).clamp(min=14 / min(h, w)) * min(h, w)
    room = torch.tensor([w, h]) - size[:, None]
    centre = size[:, None] / 2 + room * torch.rand(n, 2, generator=generator)
    tiles = outlined(tiles, wear, 4, generator)
    ink = warp(tiles, (h, w), size / TILE_GLYPH, centre, bend, generator)
    drawn = torch.maximum(ink, _neighbours(others, (h, w), centre, size, generator))
    drawn, ink = struck_through(drawn, ink, wear, generator)
    picture, light = _papered(drawn, generator)
    picture, light = partly_inverted(salted(picture, wear, generator), light, 1.5 * wear, generator)
    return Made(picture, ink, light)


def _neighbours(others: Tensor, shape: tuple[int, int], centre: Tensor, size: Tensor, generator: Generator) -> Tensor:
    """Ink of another glyph on a quarter of the sheets, mostly beyond the border and clear of the glyph's box."""
    n, (h, w) = len(others), shape
    side = torch.randint(0, 4, (n,), generator=generator)
    along = torch.rand(n, generator=generator)
    beyond = uniform(generator, n, -0.1, 0.35) * size
    x = torch.where(side == 0, -beyond, torch.where(side == 1, w + beyond, along * w))
    y = torch.where(side == 2, -beyond, torch.where(side == 3, h + beyond, along * h))
    other = warp(others, shape, size / TILE_GLYPH, torch.stack([x, y], 1), Augmentation(), generator)
    apart = ((torch.stack([x, y], 1) - centre).abs() > size[:, None]).any(1)
    keep = (torch.rand(n, generator=generator) < 0.25) & apart
    return other * keep[:, None, None]


def _papered(ink: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Ink (n, h, w) on paper of even or uneven light -> picture 0-1, and True (n, h, w) where ink is light."""
    n, h, w = ink.shape

    def each(low: float, high: float) -> Tensor:
        return uniform(generator, n, low, high)[:, None, None]

    photographed = each(0, 1) < 0.5
    lines = _ruled_lines(n, h, w, generator) * (each(0, 1) < 0.35) * each(0.1, 0.7)
    specks = _specks(n, h, w, generator) * (each(0, 1) < 0.4) * each(0.2, 1.0)
    marks = torch.maximum(ink, torch.maximum(lines, specks))
    blurred = F.avg_pool2d(F.avg_pool2d(marks[:, None], 3, 1, 1), 3, 1, 1)[:, 0]
    marks = torch.where(each(0, 1) < 0.4, blurred, marks)
    light = F.interpolate(torch.randn(n, 1, 3, 3, generator=generator), (h, w), mode="bicubic", align_corners=True)[
        :, 0
    ]
    paper = each(0.45, 1.0) + light * each(0, 0.12)
    texture = F.interpolate(torch.randn(n, 1, h // 4, w // 4, generator=generator), (h, w), mode="bilinear")[:, 0]
    noise = texture * each(-0.04, 0.04) + torch.randn(n, h, w, generator=generator) * each(-0.10, 0.08).clamp(min=0.0)
    photo = paper - marks * paper * each(0.2, 0.95) + noise
    flat = 1.0 - ink * torch.where(each(0, 1) < 0.8, 1.0, each(0.3, 1.0))
    picture = torch.where(photographed, photo, flat).clamp(0.0, 1.0)
    light = each(0, 1) >= 0.5
    return torch.where(light, 1.0 - picture, picture), light.expand(n, h, w)


def _ruled_lines(n: int, h: int, w: int, generator: Generator) -> Tensor:
    """Paper's ruling (n, h, w) 0-1: lines, a grid, or columns, slightly turned, 1-2 px wide."""
    y, x = torch.meshgrid(torch.arange(float(h)), torch.arange(float(w)), indexing="ij")
    slope = uniform(generator, n, -0.08, 0.08)[:, None, None]
    spacing = uniform(generator, n, 0.12, 0.9)[:, None, None] * max(h, w)
    start = uniform(generator, n, 0, 1)[:, None, None] * spacing
    width = uniform(generator, n, 0.5, 1.2)[:, None, None]

    def ruling(across: Tensor) -> Tensor:
        distance = (torch.remainder(across + start, spacing) - spacing / 2).abs()
        return (width + 0.5 - distance).clamp(0.0, 1.0)

    kind = torch.rand(n, generator=generator)[:, None, None]
    rows, columns = ruling(y + slope * x), ruling(x - slope * y)
    return torch.maximum(rows * (kind < 0.75), columns * (kind > 0.5))


def _specks(n: int, h: int, w: int, generator: Generator) -> Tensor:
    """A few specks of dirt (n, h, w) 0-1, 2-4 px wide."""
    sparse = (torch.rand(n, 1, h // 3, w // 3, generator=generator) < 0.008).float()
    return F.interpolate(sparse, (h, w), mode="bilinear", align_corners=False)[:, 0]


def marked_cells(ink: Tensor) -> Tensor:
    """Where the finder should say "glyph": ink (n, h, w) 0-1 -> cells (n, 32, 32) of 0 or 1."""
    return (F.adaptive_max_pool2d(ink[:, None], MASK)[:, 0] > 0.35).float()


def light_cells(light: Tensor, polarity: Tensor) -> Tensor:
    """Where ink is as ``polarity`` (n, 1, 1, 1) +-1 says: light ink (n, h, w) -> cells (n, 32, 32) of 0-1."""
    share = F.adaptive_avg_pool2d(light[:, None].float(), MASK)
    return torch.where(polarity > 0, share, 1 - share)[:, 0]


def bent_glyphs(glyphs: Tensor, bend: Augmentation, generator: Generator) -> Tensor:
    """Glyphs (n, 28, 28) 0-1 bent, shifted and zoomed: what handwriting and the geometry's own errors do to them."""
    n, side, _ = glyphs.shape
    reach = bend.shift * side
    centre = side / 2 + (torch.rand(n, 2, generator=generator) * 2 - 1) * reach
    return warp(glyphs, (side, side), torch.ones(n), centre, bend, generator)
