"""A load generator that costs little: `python -m benchmarks.load --port 8000 --clients 16 --requests 5000`.

Each client keeps one connection and asks again as soon as it is answered. What is sent is made beforehand,
and of an answer only the status and the length are looked at: the server is what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from inkread.service.answers import png
from inkread.strokes import Strokes

_SEVEN = [[[0.0, 0.0], [70.0, 0.0], [25.0, 110.0]], [[15.0, 55.0], [60.0, 55.0]]]  # px
_BOUNDARY = "inkread-load"


def pictures() -> list[bytes]:
    """Sixteen PNGs of 280x280, a seven each, drawn elsewhere and with another pen."""
    seven = Strokes.parse(_SEVEN)
    places = [(scale, left, 10.0 * i) for i, scale in enumerate((0.6, 0.9, 1.2, 1.5)) for left in (20, 60, 90, 130)]
    return [png(seven.placed(scale, left, top + 20).draw(280, 280, 6 + 8 * scale)) for scale, left, top in places]


def request(picture: bytes) -> bytes:
    """POST /predict with ``picture`` in a form, as a browser or `requests` sends it."""
    body = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="seven.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    body += picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    head = (
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\nAccept: */*\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Load:
    """Requests that are still to be sent, and the seconds each answer took."""

    requests: Iterator[bytes]
    left: int
    seconds: list[float] = field(default_factory=list)
    failed: int = 0


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, load: Load, done: asyncio.Future[None]) -> None:
        self._load = load
        self._done = done
        self._got = b""
        self._sent = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport: asyncio.Transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Go on, once the whole answer is there."""
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._load.seconds.append(time.perf_counter() - self._sent)
        self._load.failed += not head.startswith(b"HTTP/1.1 200")
        self._got = b""
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        """End, also where the server has closed the connection."""
        if not self._done.done():
            self._load.failed += self._sent > 0 and self._load.left > 0
            self._done.set_result(None)

    def _ask(self) -> None:
        if self._load.left <= 0:
            self._transport.close()
            return
        self._load.left -= 1
        self._sent = time.perf_counter()
        self._transport.write(next(self._load.requests))


async def run(port: int, clients: int, requests: int) -> dict[str, Any]:
    """Seconds of each request, how many failed, and the seconds of all."""
    loop = asyncio.get_running_loop()
    load = Load(cycle([request(picture) for picture in pictures()]), requests)
    begun = time.perf_counter()
    ends = [loop.create_future() for _ in range(clients)]
    for end in ends:
        await loop.create_connection(lambda end=end: Client(load, end), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return {"seconds": load.seconds, "failed": load.failed, "all": time.perf_counter() - begun}


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=5000)
    options = parser.parse_args(arguments)
    print(json.dumps(asyncio.run(run(options.port, options.clients, options.requests))))


if __name__ == "__main__":
    main()
