"""Made pages: what is written stands where they say, and the same seed writes the same page."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest
import torch
from torch import Generator

from inkread.alphabet import PAGE
from inkread.strokes import Strokes
from inkread.training.augment import TILE
from inkread.training.material import Drawings, Tiles
from inkread.training.networks import inkread
from inkread.training.page import finder
from inkread.training.page.boxes import refined
from inkread.training.page.compose import Page, Writer
from inkread.training.page.crops import Characters, glyphs_off_crops
from inkread.training.page.finder import batch_of, pages_written, written
from inkread.training.page.graph import PageGraph
from inkread.training.page.handwriting import Handwriting
from inkread.training.page.lines import LineReader
from inkread.training.page.material import glyphs_off_pages
from inkread.training.page.networks import CELL, PageFinder, Refiner
from inkread.training.page.refine import IS_GLYPH, goals, shifts_to
from inkread.training.pens import lines_of

pytestmark = pytest.mark.skipif("INKREAD_DATA" not in os.environ, reason="set INKREAD_DATA to the handwriting data")


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(Handwriting.of("validation"))


@pytest.fixture(scope="module")
def pages(writer: Writer) -> list[Page]:
    random = np.random.default_rng(1)
    return [writer.page(192, 256, random) for _ in range(60)]


def test_every_box_holds_ink_and_hardly_any_ink_stands_outside(pages: list[Page]) -> None:
    inside, everything = 0, 0
    for page in pages:
        covered = np.zeros(page.ink.shape, bool)
        for x, y, w, h in page.boxes:
            rows, columns = slice(int(y), int(np.ceil(y + h)) + 1), slice(int(x), int(np.ceil(x + w)) + 1)
            assert page.ink[rows, columns].max(initial=0) > 60
            covered[rows, columns] = True
        inside += int((page.ink[covered] > 127).sum())
        everything += int((page.ink > 127).sum())
    assert inside > 0.85 * everything  # the rest: glyphs cut by the border, and strokes that join two


def test_all_kinds_of_characters_are_written(writer: Writer) -> None:
    random = np.random.default_rng(2)
    seen = {int(target) for _ in range(500) for target in writer.page(192, 384, random).targets}
    assert len(seen) >= len(PAGE.labels) - 2


def test_the_same_seed_writes_the_same_page(writer: Writer) -> None:
    one, other = (writer.page(128, 256, np.random.default_rng(3)) for _ in range(2))
    assert (one.ink == other.ink).all()
    assert (one.boxes == other.boxes).all()


def test_a_batch_ends_with_whole_cells_and_its_targets_peak_at_the_middles(pages: list[Page]) -> None:
    batch = batch_of(pages[:8], Generator().manual_seed(0))
    targets = finder.targets_of(batch)
    assert batch.pictures.shape == (8, 192, 256)
    for i, page in enumerate(pages[:8]):
        for x, y, w, h in page.boxes:
            assert targets.centres[i, int((y + h / 2) / CELL), int((x + w / 2) / CELL)] == 1.0


def test_pages_are_the_same_whichever_process_wrote_them(writer: Writer) -> None:
    ahead = list(pages_written(writer, 2, (5,)))
    here = [written(writer, np.random.default_rng((5, step))) for step in range(2)]
    for one, other in zip(ahead, here, strict=True):
        assert [page.ink.tobytes() for page in one] == [page.ink.tobytes() for page in other]
        assert [page.targets.tolist() for page in one] == [page.targets.tolist() for page in other]


def test_handwriting_can_be_given_to_a_process_that_does_not_share_memory() -> None:
    hands = pickle.loads(pickle.dumps(Handwriting()))
    assert hands.strokes["somebody"]["7"] == []


def test_what_an_untrained_finder_finds_is_mostly_no_glyph_and_the_same_seed_finds_it_again(writer: Writer) -> None:
    torch.manual_seed(0)
    reject = PAGE.index(PAGE.reject or "")
    graph = PageGraph(PageFinder(), Refiner(), LineReader(), inkread(len(PAGE)), PAGE).eval()
    glyphs, again = (glyphs_off_pages(graph, writer, 40, 0) for _ in range(2))
    assert glyphs.pictures.shape[1:] == (28, 28)
    assert torch.equal(glyphs.pictures, again.pictures)
    assert float((glyphs.targets == reject).float().mean()) > 0.5


def test_shifts_lead_from_a_found_box_to_the_true_one() -> None:
    found = torch.tensor([[10.0, 10.0, 40.0, 20.0], [200.0, 10.0, 10.0, 10.0]])
    true = torch.tensor([[100.0, 80.0, 9.0, 9.0], [14.0, 8.0, 40.0, 30.0]])
    goal, overlaps, which = goals(found, true)
    assert refined(found, shifts_to(goal, found))[0].tolist() == pytest.approx([14, 8, 40, 30])
    assert int(which[0]) == 1
    assert float(overlaps[0]) > 0.4
    assert float(overlaps[1]) == 0.0


def test_a_one_found_a_pens_width_too_narrow_is_still_that_one() -> None:
    found, true = torch.tensor([[103.0, 50.0, 4.0, 100.0]]), torch.tensor([[100.0, 50.0, 12.0, 100.0]])
    _, overlaps, _ = goals(found, true)
    assert float(overlaps[0]) > IS_GLYPH


def test_glyphs_in_crops_are_whole_and_fill_the_box_as_in_a_page_file() -> None:
    tile = torch.zeros(TILE, TILE, dtype=torch.uint8)
    tile[8:48, 24:32] = 255
    bar = torch.as_tensor(lines_of(Strokes.parse([[[0, 0], [0, 9]]])))
    ones = torch.full((30,), PAGE.index("1"))
    characters = Characters(Drawings(bar.repeat(30, 1, 1), ones), Tiles(tile.repeat(30, 1, 1), ones))
    glyphs, again = (glyphs_off_crops(characters, 2, 0) for _ in range(2))
    assert len(glyphs) == 120
    assert set(glyphs.targets.tolist()) == {PAGE.index("1")}
    assert torch.equal(glyphs.pictures, again.pictures)
    inked = (glyphs.pictures[:, 4:24, 13:15] > 100).float().mean((1, 2))  # an upright bar, 20 px high in the middle
    assert float((inked > 0.6).float().mean()) > 0.8
