"""Intake: how often a client may ask, how much it may send, and how long that may take."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from collections.abc import Mapping
from contextlib import suppress

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkread.service.problems import BUSY, TOO_LARGE, TOO_MANY, TOO_SLOW, Refusal, problem_response

_LARGEST_AT_ONCE = 4  # bodies of the largest size allowed: what all requests together may take of memory

_LINGER = 5.0  # s that a refused client may go on sending before the connection is cut


class Rate:
    """Requests to the API by one client in a sliding window."""

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app = app
        self._limits = parse_many(rate)
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer with a problem that says when to come again."""
        if scope["type"] == "http" and _is_api(scope["path"]):
            client = client_of(scope)
            for limit in self._limits:
                if not self._counts.hit(limit, client):
                    reset = self._counts.get_window_stats(limit, client).reset_time
                    wait = max(1, math.ceil(reset - time.time()))
                    refusal = Refusal(
                        TOO_MANY, f"expected at most {limit}; come again in {wait} s", {"Retry-After": str(wait)}
                    )
                    return await problem_response(refusal, scope)(scope, receive, send)
        await self._app(scope, receive, send)


class Body:
    """Refuses a body that is announced as too large, and one that takes too long; routes count the rest."""

    def __init__(self, app: ASGIApp, seconds: float, max_bytes: int, by_path: Mapping[str, int]) -> None:
        """``max_bytes`` for every path that ``by_path`` does not name."""
        self._app = app
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._by_path = dict(by_path)
        self._room = _LARGEST_AT_ONCE * max(max_bytes, *by_path.values())  # bytes that may still be on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a clock running until the last byte has come."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._by_path.get(scope["path"], self._max_bytes)
        announced = _content_length(scope)
        if announced > limit:
            detail = f"expected at most {limit:,} bytes, got {announced:,}; make the picture smaller"
            return await _refuse(Refusal(TOO_LARGE, detail), scope, receive, send)
        if announced == 0 and scope["method"] in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        size = announced or limit  # a body that comes in chunks may become as large
        if size > self._room:
            detail = "too much is being sent by others; come again in a second"
            return await _refuse(Refusal(BUSY, detail), scope, receive, send)
        self._room -= size
        try:
            await self._app(scope, _timed(receive, self._seconds), send)
        finally:
            self._room += size


def client_of(scope: Scope) -> str:
    """Who asks: an address, and of IPv6 the network of a household (/64), which has addresses without end."""
    host: str = (scope.get("client") or ("unknown", 0))[0]
    if ":" in host:
        with suppress(ValueError):
            return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    return host


def _is_api(path: str) -> bool:
    return path.startswith("/api/") or path == "/predict"


def _content_length(scope: Scope) -> int:
    """0 where there is none, or none that is a number: the server then counts or refuses."""
    value = Headers(scope=scope).get("content-length", "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _timed(receive: Receive, seconds: float) -> Receive:
    """``receive``, which raises Refusal where the whole body has not come in time."""
    deadline = asyncio.get_running_loop().time() + seconds
    complete = False

    async def timed() -> Message:
        nonlocal complete
        if complete:
            return await receive()  # waits for the client to go away
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            detail = f"expected the whole request within {seconds:g} s; send a smaller picture"
            raise Refusal(TOO_SLOW, detail, {"Connection": "close"}) from None
        complete = not message.get("more_body", False)
        return message

    return timed


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, then take what still comes for a while: a connection cut while a client sends would
    take the answer with it."""
    refusal.headers = {"Connection": "close"}
    response = problem_response(refusal, scope)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER):
            while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                pass
    await send({"type": "http.response.body", "body": b""})
