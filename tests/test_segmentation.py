"""The methods that a page file is compared with, and the pictures with nothing written in them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.nonsense import EACH, nonsense
from inkread.reader import Reader
from inkread.strokes import Strokes

SEVEN = [[0, 0], [30, 0], [10, 50]]
ONE = [[10, 0], [10, 50]]


def _moved(points: list[list[int]], x: int) -> list[list[int]]:
    return [[a + x, b] for a, b in points]


def _written(*strokes: list[list[int]]) -> np.ndarray:
    return Strokes.parse(list(strokes)).placed(2, 40, 40).draw(400, 180, 9)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_both_methods_read_digits_that_stand_apart(reader: Reader) -> None:
    segmentation = pytest.importorskip("benchmarks.segmentation", reason="needs scipy: pip install 'inkread[bench]'")
    picture = _written(_moved(ONE, 0), _moved(SEVEN, 40), _moved(SEVEN, 90))
    assert segmentation.components(reader, picture) == "177"
    assert segmentation.best_path(reader, 255 - picture) == "177"


def test_only_the_best_path_reads_digits_that_touch(reader: Reader) -> None:
    segmentation = pytest.importorskip("benchmarks.segmentation", reason="needs scipy: pip install 'inkread[bench]'")
    picture = _written(_moved(SEVEN, 0), _moved(SEVEN, 29), _moved(SEVEN, 80))
    assert len(segmentation.components(reader, picture)) == 2
    assert segmentation.best_path(reader, picture) == "777"


def test_an_empty_page_has_no_lines() -> None:
    segmentation = pytest.importorskip("benchmarks.segmentation", reason="needs scipy: pip install 'inkread[bench]'")
    assert segmentation.lines_of(segmentation.ink_of(np.full((200, 300), 255, np.uint8))) == []


def test_nothing_is_written_in_fifty_pictures_that_are_always_the_same() -> None:
    first, again = nonsense(), nonsense()
    assert list(first) == ["print", "faces", "noise", "empty", "lines"]
    assert all(len(made) == EACH for made in first.values())
    assert all(np.array_equal(a, b) for kind in first for a, b in zip(first[kind], again[kind], strict=True))
    assert all(picture.dtype == np.uint8 and picture.ndim == 2 for made in first.values() for picture in made)
