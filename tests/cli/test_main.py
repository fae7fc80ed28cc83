import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inkread import __version__
from inkread.cli import app


def inkread(*words: str) -> subprocess.CompletedProcess[str]:
    code = "from inkread.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)


def test_the_commands_are_these() -> None:
    listed = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120", "NO_COLOR": "1"}).output
    for command in ("read", "batch", "evaluate", "compare", "train", "data"):
        assert f" {command} " in listed


def test_the_version_is_the_packages() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"inkread {__version__}\n"


def test_an_error_on_purpose_is_one_line_on_stderr_and_exit_1(tmp_path: Path) -> None:
    done = inkread("read", "seven.png", "--model", str(tmp_path / "missing.onnx"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "missing.onnx: expected" in done.stderr


def test_misuse_is_exit_2() -> None:
    assert inkread("read", "--jsonn").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT to a process")
def test_an_interrupt_is_exit_130_without_a_traceback(tmp_path: Path) -> None:
    code = (
        "import os, signal, typer; from inkread import cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job inherits that it is ignored
        "@cli.app.command('wait')\n"
        "def wait(): os.kill(os.getpid(), signal.SIGINT)\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "wait"], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + signal.SIGINT
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_message_is_red_on_a_terminal(tmp_path: Path) -> None:
    terminal, its_end = os.openpty()
    code = "from inkread.cli import main; main()"
    words = ("read", "seven.png", "--model", str(tmp_path / "missing.onnx"))
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run([sys.executable, "-c", code, *words], stderr=its_end, check=False, env=environment)
    os.close(its_end)
    written = os.read(terminal, 10_000).decode()
    os.close(terminal)
    assert written.startswith("\x1b[31m")
    assert written.rstrip().endswith("\x1b[0m")
