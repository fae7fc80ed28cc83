"""Connections: those that do not say in time, or not in short, what they ask for are cut."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""Longest time from a connection, or the first byte of another request on it, to the end of the headers."""

MAX_HEAD = 64_000
"""Most bytes of a request's line and headers; uvicorn sets no bound."""


class Connection(HttpToolsProtocol):
    """uvicorn's, with a clock and a count on what comes before a body."""

    _clock: asyncio.TimerHandle | None = None  # runs until the headers are there
    _head = 0  # bytes

    def connection_made(self, transport: Any) -> None:
        """Start the clock: most connections that never ask are of somebody who counts on it."""
        super().connection_made(transport)
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count, where the headers have not ended with ``data``."""
        super().data_received(data)
        if self._clock is not None:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self.send_400_response(f"Expected at most {MAX_HEAD} bytes before the body.")

    def on_message_begin(self) -> None:
        """A request begins; the first one of a connection is already timed."""
        super().on_message_begin()
        if self._clock is None:
            self._start()

    def on_headers_complete(self) -> None:
        """From here on the app watches the time."""
        self._stop()
        super().on_headers_complete()

    def _start(self) -> None:
        self._head = 0
        self._clock = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
