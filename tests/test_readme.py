"""The README's code runs, and the shipped model reads the samples as it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from inkread import Reader
from inkread.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("inkread ")
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to run things in, with samples/."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    return tmp_path


def test_there_is_code_to_run() -> None:
    assert len(PYTHON) >= 2
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_its_python_runs(code: str, folder: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="written for a POSIX shell")
@pytest.mark.parametrize("command", [command for command in COMMANDS if command.split()[1] in ("read", "batch")])
def test_its_commands_that_read_run(command: str, folder: Path) -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_and_their_options_exist(command: str) -> None:
    here: Any = get_command(app)
    words = shlex.split(command)[1:]
    while words and hasattr(here, "commands"):
        here = here.commands[words.pop(0)]
    known = {name for parameter in here.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    assert all((ROOT / word).exists() for word in words if word.startswith("recipes/"))


@pytest.mark.parametrize("path", sorted((ROOT / "samples").iterdir()), ids=lambda path: path.name)
def test_the_shipped_model_reads_each_sample(path: Path) -> None:
    reading = Reader.load().read(path)
    expected: dict[str, tuple[str, tuple[str, ...]]] = {
        "K": ("", ("not a digit",)),
        "e": ("", ("nothing drawn",)),
    }
    assert (reading.text, reading.unsure) == expected.get(path.name[0], (path.name[0], ()))
