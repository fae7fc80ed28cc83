"""`inkread train` from recipe to report, on real data, as short as it gets: a tenth of them, and one epoch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from inkread.cli import app
from inkread.data import load
from inkread.data.feedback import Correction, write_feedback
from inkread.errors import InkreadError
from inkread.modelfile import ModelFile
from inkread.picture import Picture
from inkread.reader import Reader

needs_data = pytest.mark.skipif("INKREAD_DATA" not in os.environ, reason="set INKREAD_DATA to the handwriting data")

RECIPE = """
name = "short"
network = "inkread"
network_options = { a = 16, b = 16, c = 16 }
epochs = 1
batch = 128
keep = "last"

[sheets]
share = 0.3
digits = ["unipen-digits"]
others = ["bhmsds"]
copies = 1
canvases = 1
finder_steps = 40
count = 1200

[teacher]
files = ["page"]
"""


@pytest.fixture(scope="module")
def data(fewer_data: Path) -> Iterator[None]:
    """A tenth of the handwriting is what is learned from and measured on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKREAD_DATA", str(fewer_data))
        yield


@pytest.fixture(scope="module")
def run(data: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train")
    (folder / "short.toml").write_text(RECIPE)
    result = CliRunner().invoke(
        app, ["train", str(folder / "short.toml"), "--out", str(folder / "run"), "--device", "cpu"]
    )
    assert result.exit_code == 0, result.output
    assert "epoch  1" in result.output
    return folder / "run"


@needs_data
def test_a_run_leaves_a_model_file_that_reads(run: Path) -> None:
    card = ModelFile.open(run / "model.onnx").card
    assert card.alphabet.reject == "not a digit"
    assert {source.name for source in card.trained_on} == {"mnist", "unipen-digits", "bhmsds"}
    assert card.scores["validation"]["mnist"] > 0.8  # one epoch of a tiny network
    assert card.scores["training"]["files"] == [ModelFile.open("page").id]
    assert Reader.load(run / "model.onnx").read(255 - ring()).text in "0123456789"


@needs_data
def test_a_run_leaves_all_its_figures_and_one_page_of_them(run: Path) -> None:
    figures = {path.stem for path in (run / "figures").iterdir()}
    assert figures == {
        "accuracy_and_loss_curves", "confusion_matrix", "sample_predictions", "worst_misreads", "network_layers",
        "reliability_diagram", "risk_coverage", "way_of_a_picture",
    }  # fmt: skip
    page = (run / "report.html").read_text()
    assert page.count("data:image/png;base64,") == len(figures)
    assert {report["data"] for report in json.loads((run / "report.json").read_text())} == {
        "mnist",
        "unipen-digits",
    }


@needs_data
def test_a_run_goes_on_from_a_file_and_its_card_counts_that_files_time_too(run: Path, tmp_path: Path) -> None:
    first = ModelFile.open(run / "model.onnx")
    further = f'start = "{first.path}"\n' + RECIPE.replace(
        "[teacher]", f'shapes = 0.5\nfinder = "{first.path}"\n\n[teacher]'
    )
    (tmp_path / "further.toml").write_text(further)
    arguments = ["train", str(tmp_path / "further.toml"), "--out", str(tmp_path / "run"), "--device", "cpu"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    card = ModelFile.open(tmp_path / "run" / "model.onnx").card
    assert card.scores["training"]["files"] == [first.id, ModelFile.open("page").id]
    assert card.scores["training"]["seconds"] > first.card.scores["training"]["seconds"]
    assert card.scores["validation"]["mnist"] > first.card.scores["validation"]["mnist"]


@needs_data
def test_a_second_run_into_the_same_folder_is_refused(run: Path) -> None:
    result = CliRunner().invoke(app, ["train", str(run.parent / "short.toml"), "--out", str(run), "--device", "cpu"])
    assert isinstance(result.exception, InkreadError)
    assert "holds a run already; go on with it by --resume" in str(result.exception)


@needs_data
def test_resuming_a_finished_run_writes_the_same_model_again(run: Path) -> None:
    before = ModelFile.open(run / "model.onnx").sha256
    result = CliRunner().invoke(
        app, ["train", str(run.parent / "short.toml"), "--out", str(run), "--device", "cpu", "--resume"]
    )
    assert result.exit_code == 0, result.output
    assert ModelFile.open(run / "model.onnx").sha256 == before


def test_there_must_be_a_run_to_resume(tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_text(RECIPE)
    result = CliRunner().invoke(
        app, ["train", str(tmp_path / "short.toml"), "--out", str(tmp_path / "none"), "--resume"]
    )
    assert isinstance(result.exception, InkreadError)
    assert "expected a run to resume, found none" in str(result.exception)


def ring() -> Picture:
    """A 0, white on black, 100x100 px."""
    y, x = np.mgrid[:100, :100]
    radius = np.hypot((x - 50) / 0.7, y - 50)
    return np.where((radius > 28) & (radius < 38), 255, 0).astype(np.uint8)


@needs_data
def test_a_run_is_taught_by_corrections_and_tells_what_became_of_them(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inkread.training.challenger.STEPS", 5)
    samples = load("unipen-digits", "test")
    corrections = [
        Correction(f"{i}", samples.labels[i], samples.items[i], samples.writers[i], f"{i:04}", read="7")
        for i in range(0, 120, 2)
    ]
    write_feedback(tmp_path / "feedback", [*corrections, replace(corrections[0], id="again", made="later")])
    out = tmp_path / "challenger"
    arguments = ["train", "--with-feedback", tmp_path / "feedback", "--champion", run, "--out", out]
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    assert "left out, the same drawing again: 1" in result.output
    challenger, champion = ModelFile.open(out / "model.onnx"), ModelFile.open(run / "model.onnx")
    told = json.loads((out / "feedback.json").read_text())
    assert told["champion"]["sha256"] == champion.sha256
    assert len(told["taught"]) + len(told["held_out"]) + len(told["left_out"]) == 61
    assert challenger.sha256 != champion.sha256 and challenger.alphabet == champion.alphabet
    assert challenger.card.trained_on[-1].name == "corrections"
    assert challenger.card.trained_on[-1].count == len(told["taught"])
    assert json.loads((out / "recipe.json").read_text()) == json.loads((run / "recipe.json").read_text())
