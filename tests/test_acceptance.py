"""`make bench`: what it keeps, what it shows, and where it refuses."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from tiny_model import save_tiny_model

from benchmarks import cold
from benchmarks.acceptance import ROWS, main
from benchmarks.bench import graph_digest
from benchmarks.report import Measured, Row, between_marks, load_results, table, write_results
from inkread.errors import DataError
from inkread.modelfile import ModelFile

ACCURACY = Row("accuracy", "%", "at least", 98.5, 99.0, value=98.7, n=2_508, interval=(98.2, 99.1), note="why")
TIME = Row("time", "ms", "at most", 0.8, 0.25, value=0.9)


def measured(row: Row, of: str = "ab" * 32) -> Measured:
    return Measured(row, "digits@abababababab", "ab" * 32, "make bench", "2025-01-31", "a machine", of)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tiny_model(tmp_path / "tiny.onnx")


def bench(model: Path, *arguments: str) -> int:
    """Run the benchmark with all its files beside the model."""
    folder = str(model.parent)
    options = ["--model", str(model), "--out", folder, "--readme", folder + "/README.md"]
    return main([*options, "--quick", folder + "/quick.json", *arguments])


@pytest.mark.parametrize(
    ("value", "reached"), [(98.49, "no"), (98.5, "must"), (98.99, "must"), (99.0, "aim"), (None, "")]
)
def test_at_least_is_reached_from_its_number_upwards(value: float | None, reached: str) -> None:
    assert replace(ACCURACY, value=value).reached == reached


@pytest.mark.parametrize(("value", "reached"), [(0.81, "no"), (0.8, "must"), (0.25, "aim"), (0.1, "aim")])
def test_at_most_is_reached_from_its_number_downwards(value: float, reached: str) -> None:
    assert replace(TIME, value=value).reached == reached


def test_a_row_without_an_aim_can_only_reach_its_must() -> None:
    assert replace(TIME, aim=None, value=0.0).reached == "must"


def test_the_table_shows_number_interval_n_and_what_was_promised() -> None:
    lines = table([measured(ACCURACY), measured(replace(TIME, value=None))])
    assert lines[2] == "| accuracy | **98.70 %** | 98.20 to 99.10 | 2,508 | at least 98.5 % | 99 % | must |"
    assert lines[3] == "| time | not measured |  |  | at most 0.8 ms | 0.25 ms |  |"


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    text = "# Title\n<!-- results -->\nold\n<!-- /results -->\nend\n"
    assert between_marks(text, "\nnew\n", "README.md") == text.replace("old", "new")


@pytest.mark.parametrize("text", ["", "<!-- results -->", "<!-- /results --> <!-- results -->"])
def test_a_readme_without_the_marks_is_refused_by_name(text: str) -> None:
    with pytest.raises(DataError, match=r"README\.md: expected a line <!-- results -->"):
        between_marks(text, "new", "README.md")


def test_results_come_back_as_they_were_written_with_their_source(tmp_path: Path) -> None:
    results = {"accuracy": measured(ACCURACY), "time": measured(TIME)}
    write_results(results, tmp_path, tmp_path / "no README")
    assert load_results(tmp_path / "results.json", "ab" * 32) == results
    page = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert "ab" * 32 in page and "`make bench`" in page and "2025-01-31" in page and "why" in page


def test_results_of_another_model_file_are_dropped(tmp_path: Path) -> None:
    write_results({"time": measured(TIME, "cd" * 32)}, tmp_path, tmp_path / "no README")
    assert load_results(tmp_path / "results.json", "ab" * 32) == {}


def test_times_of_another_file_with_the_same_graph_are_kept_and_what_no_file_counts_for(tmp_path: Path) -> None:
    first = ModelFile.open(save_tiny_model(tmp_path / "first.onnx"))
    other = onnx.load(first.path)
    weights = next(tensor for tensor in other.graph.initializer if tensor.name == "sharpness")
    weights.CopyFrom(onnx.numpy_helper.from_array(np.float32(-500), "sharpness"))
    onnx.save(other, tmp_path / "second.onnx")
    second = ModelFile.open(tmp_path / "second.onnx")
    assert first.sha256 != second.sha256
    assert graph_digest(first) == graph_digest(second) != graph_digest(ModelFile.open("digits"))
    time, accuracy, any_file = measured(TIME, graph_digest(first)), measured(ACCURACY, first.sha256), measured(TIME, "")
    write_results({"time": time, "accuracy": accuracy, "any": any_file}, tmp_path, tmp_path / "no README")
    kept = load_results(tmp_path / "results.json", second.sha256, graph_digest(second))
    assert kept == {"time": time, "any": any_file}


@pytest.mark.parametrize("text", ["{", "[]", '{"time": 3}', '{"time": {"row": {}}}'])
def test_a_damaged_results_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"results\.json: expected results .* delete the file"):
        load_results(path, "ab" * 32)


def test_a_row_measured_alone_keeps_the_others(model: Path) -> None:
    (model.parent / "README.md").write_text("<!-- results -->\n<!-- /results -->\n", "utf-8")
    assert bench(model, "--only", "parameters") == 0
    assert bench(model, "--only", "file_size") == 0
    readme = (model.parent / "README.md").read_text("utf-8")
    assert "shipped file: parameters" in readme and "shipped file: size" in readme
    assert "| accuracy" not in readme


def test_a_missing_data_set_fails_its_row_and_spares_the_others(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INKREAD_DATA", str(model.parent))
    assert bench(model, "--only", "hand62", "--only", "parameters") == 1
    assert "hand62: hand62-digits: expected" in capsys.readouterr().err
    assert list(json.loads((model.parent / "results.json").read_text("utf-8"))) == ["parameters"]


def test_a_missing_model_file_is_one_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench(tmp_path / "none.onnx") == 1
    assert "none.onnx: expected a model file" in capsys.readouterr().err


def test_quick_times_are_the_mean_of_the_seeds_and_none_where_one_never_got_there(model: Path) -> None:
    runs = [{"seed": seed, "seconds_to": {"99.0": seconds, "99.5": None}} for seed, seconds in enumerate((4, 5))]
    (model.parent / "quick.json").write_text(json.dumps({"runs": runs}), "utf-8")
    assert bench(model, "--only", "quick_99", "--only", "quick_995") == 0
    rows = json.loads((model.parent / "results.json").read_text("utf-8"))
    assert rows["quick_99"]["row"]["value"] == 4.5 and rows["quick_99"]["row"]["interval"] == [4, 5]
    assert rows["quick_995"]["row"]["value"] is None
    assert rows["quick_995"]["row"]["note"] == "2 of 2 seeds never got there"


def test_a_row_that_nothing_was_given_for_keeps_what_was_measured_before(model: Path) -> None:
    quick = model.parent / "quick.json"
    quick.write_text('{"runs": [{"seed": 0, "seconds_to": {"99.0": 4}}]}', "utf-8")
    assert bench(model, "--only", "quick_99") == 0
    quick.unlink()
    assert bench(model, "--only", "quick_99") == 0
    rows = json.loads((model.parent / "results.json").read_text("utf-8"))
    assert rows["quick_99"]["row"]["value"] == 4  # s


def test_a_cold_process_is_timed_and_weighed(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench(model, "--only", "cold_start", "--only", "cold_memory") == 0
    rows = json.loads((model.parent / "results.json").read_text("utf-8"))
    assert 0 < rows["cold_start"]["row"]["value"] < 30  # s; a loaded machine is slow
    assert 10 < rows["cold_memory"]["row"]["value"] < 500  # MB
    assert cold.peak_memory() > 10


@pytest.mark.skipif("INKREAD_DATA" not in os.environ, reason="needs the data sets: set INKREAD_DATA")
def test_the_processor_cores_are_given_back_after_a_timing(model: Path) -> None:
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not pin processes")
    before = os.sched_getaffinity(0)
    assert bench(model, "--only", "latency") == 0
    assert os.sched_getaffinity(0) == before


def test_every_row_has_a_name_to_be_measured_by() -> None:
    assert len(ROWS) == 48 and all(name.isidentifier() for name in ROWS)
