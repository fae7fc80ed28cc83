"""A second look at small writing."""

from __future__ import annotations

import numpy as np
import pytest

from inkread import Reader
from inkread.nearer import SEEN, enlarged, enlargement
from inkread.picture import Picture
from tools.make_golden import DIGITS
from tools.make_samples import drawn


def boxes(*heights: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array([[0, 0, 10, height] for height in heights], np.float32).reshape(-1, 4)


def sheet(width: int, height: int) -> Picture:
    return np.full((height, width), 255, np.uint8)


def test_a_second_look_is_taken_where_most_of_the_writing_is_small_in_a_small_picture() -> None:
    assert enlargement(sheet(300, 200), boxes(60, 20, 25)) == 1.5
    assert enlargement(sheet(56, 40), boxes(6, 7)) == pytest.approx(6)  # of which 224 px are seen


def test_one_look_is_enough_where_writing_is_large_where_the_picture_is_and_where_there_is_none() -> None:
    assert enlargement(sheet(300, 200), boxes(20, 35, 40)) == 1
    assert enlargement(sheet(500, 200), boxes(20)) == 1
    assert enlargement(sheet(300, 200), boxes()) == 1


def test_what_a_page_file_sees_is_what_its_graph_makes_of_a_picture() -> None:
    pytest.importorskip("torch")
    from inkread.training.page.graph import WORK

    assert SEEN == WORK


def test_an_enlarged_picture_keeps_its_light_and_its_proportions() -> None:
    picture = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (20, 1))
    larger = enlarged(picture, 2.5)
    assert larger.shape == (50, 150)
    assert float(larger.mean()) == pytest.approx(float(picture.mean()), abs=1)


def test_small_writing_is_read_where_it_stands() -> None:
    page = np.full((190, 300), 255, np.uint8)
    for i, digit in enumerate((2, 7, 4)):
        page = np.minimum(page, drawn(DIGITS[digit], (300, 190), height=18, left=200 + 16 * i, top=150, pen=2.5))
    reading = Reader.load("page").read(page, "number")
    assert reading.text == "274"
    for glyph in reading.glyphs:
        box = glyph.box
        assert 195 < box.x < box.x + box.width < 255
        assert 145 < box.y < box.y + box.height < 175
        assert box.height == pytest.approx(18, abs=6)


def test_a_page_read_twice_is_read_as_the_picture_enlarged() -> None:
    page = drawn(DIGITS[7], (300, 190), height=18, left=200, top=150, pen=2.5)
    reader = Reader.load("page")
    once, twice = reader.read(enlarged(page, 1.5), "digits"), reader.read(page, "digits")
    assert once.text == twice.text
    assert once.glyphs[0].box.x == pytest.approx(1.5 * twice.glyphs[0].box.x, rel=1e-3)
