import json
from pathlib import Path

import pytest
import typer
from PIL import Image
from tiny_model import CARD, flat, save_tiny_model
from typer.testing import CliRunner, Result

from inkread.cli.measure import compare, evaluate
from inkread.errors import DataError, InkreadError, ModelFileError

app = typer.Typer()
app.command()(evaluate)
app.command()(compare)


def run(*words: str | Path) -> Result:
    result = CliRunner(env={"COLUMNS": "220", "NO_COLOR": "1"}).invoke(app, list(map(str, words)))
    if isinstance(result.exception, InkreadError):  # what main() turns into a message
        raise result.exception
    return result


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tiny_model(tmp_path / "tiny.onnx")


@pytest.fixture
def greys(tmp_path: Path) -> Path:
    """Five pictures by label: three 7s, of which one is a 2 to the tiny model, a 3, and a w."""
    for label, name, darkness in (
        ("7", "a", 0.7),
        ("7", "b", 0.71),
        ("7", "c", 0.2),
        ("3", "a", 0.3),
        ("w", "a", 1.0),
    ):
        folder = tmp_path / "greys" / label
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(flat(darkness)).save(folder / f"{name}.png")
    return tmp_path / "greys"


def test_evaluate_prints_the_scores_and_writes_json(model: Path, greys: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = run("evaluate", model, "--data", greys, "--no-speed", "--json", out)
    assert result.exit_code == 0, result.output
    assert "75.00 %" in result.output
    assert "100.00 % of 1" in result.output
    (report,) = json.loads(out.read_text(encoding="utf-8"))
    assert (report["n"], report["accuracy"], report["non_digits_rejected"]) == (4, 0.75, 1.0)
    assert report["confusion"][7][2] == 1
    assert report["latency_ms"] is None


def test_compare_shows_models_side_by_side_with_the_paired_test(model: Path, greys: Path, tmp_path: Path) -> None:
    other = save_tiny_model(tmp_path / "other.onnx", {**CARD, "name": "other"})
    out, figure = tmp_path / "out.json", tmp_path / "out.png"
    result = run("compare", model, other, "--data", greys, "--json", out, "--figure", figure)
    assert result.exit_code == 0, result.output
    assert "tiny@" in result.output
    assert "other@" in result.output
    assert "n = 4" in result.output
    names = [report["model"].split("@")[0] for report in json.loads(out.read_text(encoding="utf-8"))]
    assert names == ["tiny", "other"]
    with Image.open(figure) as picture:
        assert picture.format == "PNG"


def test_one_report_is_drawn_as_an_overview(model: Path, greys: Path, tmp_path: Path) -> None:
    result = run("evaluate", model, "--data", greys, "--no-speed", "--figure", tmp_path / "one.png")
    assert result.exit_code == 0, result.output
    with Image.open(tmp_path / "one.png") as picture:
        assert picture.width > 2 * picture.height


def test_strokes_are_drawn_as_asked(model: Path, tmp_path: Path) -> None:
    line = {"label": "7", "writer": "w1", "strokes": [[[0, 0], [10, 0], [4, 20]]]}
    (tmp_path / "pen.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    more = ("--size", 64, "--seed", 2, "--polarity", "light", "--no-speed", "--json", tmp_path / "out.json")
    result = run("evaluate", model, "--data", tmp_path / "pen.jsonl", "--split", "all", *map(str, more))
    assert result.exit_code == 0, result.output
    (report,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert report["drawing"] == "drawn anywhere on 64x64 px, light on dark, seed 2"


def test_a_figure_that_is_no_png_is_refused_before_measuring(model: Path, tmp_path: Path) -> None:
    result = run("evaluate", model, "--data", "no such set", "--figure", tmp_path / "out.svg")
    assert result.exit_code == 2
    assert ".png" in result.output


def test_an_unknown_data_set_and_a_missing_model_are_clear_errors(model: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such set"):
        run("evaluate", model, "--data", "no such set", "--no-speed")
    with pytest.raises(ModelFileError, match=r"missing\.onnx"):
        run("evaluate", tmp_path / "missing.onnx", "--data", "mnist")


def test_a_figure_of_non_digits_alone_says_why_there_is_none(model: Path, tmp_path: Path) -> None:
    (tmp_path / "set" / "w").mkdir(parents=True)
    Image.fromarray(flat(1.0)).save(tmp_path / "set" / "w" / "a.png")
    with pytest.raises(DataError, match="expected a label that the model reads"):
        run("evaluate", model, "--data", tmp_path / "set", "--no-speed", "--figure", tmp_path / "out.png")
