import os
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from inkread.cli.data import app
from inkread.data import CATALOGUE, Samples, data_folder, load
from inkread.data.check import check
from inkread.data.idx import write_idx
from inkread.data.splits import by_few_writers, by_writer, every_tenth
from inkread.errors import DataError

HERE = Path(os.environ.get("INKREAD_DATA", "nowhere"))
run = CliRunner()


def _needs(name: str) -> Path:
    missing = CATALOGUE[name].missing(HERE)
    if missing:
        pytest.skip(f"needs {missing[0].path} in the folder that INKREAD_DATA names")
    return HERE


def _by(*writers: str) -> Samples:
    return Samples((np.zeros((1, 1), np.uint8),) * len(writers), ("7",) * len(writers), writers, "any")


def test_a_writers_hash_decides_where_they_go() -> None:
    # by `sha256sum`, modulo 20: 12, 4 and 3
    assert by_writer(_by("amy", "gus", "cleo", "amy")) == ["train", "validation", "test", "train"]


def test_a_person_under_several_names_stays_together() -> None:
    # by name alone these are test, train, validation and validation
    names = ("ibm/r01-04", "ibm/r02-04", "ibm/r03-04", "ibm/r04-04")
    assert by_writer(_by(*names)) == ["train"] * 4
    assert by_writer(_by(names[0])) == ["train"]


def test_few_writers_are_counted_out() -> None:
    parts = by_few_writers(_by(*(f"pendigits/{i}" for i in range(1, 31)), "pendigits/1"))
    assert [parts[:30].count(part) for part in ("test", "validation", "train")] == [6, 3, 21]
    assert parts[30] == parts[0]  # the same writer


def test_unknown_writers_are_split_by_tens() -> None:
    assert [i for i, part in enumerate(every_tenth(_by(*[""] * 25))) if part == "validation"] == [9, 19]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1, 2 and 1"):
        Samples((np.zeros((1, 1), np.uint8),), ("7", "8"), ("",), "any")


def test_the_data_folder_is_the_named_one_or_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKREAD_DATA", "~/sets")
    assert data_folder() == Path.home() / "sets"
    monkeypatch.delenv("INKREAD_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert data_folder() == Path("/somewhere/inkread")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert data_folder() == Path.home() / ".cache/inkread"


@pytest.mark.parametrize(
    ("name", "split", "says"),
    [
        ("mnist", "test", "inkread data get mnist"),
        ("pendigits", "test", "take it from https://doi.org/10.24432"),
        ("emnist", "test", "unipen-digits"),
        ("mnist", "dev", "validation"),
    ],
)
def test_a_set_that_is_not_there_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, split: str, says: str
) -> None:
    monkeypatch.setenv("INKREAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match=says):
        load(name, split)  # type: ignore[arg-type]


def test_mnist_with_another_number_of_labels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKREAD_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    for part in ("train", "t10k"):
        write_idx(tmp_path / f"mnist/{part}-images-idx3-ubyte.gz", np.zeros((3, 28, 28), np.uint8))
        write_idx(tmp_path / f"mnist/{part}-labels-idx1-ubyte.gz", np.zeros(2, np.uint8))
    with pytest.raises(DataError, match="a digit per picture"):
        load("mnist")


def test_a_set_with_other_bytes_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "bhmsds").mkdir()
    (tmp_path / "bhmsds/bhmsds.npz").write_bytes(b"other")
    state, detail = check(CATALOGUE["bhmsds"], tmp_path)
    assert state == "damaged"
    assert "bhmsds.npz: expected sha256 b7ba48dd" in detail


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_set_is_what_the_catalogue_says(name: str) -> None:
    assert check(CATALOGUE[name], _needs(name)) == ("right", "")


def test_no_drawing_of_the_unipen_tests_is_taught_or_chosen_on() -> None:
    _needs("unipen-digits")
    samples = load("unipen-digits")
    parts = by_writer(samples)
    owners: dict[bytes, set[str]] = {}
    for item, part in zip(samples.items, parts, strict=True):
        points = [stroke[:, :2].tobytes() for stroke in item.strokes]  # type: ignore[union-attr]
        if sum(map(len, points)) >= 12 * 16:  # below 12 points of 16 bytes, equal dots and dashes happen by chance
            owners.setdefault(b"|".join(points), set()).add(part)
    assert all(len(owner) == 1 for owner in owners.values())


def test_pendigits_stands_upright() -> None:
    _needs("pendigits")
    samples = load("pendigits")
    starts = [item.strokes[0] for item, label in zip(samples.items, samples.labels, strict=True) if label == "7"]  # type: ignore[union-attr]
    # a 7 is begun at its top
    assert np.mean([stroke[0, 1] < stroke[-1, 1] for stroke in starts]) > 0.9
    assert len(set(samples.writers)) == 30


def _called(*arguments: str, folder: Path, exit_code: int = 0) -> str:
    answer = run.invoke(app, arguments, env={"INKREAD_DATA": str(folder), "COLUMNS": "200"})
    assert answer.exit_code == exit_code, answer.output
    return answer.output


def test_list_shows_every_set_with_its_licence(tmp_path: Path) -> None:
    shown = _called("list", folder=tmp_path)
    assert all(name in shown for name in CATALOGUE)
    assert "CC BY-SA 3.0" in shown


def test_path_names_the_folder_and_the_files(tmp_path: Path) -> None:
    assert _called("path", folder=tmp_path).strip() == str(tmp_path)
    assert _called("path", "pendigits", folder=tmp_path).strip() == str(tmp_path / "pendigits/pendigits-orig.tra.gz")


def test_check_passes_over_what_is_not_there_unless_it_is_named(tmp_path: Path) -> None:
    assert "missing" in _called("check", folder=tmp_path)
    assert "expected pendigits/pendigits-orig.tra.gz" in _called("check", "pendigits", folder=tmp_path, exit_code=1)


def test_check_fails_on_a_damaged_set(tmp_path: Path) -> None:
    (tmp_path / "bhmsds").mkdir()
    (tmp_path / "bhmsds/bhmsds.npz").write_bytes(b"other")
    assert "damaged" in _called("check", folder=tmp_path, exit_code=1)


def test_get_asks_nobody_for_what_is_already_there() -> None:
    shown = _called("get", "mnist", folder=_needs("mnist"))
    assert "Licence: CC BY-SA 3.0" in shown


@pytest.mark.parametrize("command", ["get", "path", "check"])
def test_an_unknown_name_is_refused(tmp_path: Path, command: str) -> None:
    answer = run.invoke(app, [command, "emnist"], env={"INKREAD_DATA": str(tmp_path)})
    assert isinstance(answer.exception, DataError)


def test_get_says_where_to_take_a_set_that_nobody_serves(tmp_path: Path) -> None:
    answer = run.invoke(app, ["get", "pendigits"], env={"INKREAD_DATA": str(tmp_path)})
    assert "https://doi.org/10.24432/C5MG6K" in str(answer.exception)
