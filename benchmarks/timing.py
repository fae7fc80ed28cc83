"""How fast the model file reads, starts and was trained: rows of `make bench`."""

from __future__ import annotations

import functools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench import Bench, samples_of
from benchmarks.report import Row
from inkread.data.canvas import drawn_anywhere
from inkread.errors import InkreadError
from inkread.picture import Picture
from inkread.strokes import Strokes

ROOT = Path(__file__).resolve().parents[1]


def latency(bench: Bench) -> Row:
    """One picture alone, on one core: median of 500 after 50 for warming up, over 50 drawings."""
    pictures = _canvases(50)
    times = []
    with pinned_to(1) as pinned:
        for i in range(550):
            began = time.perf_counter()
            bench.reader.read(pictures[i % len(pictures)])
            times.append(1e3 * (time.perf_counter() - began))
    low, median, high = np.percentile(times[50:], [5, 50, 95]).tolist()
    return Row(
        "raw 280x280 array to answer, one core, median", "ms", "at most", 0.8, 0.25,
        value=median,
        n=500,
        interval=(low, high),
        note=f"{pinned}; interval: 5th to 95th percentile; {load_words()}",
    )  # fmt: skip


def throughput(bench: Bench) -> Row:
    """Many pictures at once on two cores: median of 25 passes, for a shared machine is slowed by the minute."""
    pictures = _canvases(2_000)
    rates = []
    with pinned_to(2) as pinned:
        bench.reader.read_many(pictures[:200])
        for _ in range(25):
            began = time.perf_counter()
            bench.reader.read_many(pictures)
            rates.append(len(pictures) / (time.perf_counter() - began))
    return Row(
        "`read_many`, 280x280, two cores", "/s", "at least", 3_000, 10_000,
        value=statistics.median(rates),
        n=len(pictures),
        interval=(min(rates), max(rates)),
        note=f"{pinned}; median of 25 passes, interval: their range; {load_words()}",
    )  # fmt: skip


def cold_start(bench: Bench) -> Row:
    seconds, _, whole = _cold_starts(bench.model.path)
    return Row(
        "import and first answer, cold process", "s", "at most", 0.5, 0.25,
        value=statistics.median(seconds),
        n=len(seconds),
        interval=(min(seconds), max(seconds)),
        note=f"median of 5, interval: their range; {load_words()}",
        parts={"the whole process, Python's start included": statistics.median(whole)},
    )  # fmt: skip


def cold_memory(bench: Bench) -> Row:
    _, peaks, _ = _cold_starts(bench.model.path)
    return Row(
        "import and first answer, peak memory", "MB", "at most", 200, 120,
        value=statistics.median(peaks),
        n=len(peaks),
        interval=(min(peaks), max(peaks)),
        note="median of 5, interval: their range",
    )  # fmt: skip


def training_time(bench: Bench) -> Row:
    """As the model file's card tells it."""
    promise = Row("training the shipped model, two cores", "min", "at most", 90, 45)
    training = bench.model.card.scores.get("training", {})
    if "seconds" not in training:
        return replace(promise, note="the model's card says no training seconds")
    return replace(
        promise, value=training["seconds"] / 60, n=1, note=f"seed {bench.model.card.seed}, {training['device']}"
    )


def quick_99(bench: Bench) -> Row:
    promise = Row("the quick recipe to 99.0 % on MNIST, two cores", "s", "at most", 15, 4)
    return _quick(promise, bench.quick, "99.0")


def quick_995(bench: Bench) -> Row:
    promise = Row("the quick recipe to 99.5 % on MNIST, two cores", "s", "at most", 60, 15)
    return _quick(promise, bench.quick, "99.5")


ROWS: dict[str, Callable[[Bench], Row]] = {
    row.__name__: row for row in (latency, throughput, cold_start, cold_memory, training_time, quick_99, quick_995)
}
"""By name, in the order of the table."""


def _canvases(n: int) -> list[Picture]:
    """n drawings on 280x280 px by UNIPEN's validation writers, again from the start where they run out."""
    strokes = [item for item in samples_of("unipen-digits", "validation").items[:n] if isinstance(item, Strokes)]
    drawn = [drawn_anywhere(item, (0, i), size=280) for i, item in enumerate(strokes)]
    return [drawn[i % len(drawn)] for i in range(n)]


@contextmanager
def pinned_to(cores: int) -> Iterator[str]:
    """Keeps this process on its first ``cores`` cores; yields what was done, in words."""
    if not hasattr(os, "sched_setaffinity"):
        yield "not pinned: this system cannot"
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield f"pinned to {min(cores, len(before))} of {len(before)} cores"
    finally:
        os.sched_setaffinity(0, before)


@functools.cache
def _cold_starts(model: Path) -> tuple[list[float], list[float], list[float]]:
    """Of five cold processes: seconds from import to first answer, peak MB, seconds of the whole process."""
    seconds, peaks, whole = [], [], []
    command = [sys.executable, "-m", "benchmarks.cold", str(model.resolve())]
    for _ in range(5):
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        whole.append(time.perf_counter() - began)
        took, peak = map(float, done.stdout.split())
        seconds.append(took)
        peaks.append(peak)
    return seconds, peaks, whole


def load_words() -> str:
    """How busy the machine is."""
    return f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def _quick(promise: Row, path: Path, target: str) -> Row:
    """From `{"runs": [{"seed": 0, "seconds_to": {"99.0": 3.9, "99.5": null}}, ...], "machine": "..."}`."""
    if not path.exists():
        return replace(promise, note=f"no {path.name} yet")
    saved = _json(path)
    times = [run["seconds_to"].get(target) for run in saved.get("runs", [])]
    if not times or None in times:
        return replace(promise, n=len(times), note=f"{times.count(None)} of {len(times)} seeds never got there")
    note = f"mean of {len(times)} seeds, interval: their range; {saved.get('machine', '')}".rstrip("; ")
    return replace(promise, value=statistics.fmean(times), n=len(times), interval=(min(times), max(times)), note=note)


def _json(path: Path) -> dict[str, Any]:
    try:
        saved = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InkreadError(f"{path}: expected a JSON file, got {error}") from error
    if not isinstance(saved, dict):
        raise InkreadError(f"{path}: expected a JSON object, got {type(saved).__name__}")
    return saved
