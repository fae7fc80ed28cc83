"""The engine: requests wait in a lane, and its threads decode and read together whatever waits.

    loop --Job--> light lane --call_soon_threadsafe--> loop
      |               |
      |               +------> heavy lane: large pictures, one at a time, so that they cost memory once
      |               |                    and nobody else waits behind them
      +---------> page lane: what is read in an alphabet, by the page file, which takes a hundred times as long

No request is held back to fill a batch: a batch is what came while the last one was read.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkread.errors import InkreadError
from inkread.picture import Picture, from_pil
from inkread.reader import Reader
from inkread.reading import Reading
from inkread.service.problems import BUSY, NO_PAGES, WRONG_FIELDS, Refusal

if TYPE_CHECKING:
    from PIL import Image

MAX_WAITING = 512
"""Most requests under way; more are told to come again."""

MAX_TOGETHER = 8
"""Most pictures read together: the graph's intermediate pictures of 280x280 then stay in the cache."""

LIGHT_PIXELS = 2_000_000
"""Most pixels a picture of the light lane has; it is decoded and read in 30 ms or so."""

Prepare: TypeAlias = "Callable[[], Image.Image | Picture]"
"""Makes what is to be read, on a thread of the engine: a picture, or one whose header alone is read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reading of ``picture``, what the network saw of its one glyph (28, 28), 1 = ink, and how long both took."""

    reading: Reading
    picture: Picture
    glyph: NDArray[np.float32] | None  # None of a page
    milliseconds: float  # from asking to having, waiting included


@dataclass(slots=True)
class _Job:
    prepare: Prepare
    future: asyncio.Future[Answer]
    alphabet: str | None = None  # of a page
    asked: float = field(default_factory=time.perf_counter)  # s


_Outcome: TypeAlias = tuple[_Job, Answer | Exception]


class Engine:
    """Reads for many requests at once, on threads of its own. Made, used and closed on one event loop."""

    def __init__(
        self,
        reader: Reader,
        threads: int,
        on_batch: Callable[[int], None] = lambda size: None,
        *,
        page_reader: Reader | None = None,
    ) -> None:
        """Start ``threads`` for light pictures, as many for pages and one for heavy pictures.

        ``on_batch`` is told each batch's size. Without ``page_reader`` nothing is read in an alphabet.
        """
        self.reader = reader
        self.page_reader = page_reader
        self._loop = asyncio.get_running_loop()
        self._on_batch = on_batch
        self._waiting = 0
        self._light = _Lane("light", threads, MAX_TOGETHER, self._read_light)
        self._page = _Lane("page", threads, 1, self._read_light)
        self._heavy = _Lane("heavy", 1, 1, self._read_heavy)

    @property
    def waiting(self) -> int:
        """Number of requests that have not been answered."""
        return self._waiting

    async def read(self, prepare: Prepare, *, heavy: bool = False, alphabet: str | None = None) -> Answer:
        """The answer to what ``prepare`` makes; whatever it raises; Refusal where too much is waiting.

        ``heavy`` where preparing it alone would keep others waiting. ``alphabet``: one of the page file's, which
        then reads; Refusal where it has no such alphabet, or there is no page file.
        """
        self.check(alphabet)
        if self._waiting >= MAX_WAITING:
            raise Refusal(BUSY, f"{self._waiting} requests are waiting; come again in a second", {"Retry-After": "1"})
        job = _Job(prepare, self._loop.create_future(), alphabet)
        self._waiting += 1
        try:
            (self._heavy if heavy else self._light if alphabet is None else self._page).put(job)
            return await job.future
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the threads, once all that waits has been read."""
        await asyncio.to_thread(self._light.close)  # these first: they hand jobs to the heavy lane
        await asyncio.to_thread(self._page.close)
        await asyncio.to_thread(self._heavy.close)

    def check(self, alphabet: str | None) -> None:
        """Refusal where nothing here reads in this alphabet; None is one digit, which is always read."""
        if alphabet is None:
            return
        if self.page_reader is None:
            raise Refusal(NO_PAGES, "this service has no page file, which reads in an alphabet; leave it out")
        try:
            self.page_reader.check(alphabet)
        except InkreadError as error:
            raise Refusal(WRONG_FIELDS, f"alphabet: {error}") from None

    def _read_light(self, jobs: Sequence[_Job]) -> None:
        outcomes: list[_Outcome] = []
        ready: list[tuple[_Job, Picture]] = []
        for job in jobs:
            if job.future.cancelled():  # the client has gone
                continue
            try:
                prepared = job.prepare()
                if isinstance(prepared, np.ndarray):
                    ready.append((job, prepared))
                elif prepared.width * prepared.height <= LIGHT_PIXELS:
                    ready.append((job, from_pil(prepared)))
                else:
                    self._heavy.put(_Job(lambda image=prepared: image, job.future, job.alphabet, job.asked))  # type: ignore[misc]
            except Exception as error:  # every one is answered: PictureError as a problem, a bug as status 500
                outcomes.append((job, error))
        self._finish(outcomes + self._read_ready(ready))

    def _read_heavy(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            if job.future.cancelled():
                continue
            try:
                prepared = job.prepare()
                picture = prepared if isinstance(prepared, np.ndarray) else from_pil(prepared)
                self._finish(self._read_ready([(job, picture)]))
            except Exception as error:  # as above
                self._finish([(job, error)])

    def _read_ready(self, ready: Sequence[tuple[_Job, Picture]]) -> list[_Outcome]:
        if not ready:
            return []
        self._on_batch(len(ready))
        try:
            readings, glyphs = self._read_seen([picture for _, picture in ready], ready[0][0].alphabet)
        except Exception as error:  # e.g. ONNX Runtime out of memory
            return [(job, error) for job, _ in ready]
        now = time.perf_counter()
        return [
            (job, Answer(reading, picture, glyph, 1000 * (now - job.asked)))
            for (job, picture), reading, glyph in zip(ready, readings, glyphs, strict=True)
        ]

    def _read_seen(
        self, pictures: Sequence[Picture], alphabet: str | None
    ) -> tuple[list[Reading], Iterable[NDArray[np.float32] | None]]:
        """The readings, and what was seen of each one's glyph; all of one lane are of pages, or none."""
        if alphabet is None:
            return self.reader.read_seen(pictures)
        assert self.page_reader is not None  # checked when it was asked for
        readings = [self.page_reader.read(picture, alphabet) for picture in pictures]
        return readings, repeat(None, len(readings))

    def _finish(self, outcomes: Sequence[_Outcome]) -> None:
        if outcomes:
            self._loop.call_soon_threadsafe(_settle, outcomes)  # one wake-up for all


class _Lane:
    """Threads that take whatever waits, at most ``most`` at once, in the order it came."""

    def __init__(self, name: str, threads: int, most: int, work: Callable[[Sequence[_Job]], None]) -> None:
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._most = most
        self._work = work
        self._threads = [threading.Thread(target=self._run, name=f"{name} lane {i}") for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, job: _Job) -> None:
        self._queue.put(job)

    def close(self) -> None:
        """Work off what waits and end."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            jobs: list[_Job] = [job]
            while len(jobs) < self._most:
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    break
                if job is None:
                    self._queue.put(None)  # for the next round, or another thread
                    break
                jobs.append(job)
            self._work(jobs)


def _settle(outcomes: Sequence[_Outcome]) -> None:
    for job, outcome in outcomes:
        if job.future.cancelled():
            continue
        if isinstance(outcome, Exception):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(outcome)
