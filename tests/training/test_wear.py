"""Rough treatment leaves what it does not treat alone, and says what it did."""

from __future__ import annotations

import torch

from inkread.training.wear import outlined, partly_inverted, salted, struck_through, worn_small


def disc(n: int, side: int = 28) -> torch.Tensor:
    """n filled discs (n, side, side)."""
    y, x = torch.meshgrid(torch.arange(side) - side / 2 + 0.5, torch.arange(side) - side / 2 + 0.5, indexing="ij")
    return ((x * x + y * y).sqrt() < side / 3).float().expand(n, side, side).contiguous()


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_no_share_changes_nothing() -> None:
    ink = disc(3)
    light = torch.ones(3, 28, 28, dtype=torch.bool)
    assert torch.equal(outlined(ink, 0.0, 2, generator()), ink)
    assert torch.equal(struck_through(ink, ink, 0.0, generator())[0], ink)
    assert torch.equal(salted(ink, 0.0, generator()), ink)
    assert torch.equal(partly_inverted(ink, light, 0.0, generator())[0], ink)


def test_an_outline_is_hollow_and_stands_on_the_edge() -> None:
    outline = outlined(disc(1), 1.0, 2, generator())[0]
    assert outline[10:18, 10:18].max() == 0  # inside
    assert outline[0].max() == 0  # outside
    assert outline[14].sum() == 4  # two px to each side


def test_a_line_goes_through_and_takes_no_ink_away() -> None:
    struck, own = struck_through(disc(64), disc(64), 1.0, generator())
    assert (struck >= disc(64)).all()
    assert ((struck - disc(64)).amax((1, 2)) > 0.2).float().mean() > 0.9
    box = disc(1)[0].amax(0) > 0
    assert torch.equal(own[:, box][:, :, box], struck[:, box][:, :, box])
    assert own[:, ~box].max() == own[:, :, ~box].max() == 0  # the line beyond the glyph is not its ink


def test_dead_px_are_black_or_white() -> None:
    grey = torch.full((16, 28, 28), 0.5)
    dead = salted(grey, 1.0, generator())
    assert set(dead.unique().tolist()) == {0.0, 0.5, 1.0}
    assert (dead != 0.5).float().mean() < 0.26


def test_inverted_parts_are_told() -> None:
    pictures = torch.rand(32, 28, 28, generator=generator())
    worn, light = partly_inverted(pictures, torch.ones(32, 28, 28, dtype=torch.bool), 1.0, generator())
    assert torch.equal(worn, torch.where(light, pictures, 1 - pictures))
    assert 0.2 < light.float().mean() < 0.8


def test_the_glyphs_ink_is_known_however_worn() -> None:
    worn, ink, light = worn_small(disc(64), generator())
    assert worn.shape == ink.shape == light.shape == (64, 28, 28)
    assert worn.min() >= 0
    assert worn.max() <= 1
    assert (ink.amax((1, 2)) > 0.5).all()
