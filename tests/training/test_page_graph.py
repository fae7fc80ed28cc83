"""The page graph: pictures of any size are reduced, peaks become boxes, boxes become glyphs as a glyph file's are."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from inkread.alphabet import PAGE
from inkread.strokes import Strokes
from inkread.training.networks import inkread
from inkread.training.page.boxes import joined, peaks, suppressed
from inkread.training.page.graph import FINE, WORK, PageGeometry, PageGraph, reduced_page, seen_of
from inkread.training.page.lines import LineReader
from inkread.training.page.networks import ANSWERS, CELL, COARSEST, PageFinder, Refiner


@pytest.mark.parametrize(
    ("h", "w", "longer"),
    [(280, 280, 280), (64, 64, WORK[0]), (1200, 1600, WORK[1]), (90, 350, 350), (8, 8, WORK[0])],
)
def test_a_page_keeps_its_proportions_and_ends_with_whole_cells(h: int, w: int, longer: int) -> None:
    page, fine, scale = reduced_page(torch.zeros(1, h, w, dtype=torch.uint8))
    assert page.shape[1] % COARSEST == page.shape[2] % COARSEST == 0
    assert longer <= max(page.shape[1:]) < longer + COARSEST
    assert max(fine.shape[1:]) == min(max(h, w), FINE * longer)
    assert scale[0] == pytest.approx(fine.shape[2] / (longer * w / max(h, w)), rel=0.02)


def test_polarity_is_told_on_ruled_and_unevenly_lit_paper() -> None:
    page = torch.linspace(0.9, 0.5, 128)[None, :, None].expand(1, 128, 192).clone()
    page[:, ::24] -= 0.1
    page[:, 40:80, 60:64] = 0.1
    assert float(seen_of(page)[1]) == -1.0
    assert float(seen_of(1 - page)[1]) == 1.0


def answer_with(*glyphs: tuple[float, float, float, float, float]) -> Tensor:
    """A finder's answer (6, 32, 48) with a peak for each of x, y, width, height px and logit."""
    answer = torch.zeros(ANSWERS, 32, 48)
    answer[0] = -8.0
    for x, y, w, h, logit in glyphs:
        row, column = int((y + h / 2) / CELL), int((x + w / 2) / CELL)
        answer[0, row, column] = logit
        answer[1, row, column] = (x + w / 2) / CELL - (column + 0.5)
        answer[2, row, column] = (y + h / 2) / CELL - (row + 0.5)
        answer[3, row, column], answer[4, row, column] = np.log(w / CELL), np.log(h / CELL)
    return answer


def test_each_peak_becomes_its_box_the_likeliest_first() -> None:
    boxes, certainty = peaks(answer_with((10, 20, 30, 40, 2.0), (100, 60, 16, 44, 3.0)))
    assert boxes.numpy() == pytest.approx(np.array([[100, 60, 16, 44], [10, 20, 30, 40]]), abs=1e-3)
    assert certainty.tolist() == pytest.approx([0.953, 0.881], abs=1e-3)


def test_a_second_box_over_the_same_glyph_is_dropped_and_a_point_beside_its_digit_stays() -> None:
    boxes, _ = peaks(answer_with((40, 20, 40, 60, 3.0), (48, 20, 40, 60, 1.0), (70, 70, 8, 8, 2.0)))
    assert [round(float(box[2])) for box in boxes] == [40, 8]


def test_a_box_between_two_digits_is_dropped_and_a_one_that_leans_into_its_neighbour_stays() -> None:
    three, two, between = [0.0, 0.0, 40.0, 60.0], [42.0, 0.0, 40.0, 60.0], [20.0, 0.0, 42.0, 60.0]
    leaning_one = [76.0, 0.0, 12.0, 60.0]
    dropped = suppressed(torch.tensor([three, two, between, leaning_one]))
    assert dropped.tolist() == [False, False, True, False]


class ByWidth(Refiner):
    """Moves no edge, is sure of each box, and says that narrow ones fit and wide ones do not."""

    def forward(self, looks: Tensor, certainty: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        wide = looks[:, 3].sum((1, 2)) / looks[:, 3].amax(2).sum(1)
        return torch.zeros(len(looks), 4), torch.full_like(certainty, 4.0), 5.0 - wide


def test_of_boxes_that_claim_the_same_ink_those_that_fit_stay_not_the_likelier_one() -> None:
    graph = PageGraph(PageFinder(), ByWidth(), LineReader(), inkread(len(PAGE)), PAGE)
    two_ones = answer_with((40, 20, 10, 60, 1.0), (60, 20, 10, 60, 1.0), (41, 18, 28, 64, 3.0))
    boxes, sure = graph.near(torch.zeros(128, 192), two_ones, torch.ones(2), torch.ones(1, 1, 1))
    assert sorted(boxes[:, 0].round().tolist()) == [40.0, 60.0]
    assert sure.tolist() == pytest.approx([0.982] * 2, abs=1e-3)


HALVES = torch.tensor([[10.0, 10, 30, 60], [30, 12, 40, 58]])


def test_two_halves_of_a_letter_are_one_box_and_those_of_a_number_stay_two() -> None:
    sure = torch.tensor([0.9, 0.7])
    boxes, certainty = joined(HALVES, sure, torch.tensor([True]))
    assert boxes.tolist() == [[10, 10, 60, 60]]
    assert certainty.tolist() == pytest.approx([0.9])
    assert torch.equal(joined(HALVES, sure, torch.tensor([False]))[0], HALVES)


@pytest.mark.parametrize(
    "boxes",
    [
        HALVES + torch.tensor([[0.0, 0, 0, 0], [8, 0, 0, 0]]),  # hardly overlap
        torch.tensor([[10.0, 10, 40, 40], [10, 52, 40, 40]]),  # one below the other
        torch.cat([HALVES, torch.tensor([[90.0, 10, 30, 60]])]),  # another letter beside it
        torch.cat([HALVES, HALVES + torch.tensor([15.0, 0, 0, 0])]),  # a word in one stroke
        HALVES[:1],
    ],
)
def test_letters_beside_or_below_each_other_stay_apart(boxes: Tensor) -> None:
    kept, certainty = joined(boxes, torch.ones(len(boxes)), torch.tensor([True]))
    assert torch.equal(kept, boxes)
    assert len(certainty) == len(boxes)


def test_an_empty_answer_still_gives_one_box_of_no_certainty() -> None:
    boxes, certainty = peaks(answer_with())
    assert boxes.shape == (1, 4)
    assert float(certainty[0]) < 0.01


def drawn(neighbour: bool) -> tuple[Tensor, Tensor]:
    """A 7, dark on light, (200, 300) 0-1, with a bar close to it or without, and its box in px."""
    seven = Strokes.parse([[[100, 50], [160, 50], [120, 150]]])
    strokes = Strokes((*seven.strokes, *Strokes.parse([[[178, 40], [178, 160]]]).strokes)) if neighbour else seven
    picture = torch.from_numpy(strokes.draw(300, 200, 10)).float() / 255
    return picture, torch.tensor([[95.0, 45.0, 70.0, 110.0]])


def glyph_of(picture: Tensor, box: Tensor) -> tuple[Tensor, Tensor]:
    inked = torch.nn.functional.max_pool2d(1 - picture[None, None], CELL)[0, 0]
    glyphs, own = PageGeometry().glyphs(picture, box, torch.ones(2), torch.tensor([[[-1.0]]]), inked)
    return glyphs[0, 0], own[0]


def test_a_glyph_fills_20_of_28_px_and_its_box_is_the_inks() -> None:
    glyph, own = glyph_of(*drawn(neighbour=False))
    rows = torch.nonzero(glyph.amax(1) > 0.4)[:, 0]
    assert int(rows[-1] - rows[0]) + 1 in (19, 20, 21)
    assert own.tolist() == pytest.approx([95, 45, 70, 110], abs=4)


def test_a_box_that_is_not_quite_right_gives_nearly_the_same_glyph() -> None:
    picture, box = drawn(neighbour=False)
    exact, _ = glyph_of(picture, box)
    off, _ = glyph_of(picture, box + torch.tensor([[3.0, -4.0, 4.0, 6.0]]))
    assert float((exact - off).abs().mean()) < 0.04


def test_a_neighbour_with_a_box_of_its_own_is_left_out() -> None:
    alone, _ = glyph_of(*drawn(neighbour=False))
    picture, box = drawn(neighbour=True)
    beside, _ = glyph_of(picture, torch.cat([box, torch.tensor([[173.0, 35.0, 10.0, 130.0]])]))
    assert float((alone - beside).abs().mean()) < 0.03


def test_ink_just_beside_the_only_box_belongs_to_the_glyph() -> None:
    picture, box = drawn(neighbour=False)
    _, own = glyph_of(picture, box - torch.tensor([[0.0, 0.0, 0.0, 25.0]]))
    assert float(own[3]) == pytest.approx(110, abs=4)


def test_the_finder_answers_for_every_cell() -> None:
    with torch.no_grad():
        assert PageFinder().eval()(torch.zeros(2, 2, 64, 128)).shape == (2, ANSWERS, 16, 32)
