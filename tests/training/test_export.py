"""Export: what PyTorch answers, the file answers; otherwise there is no file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny_network import CARD, PICTURES, trained_graph

from inkread.alphabet import DIGITS, PAGE
from inkread.errors import RunError
from inkread.modelfile import ModelFile
from inkread.training.export import LARGE, LEAST_SURE, calibrate, check, choose_thresholds, halved
from inkread.training.graph import Geometry
from inkread.training.networks import inkread
from inkread.training.page.graph import PageGraph
from inkread.training.page.lines import HIGH, LineReader
from inkread.training.page.networks import PageFinder, Refiner


def test_an_exported_file_is_a_model_file_with_its_card(exported: Path) -> None:
    opened = ModelFile.open(exported)
    assert opened.card == CARD
    assert opened.alphabet == DIGITS


def test_the_file_tells_nothing_of_the_machine_it_was_made_on(exported: Path) -> None:
    data = exported.read_bytes()
    assert b".py" not in data
    assert str(Path.home()).encode() not in data


def test_the_file_takes_any_number_of_pictures_of_any_size(exported: Path) -> None:
    session = ModelFile.open(exported).session()
    for shape in ((1, 280, 280), (5, 31, 97), (2, 8, 8), (1, 1, 1), (1, 600, 20)):
        probabilities, boxes, glyphs = session.run(None, {"picture": torch.zeros(shape, dtype=torch.uint8).numpy()})
        assert probabilities.shape == (shape[0], 11)
        assert boxes.shape == (shape[0], 4)
        assert glyphs.shape == (shape[0], 1, 28, 28)


def test_a_file_that_answers_otherwise_fails_the_export(exported: Path) -> None:
    different = trained_graph()
    with torch.no_grad():
        different.network[-1].bias += torch.arange(11.0)
    different.geometry = AlwaysFound()  # type: ignore[assignment]
    with pytest.raises(RunError, match="expected ONNX Runtime to answer as PyTorch does"):
        check(different, exported.read_bytes(), PICTURES)


class AlwaysFound(Geometry):
    """A geometry that finds a glyph in every picture."""

    def forward(self, picture: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.ones(len(picture), 1, 28, 28), torch.ones(len(picture), 4)


def test_calibration_finds_the_temperature_that_was_applied() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(20_000, 10, generator=generator)
    targets = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator)[:, 0]
    temperature, offset = calibrate(logits * 2.5, targets, None)
    assert temperature == pytest.approx(2.5, rel=0.05)
    assert offset == 0


def test_calibration_expects_one_non_digit_in_twenty_however_many_validation_has() -> None:
    logits = torch.zeros(1000, 3)  # nothing to tell the classes apart by, and half of validation is no digit
    targets = torch.tensor([0, 2, 1, 2]).repeat(250)
    temperature, offset = calibrate(logits, targets, 2)
    shares = torch.softmax(torch.tensor([0.0, 0.0, offset]) / temperature, 0)
    assert shares.tolist() == pytest.approx([0.475, 0.475, 0.05], abs=0.005)


def test_thresholds_accept_the_wanted_share_of_digits() -> None:
    n = 1000
    rejected = torch.linspace(0, 0.9, n)
    probabilities = torch.zeros(n, 11)
    probabilities[:, 3] = 1 - rejected
    probabilities[:, 10] = rejected
    thresholds = choose_thresholds(probabilities, torch.full((n,), 3), 10)
    assert float((rejected < thresholds.reject).float().mean()) == pytest.approx(0.997, abs=0.002)


def test_below_sure_are_the_answers_that_make_more_errors_than_wanted() -> None:
    probabilities = torch.zeros(1000, 11)
    probabilities[:900, 1] = 0.98
    probabilities[900:, 1] = torch.linspace(0.9, 0.6, 100)  # the last hundred are wrong: two of 902 are too many
    targets = torch.cat([torch.ones(900), torch.full((100,), 2)]).long()
    assert choose_thresholds(probabilities, targets, 10).sure == pytest.approx(0.9, abs=0.01)


def test_who_is_always_right_is_not_sure_of_what_he_half_believes() -> None:
    probabilities = torch.zeros(1000, 11)
    probabilities[:, 1] = torch.linspace(0.5, 1, 1000)
    assert choose_thresholds(probabilities, torch.ones(1000).long(), 10).sure == pytest.approx(LEAST_SURE)


def test_a_page_files_halved_weights_answer_as_before_and_are_numbers_that_float16_holds() -> None:
    torch.manual_seed(0)
    graph = PageGraph(PageFinder(), Refiner(), LineReader(), inkread(len(PAGE)), PAGE).eval()
    halves = halved(graph)
    crops, glyphs = torch.rand(2, 2, HIGH, 64), torch.rand(3, 1, 28, 28)
    with torch.no_grad():
        assert torch.allclose(graph.lines(crops), halves.lines(crops), atol=2e-3)
        assert torch.allclose(graph.network(glyphs), halves.network(glyphs), atol=2e-3)
    large = [weight for weight in halves.parameters() if weight.numel() >= LARGE]
    assert all(torch.equal(weight, weight.half().float()) for weight in large)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in halves.modules())
