"""A challenger is promoted where it is no worse on what is frozen and better on what was held out."""

import re

import numpy as np
import pytest

from inkread import metrics
from inkread.promotion import LEAST_HELD_OUT, Paired, verdict

BETTER = Paired("held-out corrections", n=40, champion=20, challenger=8, broken=1, fixed=13)
EVEN = (Paired("digits", 8000, 60, 60, 4, 4), Paired("no digits", 1800, 50, 52, 6, 4))


def test_no_worse_on_the_frozen_sets_and_better_on_corrections_is_promoted() -> None:
    assert verdict(EVEN, BETTER).promoted


@pytest.mark.parametrize(
    ("frozen", "reason"),
    [
        (Paired("digits", 8000, 60, 90, 40, 10), "worse on the frozen digits: [+]0.38 points"),
        (Paired("digits", 500, 4, 4, 3, 3), "may be worse on the frozen digits"),  # too few to know
        (Paired("no digits", 1800, 50, 120, 90, 20), "worse on the frozen no digits"),
    ],
)
def test_worse_on_a_frozen_set_is_refused_with_its_numbers(frozen: Paired, reason: str) -> None:
    refused = verdict([frozen], BETTER)
    assert not refused.promoted
    assert re.search(reason, refused.reasons[0])


def test_a_single_set_is_shown_and_does_not_decide() -> None:
    mnist = Paired("mnist", 5000, 20, 30, 12, 2)
    shown = verdict([mnist, *EVEN], BETTER)
    assert shown.promoted
    assert shown.lines[0].startswith("mnist: 20 of 5,000 misread before, 30 after; +0.20 points")


@pytest.mark.parametrize("after", [20, 21])
def test_no_better_on_corrections_is_refused(after: int) -> None:
    same = Paired("held-out corrections", 40, 20, after, after - 17, 3)
    assert verdict(EVEN, same).reasons == (f"no better on 40 corrections held out: 20 misread before, {after} after",)


@pytest.mark.parametrize("n", [None, LEAST_HELD_OUT - 1])
def test_too_few_corrections_prove_nothing(n: int | None) -> None:
    few = None if n is None else Paired("held-out corrections", n, n, 0, 0, n)
    assert f"at least {LEAST_HELD_OUT} corrections held out" in verdict(EVEN, few).reasons[0]


def test_a_pair_counts_who_alone_is_wrong() -> None:
    before, after = np.array([1, 1, 0, 0, 0], bool), np.array([1, 0, 1, 1, 0], bool)
    assert Paired.of("five", before, after) == Paired("five", n=5, champion=2, challenger=3, broken=2, fixed=1)


def test_the_interval_of_a_paired_difference_by_hand() -> None:
    # cells + 0.5: (3.5 - 1.5) / 102, variance (5 - 4 / 102) / 102 ** 2
    low, high = metrics.paired_interval(3, 1, 100)
    half = 1.959964 * (5 - 4 / 102) ** 0.5 / 102
    assert (low, high) == pytest.approx((2 / 102 - half, 2 / 102 + half))


def test_where_nothing_tells_two_models_apart_the_interval_keeps_a_width() -> None:
    low, high = metrics.paired_interval(0, 0, 1000)
    assert low == -high < 0


def test_a_paired_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="n >= 1"):
        metrics.paired_interval(0, 0, 0)
