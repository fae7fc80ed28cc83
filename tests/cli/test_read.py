import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from PIL import Image
from tiny_model import flat, save_tiny_model
from tiny_page import page_of, save_tiny_page
from typer.testing import CliRunner, Result

from inkread.cli.overlay import SURE, TORN
from inkread.cli.read import COLUMNS, Results, batch, read
from inkread.errors import InkreadError, ModelFileError

app = typer.Typer()
app.command()(read)
app.command()(batch)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny.onnx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """three.png, sub/four.jpg, a broken five.gif, and a text file that is no picture."""
    folder = tmp_path / "pictures"
    (folder / "sub").mkdir(parents=True)
    Image.fromarray(flat(0.3)).save(folder / "three.png")
    Image.fromarray(flat(0.4)).save(folder / "sub" / "four.JPG")
    (folder / "five.gif").write_bytes(b"GIF89a")
    (folder / "notes.txt").write_text("no picture")
    return folder


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_read_prints_a_neat_line_for_each_file(folder: Path, model: Path) -> None:
    Image.fromarray(flat(1.0)).save(folder / "blot.png")
    result = run("read", folder / "three.png", folder / "blot.png", "--model", model)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{folder}/three.png  3   99.5 %",
        f"{folder}/blot.png   -   99.8 %  not a digit",
    ]


def test_a_file_that_cannot_be_read_is_reported_and_the_others_go_on(folder: Path, model: Path) -> None:
    result = run("read", folder / "five.gif", folder / "three.png", "--model", model)
    assert result.exit_code == 1
    assert result.stdout.split() == [f"{folder}/three.png", "3", "99.5", "%"]
    assert f"{folder}/five.gif: expected" in result.stderr


def test_json_is_one_object_a_line_with_all_candidates(folder: Path, model: Path) -> None:
    result = run("read", folder / "three.png", folder / "sub/four.JPG", "--json", "--model", model)
    three, four = map(json.loads, result.stdout.splitlines())
    assert (three["text"], four["text"]) == ("3", "4")
    assert three["file"] == f"{folder}/three.png"
    assert len(three["glyphs"][0]["candidates"]) == 11


def test_csv_has_a_header_and_a_row_for_each_file(folder: Path, model: Path) -> None:
    Image.fromarray(flat(0)).save(folder / "a,b.png")
    result = run("read", folder / "three.png", folder / "a,b.png", "--csv", "--model", model)
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["file", "text", "confidence", "unsure"],
        [f"{folder}/three.png", "3", "0.9949", ""],
        [f"{folder}/a,b.png", "", "0.0000", "nothing drawn"],
    ]


@pytest.mark.parametrize("dash", [[], ["-"]])
def test_a_picture_is_read_from_standard_input(folder: Path, model: Path, dash: list[str]) -> None:
    result = run("read", *dash, "--model", model, stdin=(folder / "three.png").read_bytes())
    assert result.stdout == "-  3   99.5 %\n"


def test_an_empty_standard_input_is_an_error_that_names_it(model: Path) -> None:
    result = run("read", "--model", model, stdin=b"")
    assert result.exit_code == 1
    assert result.stderr.startswith("standard input: expected a picture")


def test_json_and_csv_together_are_a_usage_error(folder: Path, model: Path) -> None:
    result = run("read", folder / "three.png", "--json", "--csv", "--model", model)
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_batch_reads_all_pictures_below_a_folder_in_order(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    result = run("batch", folder, "--out", out, "--model", model)
    assert result.exit_code == 0
    five, four, three = rows_of(out)
    assert (five["file"], five["text"]) == ("five.gif", "")
    assert "five.gif: expected" in five["error"]
    assert four == {
        "file": "sub/four.JPG",
        "text": "4",
        "confidence": four["confidence"],
        "unsure": "",
        "error": "",
    }
    assert (three["file"], three["text"], three["confidence"]) == ("three.png", "3", "0.9949")
    assert "2 read, 1 could not be read, 0 were there already" in result.stdout


def test_a_second_batch_reads_only_what_is_new(folder: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    run("batch", folder, "--out", out, "--model", model)
    first = out.read_bytes()
    Image.fromarray(flat(0.7)).save(folder / "seven.png")
    result = run("batch", folder, "--out", out, "--model", model)
    assert out.read_bytes().startswith(first)
    assert [row["file"] for row in rows_of(out)][3:] == ["seven.png"]
    assert "1 read, 0 could not be read, 3 were there already" in result.stdout


def test_a_batch_cut_at_any_byte_ends_in_the_same_results(folder: Path, model: Path, tmp_path: Path) -> None:
    Image.fromarray(flat(0.5)).save(folder / 'odd ", \n name.png')
    out = tmp_path / "results.csv"
    run("batch", folder, "--out", out, "--model", model)
    whole = out.read_bytes()
    for cut in range(0, len(whole), 7):
        out.write_bytes(whole[:cut])
        assert run("batch", folder, "--out", out, "--model", model).exit_code == 0
        assert out.read_bytes() == whole, cut


@pytest.mark.parametrize(
    "content", ["hello\n", "hello", "file,text\na.png,7\n", "file,text,confidence,unsure,error\na\n"]
)
def test_a_file_that_is_no_batch_is_not_overwritten(folder: Path, model: Path, tmp_path: Path, content: str) -> None:
    out = tmp_path / "mine.csv"
    out.write_text(content)
    result = run("batch", folder, "--out", out, "--model", model)
    assert isinstance(result.exception, InkreadError)
    assert "mine.csv: expected an unfinished batch with the columns file,text" in str(result.exception)
    assert out.read_text() == content


def test_a_folder_or_a_missing_place_to_write_is_refused(folder: Path, model: Path, tmp_path: Path) -> None:
    assert "got a folder" in str(run("batch", folder, "--out", folder, "--model", model).exception)
    nowhere = tmp_path / "none" / "out.csv"
    assert "No such file" in str(run("batch", folder, "--out", nowhere, "--model", model).exception)


def test_a_batch_of_a_missing_folder_is_refused(model: Path, tmp_path: Path) -> None:
    result = run("batch", tmp_path / "none", "--out", tmp_path / "out.csv", "--model", model)
    assert "expected a folder, got nothing there" in str(result.exception)
    assert not (tmp_path / "out.csv").exists()


def test_a_name_that_is_no_utf_8_is_kept_byte_for_byte(folder: Path, model: Path, tmp_path: Path) -> None:
    try:
        (folder / os.fsdecode(b"caf\xe9.png")).write_bytes((folder / "three.png").read_bytes())
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    out = tmp_path / "results.csv"
    run("batch", folder, "--out", out, "--model", model)
    assert b"caf\xe9.png,3," in out.read_bytes()
    assert "0 read, 0 could not be read, 4 were" in run("batch", folder, "--out", out, "--model", model).stdout


LIMITED = """
import resource, signal, sys
from inkread.cli.read import Results
from inkread.errors import InkreadError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
results = Results(__import__("pathlib").Path(sys.argv[1]))
try:
    for number in range(100):
        results.add([(f"{number}.png", "7", "0.9000", "", "")])
except InkreadError as error:
    print(error)
results.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the file size by POSIX means")
def test_a_full_disk_is_a_clear_error_and_keeps_what_was_written(tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(out)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "results.csv: expected to write results, got: File too large; what was written is kept" in done.stdout
    assert out.stat().st_size == 300
    again = Results(out)  # the row cut by the limit is gone, the ones before it are kept
    again.close()
    assert again.done == {f"{number}.png" for number in range(len(again.done))}
    assert 10 < len(again.done) < 20
    assert len(rows_of(out)) == len(again.done)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a POSIX signal")
def test_a_killed_batch_goes_on_where_it_stopped(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(120):
        Image.fromarray(flat(number % 10 / 10, 200, 200)).save(folder / f"{number:03}.png")
    out = tmp_path / "results.csv"
    command = [sys.executable, "-c", "import typer, inkread.cli.read as r; typer.run(r.batch)"]
    arguments: Sequence[str] = [str(folder), "--out", str(out), "--model", str(model)]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (out.exists() and out.read_bytes().count(b"\n") > 1):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    subprocess.run([*command, *arguments], check=True, capture_output=True, timeout=60)
    rows = rows_of(out)
    assert [row["file"] for row in rows] == [f"{number:03}.png" for number in range(120)]
    assert tuple(rows[0]) == COLUMNS


@pytest.fixture(scope="module")
def page_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_page(tmp_path_factory.mktemp("models") / "page.onnx")


@pytest.fixture
def amounts(tmp_path: Path) -> Path:
    path = tmp_path / "amounts.png"
    Image.fromarray(page_of("12.50\n7.25", torn="7")).save(path)
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A TIFF of three pages."""
    first, *more = (Image.fromarray(page_of(text)) for text in ("1", "", "22\n3"))
    first.save(tmp_path / "scan.tiff", save_all=True, append_images=more)
    return tmp_path / "scan.tiff"


def test_read_with_an_alphabet_prints_the_lines_below_each_other(amounts: Path, page_model: Path) -> None:
    result = run("read", amounts, "--alphabet", "number", "--model", page_model)
    indent = " " * len(f"{amounts}  ")
    assert result.stdout.splitlines() == [f"{amounts}  12.50   54.8 %  torn between 7 and 8", f"{indent}7.25"]


def test_json_holds_the_lines(amounts: Path, page_model: Path) -> None:
    reading = json.loads(run("read", amounts, "--alphabet", "number", "--json", "--model", page_model).stdout)
    assert reading["text"] == "12.50\n7.25"
    assert reading["lines"][1] == {"text": "7.25", "first": 5, "end": 9}
    assert "page" not in reading


def test_csv_with_an_alphabet_has_a_row_for_each_line(amounts: Path, page_model: Path) -> None:
    result = run("read", amounts, "--alphabet", "number", "--csv", "--model", page_model)
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["file", "line", "text", "confidence", "unsure"],
        [str(amounts), "1", "12.50", "0.9620", ""],
        [str(amounts), "2", "7.25", "0.5698", "torn between 7 and 8"],
    ]


def test_each_page_of_a_document_has_its_own_line(scan: Path, page_model: Path) -> None:
    result = run("read", scan, "--alphabet", "digits", "--model", page_model)
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        [f"{scan}#page=1", "1"],
        [f"{scan}#page=2", "-"],
        [f"{scan}#page=3", "22"],
        ["3"],
    ]
    objects = run("read", scan, "--alphabet", "digits", "--json", "--model", page_model).stdout.splitlines()
    assert [(entry["file"], entry["page"]) for entry in map(json.loads, objects)] == [(str(scan), n) for n in (1, 2, 3)]


def test_a_page_that_cannot_be_read_is_reported_and_the_others_go_on(scan: Path, page_model: Path) -> None:
    whole = scan.read_bytes()
    scan.write_bytes(whole[:-60])
    result = run("read", scan, "--alphabet", "digits", "--model", page_model)
    assert result.exit_code == 1
    assert "scan.tiff" in result.stderr
    assert "expected a whole" in result.stderr


def test_a_document_comes_from_standard_input(scan: Path, page_model: Path) -> None:
    result = run("read", "--alphabet", "digits", "--model", page_model, stdin=scan.read_bytes())
    assert result.stdout.splitlines()[0].startswith("-#page=1  1")


def test_the_overlay_shows_boxes_over_the_picture(amounts: Path, page_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "over" / "lay.png"
    run("read", amounts, "--alphabet", "number", "--model", page_model, "--overlay", out)
    with Image.open(amounts) as before, Image.open(out) as after:
        assert (after.size, after.mode) == (before.size, "RGB")
        colours = {colour for _, colour in after.getcolors(1 << 20) or ()}
    assert {SURE, TORN} <= colours


def test_an_overlay_is_written_for_each_page(scan: Path, page_model: Path, tmp_path: Path) -> None:
    run("read", scan, "--alphabet", "digits", "--model", page_model, "--overlay", tmp_path / "o.png")
    assert {path.name for path in tmp_path.glob("o*.png")} == {"o.png", "o-2.png", "o-3.png"}


def test_an_overlay_of_several_files_is_a_usage_error(amounts: Path, model: Path, tmp_path: Path) -> None:
    result = run("read", amounts, amounts, "--overlay", tmp_path / "o.png", "--model", model)
    assert result.exit_code == 2
    assert "one picture with --overlay" in result.stderr


def test_an_alphabet_that_no_file_has_is_an_error(amounts: Path, page_model: Path, model: Path) -> None:
    result = run("read", amounts, "--alphabet", "greek", "--model", page_model)
    assert "expected one of the alphabets digits, number" in str(result.exception)
    result = run("read", amounts, "--alphabet", "number", "--model", model)
    assert "reads one digit in each picture" in str(result.exception)


def test_an_alphabet_asks_for_the_shipped_page_file(amounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkread.modelfile.shipped_path", lambda name="digits": Path(f"/nowhere/{name}.onnx"))
    result = run("read", amounts, "--alphabet", "number")
    assert isinstance(result.exception, ModelFileError)
    assert "page.onnx: expected the shipped model file 'page'" in str(result.exception)


def test_a_batch_has_a_row_for_each_page_and_goes_on_within_a_document(
    amounts: Path, scan: Path, page_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "no.pdf").write_bytes(b"%PDF-")
    out = tmp_path / "out" / "results.csv"
    out.parent.mkdir()
    arguments = ("batch", tmp_path, "--out", out, "--alphabet", "number", "--model", page_model)
    assert "4 read, 1 could not be read, 0 were there already" in run(*arguments).stdout
    rows = rows_of(out)
    assert [(row["file"], row["text"]) for row in rows] == [
        ("amounts.png", "12.50\n7.25"),
        ("no.pdf", ""),
        ("scan.tiff#page=1", "1"),
        ("scan.tiff#page=2", ""),
        ("scan.tiff#page=3", "22\n3"),
    ]
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.index(b"scan.tiff#page=2")])
    assert "2 read, 0 could not be read, 3 were there already" in run(*arguments).stdout
    assert out.read_bytes() == whole
    assert "0 read, 0 could not be read, 5 were there already" in run(*arguments).stdout
