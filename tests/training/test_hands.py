"""Another hand writes the same character a little otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from inkread.strokes import Strokes
from inkread.training.hands import another_hand, with_custom


def seven() -> Strokes:
    top = [[20 + i, 20] for i in range(40)]
    down = [[60 - 0.4 * i, 20 + 1.5 * i] for i in range(40)]
    return Strokes.parse([top + down, [[35, 50], [65, 50]]])


def test_the_same_seed_gives_the_same_hand() -> None:
    one, two = (another_hand(seven(), np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.strokes, two.strokes, strict=True))


def test_every_stroke_stays_near_where_it_was() -> None:
    for seed in range(50):
        other = another_hand(seven(), np.random.default_rng(seed))
        assert len(other.strokes) == 2
        left, top, right, bottom = other.bounds
        assert 0.6 < (right - left) / (bottom - top) / (45 / 58.5) < 1.9
        moved = other.strokes[1][:, :2].mean(0) - np.array([50, 50])
        assert np.abs(moved).max() < 0.4 * 58.5


def test_a_dot_stays_a_dot() -> None:
    dot = Strokes.parse([[[5, 5]]])
    assert another_hand(dot, np.random.default_rng(0)) is dot


def test_customs_add_strokes_and_change_none() -> None:
    for label, most in (("0", 1), ("7", 1), ("1", 2), ("3", 0)):
        drawings = [with_custom(seven(), label, np.random.default_rng(seed)) for seed in range(200)]
        added = [len(drawing.strokes) - 2 for drawing in drawings]
        assert max(added) == most
        assert sum(added) < 60  # most people write it without
        assert all(np.array_equal(drawing.strokes[0], seven().strokes[0]) for drawing in drawings)


def test_a_slash_crosses_the_ring_of_a_zero_at_any_slant() -> None:
    around = np.linspace(0, 2 * np.pi, 60)
    zero = Strokes.parse([np.stack([100 + 30 * np.cos(around), 100 + 50 * np.sin(around)], 1).tolist()])
    slashes = [with_custom(zero, "0", np.random.default_rng(seed), 1.0).strokes[1][:, :2] for seed in range(200)]
    for slash in slashes:
        assert np.abs(slash.mean(0) - 100).max() < 20
        assert np.linalg.norm(slash[1] - slash[0]) > 40
    rising = [slash[1, 1] - slash[0, 1] < -10 for slash in slashes]
    assert 100 < sum(rising) < 190


def test_an_eight_of_two_rings_stands_where_the_eight_stood() -> None:
    for seed in range(50):
        eight = with_custom(seven(), "8", np.random.default_rng(seed), 1.0)
        upper, lower = sorted((stroke[:, 1] for stroke in eight.strokes), key=np.mean)
        assert upper.min() == pytest.approx(20, abs=2)
        assert lower.max() == pytest.approx(78.5, abs=2)
        assert -0.1 * 58.5 < lower.min() - upper.max() < 0.05 * 58.5
