"""`inkread serve` as a process of its own."""

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

Serve = Callable[..., AbstractContextManager["Served"]]


@dataclass
class Served:
    """A running service."""

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


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Served]:
    """Starts it in ``folder`` with INKREAD_ variables; ends it where the test has not."""
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INKREAD_")}
    environment = {**kept, "INKREAD_DATABASE_URL": f"sqlite:///{folder}/inkread.db", **variables}
    process = subprocess.Popen(
        [sys.executable, "-c", "from inkread.cli import main; main()", "serve", "--port", str(port)],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    served = Served(process, port)
    try:
        _wait_until_ready(served)
        yield served
    finally:
        process.kill()
        process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(served: Served) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{served.url}/readyz").raise_for_status()
            return
        except httpx.TransportError:
            assert served.process.poll() is None, served.process.communicate()
            time.sleep(0.05)
    raise AssertionError("not ready after 30 s")
