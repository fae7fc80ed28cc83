from dataclasses import replace

import numpy as np
import pytest

from inkread.data import Samples
from inkread.data.composed import PAPERS, composed_page
from inkread.errors import DataError
from inkread.strokes import Strokes


def _stroke(*points: list[int]) -> Strokes:
    return Strokes.parse([list(points)])


# amy writes ones, gus sevens and a flat dash for a four
DIGITS = Samples(
    (_stroke([0, 0], [2, 40]), _stroke([0, 0], [30, 0], [10, 50]), _stroke([0, 0], [90, 0])),
    ("1", "7", "4"),
    ("amy", "gus", "gus"),
    "digits",
)


def test_a_page_follows_from_its_seed() -> None:
    first, again, other = (composed_page(DIGITS, seed) for seed in ((0, 1), (0, 1), (0, 2)))
    assert np.array_equal(first.picture, again.picture) and first.lines == again.lines
    assert first.picture.shape != other.picture.shape


def test_a_page_is_in_one_hand_and_has_1_to_12_digits_in_1_to_4_lines() -> None:
    pages = [composed_page(DIGITS, (0, i)) for i in range(120)]
    assert all(set(page.text) <= {"1"} or set(page.text) <= {"4", "7"} for page in pages)
    assert {len(page.lines) for page in pages} == {1, 2, 3, 4}
    assert {len(page.text) for page in pages} == set(range(1, 13))
    assert {page.paper for page in pages} == set(PAPERS)
    assert {page.touching for page in pages} == {True, False}


def test_no_ink_leaves_the_page() -> None:
    for i in range(60):
        ink = 255 - composed_page(DIGITS, (1, i), paper="white screen").picture
        assert ink.any()
        assert not np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).any()


def test_lines_size_and_paper_can_be_asked_for() -> None:
    page = composed_page(DIGITS, 0, lines=(3, 5), size=(300, 400), paper="black screen")
    assert page.picture.shape == (300, 400)
    assert [len(line) for line in page.lines] == [3, 5]
    assert page.picture[0, 0] == 0 and page.picture.max() == 255


def test_paper_is_no_screen() -> None:
    for paper in PAPERS[2:]:
        picture = composed_page(DIGITS, 3, size=(300, 400), paper=paper).picture
        assert len(np.unique(picture)) > 50


def test_a_page_needs_drawings_of_strokes() -> None:
    with pytest.raises(DataError, match="nothing: expected drawings of digits"):
        composed_page(Samples((), (), (), "nothing"), 0)
    with pytest.raises(DataError, match="digits: expected strokes"):
        composed_page(replace(DIGITS, items=(np.zeros((3, 3), np.uint8),) * 3), 0)
