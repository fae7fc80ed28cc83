"""Filled shapes that are no digits."""

from __future__ import annotations

import torch

from inkread.training.augment import TILE, TILE_GLYPH
from inkread.training.chance import seeded
from inkread.training.finder import boxes_of
from inkread.training.shapes import NARROWEST, filled_shapes

SHAPES = filled_shapes(400, seeded(0))


def test_shapes_are_ink_of_about_a_glyphs_size_on_their_tiles() -> None:
    assert SHAPES.shape == (400, TILE, TILE)
    assert SHAPES.min() >= 0 and SHAPES.max() == 1
    longer = boxes_of(SHAPES)[:, 2:].amax(1)
    assert longer.max() <= TILE_GLYPH + 1
    assert longer.median() > 0.75 * TILE_GLYPH


def test_none_is_a_stroke_or_a_ring() -> None:
    ink = SHAPES > 0.5
    filled = ink.sum((1, 2)) / boxes_of(SHAPES)[:, 2:].prod(1)
    assert filled.median() > NARROWEST  # of its box
    assert filled.min() > 0.15
    widest = torch.nn.functional.avg_pool2d(ink[:, None].float(), 9, 1).amax((1, 2, 3))
    assert (widest == 1).float().mean() > 0.9  # somewhere 9 px wide and tall, where a pen is 1 to 11 px


def test_the_same_seed_makes_the_same_shapes_and_none_may_be_asked_for() -> None:
    assert torch.equal(filled_shapes(20, seeded(3)), filled_shapes(20, seeded(3)))
    assert filled_shapes(0, seeded(0)).shape == (0, TILE, TILE)
