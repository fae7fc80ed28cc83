"""What the documents say is there, is there; what is generated is up to date."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image
from tiny_model import save_tiny_model

from inkread import __version__
from inkread.data import CATALOGUE
from inkread.modelfile import SHIPPED, ModelFile
from inkread.picture import decode
from tools import make_card, make_cli_docs, make_picture, make_samples

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/api.md", "docs/data.md", "benchmarks/README.md", "deploy/README.md")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_command_of_a_document_is_a_target(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    asked = set(re.findall(r"(?:^|`)make ([a-z]+)", text(document), re.M))
    assert asked <= targets


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_every_link_of_a_document_leads_somewhere(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text(document))
    folder = (ROOT / document).parent
    missing = {link for link in links if not (folder / link).exists()}
    assert not missing


def test_the_map_of_files_names_every_module_and_no_other() -> None:
    block = re.search(r"```text\n(.*?)```", text("README.md"), re.S)
    assert block is not None
    named, parents = set(), [""]
    for line in block[1].splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        parents[depth + 1 :] = [parents[depth] + name]
        if name.endswith(".py"):
            named.add(parents[depth] + name)
    assert named == {path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*.py")}


def test_the_page_of_the_command_line_is_as_generated() -> None:
    assert text("docs/cli.md") == make_cli_docs.page(), "run `make docs`"


def test_the_page_of_the_data_names_every_set_and_its_place() -> None:
    page = text("docs/data.md")
    for entry in CATALOGUE.values():
        assert f"`{entry.name}`" in page
        assert any(f"`{file.path}" in page or f"`{Path(file.path).parent}/`" in page for file in entry.files)


def test_every_result_is_measured_by_a_command_that_anybody_can_give() -> None:
    commands = {saved["command"] for saved in json.loads(text("benchmarks/results.json")).values()}
    assert not {command for command in commands if re.search(r"[ =]/", command)}  # a folder of one machine


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads(text("pyproject.toml"))["project"]["version"] == __version__
    assert f"## [{__version__}]" in text("CHANGELOG.md")


@pytest.mark.parametrize("module", ["inkread", "inkread.cli"])
def test_importing_it_imports_nothing_heavy(module: str) -> None:
    heavy = {"torch", "onnx", "onnxruntime", "numpy", "PIL", "matplotlib", "fastapi"}
    heavy |= {"typer"} if module == "inkread" else set()
    code = f"import sys, {module}; print(*({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_reading_and_measuring_import_no_torch() -> None:
    code = "import sys, inkread.reader, inkread.evaluate, inkread.figures; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_samples_are_small_pictures_and_all_made_by_the_script(tmp_path: Path) -> None:
    make_samples.save(tmp_path)
    kept = sorted((ROOT / "samples").iterdir())
    assert [path.name for path in kept] == sorted(path.name for path in tmp_path.iterdir())
    for path in kept:
        assert path.stat().st_size < 20_000
        fresh = decode(tmp_path / path.name)
        assert abs(decode(path).astype(float) - fresh).mean() < 1  # encoders differ by release


def test_the_picture_shows_a_column_for_each_sample(tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "tiny.onnx")
    make_picture.main(["--model", str(model), "--out", str(tmp_path / "picture.png")])
    with Image.open(tmp_path / "picture.png") as picture:
        assert picture.width > 2 * picture.height


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").rstrip().endswith("make --no-print-directory test")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_beside_a_shipped_model_is_as_generated(name: str) -> None:
    model = ModelFile.open(name)
    assert model.path.with_suffix(".md").read_text(encoding="utf-8") == make_card.page(model), "run `make docs`"
