"""Saved readings over the API: kept where it is asked for, found again, opened, exported, and one's own only."""

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from members import browser, signed_up
from PIL import Image

from inkread.errors import StoreAway
from inkread.picture import decode
from inkread.reader import Reader
from inkread.service import kept
from inkread.service.app import create_app
from inkread.service.settings import Settings
from inkread.storage import database

SEVEN = [[[0, 0], [70, 0], [25, 110]]]
ONE = [[[40, 0], [40, 120]]]
FOUR = (Path(__file__).resolve().parents[2] / "samples" / "4-thin.png").read_bytes()


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def ada(client: TestClient) -> TestClient:
    return signed_up(client)


def save(client: TestClient, strokes: object = SEVEN, **more: object) -> str:
    response = client.post("/api/v1/read?save=true", json={"strokes": strokes, **more})
    assert response.status_code == 200, response.text
    return str(response.json()["saved"])


def test_only_what_is_asked_for_is_kept(ada: TestClient) -> None:
    plain = ada.post("/api/v1/read", json={"strokes": SEVEN}).json()
    assert "saved" not in plain
    assert "saved" not in ada.post("/predict", files={"file": FOUR}).json()
    assert ada.get("/api/v1/readings").json() == {"readings": [], "next": None}


def test_a_drawing_is_opened_again_as_it_was_drawn(ada: TestClient) -> None:
    sent = {
        "strokes": [[[10, 10, 0, 0.5], [80, 10, 99, 0.75], [35, 120, 180, 1]]],
        "width": 140,
        "height": 140,
        "pen": 9,
    }
    answer = ada.post("/api/v1/read?save=true", json=sent).json()
    assert answer["not_saved"] is None
    found = ada.get(f"/api/v1/readings/{answer['saved']}").json()
    assert found["drawing"] == {**sent, "picture": None}
    assert (found["text"], found["confidence"], found["unsure"]) == (
        answer["text"], answer["confidence"], answer["unsure"],
    )  # fmt: skip
    best, kept_best = answer["glyphs"][0]["candidates"][0], found["glyphs"][0]["candidates"][0]
    assert kept_best == {"label": best["label"], "probability": pytest.approx(best["probability"], abs=1e-6)}
    assert found["sha256"] == Reader.load().model.sha256
    kept.Opened.model_validate(found)


def test_a_picture_is_kept_as_its_grey_pixels(ada: TestClient) -> None:
    answer = ada.post("/predict?save=true", files={"file": FOUR}).json()
    assert answer["digit"] == 4
    found = ada.get(f"/api/v1/readings/{answer['saved']}").json()
    again = ada.get(f"/api/v1/readings/{answer['saved']}/drawing.png").content
    assert (decode(again) == decode(FOUR)).all()
    assert found["drawing"]["strokes"] is None
    (entry,) = ada.get("/api/v1/readings").json()["readings"]
    assert entry["thumbnail"].startswith("data:image/png;base64,")
    kept.Entry.model_validate(entry)


def test_a_large_picture_is_kept_smaller(ada: TestClient) -> None:
    buffer = io.BytesIO()
    Image.new("L", (3000, 1500), 255).save(buffer, "PNG")
    id = ada.post("/predict?save=true", files={"file": buffer.getvalue()}).json()["saved"]
    assert decode(ada.get(f"/api/v1/readings/{id}/drawing.png").content).shape == (512, 1024)


def test_pages_and_filters_find_what_they_say(ada: TestClient) -> None:
    ids = [save(ada, strokes) for strokes in (SEVEN, ONE, [[[5, 5]], [[90, 90]]], SEVEN)]
    ada.post("/api/v1/corrections", json={"label": "9", "strokes": SEVEN, "saved": ids[0]})
    first = ada.get("/api/v1/readings?most=3").json()
    assert [one["id"] for one in first["readings"]] == ids[:0:-1]
    second = ada.get(f"/api/v1/readings?most=3&before={first['next']}").json()
    assert ([one["id"] for one in second["readings"]], second["next"]) == (ids[:1], None)

    def found(query: str) -> list[str]:
        return [one["id"] for one in ada.get(f"/api/v1/readings?{query}").json()["readings"]]

    assert found("text=7") == [ids[3], ids[0]]
    assert found("text=9") == [ids[0]]
    assert found("corrected=true") == [ids[0]]
    assert found("corrected=false&text=7") == [ids[3]]
    assert set(found("unsure=true")) | set(found("unsure=false")) == set(ids)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"since={tomorrow}") == []
    assert found(f"until={tomorrow}") == ids[::-1]
    assert found("text=%27%3B%20DROP%20TABLE%20readings%3B%20--") == []
    assert found("text=%00") == ids[::-1]  # nothing is left of it to search for
    kept.History.model_validate(first)


@pytest.mark.parametrize("query", ["most=0", "most=201", "before=x", "since=yesterday", "since=2026-01-01", "unsure=7"])
def test_a_search_that_breaks_the_format_is_a_problem(ada: TestClient, query: str) -> None:
    response = ada.get(f"/api/v1/readings?{query}")
    assert (response.status_code, response.json()["type"]) == (422, "/docs#wrong-fields")


def test_what_is_somebody_elses_is_not_there(client: TestClient, ada: TestClient) -> None:
    id = save(ada)
    bob = signed_up(client, "Bob")
    assert bob.get("/api/v1/readings").json()["readings"] == []
    assert bob.get(f"/api/v1/readings/{id}").status_code == 404
    assert bob.get(f"/api/v1/readings/{id}/drawing.json").status_code == 404
    assert bob.delete(f"/api/v1/readings/{id}").status_code == 404
    assert bob.post("/api/v1/readings/delete", json={"ids": [id]}).json() == {"deleted": 0}
    assert bob.post(f"/api/v1/readings/{id}/shares", json={}).status_code == 404
    assert bob.get("/api/v1/history.json").json() == []
    mine, never = (bob.get(f"/api/v1/readings/{key}").json() for key in (id, "f" * 32))
    assert mine["detail"] == never["detail"]  # nobody learns that it exists
    assert ada.get(f"/api/v1/readings/{id}").status_code == 200


@pytest.mark.parametrize("id", ["x", "%00", "..%2f..", "' OR 1=1 --", "F" * 32, "f" * 31, "f" * 33])
def test_what_is_no_id_is_not_there(ada: TestClient, id: str) -> None:
    for response in (
        ada.get(f"/api/v1/readings/{id}"),
        ada.delete(f"/api/v1/shares/{id}"),
        ada.delete(f"/api/v1/keys/{id}"),
    ):
        assert response.status_code == 404


def test_readings_are_deleted_alone_and_together(ada: TestClient) -> None:
    ids = [save(ada, [[[0, 0], [i, 50]]]) for i in range(3)]
    assert ada.delete(f"/api/v1/readings/{ids[0]}").status_code == 204
    assert ada.delete(f"/api/v1/readings/{ids[0]}").status_code == 404
    assert ada.post("/api/v1/readings/delete", json={"ids": ids}).json() == {"deleted": 2}
    assert ada.get("/api/v1/account").json()["size"] == 0
    for sent in ({"ids": []}, {"ids": ["x"]}, {"ids": ["f" * 32] * 201}, {}):
        assert ada.post("/api/v1/readings/delete", json=sent).status_code == 422


def test_without_an_account_everything_is_read_and_nothing_is_kept(client: TestClient) -> None:
    assert client.post("/api/v1/read", json={"strokes": SEVEN}).json()["text"] == "7"
    for response in (
        client.post("/api/v1/read?save=true", json={"strokes": SEVEN}),
        client.post("/predict?save=true", files={"file": FOUR}),
        client.post("/api/v1/drawings", files={"file": FOUR}),
        client.get("/api/v1/readings"),
        client.get("/api/v1/history.csv"),
        client.get("/api/v1/account/export"),
    ):
        assert (response.status_code, response.json()["type"]) == (401, "/docs#not-signed-in")
    ended = browser(client, cookies={"inkread_session": "nonsense"})
    assert ended.get("/api/v1/readings").status_code == 401
    assert ended.post("/predict", files={"file": FOUR}).json()["digit"] == 4


def test_reading_without_saving_asks_the_store_nothing(client: TestClient, ada: TestClient) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"the store was asked for {name}")

        def close(self) -> None:
            """The service ends."""

    client.app.state.store = Untouchable()  # type: ignore[attr-defined]
    for asking in (client, ada):  # signed in or not
        assert asking.post("/predict", files={"file": FOUR}).json()["digit"] == 4
        assert asking.post("/api/v1/read", json={"strokes": SEVEN}).json()["text"] == "7"


def test_with_the_store_away_everything_is_read_and_what_needs_it_says_so(
    client: TestClient, ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = save(ada)

    def away(*_: object, **__: object) -> None:
        raise StoreAway("expected an answer from postgresql://ada:***@db.internal/inkread, got: connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(database.Database, "migrate", away)
        assert client.post("/predict", files={"file": FOUR}).json()["digit"] == 4
        unsaved = ada.post("/predict?save=true", files={"file": FOUR}).json()
        assert (unsaved["digit"], unsaved["saved"]) == (4, None)
        assert "store does not answer" in unsaved["not_saved"]
        for response in (
            ada.get("/api/v1/account"),
            ada.get("/api/v1/readings"),
            ada.get(f"/api/v1/readings/{id}"),
            ada.post("/api/v1/keys", json={"name": "k"}),
            client.post("/api/v1/session", json={"name": "Ada", "password": "x"}),
            client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN}),
            client.get(f"/api/v1/shared/{'x' * 32}"),
            client.get(f"/s/{'x' * 32}/picture.png"),
        ):
            assert (response.status_code, response.json()["type"]) == (503, "/docs#store-away")
            assert "db.internal" not in response.text
        assert client.get(f"/s/{'x' * 32}").status_code == 503
        assert client.get("/readyz").status_code == 200
    assert ada.get(f"/api/v1/readings/{id}").status_code == 200


def test_the_service_starts_without_its_database_and_finds_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_AWAY_SECONDS", 0.05)
    folder = tmp_path / "later"
    folder.touch()  # a file where the folder should be
    with TestClient(create_app(Settings(database_url=f"sqlite:///{folder}/inkread.db", rate=""))) as client:
        assert client.post("/predict", files={"file": FOUR}).json()["digit"] == 4
        assert client.post("/api/v1/account", json={"name": "Ada", "password": "long enough"}).status_code == 503
        folder.unlink()
        time.sleep(0.06)
        save(signed_up(client))


def test_a_full_account_keeps_nothing_more_and_still_reads(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"account_mb": 0}))) as client:
        answer = signed_up(client).post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()
    assert (answer["text"], answer["saved"]) == ("7", None)
    assert "at most 0 bytes" in answer["not_saved"]


def test_the_history_goes_out_as_csv_and_json(ada: TestClient) -> None:
    assert ada.get("/api/v1/history.json").json() == []
    first, second = save(ada, SEVEN), save(ada, ONE)
    rows = list(csv.DictReader(io.StringIO(ada.get("/api/v1/history.csv").text)))
    assert [(row["read"], row["id"]) for row in rows] == [("1", second), ("7", first)]
    found = ada.get("/api/v1/history.json?text=7")
    assert [one["drawing"]["strokes"] for one in found.json()] == [SEVEN]
    assert "attachment" in found.headers["content-disposition"]


@pytest.mark.parametrize("kind", ["json", "png", "svg"])
def test_a_drawing_goes_out_as_a_file_and_comes_back_as_it_was(ada: TestClient, kind: str) -> None:
    strokes = [[[10.5, 10, 0, 0.5], [80, 10, 99, 0.75], [35, 120, 180, 1]], [[20, 60], [70, 60]], [[5, 5]]]
    id = save(ada, strokes, width=140, height=150, pen=9.5)
    file = ada.get(f"/api/v1/readings/{id}/drawing.{kind}")
    assert file.headers["content-disposition"].endswith(f'.{kind}"')
    sent = ada.post("/api/v1/drawings", files={"file": (f"drawing.{kind}", file.content)})
    assert sent.status_code == 201, sent.text
    again = ada.get(f"/api/v1/readings/{sent.json()['saved']}").json()["drawing"]
    assert again == {"strokes": strokes, "picture": None, "width": 140, "height": 150, "pen": 9.5}
    kept.SavedOut.model_validate(sent.json())


@pytest.mark.parametrize("kind", ["json", "png", "svg"])
def test_a_picture_goes_out_as_a_file_and_comes_back_as_it_was(ada: TestClient, kind: str) -> None:
    id = ada.post("/predict?save=true", files={"file": FOUR}).json()["saved"]
    file = ada.get(f"/api/v1/readings/{id}/drawing.{kind}")
    types = {"json": "application/json", "png": "image/png", "svg": "image/svg+xml"}
    sent = ada.post("/api/v1/drawings", content=file.content, headers={"Content-Type": types[kind]})
    assert sent.status_code == 201, sent.text
    again = ada.get(f"/api/v1/readings/{sent.json()['saved']}/drawing.png").content
    assert (decode(again) == decode(FOUR)).all()


def test_the_document_of_a_drawing_is_as_documented(ada: TestClient) -> None:
    document = ada.get(f"/api/v1/readings/{save(ada)}/drawing.json").json()
    assert document == {"format": "inkread-drawing", "version": 1, "strokes": SEVEN}


def test_the_polylines_of_any_svg_are_strokes(ada: TestClient) -> None:
    line = b'<g><polyline points="0,0 70 0, 25,110"/></g>'
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + line + b"</svg>"
    answer = ada.post("/api/v1/drawings", content=svg, headers={"Content-Type": "image/svg+xml"}).json()
    assert answer["reading"]["text"] == "7"
    assert ada.get(f"/api/v1/readings/{answer['saved']}").json()["drawing"]["strokes"] == SEVEN


_BOMB = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
_DOCUMENT = {"format": "inkread-drawing", "version": 1, "strokes": SEVEN}

BAD_FILES = {
    "entities": _BOMB,
    "svg without strokes": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "half an svg": b'<svg xmlns="http://www.w3.org/2000/svg"><poly',
    "odd points": b'<svg xmlns="http://www.w3.org/2000/svg"><polyline points="1 2 3"/></svg>',
    "endless points": b'<svg xmlns="http://www.w3.org/2000/svg"><polyline points="1e999 2"/></svg>',
    "many points": b'<svg xmlns="http://www.w3.org/2000/svg"><polyline points="' + b"1 2 " * 30_000 + b'"/></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "another format": json.dumps({**_DOCUMENT, "format": "other"}).encode(),
    "a newer version": json.dumps({**_DOCUMENT, "version": 2}).encode(),
    "more fields": json.dumps({**_DOCUMENT, "owner": "Bob"}).encode(),
    "neither strokes nor picture": b'{"format": "inkread-drawing", "version": 1}',
    "half a document": b'{"format": "inkread-drawing"',
    "half a png": FOUR[:100],
    "text": b"seven",
    "nothing": b"",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_drawing_is_refused_and_nothing_is_kept(ada: TestClient, name: str) -> None:
    response = ada.post("/api/v1/drawings", files={"file": BAD_FILES[name]})
    assert response.status_code in (400, 422), response.text
    assert response.json()["detail"]
    assert ada.get("/api/v1/readings").json()["readings"] == []


@pytest.mark.parametrize("path", ["/api/v1/read?save=true", "/api/v1/drawings", "/api/v1/corrections"])
def test_10_mb_of_strokes_are_refused_within_a_second(ada: TestClient, path: str) -> None:
    points = ",".join(["[123.456,234.567,890]"] * 480_000)
    body = f'{{"strokes":[[{points}]]}}'.encode()
    assert len(body) > 10_000_000
    began = time.monotonic()
    response = ada.post(path, content=body, headers={"Content-Type": "application/json"})
    assert time.monotonic() - began < 2  # one second where nothing else runs
    assert (response.status_code, response.json()["type"]) in (
        (422, "/docs#wrong-strokes"), (413, "/docs#too-large"),
    )  # fmt: skip
    assert ada.get("/api/v1/readings").json()["readings"] == []


def test_nothing_private_is_kept_on_its_way(ada: TestClient) -> None:
    id = save(ada)
    for path in (
        "account",
        "readings",
        f"readings/{id}",
        f"readings/{id}/drawing.svg",
        "history.csv",
        "sessions",
        "keys",
    ):
        assert ada.get(f"/api/v1/{path}").headers["cache-control"] == "no-store"
