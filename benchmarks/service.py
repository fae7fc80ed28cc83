"""The service under load: `python -m benchmarks.service`, or rows of `make bench`.

The server and the load generator are processes of their own and share the cores. The rate limit is off;
everything else is as `inkread serve` sets it, log lines included (into a file).
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

from benchmarks.report import Row, with_unit
from inkread.errors import InkreadError
from inkread.modelfile import shipped_path

CLIENTS = 16
REQUESTS = 5_000
REQUESTS_FOR_MEMORY = 50_000

_WHAT = f"`POST /predict` of a 280x280 PNG, {CLIENTS} clients, two cores"
_SERVE = "from inkread.cli import main; main()"


@dataclass(frozen=True)
class Load:
    """What the load generator saw."""

    milliseconds: np.ndarray[Any, np.dtype[np.float64]]
    per_second: float

    @property
    def n(self) -> int:
        """Number of requests."""
        return len(self.milliseconds)


def median(model: Path) -> Row:
    load = _load(model)
    value = float(np.median(load.milliseconds))
    return Row(f"{_WHAT}: median", "ms", "at most", 50, 20, value, load.n)


def p99(model: Path) -> Row:
    load = _load(model)
    value = float(np.percentile(load.milliseconds, 99))
    return Row(f"{_WHAT}: 99th percentile", "ms", "at most", 150, 60, value, load.n)


def throughput(model: Path) -> Row:
    load = _load(model)
    return Row(f"{_WHAT}: throughput", "/s", "at least", 300, 900, load.per_second, load.n)


def memory(model: Path, requests: int = REQUESTS_FOR_MEMORY) -> Row:
    """Growth of the server's memory while it answers, after it has warmed up."""
    promise = Row(f"memory of the server, growth over {requests:,} requests", "MB", "at most", 20, None)
    if not Path("/proc/self/status").exists():
        return replace(promise, note="read from /proc, which only Linux has")
    with serving(model) as server:
        _requests(server, 2_000)
        before = _resident(server.process.pid)
        _requests(server, requests)
        after = _resident(server.process.pid)
    parts = {"before": before, "after": after}
    return replace(promise, value=max(0.0, after - before), n=requests, parts=parts)


ROWS = {"predict_median": median, "predict_p99": p99, "predict_throughput": throughput, "serve_memory": memory}
"""A function of the model file's path for each promise."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    database: str  # URL


@functools.cache
def _load(model: Path) -> Load:
    """Measured once for the three rows it answers."""
    with serving(model) as server:
        _requests(server, 500)
        return _requests(server, REQUESTS)


def _requests(server: Server, requests: int) -> Load:
    command = [sys.executable, "-m", "benchmarks.load", "--port", str(server.port)]
    command += ["--clients", str(CLIENTS), "--requests", str(requests)]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, check=True)
    result = json.loads(done.stdout)
    if result["failed"] or len(result["seconds"]) != requests:
        raise InkreadError(f"expected {requests:,} answers, {result['failed']:,} of the requests failed")
    return Load(1000 * np.array(result["seconds"]), requests / result["all"])


@contextmanager
def serving(model: Path | None, database: str | None = None) -> Iterator[Server]:
    """A server of its own process with this model file, ready, without a rate limit.

    Without a model file it reads with the shipped one and follows the champion of its store; that is an empty one
    unless ``database`` is its URL.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INKREAD_")}
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        database = database or f"sqlite:///{folder}/inkread.db"
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, "serve", "--port", str(port), *(["--model", str(model)] if model else [])],
            cwd=folder,
            env={**environment, "INKREAD_RATE": "", "INKREAD_DATABASE_URL": database},
            stderr=log,
        )
        try:
            _wait_until_ready(process, port, Path(log.name))
            yield Server(process, port, database)
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
            return
        except (URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise InkreadError(f"the server did not start: {log.read_text(errors='replace')[-500:]}")


def _resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6  # kB there means KiB


def print_rows(rows: Mapping[str, Callable[[Path], Row]], module: str, description: str | None) -> None:
    """What ``python -m module`` does: measures ``rows``, or those that are asked for, and prints them."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--model", type=Path, default=shipped_path())
    parser.add_argument("--only", choices=sorted(rows), action="append", help="this row; may be given again")
    options = parser.parse_args()
    for name in options.only or rows:
        row = rows[name](options.model)
        print(f"{row.what}: {'not measured' if row.value is None else with_unit(row.value, row.unit)} {row.reached}")


if __name__ == "__main__":
    print_rows(ROWS, "benchmarks.service", __doc__)
