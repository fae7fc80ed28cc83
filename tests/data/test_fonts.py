"""Fonts as handwriting, by the font that Pillow brings along."""

from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np
import pytest
from PIL import ImageFont

from inkread.data.fonts import LONGER, SIDE, read_fonts
from inkread.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    for name in ("caveat", "rock-salt"):
        (tmp_path / f"{name}.woff").write_bytes(font.font_bytes)
    return tmp_path


def test_every_character_stands_as_large_as_any_in_the_middle_of_its_picture(folder: Path) -> None:
    samples = read_fonts(folder, ["caveat"])
    assert samples.labels == tuple(digits + ascii_uppercase + ascii_lowercase)
    assert set(samples.writers) == {"fonts/caveat"}
    for picture in samples.items:
        assert isinstance(picture, np.ndarray)
        assert picture.shape == (SIDE, SIDE)
        rows, columns = (np.flatnonzero((picture < 128).any(axis)) for axis in (1, 0))
        sides = [edge[-1] + 1 - edge[0] for edge in (rows, columns)]
        assert abs(max(sides) - LONGER) <= 3
        assert all(abs(edge[0] + edge[-1] + 1 - SIDE) <= 4 for edge in (rows, columns))


def test_what_stands_for_small_letters_in_a_font_of_capitals_is_left_out(folder: Path) -> None:
    assert read_fonts(folder, ["rock-salt"]).labels == tuple(digits + ascii_uppercase)


def test_a_file_that_is_no_font_is_refused_by_name(folder: Path) -> None:
    (folder / "caveat.woff").write_bytes(b"no font")
    with pytest.raises(DataError, match=r"caveat\.woff: expected a font \(\.woff\), got 7 bytes"):
        read_fonts(folder, ["caveat"])


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"caveat\.woff"):
        read_fonts(tmp_path, ["caveat"])
