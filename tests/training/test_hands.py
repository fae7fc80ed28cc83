"""Another hand writes the same character a little otherwise."""

from __future__ import annotations

import numpy as np

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
