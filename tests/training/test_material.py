"""What the network is taught: the right label for the right ink, and nothing from the wrong writers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkread.alphabet import DIGITS, Alphabet
from inkread.data import Samples
from inkread.strokes import Strokes
from inkread.training.augment import TILE, TILE_GLYPH, Augmentation, marked_cells, sheets_of, warp
from inkread.training.finder import boxes_of, overlap
from inkread.training.material import (
    CANVAS,
    Tiles,
    canvases_of,
    class_of,
    make_sheets,
    tiles_of,
    tiles_of_shapes,
    with_twins,
)


def cross() -> Strokes:
    """A plus sign, 100 px wide and tall."""
    return Strokes.parse([[[0, 50], [100, 50]], [[50, 0], [50, 100]]])


def test_a_letter_like_no_digit_is_taught_as_no_digit_and_a_lookalike_not_at_all() -> None:
    assert class_of("7", DIGITS) == 7
    assert class_of("K", DIGITS) == 10
    assert class_of("O", DIGITS) is None
    assert class_of("K", Alphabet(DIGITS.labels[:10])) is None


def test_letters_that_a_recipe_names_teach_the_digit_they_are_written_like() -> None:
    samples = Samples((cross(),) * 4, ("O", "l", "K", "7"), ("",) * 4, "made")
    assert with_twins(samples, ("O", "o")).labels == ("0", "l", "K", "7")
    assert tiles_of(with_twins(samples, ("O", "o")), DIGITS).targets.tolist() == [0, 10, 7]


def test_filled_shapes_teach_what_is_no_digit() -> None:
    tiles = tiles_of_shapes(7, 10, seed=0)
    assert tiles.pictures.shape == (7, TILE, TILE)
    assert tiles.targets.tolist() == [10] * 7


def test_strokes_become_as_many_tiles_as_copies_each_by_another_pen() -> None:
    tiles = tiles_of(Samples((cross(),), ("4",), ("",), "made"), DIGITS, copies=3)
    assert tiles.pictures.shape == (3, TILE, TILE)
    assert tiles.targets.tolist() == [4, 4, 4]
    ink = tiles.pictures.float().sum((1, 2))
    assert len(set(ink.tolist())) == 3


def test_a_picture_becomes_one_tile_of_the_usual_size_light_on_dark() -> None:
    picture = np.full((20, 90), 255, np.uint8)
    picture[5:15, 10:80] = 0  # a dark bar, 70 px long
    tiles = tiles_of(Samples((picture,), ("1",), ("",), "made"), DIGITS, copies=3)
    assert len(tiles) == 1
    assert boxes_of(tiles.pictures.float() / 255)[0, 2] == TILE_GLYPH


def test_a_tile_is_placed_where_and_as_large_as_asked() -> None:
    tile = torch.zeros(1, TILE, TILE)
    tile[0, 6:50, 18:38] = 1  # 44 tall, 20 wide, in the middle
    generator = torch.Generator().manual_seed(0)
    sheet = warp(tile, (100, 80), torch.tensor([0.5]), torch.tensor([[30.0, 70.0]]), Augmentation(), generator)
    x, y, width, height = boxes_of(sheet)[0].tolist()
    assert (width, height) == (10, 22)
    assert (x + width / 2, y + height / 2) == pytest.approx((30, 70), abs=0.5)


def test_sheets_hold_their_glyph_whole_and_say_where_it_is() -> None:
    tiles = tiles_of(Samples((cross(),) * 8, ("4",) * 8, ("",) * 8, "made"), DIGITS)
    generator = torch.Generator().manual_seed(0)
    tile = tiles.pictures.float() / 255
    pictures, ink, light = sheets_of(tile, tile, Augmentation(), generator)
    assert pictures.shape == ink.shape == light.shape
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    boxes = boxes_of(ink)
    assert (boxes[:, 2] / boxes[:, 3] - 1).abs().max() < 0.2  # a cross is as wide as it is tall: nothing is cut off
    cells = marked_cells(ink)
    assert ((cells.sum((1, 2)) > 0) == (ink.amax((1, 2)) > 0.4)).all()


def test_sheets_that_are_not_worn_have_no_part_inverted() -> None:
    tile = torch.zeros(64, TILE, TILE)
    tile[:, 6:50, 25:31] = 1
    generator = torch.Generator().manual_seed(0)
    for wear in (0.0, 0.5):
        light = sheets_of(tile, tile, Augmentation(), generator, wear=wear).light.float()
        assert (light.amax((1, 2)) != light.amin((1, 2))).any() == (wear > 0)


def test_strokes_are_drawn_on_canvases_as_often_as_asked_and_pictures_are_not() -> None:
    picture = np.zeros((28, 28), np.uint8)
    samples = Samples((cross(), picture, cross()), ("4", "4", "A"), ("",) * 3, "made")
    ((pictures, targets),) = canvases_of(samples, DIGITS, copies=3, seed=0)
    assert pictures.shape == (6, CANVAS, CANVAS)
    assert targets.tolist() == [4, 4, 4, 10, 10, 10]
    assert len({picture.numpy().tobytes() for picture in pictures}) == 6


def test_sheets_without_a_digit_are_labelled_so() -> None:
    tiles = Tiles(torch.full((4, TILE, TILE), 255, dtype=torch.uint8), torch.tensor([1, 2, 3, 4]))
    (_, ink, _), targets = make_sheets(tiles, tiles, 100, 0.4, 10, torch.Generator().manual_seed(0), 0.0)
    assert (targets == 10).sum() == 40
    assert (ink[-2:] == 0).all()  # a twentieth of the 40 are empty


def test_overlap_is_intersection_over_union() -> None:
    a = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 10], [0, 0, 0, 0]])
    b = torch.tensor([[5.0, 0, 10, 10], [20, 20, 5, 5], [0, 0, 10, 10]])
    assert overlap(a, b).tolist() == pytest.approx([1 / 3, 0, 0])
