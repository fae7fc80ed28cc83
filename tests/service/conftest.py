"""The service with the shipped model: in this process for what it answers, as a process of its own for how."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from inkread.service.app import create_app
from inkread.service.settings import Settings

Serve = Callable[..., AbstractContextManager["Served"]]


@dataclass
class Served:
    """A running `inkread serve`."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def stop(self) -> str:
        """Ask it to stop; what it wrote to stderr."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=30)[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(corrections=tmp_path / "corrections.jsonl", rate="")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    app = create_app(Settings(corrections=folder / "corrections.jsonl", rate=""))
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Starts `inkread serve` with INKREAD_ variables; ends it where the test has not."""

    @contextmanager
    def start(**variables: str) -> Iterator[Served]:
        folder = tmp_path_factory.mktemp("served")
        port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INKREAD_")}
        environment = {**kept, "INKREAD_CORRECTIONS": str(folder / "corrections.jsonl"), **variables}
        process = subprocess.Popen(
            [sys.executable, "-c", "from inkread.cli import main; main()", "serve", "--port", str(port)],
            cwd=folder,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        served = Served(process, port)
        try:
            wait_until_ready(served)
            yield served
        finally:
            process.kill()
            process.communicate()

    return start


@pytest.fixture(scope="session")
def served(serve: Serve) -> Iterator[Served]:
    """One for tests that leave it as it was; a request has half a second to arrive."""
    with serve(INKREAD_UPLOAD_SECONDS="0.5", INKREAD_RATE="", INKREAD_LOG_LEVEL="warning") as served:
        yield served


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def wait_until_ready(served: Served) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{served.url}/readyz").raise_for_status()
            return
        except httpx.TransportError:
            assert served.process.poll() is None, served.process.communicate()
            time.sleep(0.05)
    raise AssertionError("not ready after 30 s")
