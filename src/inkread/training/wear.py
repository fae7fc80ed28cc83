"""Rough treatment: ink outlined or struck through, pictures with dead px or with parts inverted.

Of the same kind as five of MNIST-C's fifteen corruptions (canny edges, dotted line, zigzag, impulse noise, stripe)
though drawn otherwise, here from wide ranges; so those five are not unknown to a model trained with it. The other
ten are.

Each function treats a ``share`` of the pictures and leaves the others as they are; (n, h, w), 0-1.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

VERTICES = 9  # of a line struck through


def chosen(share: float, n: int, generator: Generator) -> Tensor:
    """Indices of about a ``share`` of ``n``."""
    return torch.nonzero(torch.rand(n, generator=generator) < share)[:, 0]


def uniform(generator: Generator, n: int, low: float, high: float) -> Tensor:
    """(n, 1, 1) evenly between ``low`` and ``high``."""
    return torch.rand(n, 1, 1, generator=generator) * (high - low) + low


def outlined(ink: Tensor, share: float, thickness: int, generator: Generator) -> Tensor:
    """Only the contour is left, as of hollow letters or behind an edge filter; ``thickness`` px, even."""
    of = chosen(share, len(ink), generator)
    if not len(of):
        return ink
    solid = ((ink[of][:, None] - 0.25) * 4).clamp(0.0, 1.0)  # a soft edge would give a faint contour
    kernel, pad = thickness + 1, thickness // 2
    grown = F.max_pool2d(solid, kernel, 1, pad)
    shrunk = -F.max_pool2d(-solid, kernel, 1, pad)
    return ink.index_copy(0, of, (grown - shrunk)[:, 0])


def struck_through(marks: Tensor, ink: Tensor, share: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """One or two lines from side to side over all ``marks``: straight or bent to and fro, whole or dashed.

    With the glyph's own ``ink`` (both (n, h, w)), to which a line belongs inside of the glyph's box: a finder that
    learns to tell them apart there loses the bars of fives and sevens.
    """
    of = chosen(share, len(ink), generator)
    h, w = ink.shape[1:]
    for some in (of, of[: len(of) // 4]):
        lines = _lines(len(some), h, w, generator)
        marks = marks.index_copy(0, some, torch.maximum(marks[some], lines))
        ink = ink.index_copy(0, some, torch.maximum(ink[some], lines * _inside_box(ink[some])))
    return marks, ink


def _inside_box(ink: Tensor) -> Tensor:
    """1 inside of the ink's box (n, h, w), 0 outside of it."""
    inside = torch.ones_like(ink)
    for axis in (1, 2):
        marked = (ink.amax(axis, keepdim=True) > 0.4).float()
        along = 3 - axis
        inside = inside * (marked.cumsum(along) > 0) * (marked.flip(along).cumsum(along).flip(along) > 0)
    return inside


def _lines(n: int, h: int, w: int, generator: Generator) -> Tensor:
    """One line for each of n (n, h, w)."""
    unit = min(h, w) / 28  # px of the picture a px of MNIST is
    along = torch.linspace(-0.5, 0.5, VERTICES)[None, :, None] * max(h, w) * uniform(generator, n, 0.7, 1.4)
    sway = torch.randn(n, VERTICES, 1, generator=generator)
    to_and_fro = torch.tensor([-1.0, 1.0]).repeat(VERTICES)[:VERTICES, None] * (0.6 + 0.4 * sway)
    bend = torch.where(uniform(generator, n, 0, 1) < 0.5, sway, to_and_fro)
    across = bend * uniform(generator, n, -2.0, 3.5).clamp(min=0.0) * unit
    angle = uniform(generator, n, -0.5, 0.5) + torch.pi / 2 * (uniform(generator, n, 0, 1) < 0.2)
    middle = torch.cat([w * uniform(generator, n, 0.2, 0.8), h * uniform(generator, n, 0.1, 0.9)], 2)
    turn = torch.cat([angle.cos(), angle.sin(), -angle.sin(), angle.cos()], 1).view(n, 2, 2)
    points = torch.cat([along, across], 2) @ turn + middle  # (n, vertices, 2) x, y
    y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
    at = torch.stack([x, y], -1).view(1, h * w, 2)
    nearest = torch.full((n, h * w), 1e9)
    travelled = torch.zeros(n, h * w)
    for i in range(VERTICES - 1):
        start, step = points[:, i, None], points[:, i + 1, None] - points[:, i, None]  # (n, 1, 2)
        length = (step * step).sum(2).clamp(min=1e-6)
        share = (((at - start) * step).sum(2) / length).clamp(0.0, 1.0)
        distance = (at - start - share[..., None] * step).square().sum(2)
        closer = distance < nearest
        nearest = torch.where(closer, distance, nearest)
        travelled = torch.where(closer, (i + share) / (VERTICES - 1), travelled)
    width = uniform(generator, n, 0.3, 1.1)[:, 0] * unit
    line = (width + 0.5 - nearest.sqrt()).clamp(0.0, 1.0)
    dashes = uniform(generator, n, 4, 12)[:, 0]
    gap = torch.remainder(travelled * dashes, 1.0) > uniform(generator, n, 0.35, 0.7)[:, 0]
    line = line * ~(gap & (torch.rand(n, 1, generator=generator) < 0.4))
    return (line * uniform(generator, n, 0.4, 1.0)[:, 0]).view(n, h, w)


def salted(pictures: Tensor, share: float, generator: Generator) -> Tensor:
    """Up to a quarter of the px dead: white or black."""
    of = chosen(share, len(pictures), generator)
    if not len(of):
        return pictures
    some = pictures[of]
    dead = torch.rand(some.shape, generator=generator) < uniform(generator, len(of), 0.0, 0.25)
    white = torch.randint(0, 2, some.shape, generator=generator).float()
    return pictures.index_copy(0, of, torch.where(dead, white, some))


def partly_inverted(pictures: Tensor, light: Tensor, share: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """One side of a line, what lies between two, or, mostly, what lies outside of them, turned to its negative.

    ``light`` (n, h, w) True where ink is lighter than paper is turned with it.
    """
    of = chosen(share, len(pictures), generator)
    if not len(of):
        return pictures, light
    n, (h, w) = len(of), pictures.shape[1:]
    y, x = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    # mostly upright or level, as edges in pictures are
    angle = uniform(generator, n, -0.2, 0.2) + torch.pi / 2 * torch.randint(0, 2, (n, 1, 1), generator=generator)
    angle = torch.where(uniform(generator, n, 0, 1) < 0.3, uniform(generator, n, 0, torch.pi), angle)
    at = x * angle.cos() + y * angle.sin()
    low = uniform(generator, n, -0.9, 0.7)
    high = torch.where(uniform(generator, n, 0, 1) < 0.2, 9.0, low + uniform(generator, n, 0.5, 1.6))
    turned = (at > low) & (at < high)
    turned ^= uniform(generator, n, 0, 1) < 0.65
    some = pictures[of]
    return (
        pictures.index_copy(0, of, torch.where(turned, 1 - some, some)),
        light.index_copy(0, of, light[of] ^ turned),
    )


def worn_small(pictures: Tensor, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """MNIST's own pictures (n, 28, 28) 0-1, light ink, worn: pictures, the glyphs' ink, where ink is light."""
    double = F.interpolate(pictures[:, None], scale_factor=2.0, mode="bilinear")[:, 0]
    fine = outlined(double, 0.25, 2, generator)
    ink = F.avg_pool2d(fine[:, None], 2)[:, 0]
    worn, ink = struck_through(ink, ink, 0.35, generator)
    worn = salted(worn, 0.25, generator)
    worn, light = partly_inverted(worn, torch.ones_like(worn, dtype=torch.bool), 0.4, generator)
    return worn, ink, light
