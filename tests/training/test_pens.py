"""Strokes drawn by the thousand look as Strokes.draw draws them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inkread.strokes import Strokes
from inkread.training.augment import TILE, TILE_GLYPH
from inkread.training.pens import LINES, drawn, lines_of, simplified

SPIRAL = Strokes.parse([[[t * np.cos(t), 0.7 * t * np.sin(t)] for t in np.linspace(0.5, 14, 150)], [[0, 0], [9, 12]]])


@pytest.mark.parametrize("pen", [1.5, 4.0, 11.0])
def test_they_look_as_one_by_one(pen: float) -> None:
    left, top, right, bottom = SPIRAL.bounds
    scale = TILE_GLYPH / max(right - left, bottom - top)
    corner = (TILE - (right - left) * scale) / 2, (TILE - (bottom - top) * scale) / 2
    expected = SPIRAL.placed(scale, *corner).draw(TILE, TILE, pen, dark_on_light=False) / 255.0
    ink = drawn(torch.as_tensor(lines_of(SPIRAL))[None], torch.tensor([pen]))[0].numpy()
    assert np.abs(ink - expected).mean() < 0.03
    assert np.abs(ink.mean() - expected.mean()) < 0.01


def test_each_has_its_own_pen_and_none_sees_another() -> None:
    dot, bar = (lines_of(Strokes.parse([points])) for points in ([[3, 3]], [[0, 0], [0, 9]]))
    pens = torch.tensor([6.0, 10.0, 2.0])
    together = drawn(torch.as_tensor(np.stack([dot, bar, bar])), pens)
    assert together.sum((1, 2)).tolist() == pytest.approx([np.pi * 9, 440 + np.pi * 25, 88 + np.pi], rel=0.03)
    assert torch.equal(together[1], drawn(torch.as_tensor(bar)[None], pens[1:2])[0])


def test_of_no_drawings_there_is_no_ink() -> None:
    assert drawn(torch.zeros(0, LINES, 4), torch.zeros(0)).shape == (0, TILE, TILE)


def test_a_scrawl_of_thousands_of_points_fits_into_the_lines() -> None:
    scrawl = np.random.default_rng(0).normal(0, 9, (3000, 2)).tolist()
    assert lines_of(Strokes.parse([scrawl])).shape == (LINES, 4)


paths = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=60)


@given(paths, st.sampled_from([0.25, 3.0]))
def test_no_point_lies_beside_the_simplified_path(points: list[tuple[int, int]], tolerance: float) -> None:
    path = np.array(points, float)
    kept = simplified(path, tolerance)
    assert kept[0] == 0
    assert kept[-1] == len(path) - 1
    for first, last in pairwise(kept):
        step, at = path[last] - path[first], path[first : last + 1] - path[first]
        share = np.clip(at @ step / max(step @ step, 1e-9), 0, 1)
        assert np.hypot(*(at - share[:, None] * step).T).max() <= tolerance + 1e-6
