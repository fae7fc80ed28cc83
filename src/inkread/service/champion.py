"""The champion: the model file that `inkread promote` has chosen, followed while the service runs.

    store's alias --every POLL s--> another digest? --> loaded, checked and warmed up beside the old one
                                                        --> the engine's next batch reads with it

No request waits or fails meanwhile: a batch is read to its end by the reader it began with. Where the store or the
file is away, the last champion goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import numpy as np
import structlog

from inkread.errors import InkreadError, ModelFileError
from inkread.modelfile import ModelFile
from inkread.reader import Reader
from inkread.service.engine import Engine
from inkread.storage import Store

ALIAS = "champion"

POLL = 2.0
"""Seconds between two looks at the alias: one row by its index."""

_BLANK = np.full((28, 28), 255, np.uint8)

log = structlog.get_logger("inkread.service")


@asynccontextmanager
async def following(store: Store, engine: Engine) -> AsyncIterator[None]:
    """The engine reads with the champion inside, and with the reader it has now where none was ever promoted."""
    follower = Follower(store, engine, engine.reader)
    await follower.look()
    task = asyncio.create_task(follower.follow())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Follower:
    """Keeps an engine's reader on the champion; ``shipped`` reads where none was ever promoted."""

    def __init__(self, store: Store, engine: Engine, shipped: Reader) -> None:
        self._store = store
        self._engine = engine
        self._shipped = shipped
        self._trouble = ""

    async def look(self) -> None:
        """Once: swap the engine's reader where the champion is another; trouble is logged when it begins."""
        try:
            reader = await asyncio.to_thread(self._champion)
        except InkreadError as error:
            if str(error) != self._trouble:
                log.warning("the champion stays", model=self._engine.reader.model.id, why=str(error))
            self._trouble = str(error)
            return
        self._trouble = ""
        if reader is not self._engine.reader:
            self._engine.reader = reader
            log.info("another champion reads", model=reader.model.id)

    async def follow(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(POLL)
            await self.look()

    def _champion(self) -> Reader:
        alias = self._store.alias(ALIAS)
        now = self._engine.reader
        if alias is None:
            return self._shipped
        if alias.sha256 == now.model.sha256:
            return now
        model = ModelFile.open(alias.path)
        if model.sha256 != alias.sha256:
            raise ModelFileError(f"{alias.path}: expected sha256 {alias.sha256[:12]}, got {model.sha256[:12]}")
        reader = Reader(model)
        if model.alphabet != now.model.alphabet or reader.alphabets:
            raise ModelFileError(f"{alias.path}: expected a file with the labels of {now.model.id}, got others")
        reader.read_seen([_BLANK])  # what the first picture costs more
        return reader
