"""What a page's ink is written on and seen through: paper, pattern, light, noise, blur, either polarity."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.augment import _ruled_lines, _specks
from inkread.training.wear import salted, uniform


def papered(ink: Tensor, marks: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Ink and other marks (n, h, w) 0-1 on paper -> pictures (n, h, w) 0-1; +1 where ink is light, else -1 (n, 1, 1).

    Two in five look drawn on a screen, the others photographed or scanned: ruled or patterned paper, uneven light,
    noise, blur, a resolution too low.
    """
    n, h, w = ink.shape

    def each(low: float, high: float) -> Tensor:
        return uniform(generator, n, low, high)

    photographed = each(0, 1) < 0.6
    lines = _on_some(_ruled_lines, n, h, w, 0.25, generator) * each(0.1, 0.7)
    pattern = _on_some(_pattern, n, h, w, 0.4, generator) * each(0.05, 0.35)
    specks = _on_some(_specks, n, h, w, 0.3, generator) * each(0.2, 1.0)
    pen = ink * each(0.45, 1.0)  # a pencil lets the paper's lines through
    drawn = torch.maximum(pen, marks * each(0.3, 1.0))
    printed = torch.maximum(torch.maximum(lines, pattern), specks)
    inked = torch.maximum(drawn, printed)
    inked = _blurred(inked, generator)
    light = F.interpolate(torch.randn(n, 1, 3, 3, generator=generator), (h, w), mode="bicubic", align_corners=True)
    paper = each(0.5, 1.0) + light[:, 0] * each(0, 0.12)
    texture = F.interpolate(torch.randn(n, 1, h // 4, w // 4, generator=generator), (h, w), mode="bilinear")[:, 0]
    noise = texture * each(-0.03, 0.04) + torch.randn(n, h, w, generator=generator) * each(-0.08, 0.06).clamp(min=0.0)
    photo = paper - inked * paper * each(0.4, 0.95) + noise
    flat = 1.0 - torch.maximum(ink, marks) * torch.where(each(0, 1) < 0.8, 1.0, each(0.3, 1.0))
    picture = torch.where(photographed, photo, flat).clamp(0.0, 1.0)
    picture = salted(picture, 0.03, generator)
    polarity = torch.where(each(0, 1) < 0.4, 1.0, -1.0)
    return torch.where(polarity > 0, 1.0 - picture, picture), polarity


def _on_some(
    made: Callable[[int, int, int, Generator], Tensor], n: int, h: int, w: int, share: float, generator: Generator
) -> Tensor:
    """(n, h, w): what ``made`` makes on a ``share`` of n, 0 on the others; to make it for all takes longest of all."""
    chosen = torch.rand(n, generator=generator) < share
    everything = torch.zeros(n, h, w)
    if chosen.any():
        everything[chosen] = made(int(chosen.sum()), h, w, generator)
    return everything


def _blurred(marks: Tensor, generator: Generator) -> Tensor:
    """Half of (n, h, w) as seen out of focus or at a resolution 1.3 to 3.3 times lower."""
    n, h, w = marks.shape
    kind = uniform(generator, n, 0, 1)
    soft = F.avg_pool2d(F.avg_pool2d(marks[:, None], 3, 1, 1), 3, 1, 1)[:, 0]
    coarse = float(torch.rand((), generator=generator) * 2 + 1.3)
    small = F.interpolate(marks[:, None], (max(8, round(h / coarse)), max(8, round(w / coarse))), mode="area")
    low = F.interpolate(small, (h, w), mode="bilinear", align_corners=False)[:, 0]
    return torch.where(kind < 0.25, soft, torch.where(kind < 0.5, low, marks))


def _pattern(n: int, h: int, w: int, generator: Generator) -> Tensor:
    """Security paper (n, h, w) 0-1: families of thin waving lines, one or two of them, as on cheques."""
    y, x = torch.meshgrid(torch.arange(float(h)), torch.arange(float(w)), indexing="ij")
    total = torch.zeros(n, h, w)
    for family in range(2):
        angle = uniform(generator, n, 0, torch.pi)
        along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
        pitch = uniform(generator, n, 4, 18)
        wave = uniform(generator, n, 20, 150)
        sway = uniform(generator, n, 0, 12) * torch.sin(along * (2 * torch.pi / wave) + uniform(generator, n, 0, 6.3))
        phase = torch.remainder((across + sway) / pitch, 1.0)
        sharp = uniform(generator, n, 1.0, 4.0)
        line = (1.0 - (phase - 0.5).abs() * 2 * sharp).clamp(min=0.0)
        shown = uniform(generator, n, 0, 1) < (1.0 if family == 0 else 0.5)
        total = torch.maximum(total, line * shown)
    return total
