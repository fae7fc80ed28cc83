"""The geometry's own claims, on pictures whose answer is known by hand. No trained weights are needed for these."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from inkread.training.graph import (
    CROP,
    GLYPH,
    Geometry,
    Graph,
    Resize,
    cut_square,
    extent,
    reduced,
    resample_square,
)
from inkread.training.networks import NETWORKS


class MarksWhatIsLight(torch.nn.Module):
    """A finder that needs no training: a cell is the glyph's where the overview is light, on even paper."""

    def forward(self, seen: Tensor) -> Tensor:
        marked = 20 * (torch.nn.functional.max_pool2d(seen[:, 1:2], 2) - 0.5)
        return torch.cat([marked, torch.ones_like(marked)], 1)


@pytest.fixture
def geometry() -> Geometry:
    made = Geometry().eval()
    made.finder = MarksWhatIsLight()  # type: ignore[assignment]
    return made


def bar(height: int, width: int, top: int, left: int, tall: int, wide: int) -> Tensor:
    """A picture (1, height, width) 0-1 with one light bar."""
    picture = torch.zeros(1, height, width)
    picture[0, top : top + tall, left : left + wide] = 1
    return picture


def test_reducing_agrees_with_pillows_antialiased_resize() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (100, 100)).astype(np.float32)
    ours = reduced(torch.from_numpy(picture)[None], 30)[0, 0].numpy()
    theirs = np.asarray(Image.fromarray(picture).resize((30, 30), Image.Resampling.BILINEAR))
    assert np.abs(ours - theirs).max() < 0.01  # of 255


@pytest.mark.parametrize(("height", "width"), [(200, 200), (96, 50), (20, 500), (5, 300), (300, 1)])
def test_what_is_cut_out_agrees_with_pillows_antialiased_resize_of_that_part(height: int, width: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (height, width)).astype(np.float32)
    side = float(min(height, width))
    left, top = (width - side) / 2, (height - side) / 2
    step = torch.full((1, 1, 1), side / CROP)
    cut = cut_square(torch.from_numpy(picture)[None], torch.tensor([[[top], [left]]]) + step / 2, step, CROP)[0, 0]
    box = (left, top, left + side, top + side)
    theirs = np.asarray(Image.fromarray(picture).resize((CROP, CROP), Image.Resampling.BILINEAR, box=box))
    # Pillow leaves out px beyond the part, we do beyond the picture
    reach = CROP // 8 if max(height, width) > side else 0
    inner = slice(reach, CROP - reach)
    assert np.abs(cut.numpy() - theirs)[inner, inner].max() < 0.05  # of 255


def test_each_picture_of_a_batch_is_cut_as_if_it_were_alone() -> None:
    pictures = torch.rand(3, 90, 130)
    first = torch.tensor([[[3.0], [80.0]], [[-20.0], [7.5]], [[40.0], [60.25]]])
    step = torch.tensor([0.3, 2.9, 1.1])[:, None, None]
    together = cut_square(pictures, first, step, CROP)
    alone = [cut_square(pictures[i : i + 1], first[i : i + 1], step[i : i + 1], CROP) for i in range(3)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-6)


def test_beyond_the_edge_of_a_picture_is_its_edge() -> None:
    picture = torch.arange(10.0)[:, None].expand(-1, 7)[None]
    cut = cut_square(picture, torch.tensor([[[-19.5], [-19.5]]]), torch.ones(1, 1, 1), CROP)[0, 0]
    assert cut[:20].max() == 0
    assert cut[30:].min() == 9
    assert cut[20:30].allclose(torch.arange(10.0)[:, None].expand(-1, CROP))


def test_a_picture_of_bytes_is_the_same_as_one_of_shares_of_white() -> None:
    picture = torch.randint(0, 256, (2, 50, 60), dtype=torch.uint8)
    first, step = torch.full((2, 2, 1), 4.0), torch.full((2, 1, 1), 0.7)
    assert reduced(picture, GLYPH).allclose(reduced(picture / 255, GLYPH), atol=1e-6)
    assert cut_square(picture, first, step, CROP).allclose(cut_square(picture / 255, first, step, CROP), atol=1e-6)


def test_sampling_at_its_own_resolution_changes_nothing() -> None:
    picture = torch.rand(2, 28, 28)
    first, step = torch.full((2, 2, 1), 0.5), torch.ones(2, 2, 1)
    assert torch.allclose(resample_square(picture[:, None], first, step, 28)[:, 0], picture, atol=1e-6)


def test_beyond_the_edge_there_is_no_ink() -> None:
    sampled = resample_square(torch.ones(1, 1, 10, 10), torch.full((1, 2, 1), -4.5), torch.ones(1, 2, 1), 20)
    assert sampled[0, 0, :4].max() == 0
    assert sampled[0, 0, 6:14, 6:14].min() == 1


def test_an_edge_between_two_px_is_found_between_them() -> None:
    square = torch.zeros(1, 1, 8, 8)
    square[0, 0, 3:5, 2:4] = 1.0
    square[0, 0, 2, 2:4] = 0.25  # half of the level 0.5: the edge lies a third of the way to the full px
    first, last = extent(square, 0.5)
    assert first[0, :, 0].tolist() == pytest.approx([3.5 - 0.5 / 0.75, 2.0])
    assert last[0, :, 0].tolist() == pytest.approx([5.0, 4.0])


def test_an_empty_square_has_no_extent() -> None:
    first, last = extent(torch.zeros(1, 1, 8, 8), 0.5)
    assert (last < first).all()


@pytest.mark.parametrize("light_ink", [True, False])
@pytest.mark.parametrize(("height", "width"), [(280, 280), (64, 64), (60, 120), (1024, 1024)])
def test_the_box_is_where_the_ink_is_at_any_size_and_either_polarity(
    geometry: Geometry, height: int, width: int, light_ink: bool
) -> None:
    top, left, tall, wide = height // 4, width // 3, height // 2, max(4, height // 14)
    picture = bar(height, width, top, left, tall, wide)
    with torch.no_grad():
        _, boxes = geometry(picture if light_ink else 1 - picture)
    tolerance = 0.04 * height
    assert boxes[0].tolist() == pytest.approx([left, top, wide, tall], abs=tolerance)


def test_a_glyph_is_20_px_tall_and_centred_by_mass_as_in_mnist(geometry: Geometry) -> None:
    with torch.no_grad():
        glyph, _ = geometry(bar(280, 280, 40, 180, 120, 20))
    rows = torch.nonzero(glyph[0, 0].amax(1) > 0.5)
    assert int(rows[-1] - rows[0]) + 1 == pytest.approx(20, abs=1)
    at = torch.arange(GLYPH) + 0.5
    assert float((glyph[0, 0].sum(0) * at).sum() / glyph.sum()) == pytest.approx(14, abs=0.2)


def test_flipping_the_polarity_changes_no_glyph(geometry: Geometry) -> None:
    picture = bar(100, 100, 20, 60, 60, 9)
    with torch.no_grad():
        assert torch.allclose(geometry(picture)[0], geometry(1 - picture)[0], atol=1e-4)


def test_ink_across_the_edge_of_an_inverted_part_is_the_same_ink(geometry: Geometry) -> None:
    crop, gate = bar(48, 48, 8, 20, 32, 6)[None], bar(48, 48, 6, 18, 36, 10)[None]
    light = torch.ones(1, 1, 48, 48)
    half = light.clone()
    half[:, :, 24:] = -1
    inverted = torch.where(half > 0, crop, 1 - crop)
    whole, _ = geometry.ink(crop, gate, light)
    seen, _ = geometry.ink(inverted, gate, half)
    only_half, _ = geometry.ink(inverted, gate, light)
    assert ((seen > 0.5) == (whole > 0.5)).all()
    assert (only_half > 0.5).sum() < 0.7 * (whole > 0.5).sum()  # what it was before the finder told sides


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_an_empty_sheet_has_no_box_and_is_no_digit(geometry: Geometry, level: float) -> None:
    graph = Graph(NETWORKS["inkread"](11), "finder", reject=10).eval()
    graph.geometry = geometry
    picture = torch.full((1, 50, 50), round(level * 255), dtype=torch.uint8)
    with torch.no_grad():
        probabilities, boxes, glyphs = graph(picture)
    assert boxes[0, 2:].tolist() == [0, 0]
    assert probabilities[0].tolist() == [0] * 10 + [1]
    assert glyphs.max() == 0


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 400), (20, 8000), (8, 8)])
def test_extreme_shapes_give_finite_answers(height: int, width: int) -> None:
    graph = Graph(NETWORKS["inkread"](11), "finder", reject=10).eval()
    with torch.no_grad():
        answers = graph(torch.randint(0, 256, (1, height, width), dtype=torch.uint8))
    assert all(torch.isfinite(answer).all() for answer in answers)


def test_the_common_apps_preprocessing_only_shrinks_the_picture() -> None:
    picture = torch.rand(1, 28, 28)
    glyph, boxes = Resize()(picture)
    assert torch.allclose(glyph[0, 0], picture[0], atol=1e-6)
    assert boxes.tolist() == [[0, 0, 28, 28]]


@pytest.mark.parametrize("name", list(NETWORKS))
def test_every_network_answers_with_one_logit_a_class(name: str) -> None:
    network = NETWORKS[name](11).eval()
    with torch.no_grad():
        assert network(torch.rand(3, 1, 28, 28)).shape == (3, 11)
