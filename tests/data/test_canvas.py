import numpy as np
import pytest

from inkread.data.canvas import LINE, drawn_whole
from inkread.errors import StrokesError
from inkread.strokes import Strokes

NUMBER = Strokes.parse([[[0, 0], [5, 50]], [[40, 0], [80, 0], [60, 50]], [[120, 25], [160, 25]]])


def _ink(strokes: Strokes, seed: int) -> np.ndarray:
    picture = drawn_whole(strokes, seed)
    return 255 - picture if picture[0, 0] > 127 else picture


def test_a_line_is_drawn_whole_with_room_around_it() -> None:
    for seed in range(20):
        ink = _ink(NUMBER, seed)
        assert not np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).any()
        tall = int(np.ptp(np.flatnonzero(ink.any(1)))) + 1
        assert LINE[0] < tall < 1.13 * LINE[1] + 1  # px, the pen included
        assert ink.shape[1] > 3 * tall


def test_a_line_is_drawn_on_either_polarity_by_its_seed() -> None:
    assert {bool(drawn_whole(NUMBER, seed)[0, 0]) for seed in range(10)} == {True, False}
    assert np.array_equal(drawn_whole(NUMBER, 3), drawn_whole(NUMBER, 3))


def test_a_very_long_line_is_drawn_smaller() -> None:
    assert drawn_whole(Strokes.parse([[[0, 0], [9_000, 3]]]), 0).shape[1] < 2_300


def test_without_a_point_there_is_nothing_to_draw() -> None:
    with pytest.raises(StrokesError):
        drawn_whole(Strokes(()), 0)
