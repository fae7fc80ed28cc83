import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkread.errors import StrokesError
from inkread.strokes import MAX_POINTS, Strokes

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=3), values, max_size=2),
    max_leaves=12,
)
COORDINATES = st.floats(-1e6, 1e6)
POINTS = st.lists(COORDINATES, min_size=2, max_size=4)
DRAWINGS = st.lists(st.lists(POINTS, min_size=1, max_size=8), min_size=1, max_size=4)


@given(JSON_VALUES)
@settings(max_examples=200)
def test_any_json_parses_or_is_refused_by_name(value: object) -> None:
    try:
        strokes = Strokes.parse(value, "upload")
    except StrokesError as error:
        assert str(error).startswith("upload: ")
        assert "expected" in str(error)
    else:
        assert all(stroke.shape[1] == 4 and len(stroke) for stroke in strokes.strokes)
        assert all(np.isfinite(stroke).all() for stroke in strokes.strokes)


@given(DRAWINGS)
def test_parsing_keeps_every_number_and_fills_time_and_pressure(drawing: list[list[list[float]]]) -> None:
    strokes = Strokes.parse(drawing)
    for stroke, points in zip(strokes.strokes, drawing, strict=True):
        assert stroke.tolist() == [point + [0, 0, 0, 0.5][len(point) :] for point in points]


def test_strokes_without_points_are_left_out() -> None:
    assert len(Strokes.parse([[], [[1, 2]], []]).strokes) == 1


@pytest.mark.parametrize(
    ("drawing", "complaint"),
    [
        ("7", "expected a list of strokes, got str"),
        ({"x": [1]}, "expected a list of strokes, got dict"),
        ([7], "stroke 0: expected a list of points, got int"),
        ([[[1, 2]], [[1]]], r"stroke 1: expected point 0 as \[x, y\].* got \[1\]"),
        ([[[1, 2, 3, 0.5, 9]]], "stroke 0: expected point 0 as"),
        ([[[1, True]]], "expected finite numbers in point 0"),
        ([[[1, "2"]]], "expected finite numbers in point 0"),
        ([[[1, math.nan]]], "expected finite numbers in point 0"),
        ([[[1, 2], [math.inf, 2]]], "expected finite numbers in point 1"),
        ([[[10**400, 2]]], "expected finite numbers in point 0"),
        ([[[1, 2]] * (MAX_POINTS + 1)], "expected at most 100,000 points, got 100,001"),
    ],
)
def test_what_breaks_the_format_is_refused(drawing: Any, complaint: str) -> None:
    with pytest.raises(StrokesError, match=f"drawing: .*{complaint}|drawing: {complaint}"):
        Strokes.parse(drawing, "drawing")


def test_bounds_hold_all_strokes() -> None:
    strokes = Strokes.parse([[[3, 9]], [[-1, 4], [2, 20]]])
    assert strokes.bounds == (-1, 4, 3, 20)
    assert (strokes.width, strokes.height) == (4, 16)
    with pytest.raises(StrokesError, match="expected at least one point"):
        _ = Strokes(()).bounds


@given(DRAWINGS, st.floats(0.01, 100), st.floats(-500, 500), st.floats(-500, 500))
def test_placed_strokes_begin_where_asked_and_keep_their_shape(
    drawing: list[list[list[float]]], scale: float, left: float, top: float
) -> None:
    strokes = Strokes.parse(drawing)
    x0, y0, x1, y1 = strokes.bounds
    placed = strokes.placed(scale, left, top)
    expected = (left, top, left + (x1 - x0) * scale, top + (y1 - y0) * scale)
    assert placed.bounds == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert strokes.bounds == (x0, y0, x1, y1)  # the original is left alone
    for before, after in zip(strokes.strokes, placed.strokes, strict=True):
        assert np.array_equal(before[:, 2:], after[:, 2:])  # time and pressure stay


@given(st.integers(20, 80), st.floats(2, 30), st.floats(0, 5))
@settings(max_examples=50, deadline=None)
def test_a_dot_is_as_wide_as_the_pen_and_stands_on_its_point(size: int, pen: float, shift: float) -> None:
    centre = size / 2 + shift / 5
    pen = min(pen, size / 2)
    ink = 1 - Strokes.parse([[[centre, centre]]]).draw(size, size, pen) / 255
    rows, columns = np.mgrid[:size, :size] + 0.5
    # Pillow draws between whole sub-pixels, both ends included: up to two of four to a px
    assert 2 * math.sqrt(ink.sum() / math.pi) == pytest.approx(pen, abs=0.6)
    assert (ink * rows).sum() / ink.sum() == pytest.approx(centre, abs=0.3)
    assert (ink * columns).sum() / ink.sum() == pytest.approx(centre, abs=0.3)


@pytest.mark.parametrize("pen", [5e-324, 0.01, 0.2])
def test_a_pen_thinner_than_a_sub_pixel_still_leaves_a_trace(pen: float) -> None:
    assert Strokes.parse([[[5, 5], [15, 5]]]).draw(20, 20, pen).min() < 255


def test_a_line_is_as_wide_as_the_pen_and_has_round_ends() -> None:
    ink = 1 - Strokes.parse([[[20, 30], [60, 30]]]).draw(80, 60, 10.0) / 255
    assert ink[:, 40].sum() == pytest.approx(10, abs=0.5)
    assert ink[30].sum() == pytest.approx(50, abs=0.7)  # 40 px and a radius at each end
    assert ink[26, 56] == 1
    assert ink[26, 64] == 0  # the corner a square end would have


@given(DRAWINGS)
@settings(max_examples=30, deadline=None)
def test_the_polarities_are_each_others_negative(drawing: list[list[list[float]]]) -> None:
    strokes = Strokes.parse(drawing)
    strokes = strokes.placed(20 / max(1, *np.ptp(np.reshape(strokes.bounds, (2, 2)), axis=0)), 5, 5)
    dark = strokes.draw(30, 30, 3.0)
    light = strokes.draw(30, 30, 3.0, dark_on_light=False)
    assert dark.dtype == np.uint8
    assert np.array_equal(dark, 255 - light)
    assert light.max() > 200


def test_nothing_drawn_is_a_blank_sheet() -> None:
    assert (Strokes(()).draw(5, 4, 1.0) == 255).all()
    assert Strokes(()).draw(5, 4, 1.0).shape == (4, 5)


@given(DRAWINGS)
@settings(max_examples=30, deadline=None)
def test_strokes_off_the_sheet_leave_no_error(drawing: list[list[list[float]]]) -> None:
    assert Strokes.parse(drawing).draw(9, 7, 2.0).shape == (7, 9)


@pytest.mark.parametrize(("width", "height", "pen"), [(0, 5, 1.0), (5, -1, 1.0), (5, 5, 0.0), (5, 5, math.nan)])
def test_a_sheet_or_pen_of_no_size_is_refused(width: int, height: int, pen: float) -> None:
    with pytest.raises(StrokesError, match="expected a size of at least 1x1 px and a pen > 0 px"):
        Strokes(()).draw(width, height, pen)
