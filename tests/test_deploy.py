"""The files in deploy/ keep step with the package: entry point, port, settings, paths, headers."""

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from inkread.cli import app
from inkread.service.headers import HEADERS
from inkread.service.settings import Settings
from tools import make_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
SCRIPTS = json.loads((ROOT / "web" / "package.json").read_text())["scripts"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
KNOWN = {f"INKREAD_{name.upper()}" for name in Settings.model_fields}


def assert_command(words: list[str]) -> None:
    """`inkread`, one of its commands, and options that this command has."""
    assert words[0] in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    command: Any = get_command(app).commands[words[1]]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_the_container_starts_the_service_on_the_port_it_exposes_and_asks() -> None:
    (exposed,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)
    environment = dict(re.findall(r"(INKREAD_\w+)=(\S+)", DOCKERFILE))
    assert set(environment) <= KNOWN
    assert environment["INKREAD_PORT"] == exposed == str(Settings.model_fields["port"].default)
    assert f"http://127.0.0.1:{exposed}/readyz" in DOCKERFILE
    assert_command(json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[-1]))


def test_the_container_does_not_run_as_root_and_can_write_its_corrections() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.findall(r"^USER (\w+)$", last, re.M)[-1]
    assert user == "inkread"
    folder = re.findall(r"INKREAD_DATABASE_URL=sqlite:///(\S+)/inkread.db", last)[0]
    assert f"chown {user} {folder}" in last
    assert f"VOLUME {folder}" in last


def test_what_the_container_is_built_from_exists_and_is_sent_to_the_builder() -> None:
    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    for path in (path for paths in copied for path in paths):
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in sent
        assert path not in ignored
    assert "npm run build\n" in DOCKERFILE
    assert "build" in SCRIPTS


def test_compose_builds_that_container_and_keeps_its_corrections() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    (service,) = compose["services"].values()
    context = DEPLOY / service["build"]["context"]
    assert (context / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    assert service["ports"][0].endswith(f":{Settings.model_fields['port'].default}")
    volume, folder = service["volumes"][0].split(":")
    assert volume in compose["volumes"]
    assert f"VOLUME {folder}\n" in DOCKERFILE
    assert int(service["stop_grace_period"].rstrip("s")) > Settings.model_fields["stop_seconds"].default


def test_the_procfile_starts_the_service_on_the_port_given() -> None:
    kind, _, command = (DEPLOY / "Procfile").read_text().partition(":")
    assert kind == "web"
    assert "$PORT" in command
    assert_command(shlex.split(command))


def _vercel() -> tuple[str, str, dict[str, dict[str, str]]]:
    file = json.loads((DEPLOY / "vercel.json").read_text())
    headers = {rule["source"]: {one["key"]: one["value"] for one in rule["headers"]} for rule in file["headers"]}
    return file["buildCommand"].removeprefix("cd web && "), file["outputDirectory"], headers


def _netlify() -> tuple[str, str, dict[str, dict[str, str]]]:
    file = tomllib.loads((DEPLOY / "netlify.toml").read_text())
    headers = {rule["for"]: rule["values"] for rule in file["headers"]}
    return file["build"]["command"], f"{file['build']['base']}/{file['build']['publish']}", headers


@pytest.mark.parametrize("host", [_vercel, _netlify])
def test_a_static_host_builds_the_page_without_a_server_and_sends_the_same_headers(host: Any) -> None:
    command, folder, headers = host()
    assert command.removeprefix("npm run ") in SCRIPTS
    assert f'"{Path(folder).name}"' in (ROOT / "web" / "vite.config.ts").read_text()
    ours = {name.decode(): value.decode() for name, value in HEADERS}
    everywhere, assets = headers.values()
    assert everywhere
    assert all(ours[name.lower()] == value for name, value in everywhere.items())
    assert assets == {"Cache-Control": "public, max-age=31536000, immutable"}


def test_the_table_of_settings_is_as_generated() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert make_settings.page(text) == text, "run `make docs`"


def test_every_setting_named_in_a_document_is_one() -> None:
    for path in (DEPLOY / "README.md", DEPLOY / "compose.yaml", ROOT / "README.md", ROOT / "docs" / "api.md"):
        assert set(re.findall(r"INKREAD_[A-Z]+(?:_[A-Z]+)*", path.read_text())) <= KNOWN | {"INKREAD_DATA"}
