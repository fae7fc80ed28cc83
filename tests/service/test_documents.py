"""The commands of docs/api.md do what it says."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from served import Served

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.splitlines()]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_answered(served: Served, command: str) -> None:
    words = shlex.split(command.replace("http://127.0.0.1:8000", served.url))
    done = subprocess.run(
        [*words, "--fail"], cwd=ROOT / "samples", capture_output=True, text=True, timeout=30, check=True
    )
    assert "/metrics" in command or "problem" not in json.loads(done.stdout)


def test_the_first_two_are_a_4_and_a_2(served: Served) -> None:
    for command, digit in zip(COMMANDS, (4, 2), strict=False):
        words = shlex.split(command.replace("http://127.0.0.1:8000", served.url))
        done = subprocess.run(words, cwd=ROOT / "samples", capture_output=True, text=True, timeout=30, check=True)
        assert json.loads(done.stdout)["digit"] == digit
