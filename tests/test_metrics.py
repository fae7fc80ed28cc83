import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkread import metrics


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_equals_newcombes_published_table(correct: int, n: int, low: float, high: float) -> None:
    # R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3
    assert metrics.wilson_interval(correct, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    low, high = metrics.wilson_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


def test_wilson_interval_refuses_no_samples() -> None:
    with pytest.raises(ValueError, match="expected 0 <= correct <= n"):
        metrics.wilson_interval(0, 0)


def test_confusion_has_actual_rows_and_predicted_columns() -> None:
    matrix = metrics.confusion_matrix(actual=[0, 0, 0, 1, 2], predicted=[0, 2, 2, 1, 1], classes=3)
    assert matrix.tolist() == [[1, 0, 2], [0, 1, 0], [0, 1, 0]]


def test_confusion_refuses_an_index_outside_the_classes() -> None:
    with pytest.raises(ValueError, match="class indices 0 to 1"):
        metrics.confusion_matrix([0, 2], [0, 1], classes=2)


def test_per_class_accuracy_is_none_for_a_class_without_samples() -> None:
    matrix = np.array([[3, 1, 0], [0, 2, 0], [0, 0, 0]])
    assert metrics.per_class_accuracy(matrix) == (0.75, 1.0, None)


def test_calibration_error_of_two_bins_by_hand() -> None:
    # (0, 0.5]: one answer at 0.4, wrong: gap 0.4. (0.5, 1]: 0.6, 0.8, 1.0 with two right: |0.8 - 2/3| = 2/15.
    bins = metrics.reliability_bins([0.4, 0.6, 0.8, 1.0], [False, True, False, True], bins=2)
    assert [b.count for b in bins] == [1, 3]
    assert bins[1].confidence == pytest.approx(0.8)
    assert bins[1].accuracy == pytest.approx(2 / 3)
    assert metrics.expected_calibration_error(bins) == pytest.approx(1 / 4 * 0.4 + 3 / 4 * 2 / 15)


def test_there_are_15_bins_and_their_edges_belong_to_the_lower_one() -> None:
    bins = metrics.reliability_bins([0.0, 1 / 15, 1.0], [True, True, True])
    assert [b.count for b in bins] == [2, *[0] * 13, 1]


def test_risk_falls_as_the_unsure_are_left_out() -> None:
    # surest first: right, right, wrong, right, wrong
    coverage, risk = metrics.risk_coverage([0.5, 0.99, 0.9, 0.8, 0.7], [False, True, True, False, True])
    assert coverage == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert risk == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5])


def test_equally_sure_answers_share_their_errors() -> None:
    _, risk = metrics.risk_coverage([1.0, 1.0, 0.5], [False, True, True])
    assert risk == pytest.approx([0.5, 0.5, 1 / 3])


def test_risk_at_coverage_answers_at_least_that_share() -> None:
    confidence, correct = [0.9, 0.8, 0.7, 0.6], [True, True, True, False]
    assert metrics.risk_at_coverage(confidence, correct, 0.75) == 0
    assert metrics.risk_at_coverage(confidence, correct, 0.76) == 0.25
    assert metrics.risk_at_coverage([1.0] * 9 + [0.1], [True] * 9 + [False], 0.9) == 0


def test_area_under_risk_coverage_by_hand() -> None:
    # risks 0, 1/2, 1/3
    assert metrics.area_under_risk_coverage([0.9, 0.8, 0.7], [True, False, True]) == pytest.approx(5 / 18)


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [(0, 0, 1.0), (1, 5, 14 / 64), (5, 1, 14 / 64), (4, 4, 1.0), (0, 6, 2 / 64), (0, 2000, 0.0)],
)
def test_mcnemar_counts_coin_throws(b: int, c: int, p: float) -> None:
    assert metrics.mcnemar(b, c) == pytest.approx(p)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_the_sum_of_binomials(b: int, c: int) -> None:
    tail = sum(math.comb(b + c, i) for i in range(min(b, c) + 1))
    assert metrics.mcnemar(b, c) == pytest.approx(min(1, 2 * tail / 2 ** (b + c)))


def test_scores_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="not empty"):
        metrics.risk_coverage([], [])
    with pytest.raises(ValueError, match="at least one answer"):
        metrics.expected_calibration_error([])


def test_a_confidence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="0-1"):
        metrics.reliability_bins([1.5], [True])
