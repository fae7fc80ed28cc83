"""The store: `python -m benchmarks.store`, or rows of `make bench`.

The history is asked for over HTTP from a server of its own process, as are saved readings. Of PostgreSQL the tests'
server is used.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import create_engine, insert, text

from benchmarks.databases import fresh_database
from benchmarks.report import Row
from benchmarks.service import Server, print_rows, serving
from benchmarks.timing import load_words
from inkread.errors import InkreadError
from inkread.service.answers import png
from inkread.storage import Drawn, Store, open_store
from inkread.storage.accounts import Credential
from inkread.storage.database import checked_url
from inkread.storage.drawn import keep
from inkread.storage.tables import SavedReading, first_id, new_id, searchable

READINGS = 100_000
PAGES = 100  # of each kind
SAVES = 400
KILLS = 200

_SHAPES = 2_000  # different drawings in the history
_PASSWORD = "correct horse battery"


def history_sqlite(model: Path) -> Row:
    with _sqlite() as url:
        return _history(model, url, "SQLite")


def history_postgres(model: Path) -> Row:
    with fresh_database("postgresql", Path()) as url:
        return _history(model, url, "PostgreSQL")


def saving(model: Path) -> Row:
    """What `save` adds to `/predict`: medians of requests one after the other, with and without in turns."""
    promise = Row("saving a reading adds to `POST /predict`, median", "ms", "at most", 3, 1)
    parts: dict[str, float] = {}
    with _sqlite() as url:
        plain, saved = _saving(model, url)
    parts |= {"SQLite: without": _median(plain), "with": _median(saved)}
    parts |= {"95th percentile without": _p95(plain), "95th percentile with": _p95(saved)}
    value = _median(saved) - _median(plain)
    try:
        with fresh_database("postgresql", Path()) as url:
            plain, saved = _saving(model, url)
        parts |= {"PostgreSQL: adds": _median(saved) - _median(plain)}
    except InkreadError:
        pass  # its row of the history says why
    note = f"one client; a picture of 280x280 px, a session's cookie; {load_words()}"
    return replace(promise, value=value, n=SAVES, note=note, parts=parts)


def killed(model: Path) -> Row:
    """Acknowledged writes that are not there, and damaged files, after killing the writer again and again."""
    promise = Row("kill -9 while saving, 200 times: lost writes and broken databases", "lost", "at most", 0, None)
    generator = random.Random(0)
    with _sqlite() as url:
        open_store(url).close()
        acknowledged: set[str] = set()
        broken = 0
        for _ in range(KILLS):
            acknowledged |= _killed_writer(url, 0.005 + 0.06 * generator.random())
            broken += not _is_whole(url)
        with open_store(url) as store, store.read() as session:
            there = set(session.execute(text("SELECT id FROM corrections")).scalars())
    lost = len(acknowledged - there)
    parts = {"acknowledged writes lost": float(lost), "broken databases": float(broken)}
    note = f"{len(acknowledged):,} writes were acknowledged; SQLite, its integrity checked after each kill"
    return replace(promise, value=float(lost + broken), n=KILLS, note=note, parts=parts)


ROWS = {
    "history_sqlite": history_sqlite,
    "history_postgres": history_postgres,
    "saving": saving,
    "killed_while_saving": killed,
}
"""A function of the model file's path for each promise."""


def _history(model: Path, url: str, name: str) -> Row:
    promise = Row(f"a page of a history of {READINGS:,} readings, {name}, 95th percentile", "ms", "at most", 100, 30)
    with open_store(url) as store:
        token = store.sign_up("Ada", _PASSWORD)
        ids = _fill(store, token)
    if name == "PostgreSQL":  # which it does by itself within a minute
        engine = create_engine(checked_url(url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
    asked = _questions(ids)
    times: dict[str, list[float]] = {kind: [] for kind in asked}
    with serving(model, url) as server:
        client = _Client(server, token)
        for i in range(PAGES):
            for kind, questions in asked.items():
                times[kind].append(client.get(f"/api/v1/readings?{urlencode(questions[i % len(questions)])}"))
    every = [seconds for kind in times.values() for seconds in kind]
    parts = {kind: _p95(seconds) for kind, seconds in times.items()}
    note = f"pages of 50 with thumbnails, over HTTP; the parts are 95th percentiles too; {load_words()}"
    return replace(promise, value=_p95(every), n=len(every), note=note, parts=parts)


def _questions(ids: list[str]) -> dict[str, list[dict[str, str]]]:
    """What is asked for, by kind; ``ids`` of all readings, oldest first."""
    deep = [{"before": ids[i]} for i in range(1_000, len(ids), len(ids) // 50)]
    return {
        "the newest": [{}],
        "anywhere": deep,
        "with a text": [{"text": str(number)} for number in range(10, 99)],
        "with a text that is rare": [{"text": f"{number}"} for number in range(10_000, 99_999, 4_111)],
        "with a text that is nowhere": [{"text": "xyzzy"}],
        "unsure": [{"unsure": "true"}],
        "corrected": [{"corrected": "true"}],
        "of a day": [{"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}],
    }


def _fill(store: Store, token: str) -> list[str]:
    """A year of readings: numbers of one to five digits, one in ten unsure, one in fifty corrected."""
    user = store.member(Credential(token)).id
    generator = np.random.default_rng(0)
    begin, step = 1_767_225_600, 365 * 86_400 / READINGS  # 2026-01-01, in s
    with store.write() as session:
        drawings = [keep(session, _drawn(generator), user)[0] for _ in range(_SHAPES)]
    rows = []
    for i in range(READINGS):
        number = str(generator.integers(10 ** int(generator.integers(1, 6))))
        glyphs = [{"box": [20, 20, 40, 80], "candidates": [[d, 0.97], ["0", 0.02], ["1", 0.01]]} for d in number]
        rows.append(
            {
                "id": first_id(begin + i * step)[:14] + new_id()[14:],
                "user_id": user,
                "drawing_id": drawings[i % _SHAPES],
                "text": number,
                "label": "7" if i % 50 == 0 else None,
                "search": searchable(number, "7" if i % 50 == 0 else None),
                "confidence": 0.97,
                "unsure": i % 10 == 0,
                "reasons": "[]",
                "glyphs": json.dumps(glyphs),
                "model": "inkread@0123456789ab",
                "sha256": 64 * "0",
                "size": 300,
            }
        )
    for first in range(0, READINGS, 5_000):
        with store.write() as session:
            session.execute(insert(SavedReading), rows[first : first + 5_000])
    return [str(row["id"]) for row in rows]


def _drawn(generator: np.random.Generator) -> Drawn:
    strokes = generator.integers(0, 280, (2, 30, 2)).tolist()
    return Drawn(strokes=strokes, width=280, height=280, thumbnail=_thumbnail(generator))


def _thumbnail(generator: np.random.Generator) -> bytes:
    grey = np.full((64, 64), 255, np.uint8)
    for _ in range(6):
        left, top = generator.integers(4, 44, 2)
        grey[top : top + 16, left : left + 3] = generator.integers(0, 200)
    return png(grey)


def _saving(model: Path, url: str) -> tuple[list[float], list[float]]:
    """Times in ms of `/predict` without and with `save`."""
    with open_store(url) as store:
        token = store.sign_up("Ada", _PASSWORD)
    generator = np.random.default_rng(1)
    plain, saved = [], []
    with serving(model, url) as server:
        client = _Client(server, token)
        for i in range(SAVES + 50):
            picture = _picture(generator)
            times = client.post("/predict", picture), client.post("/predict?save=true", picture)
            if i >= 50:  # warmed up
                plain.append(times[0])
                saved.append(times[1])
        with open_store(url) as store, store.read() as session:
            kept = session.execute(text("SELECT count(*) FROM readings")).scalar()
    if kept != SAVES + 50:
        raise InkreadError(f"expected {SAVES + 50} saved readings, got {kept}")
    return plain, saved


def _picture(generator: np.random.Generator) -> bytes:
    """A PNG of 280x280 px that was never sent before."""
    grey = np.full((280, 280), 255, np.uint8)
    left, top = generator.integers(40, 180, 2)
    grey[top : top + 90, left : left + 12] = 0
    grey[:2, :40] = generator.integers(200, 256, (2, 40))
    return png(grey)


class _Client:
    """One connection of somebody who is signed in."""

    def __init__(self, server: Server, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Cookie": f"inkread_session={token}"}
        account = json.loads(self._answer("GET", "/api/v1/account")[1])
        self._headers["X-CSRF-Token"] = account["csrf"]

    def get(self, path: str) -> float:
        """Time to the whole answer, in ms."""
        return self._answer("GET", path)[0]

    def post(self, path: str, body: bytes) -> float:
        """As `get`, of a picture that is sent."""
        return self._answer("POST", path, body)[0]

    def _answer(self, method: str, path: str, body: bytes | None = None) -> tuple[float, bytes]:
        headers = {**self._headers, **({"Content-Type": "image/png"} if body else {})}
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise InkreadError(f"{method} {path}: expected 200, got {response.status}: {content[:200]!r}")
        return 1e3 * (time.perf_counter() - began), content


def _killed_writer(url: str, seconds: float) -> set[str]:
    """Ids that a process acknowledged before it was killed ``seconds`` after its first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # it ends by being killed
        os.close(reading)
        store = open_store(url)
        generator = random.Random(os.getpid())
        while True:
            strokes = [[[generator.random(), generator.random()] for _ in range(50)]]
            kept = store.add_correction(Drawn(strokes=strokes), label="7", source="s")
            os.write(writing, kept.id.encode() + b"\n")
    os.close(writing)
    with os.fdopen(reading) as lines:
        found = [lines.readline()]
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found += lines.readlines()
    return {line.strip() for line in found if len(line) == 33}


def _is_whole(url: str) -> bool:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        connection.close()


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/inkread.db"


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


if __name__ == "__main__":
    print_rows(ROWS, "benchmarks.store", __doc__)
