"""Lines of a number: which boxes make one, how it is cut out, and what is made of what its reader says."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch
from torch import Tensor

from inkread.alphabet import PAGE
from inkread.training.networks import inkread
from inkread.training.page.compose import Numbers, Writer
from inkread.training.page.graph import PageGraph
from inkread.training.page.handwriting import Handwriting
from inkread.training.page.learn_lines import TOLD, framed, lines_of_pages, loss_of
from inkread.training.page.lines import HIGH, OTHER, STEP, LineReader, crops_of, frames_of, lines_of, signs_of
from inkread.training.page.networks import PageFinder, Refiner

with_data = pytest.mark.skipif("INKREAD_DATA" not in os.environ, reason="set INKREAD_DATA to the handwriting data")

NUMBER, LETTERS = torch.tensor([True]), torch.tensor([False])


def boxes_at(*corners: tuple[float, float]) -> Tensor:
    """Boxes of 20x40 px with their top left corners there."""
    return torch.tensor([[x, y, 20.0, 40.0] for x, y in corners])


def test_boxes_beside_each_other_are_one_line_and_those_below_or_far_away_another() -> None:
    boxes = boxes_at((10, 10), (35, 14), (60, 18), (10, 70), (200, 12))
    together = lines_of(boxes)
    assert together[0].tolist() == [True, True, True, False, False]
    assert torch.equal(together[2], together[0])  # joined by the one between them
    assert together[3].tolist() == [False, False, False, True, False]


def test_a_frame_follows_the_slope_of_its_line_and_has_room_at_both_ends() -> None:
    boxes = boxes_at(*((10 + 50 * i, 10 + 10 * i) for i in range(8)))
    frames = frames_of(boxes, torch.ones(1, 8, dtype=torch.bool))
    assert float(frames.slope) == pytest.approx(0.2, abs=0.01)
    assert float(frames.middle) == pytest.approx(65)
    assert float(frames.start) < 0
    assert float(frames.start + STEP * frames.steps * frames.px) > 380


def test_two_digits_beside_each_other_hardly_tell_a_slope() -> None:
    boxes = boxes_at((10, 10), (35, 20))
    assert abs(float(frames_of(boxes, torch.ones(1, 2, dtype=torch.bool)).slope)) < 0.1


def test_slashes_and_dashes_say_neither_how_high_a_line_is_nor_how_it_runs() -> None:
    digits = boxes_at((10, 60), (35, 60), (100, 60), (125, 60))
    others = torch.tensor([[60.0, 10.0, 35.0, 110.0], [150.0, 78.0, 20.0, 4.0], [175.0, 0.0, 30.0, 120.0]])
    boxes = torch.cat([digits, others])
    alone = frames_of(digits, torch.ones(1, 4, dtype=torch.bool))
    frames = frames_of(boxes, torch.ones(1, 7, dtype=torch.bool))
    assert float(frames.slope) == pytest.approx(0)
    assert float(frames.middle) == pytest.approx(float(alone.middle), abs=1)
    assert float(frames.high) < 1.5 * float(alone.high)


def test_a_line_is_cut_out_upright_whatever_its_size_and_slope() -> None:
    for size, slope in ((1, 0.0), (1, 0.25), (3, -0.2)):
        y, x = torch.meshgrid(torch.arange(240.0), torch.arange(400.0), indexing="ij")
        off = (y - 120 - slope * (x - 200)).abs()
        page = ((off < 12 * size) & ((x - 200).abs() < 160)).float()
        boxes = torch.tensor(
            [[x, 120 + slope * (x + 10 - 200) - 12 * size, 20.0, 24.0 * size] for x in torch.linspace(40, 340, 7)]
        )
        crop = crops_of(page.expand(2, -1, -1), frames_of(boxes, torch.ones(1, 7, dtype=torch.bool)))[0, 0]
        inked = crop[:, crop.shape[1] // 3 : -crop.shape[1] // 3].mean(1)
        assert crop.shape[0] == HIGH
        assert float(inked[HIGH // 2 - 10 : HIGH // 2 + 10].min()) > 0.9
        assert float(inked[[0, 1, -2, -1]].max()) < 0.1


def test_a_line_shorter_than_the_longest_is_empty_beyond_its_end() -> None:
    boxes = boxes_at((10, 10), (10, 100), (35, 100), (60, 100))
    member = torch.tensor([[True, False, False, False], [False, True, True, True]])
    crops = crops_of(torch.ones(2, 200, 200), frames_of(boxes, member))
    short = int(frames_of(boxes, member).steps[0]) * STEP
    assert float(crops[0, :, :, short:].abs().max()) == 0.0
    assert float(crops[0, :, HIGH // 2, short - 2].min()) == 1.0


class Saying(LineReader):
    """Says one sign after the other, evenly over each line."""

    def __init__(self, *columns: int, logit: float = 16.0) -> None:
        super().__init__()
        self.columns, self.logit = columns, logit

    def forward(self, crops: Tensor) -> Tensor:
        steps = crops.shape[3] // STEP
        answer = torch.zeros(len(crops), OTHER + 1, steps)
        answer[:, 0] = 8.0
        for i, column in enumerate(self.columns):
            at = int((i + 0.5) / len(self.columns) * steps)
            answer[:, column, at : at + 2] = self.logit
        return answer


def test_each_sign_has_the_box_found_there_and_one_that_was_not_found_has_its_share_of_the_line() -> None:
    page, certainty = torch.zeros(2, 64, 200), torch.tensor([0.9, 0.8])
    boxes = torch.tensor([[10.0, 10, 30, 40], [90.0, 10, 30, 40]])  # a third one between them was not found
    together = torch.tensor([[10.0, 10, 30, 40], [30.0, 10, 90, 40]])
    for found, said in ((boxes[:1], (4,)), (together, (2, 3, 5))):
        signs = signs_of(Saying(*said), page, found, certainty[: len(found)], NUMBER)
        told = signs.probabilities.argmax(1)
        assert told[signs.certainty > 0].tolist() == list(said)
        assert not signs.unread.any()
        assert (signs.boxes[:, 2] > 0).all()
    one, two, five = signs.boxes[signs.certainty > 0]
    assert one[0] == pytest.approx(10)  # its own box
    assert float(two[0]) < float(five[0])  # two had a box in common


def test_a_line_that_says_nothing_has_one_sign_of_no_certainty() -> None:
    signs = signs_of(Saying(), torch.zeros(2, 64, 200), boxes_at((10, 10)), torch.tensor([0.9]), NUMBER)
    assert signs.certainty.tolist() == [0.0]
    assert signs.unread.tolist() == [True]


def test_a_box_in_which_the_line_says_nothing_is_read_by_the_network_alone() -> None:
    torch.manual_seed(0)
    graph = PageGraph(PageFinder(), Refiner(), Saying(), inkread(len(PAGE)), PAGE).eval()
    boxes = boxes_at((10, 10), (35, 10))
    with torch.no_grad():
        kept, certainty, told, share = graph.read(torch.zeros(2, 64, 200), boxes, torch.tensor([0.9, 0.2]), NUMBER)
    assert certainty[certainty > 0].tolist() == pytest.approx([0.9])  # the doubtful one is dropped
    assert torch.equal(kept[certainty > 0], boxes[:1])
    assert float(share[0]) == 1.0
    assert float(told[0].sum()) == 0.0


def test_lines_are_read_only_where_a_number_is_asked_for() -> None:
    torch.manual_seed(0)
    graph = PageGraph(PageFinder(), Refiner(), Saying(2, 2), inkread(len(PAGE)), PAGE).eval()
    boxes, certainty = boxes_at((10, 10), (100, 10)), torch.tensor([0.9, 0.7])
    with torch.no_grad():
        letters = graph.read(torch.zeros(2, 64, 200), boxes, certainty, LETTERS)
        number = graph.read(torch.zeros(2, 64, 200), boxes, certainty, NUMBER)
    assert torch.equal(letters[0], boxes)
    assert float(letters[2].abs().max()) == 0.0  # nothing is told but by the network
    one = number[2][number[1] > 0].argmax(1)
    assert one.tolist() == [PAGE.index("1")] * 4  # two lines of two


def test_what_a_line_says_surely_is_not_asked_of_the_network() -> None:
    torch.manual_seed(0)
    boxes, certainty, page = boxes_at((10, 10), (35, 10)), torch.tensor([0.9, 0.8]), torch.zeros(2, 64, 200)
    for logit, asked in ((16.0, False), (9.0, True)):
        graph = PageGraph(PageFinder(), Refiner(), Saying(2, 3, logit=logit), inkread(len(PAGE)), PAGE).eval()
        with torch.no_grad():
            _, certain, told, share = graph.read(page, boxes, certainty, NUMBER)
            probabilities = graph.weighed(torch.zeros(len(share), 1, 28, 28), told, share)
        read = certain > 0
        assert [bool(s > 0) for s in share[read]] == [asked, asked]
        assert torch.equal(probabilities[read], told[read]) is not asked
        assert probabilities[read].sum(1).tolist() == pytest.approx([1.0, 1.0])
    graph = PageGraph(PageFinder(), Refiner(), Saying(2), inkread(len(PAGE)), PAGE).eval()
    with torch.no_grad():
        _, certain, _, share = graph.read(page, boxes[:1], certainty[:1], NUMBER)
    assert float(share[certain > 0]) > 0  # but where it stands alone


def test_whether_a_stroke_is_1_or_a_slash_is_told_by_its_line_alone() -> None:
    torch.manual_seed(0)
    graph = PageGraph(PageFinder(), Refiner(), Saying(), inkread(len(PAGE)), PAGE).eval()
    one, slash, seven = (PAGE.index(label) for label in "1/7")
    told = torch.zeros(2, len(PAGE))
    told[:, slash], told[:, one], told[:, seven] = 0.6, 0.3, 0.1
    told[1] = 0.0
    with torch.no_grad():
        by_both, by_network = graph.weighed(torch.rand(2, 1, 28, 28), told, torch.tensor([0.65, 1.0]))
    assert float(by_both[slash] / by_both[one]) == pytest.approx(2.0)
    assert float(by_both.sum()) == pytest.approx(1.0)
    assert float(by_network[slash] / by_network[one]) != pytest.approx(2.0)  # of which no line says anything


def test_signs_that_a_crop_cuts_off_are_not_asked_for_and_none_is_cut_through() -> None:
    boxes = boxes_at((10, 10), (35, 10), (60, 10), (150, 10))
    texts = set()
    for seed in range(80):
        frames, (text,) = framed(boxes, [(0, 4, "1234")], torch.Generator().manual_seed(seed))
        start, end = float(frames.start), float(frames.start + frames.steps * STEP * frames.px)
        inside = [start < x + 4 and x + 16 < end for x in (10, 35, 60, 150)]
        assert text == "".join(sign for sign, whole in zip("1234", inside, strict=True) if whole)
        texts.add(text)
    assert texts == {"1234", "123"}


@with_data
def test_lines_of_made_numbers_are_cut_out_with_their_signs_the_same_for_the_same_seed() -> None:
    writer = Writer(Handwriting.of("validation"))
    random = np.random.default_rng(3)
    pages: list[Numbers] = [writer.numbers(192, 384, random) for _ in range(12)]
    for page in pages:
        for first, end, text in page.lines:
            labels = [PAGE.labels[target] for target in page.targets[first:end]]
            assert all(label == sign or sign not in TOLD for label, sign in zip(labels, text, strict=True))
    one, other = (lines_of_pages(pages, np.random.default_rng(5)) for _ in range(2))
    assert torch.equal(one[0].crops, other[0].crops)
    written = sum(len(text) for page in pages for _, _, text in page.lines)
    asked = sum(int(lines.counts.sum()) for lines in one)
    assert 0.97 * written < asked <= written  # but those whose line's end was not found
    answer = LineReader()(one[0].crops)
    assert answer.shape[2] == one[0].crops.shape[3] // STEP
    assert torch.isfinite(loss_of(answer, one[0]))
