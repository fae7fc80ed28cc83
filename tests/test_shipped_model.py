"""What the shipped model file promises, on drawings made up here, whatever their size, place, pen, paper and light."""

from __future__ import annotations

import numpy as np
import pytest

from inkread import Reader
from inkread.picture import Picture
from inkread.strokes import Strokes
from tools.make_samples import FIVE, FOUR, LETTER_K, NINE, ONE, SEVEN, THREE, TWO, Points, smooth

DIGITS: dict[str, tuple[Points, ...]] = {
    "1": ONE, "2": TWO, "3": THREE, "4": FOUR, "5": FIVE, "7": SEVEN, "9": NINE,
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def drawn(
    digit: str, side: int, height: float = 0.5, pen: float = 0.06, at: tuple[float, float] = (0.3, 0.25)
) -> Picture:
    """A digit black on white on side x side px; height, pen and place are shares of the side."""
    strokes = Strokes.parse([smooth(stroke) for stroke in DIGITS.get(digit, LETTER_K)])
    return strokes.placed(height * side / 100, at[0] * side, at[1] * side).draw(side, side, max(1.0, pen * side))


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("side", [16, 28, 64, 280, 1000, 4000])
def test_a_digit_is_the_same_at_any_size(reader: Reader, digit: str, side: int) -> None:
    assert reader.read(drawn(digit, side, height=0.7, at=(0.2, 0.12))).text == digit


def test_even_8_px_are_read(reader: Reader) -> None:
    right = [reader.read(drawn(digit, 8, height=0.85, pen=0.13, at=(0.15, 0.07))).text == digit for digit in DIGITS]
    assert sum(right) >= 5  # of 7: at 8 px a person cannot read all of them either


@pytest.mark.parametrize("digit", DIGITS)
def test_polarity_changes_no_answer(reader: Reader, digit: str) -> None:
    picture = drawn(digit, 280)
    black, white = reader.read(picture), reader.read(255 - picture)
    assert black.text == white.text == digit
    assert black.confidence == pytest.approx(white.confidence, abs=1e-3)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("at", [(0.04, 0.04), (0.75, 0.05), (0.05, 0.75), (0.78, 0.76)])
def test_a_small_digit_is_read_in_any_corner(reader: Reader, digit: str, at: tuple[float, float]) -> None:
    assert reader.read(drawn(digit, 280, height=0.2, pen=0.025, at=at)).text == digit


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("pen", [0.01, 0.03, 0.1])
def test_thin_and_thick_pens_are_read(reader: Reader, digit: str, pen: float) -> None:
    assert reader.read(drawn(digit, 280, height=0.6, pen=pen, at=(0.25, 0.2))).text == digit


@pytest.mark.parametrize("digit", DIGITS)
def test_a_shadow_over_ruled_paper_is_seen_through(reader: Reader, digit: str) -> None:
    picture = drawn(digit, 200).astype(float) / 255
    paper = np.linspace(0.9, 0.45, 200)[None, :] * np.ones((200, 1))
    paper[20::36] *= 0.8
    noise = np.random.default_rng(0).normal(0, 0.01, paper.shape)
    photo = np.clip(paper * (0.35 + 0.65 * picture) + noise, 0, 1)
    assert reader.read((photo * 255).astype(np.uint8)).text == digit


@pytest.mark.parametrize("digit", DIGITS)
def test_a_neighbour_cut_by_the_border_is_passed_over(reader: Reader, digit: str) -> None:
    picture = drawn(digit, 280, height=0.5, at=(0.35, 0.25))
    neighbour = drawn("3", 280, height=0.5, at=(0.86, 0.25))
    assert reader.read(np.minimum(picture, neighbour)).text == digit


def test_the_box_stands_around_the_ink(reader: Reader) -> None:
    picture = drawn("7", 280, height=0.4, at=(0.5, 0.3))
    rows, columns = np.nonzero(picture < 128)
    box = reader.read(picture).glyphs[0].box
    expected = (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert (box.x, box.y, box.width, box.height) == pytest.approx(expected, abs=4)


def test_a_letter_is_not_a_digit(reader: Reader) -> None:
    assert reader.read(drawn("K", 280)).unsure == ("not a digit",)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (280, 280), (20, 8000)])
def test_an_empty_picture_is_nothing_drawn(reader: Reader, shape: tuple[int, int], level: int) -> None:
    assert reader.read(np.full(shape, level, np.uint8)).unsure == ("nothing drawn",)


def test_noise_alone_is_never_a_sure_digit(reader: Reader) -> None:
    random = np.random.default_rng(0)
    for deviation in (2, 10, 40):
        for _ in range(5):
            noise = np.clip(random.normal(128, deviation, (120, 120)), 0, 255).astype(np.uint8)
            reading = reader.read(noise)
            assert reading.text == "" or reading.unsure


def test_the_model_is_as_small_as_promised(reader: Reader) -> None:
    assert reader.model.parameters <= 600_000
    assert reader.model.size <= 2_500_000  # bytes
