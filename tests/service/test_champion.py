"""The champion is followed: promoted and rolled back under load, no request fails, and trouble changes nothing."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx2 as httpx
import onnx
import pytest
from served import Serve

from inkread import Reader
from inkread.card import CARD_KEY, Card
from inkread.modelfile import ModelFile
from inkread.service import champion
from inkread.service.champion import ALIAS, Follower, following
from inkread.service.engine import Engine
from inkread.storage import Store, open_store
from inkread.strokes import Strokes

ONE = Strokes.parse([[[40, 16], [40, 64]]]).draw(80, 80, 6)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """The shipped network under another name: a real model file of another digest."""
    model = onnx.load(ModelFile.open().path)
    entry = next(entry for entry in model.metadata_props if entry.key == CARD_KEY)
    entry.value = replace(Card.parse(entry.value, "shipped"), name="other").to_json()
    path = tmp_path_factory.mktemp("other") / "other.onnx"
    onnx.save(model, path)
    return ModelFile.open(path)


def test_the_model_is_swapped_under_16_clients_and_no_request_fails(store: Store, other: ModelFile) -> None:
    shipped = Reader.load()

    async def main() -> list[str]:
        engine = Engine(shipped, threads=2)
        follower = Follower(store, engine, shipped)
        models: list[str] = []
        stop = asyncio.Event()

        async def client() -> None:
            while not stop.is_set():
                answer = await engine.read(lambda: ONE)
                assert answer.reading.text == "1"
                models.append(answer.reading.model)

        clients = [asyncio.create_task(client()) for _ in range(16)]
        for turn in range(6):
            if turn % 2:
                store.rollback(ALIAS)
            else:
                store.set_alias(ALIAS, other.sha256, str(other.path))
            await follower.look()
            before = len(models)
            assert engine.reader.model.id == (shipped if turn % 2 else Reader(other)).model.id
            while len(models) < before + 64:
                await asyncio.sleep(0.001)
        stop.set()
        await asyncio.gather(*clients)
        await engine.close()
        return models

    models = asyncio.run(main())
    assert set(models) == {shipped.model.id, other.id}
    assert len(models) >= 6 * 64


def test_it_looks_by_itself_and_stops_when_the_service_does(
    store: Store, other: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(champion, "POLL", 0.01)

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        async with following(store, engine):
            store.set_alias(ALIAS, other.sha256, str(other.path))
            while engine.reader.model.id != other.id:
                await asyncio.sleep(0.01)
        await engine.close()

    asyncio.run(asyncio.wait_for(main(), 30))


def test_after_a_restart_the_champion_reads_from_the_first_request(store: Store, other: ModelFile) -> None:
    store.set_alias(ALIAS, other.sha256, str(other.path))

    async def main() -> str:
        engine = Engine(Reader.load(), threads=1)
        async with following(store, engine):
            answer = await engine.read(lambda: ONE)
        await engine.close()
        return answer.reading.model

    assert asyncio.run(main()) == other.id


def test_a_running_server_follows_and_loses_no_request(
    store: Store, other: ModelFile, tmp_path: Path, serve: Serve
) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    picture = (Path(__file__).parents[2] / "samples" / "4-thin.png").read_bytes()
    with serve(INKREAD_DATABASE_URL=url, INKREAD_RATE="", INKREAD_LOG_LEVEL="warning") as served:
        stop = threading.Event()

        def client() -> list[tuple[int, str]]:
            answers = []
            with httpx.Client() as http:
                while not stop.is_set():
                    answer = http.post(f"{served.url}/predict", content=picture, headers={"Content-Type": "image/png"})
                    answers.append((answer.status_code, answer.json()["model"]))
            return answers

        def wait_for(model: str) -> None:
            for _ in range(600):
                if httpx.get(f"{served.url}/readyz").json()["model"] == model:
                    return
                time.sleep(0.05)
            raise AssertionError(f"{model} does not read after 30 s")

        with ThreadPoolExecutor(16) as pool:
            clients = [pool.submit(client) for _ in range(16)]
            try:
                store.set_alias(ALIAS, other.sha256, str(other.path))
                wait_for(other.id)
                store.rollback(ALIAS)
                wait_for(ModelFile.open().id)
            finally:
                stop.set()
            answers = [answer for each in clients for answer in each.result()]
    assert {status for status, _ in answers} == {200}
    assert {model for _, model in answers} == {ModelFile.open().id, other.id}


@pytest.mark.parametrize("trouble", ["no file", "another file", "no model", "store away"])
def test_where_the_champion_cannot_be_had_the_last_one_reads_on(
    trouble: str, store: Store, other: ModelFile, tmp_path: Path
) -> None:
    path = tmp_path / "champion.onnx"
    if trouble in ("another file", "store away"):
        path.write_bytes(other.data)
    elif trouble == "no model":
        path.write_bytes(b"half a file")
    store.set_alias(ALIAS, "0" * 64, str(path))
    away = open_store(f"sqlite:///{tmp_path / 'away.db'}")
    if trouble == "store away":
        away.close()
        (tmp_path / "away.db").write_bytes(b"no database at all, but long enough to be looked at" * 9)

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        async with following(away if trouble == "store away" else store, engine):
            answer = await engine.read(lambda: ONE)
            assert answer.reading.model == ModelFile.open().id
        await engine.close()

    asyncio.run(main())
    away.close()


def test_a_look_at_an_unchanged_alias_keeps_the_reader(store: Store, other: ModelFile) -> None:
    store.set_alias(ALIAS, other.sha256, str(other.path))

    async def main() -> None:
        engine = Engine(Reader.load(), threads=1)
        follower = Follower(store, engine, engine.reader)
        await follower.look()
        first = engine.reader
        await follower.look()
        assert engine.reader is first
        await engine.close()

    asyncio.run(main())
