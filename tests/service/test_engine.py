"""Many requests at once: read together, each with its own answer, none lost."""

import asyncio
import io
import threading

import numpy as np
import pytest
from PIL import Image

from inkread import Reader
from inkread.errors import PictureError
from inkread.service.engine import LIGHT_PIXELS, MAX_TOGETHER, MAX_WAITING, Engine
from inkread.service.problems import Refusal
from inkread.strokes import Strokes


def digit(height: int, width: int, *, drawn: bool) -> np.ndarray:
    strokes = Strokes.parse([[[width * 0.5, height * 0.2], [width * 0.5, height * 0.8]]] if drawn else [])
    return strokes.draw(width, height, width * 0.06)


def test_requests_that_wait_are_read_together_and_each_gets_its_own_answer() -> None:
    sizes: list[int] = []

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1, on_batch=sizes.append)
        held = threading.Event()
        first = asyncio.create_task(engine.read(lambda: held.wait() and digit(28, 28, drawn=False)))
        await asyncio.sleep(0.05)  # the thread has taken the first, and only that
        pictures = [digit(60 + 10 * (i % 3), 80, drawn=bool(i % 2)) for i in range(20)]
        rest = [asyncio.create_task(engine.read(lambda i=i: pictures[i])) for i in range(20)]
        await asyncio.sleep(0)
        assert engine.waiting == 21
        held.set()
        answers = await asyncio.gather(first, *rest)
        assert [answer.reading.text for answer in answers[1:]] == ["1" if i % 2 else "" for i in range(20)]
        assert engine.waiting == 0
        await engine.close()

    asyncio.run(main())
    assert sizes == [1, MAX_TOGETHER, MAX_TOGETHER, 20 - 2 * MAX_TOGETHER]


def test_what_fails_fails_alone() -> None:
    def broken() -> np.ndarray:
        raise PictureError("broken")

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        good = [engine.read(lambda: digit(50, 50, drawn=True)) for _ in range(3)]
        outcomes = await asyncio.gather(good[0], engine.read(broken), *good[1:], return_exceptions=True)
        assert isinstance(outcomes.pop(1), PictureError)
        assert [outcome.reading.text for outcome in outcomes] == ["1"] * 3
        await engine.close()

    asyncio.run(main())


def test_a_large_picture_does_not_keep_small_ones_waiting() -> None:
    def large() -> Image.Image:
        side = 2 * int(LIGHT_PIXELS**0.5)
        buffer = io.BytesIO()
        Image.fromarray(digit(side, side, drawn=True)).save(buffer, "PNG", compress_level=1)
        return Image.open(buffer)

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        opened = large()
        slow = asyncio.create_task(engine.read(lambda: opened))
        await asyncio.sleep(0)
        quick = await engine.read(lambda: digit(28, 28, drawn=False))
        assert not slow.done()
        assert quick.reading.unsure == ("nothing drawn",)
        assert (await slow).reading.text == "1"
        await engine.close()

    asyncio.run(main())


def test_a_request_whose_client_has_gone_is_not_read() -> None:
    prepared: list[int] = []

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        held = threading.Event()
        first = asyncio.create_task(engine.read(lambda: held.wait() and digit(28, 28, drawn=False)))
        await asyncio.sleep(0.05)  # the thread has taken the first
        gone = asyncio.create_task(engine.read(lambda: prepared.append(1) or digit(28, 28, drawn=False)))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        held.set()
        await first
        await engine.close()

    asyncio.run(main())
    assert not prepared


def test_more_than_can_wait_are_told_to_come_again() -> None:
    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        held = threading.Event()
        first = asyncio.create_task(engine.read(lambda: held.wait() and digit(28, 28, drawn=False)))
        waiting = [asyncio.create_task(engine.read(lambda: digit(28, 28, drawn=False))) for _ in range(MAX_WAITING - 1)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refused:
            await engine.read(lambda: digit(28, 28, drawn=False))
        assert refused.value.status_code == 503
        assert refused.value.headers == {"Retry-After": "1"}
        held.set()
        await asyncio.gather(first, *waiting)
        await engine.close()

    asyncio.run(main())


def test_closing_reads_what_waits_and_ends_the_threads() -> None:
    before = threading.active_count()

    async def main() -> None:
        engine = Engine(Reader.load(), threads=2)
        asked = [asyncio.create_task(engine.read(lambda: digit(40, 40, drawn=True))) for _ in range(30)]
        heavy = asyncio.create_task(engine.read(lambda: digit(40, 40, drawn=True), heavy=True))
        await asyncio.sleep(0)
        await engine.close()
        assert [answer.reading.text for answer in await asyncio.gather(*asked, heavy)] == ["1"] * 31

    asyncio.run(main())
    assert threading.active_count() == before
