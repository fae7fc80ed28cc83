"""Digits cut out of numbers: each under its own label, and nothing where a cut would be a guess."""

from __future__ import annotations

from inkread.data import Samples
from inkread.data.cut import cut_digits, signs_of
from inkread.strokes import Strokes


def bar(x: float, width: float = 0.0) -> list[list[float]]:
    """An upright stroke 100 px tall that leans ``width`` px to the right."""
    return [[x, 100], [x + width, 0]]


def number(*strokes: list[list[float]]) -> Strokes:
    return Strokes.parse(list(strokes))


def test_each_digit_keeps_all_its_strokes_and_its_label() -> None:
    four = [bar(0, 30), bar(25)]  # of two strokes
    written = number(*four, [[60, 50], [80, 50]], bar(110))
    cut = cut_digits(Samples((written,), ("4-1",), ("amy",), "made"), "digits of made")
    assert (cut.labels, cut.writers, cut.name) == (("4", "1"), ("amy", "amy"), "digits of made")
    assert [len(item.strokes) for item in cut.items] == [2, 1]  # type: ignore[union-attr]


def test_signs_that_lap_over_each_other_a_little_are_apart() -> None:
    assert len(signs_of(number(bar(0, 30), bar(22, 30)), 2)) == 2
    assert signs_of(number(bar(0, 30), bar(18, 30)), 2) == ()


def test_a_number_whose_gaps_are_alike_is_not_cut() -> None:
    # which of the three bars stand together nobody can tell
    assert signs_of(number(bar(0), bar(40), bar(80)), 2) == ()
    assert len(signs_of(number(bar(0), bar(10), bar(80)), 2)) == 2


def test_a_number_of_fewer_strokes_than_signs_is_not_cut() -> None:
    assert signs_of(number(bar(0)), 2) == ()


def test_a_stroke_added_later_holds_the_number_together() -> None:
    crossed_later = number(bar(0), bar(50), [[-20, 50], [20, 50]])
    assert signs_of(crossed_later, 2) == ()


def test_a_sign_wider_than_any_digit_is_two() -> None:
    assert signs_of(number(bar(0), [[50, 0], [180, 100]]), 2) == ()
