"""The page in Chromium, as the real server gives it: `python -m benchmarks.web`, or rows of `make bench`.

    inkread serve -> Playwright runs web/bench/*.bench.ts -> a JSON file for each measurement -> Row
                  -> Lighthouse, fetched by npx            -> its report                     -> Row

Needs the built page (`npm run build` in web/), Node and Chromium (CHROMIUM_PATH, by default Debian's).
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.report import Row
from benchmarks.service import print_rows, serving
from inkread.errors import InkreadError

WEB = Path(__file__).resolve().parents[1] / "web"
LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on Node 20

_CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@dataclass(frozen=True)
class Measured:
    """What web/bench left of one measurement; ``values`` in the unit of its row."""

    values: list[float]
    parts: dict[str, float]
    note: str


def move_to_bars(model: Path) -> Row:
    promise = Row("pen moves until the bars change, on this device, median", "ms", "at most", 30, 16)
    return _median(promise, _measured(model, "move_to_bars"))


def drawn_number(model: Path) -> Row:
    promise = Row("pen moves until a drawn 6-digit number is read, on this device, median", "ms", "at most", 60, 30)
    return _median(promise, _measured(model, "drawn_number"))


def dropped_frames(model: Path) -> Row:
    promise = Row("drawing: dropped frames in a 30 s scribble", "%", "at most", 2, 0)
    return _median(promise, _measured(model, "dropped_frames"))


def ready_to_draw(model: Path) -> Row:
    promise = Row("page: first paint and ready to draw, cold, localhost", "s", "at most", 1.0, 0.5)
    return _median(promise, _measured(model, "ready_to_draw"))


def first_javascript(model: Path) -> Row:
    promise = Row("JavaScript before the first stroke, gzipped", "KB", "at most", 200, 120)
    return _median(promise, _measured(model, "first_javascript"))


def device_download(model: Path) -> Row:
    promise = Row("all that the reader on this device downloads, compressed", "MB", "at most", 4, 1)
    return _median(promise, _measured(model, "device_download"))


def lighthouse_accessibility(model: Path) -> Row:
    promise = Row("Lighthouse: accessibility", "points", "at least", 100, 100)
    return _lighthouse_row(promise, model, "accessibility")


def lighthouse_practice(model: Path) -> Row:
    promise = Row("Lighthouse: best practice", "points", "at least", 100, 100)
    return _lighthouse_row(promise, model, "best-practices")


ROWS = {
    row.__name__: row
    for row in (
        move_to_bars,
        drawn_number,
        dropped_frames,
        ready_to_draw,
        first_javascript,
        device_download,
        lighthouse_accessibility,
        lighthouse_practice,
    )
}
"""A function of the model file's path for each promise."""


def _median(promise: Row, runs: Sequence[Measured]) -> Row:
    """The median of all values, of all runs; the parts are those of the run in the middle."""
    values = sorted(value for run in runs for value in run.values)
    middle = sorted(runs, key=lambda run: statistics.median(run.values))[len(runs) // 2]
    return replace(
        promise,
        value=statistics.median(values),
        n=len(values) if len(values) > 1 else None,
        interval=(values[0], values[-1]) if 1 < len(values) <= len(runs) else None,
        note=middle.note or ("interval: the range" if len(runs) > 1 else ""),
        parts=middle.parts,
    )


def _measured(model: Path, key: str) -> list[Measured]:
    """What Playwright measured under ``key``, one for each run of it."""
    environment = {**os.environ, "BENCH_SECONDS": os.environ.get("BENCH_SECONDS", "30")}
    with serving(model) as server, tempfile.TemporaryDirectory() as folder:
        environment |= {"BENCH_URL": f"http://127.0.0.1:{server.port}", "BENCH_OUT": folder}
        _run(["npx", "playwright", "test", "-c", "bench.config.ts", "-g", key], environment)
        files = sorted(Path(folder).glob(f"{key}*.json"))
        saved: list[dict[str, Any]] = [json.loads(path.read_text("utf-8")) for path in files]
    return [Measured(each["values"], each.get("parts", {}), each.get("note", "")) for each in saved]


def _lighthouse_row(promise: Row, model: Path, category: str) -> Row:
    """The points of a category, and the title of each check that was not passed."""
    report = _lighthouse(model)
    scored = report["categories"][category]
    audits = [report["audits"][reference["id"]] for reference in scored["auditRefs"] if reference["weight"]]
    failed = [audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 1]
    note = "; ".join([f"Lighthouse {report['lighthouseVersion']}", *failed])
    return replace(promise, value=100 * scored["score"], n=len(audits), note=note)


@functools.cache
def _lighthouse(model: Path) -> dict[str, Any]:
    """Lighthouse's report on the page, run once for all its rows."""
    environment = {"CHROME_PATH": os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"), **os.environ}
    with serving(model) as server, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = ["npx", "--yes", LIGHTHOUSE, f"http://127.0.0.1:{server.port}/", "--quiet", "--output=json"]
        command += [f"--output-path={out}", "--only-categories=accessibility,best-practices"]
        _run([*command, f"--chrome-flags={_CHROMIUM_FLAGS}"], environment)
        report: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return report


def _run(command: Sequence[str], environment: dict[str, str]) -> None:
    if shutil.which(command[0]) is None or not (WEB / "node_modules").exists():
        raise InkreadError(f"expected Node, and its packages in {WEB}; run `npm install` there")
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InkreadError(f"{' '.join(command[:4])} failed: {(done.stdout + done.stderr).strip()[-800:]}")


if __name__ == "__main__":
    print_rows(ROWS, "benchmarks.web", __doc__)
