"""What an account withstands: ids of others, requests without its token, text that is code, another writer."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from members import PASSWORD, browser, signed_in, signed_up

from inkread.reading import Box, Candidate, Glyph, Reading
from inkread.service.app import create_app
from inkread.service.settings import Settings
from inkread.storage import Drawn, Store, database
from inkread.storage.accounts import Credential
from tools import make_openapi

SEVEN = [[[0, 0], [70, 0], [25, 110]]]
FOUR = (Path(__file__).resolve().parents[2] / "samples" / "4-thin.png").read_bytes()
NEVER = "f" * 32

CODE = [
    "'; DROP TABLE users; --",
    "' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></head><svg onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "%s%n%_\\",
    "=1+1",
]

ROUTES = {
    (path, method) for path, operations in json.loads(make_openapi.document())["paths"].items() for method in operations
}
WITH_ID = sorted((path, method) for path, method in ROUTES if "{id}" in path)
CHANGING = sorted((path, method) for path, method in ROUTES if method != "get")

SENT = {  # where a route wants a body
    "/api/v1/corrections/{id}": {"state": "accepted"},
    "/api/v1/readings/{id}/shares": {},
    "/api/v1/corrections": {"label": "7", "strokes": SEVEN},
    "/api/v1/account": {"name": "Eve", "password": PASSWORD},
    "/api/v1/account/password": {"old": PASSWORD, "new": PASSWORD[::-1]},
    "/api/v1/account/delete": {"password": PASSWORD},
    "/api/v1/session": {"name": "Ada", "password": PASSWORD},
    "/api/v1/keys": {"name": "key"},
    "/api/v1/readings/delete": {"ids": [NEVER]},
    "/api/v1/read": {"strokes": SEVEN},
}
NEEDING_NO_TOKEN = {  # who is signed in or not, they are answered alike, or make the session themselves
    ("/api/v1/account", "post"),
    ("/api/v1/session", "post"),
}
READING = {"/predict", "/api/v1/read", "/api/v1/batch", "/api/v1/document"}


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def store_of(client: TestClient) -> Store:
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    return store


def saved(client: TestClient) -> str:
    return str(client.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"])


def ask(client: TestClient, path: str, method: str, id: str = NEVER, query: str = "") -> Any:
    asked = path.replace("{id}", id).replace("{kind}", "json") + query
    if (path in READING and path != "/api/v1/read") or path == "/api/v1/drawings":
        return client.request(method, asked, files={"files" if path == "/api/v1/batch" else "file": FOUR})
    return client.request(method, asked, json=SENT.get(path))


@pytest.mark.parametrize(("path", "method"), WITH_ID)
def test_no_route_takes_the_id_of_another_person(client: TestClient, path: str, method: str) -> None:
    ada, bob = signed_up(client), signed_up(client, "Bob")
    reading = saved(ada)
    correction = store_of(client).add_correction(Drawn(strokes=SEVEN), label="7", source="s").id
    ids = {
        "readings": reading,
        "shares": ada.post(f"/api/v1/readings/{reading}/shares", json={}).json()["id"],
        "keys": ada.post("/api/v1/keys", json={"name": "key"}).json()["id"],
        "sessions": ada.get("/api/v1/sessions").json()["sessions"][0]["id"],
        "corrections": correction,
    }
    id = ids[path.split("/")[3]]  # a route of another kind of id is one that this test does not know: add it
    before = ada.get("/api/v1/account/export").content
    for who in (bob, client):
        theirs, never = ask(who, path, method, id), ask(who, path, method)
        assert theirs.status_code == (401 if who is client else 403 if "corrections" in path else 404)
        assert (theirs.status_code, theirs.json()["detail"]) == (never.status_code, never.json()["detail"])
        assert "Ada" not in theirs.text
    assert listed(ada.get("/api/v1/account/export").content) == listed(before)
    assert ada.get("/api/v1/sessions").json()["sessions"][0]["id"] == ids["sessions"]
    assert ada.get("/api/v1/keys").json()["keys"][0]["id"] == ids["keys"]
    assert store_of(client).correction(correction).state == "waiting"


def listed(exported: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_id_of_another_person_leads_to_no_page_of_theirs(client: TestClient) -> None:
    bob, ada = signed_up(client, "Bob"), signed_up(client)
    his, hers = saved(bob), saved(ada)
    assert [one["id"] for one in bob.get(f"/api/v1/readings?before={hers}").json()["readings"]] == [his]
    ada.post(f"/api/v1/readings/{hers}/shares", json={})
    assert bob.get(f"/api/v1/shares?before={NEVER}").json()["shares"] == []


@pytest.mark.parametrize(("path", "method"), CHANGING)
def test_a_change_by_cookie_alone_is_refused_on_every_route(client: TestClient, path: str, method: str) -> None:
    ada = signed_up(client)
    saved(ada)
    before = listed(ada.get("/api/v1/account/export").content)
    del ada.headers["X-CSRF-Token"]
    query = "?save=true" if path in READING else ""
    response = ask(ada, path, method, query=query)
    if (path, method) in NEEDING_NO_TOKEN or path in ("/api/v1/batch", "/api/v1/document"):  # these two keep nothing
        assert response.status_code < 300, response.text
    else:
        assert (response.status_code, response.json()["type"]) == (403, "/docs#forged")
    again = signed_in(client)
    assert listed(again.get("/api/v1/account/export").content) == before


@pytest.mark.parametrize("text", CODE)
def test_text_that_is_code_stays_text_in_every_field(client: TestClient, text: str) -> None:
    ada = signed_up(client, text[:40].strip())
    admin = signed_up(client, "Admin")
    store_of(client).set_admin("Admin", True)
    again = browser(client, headers={"User-Agent": text})
    sign_in = {"name": text[:40].strip(), "password": PASSWORD}
    assert again.post("/api/v1/session", json=sign_in).status_code == 201
    assert client.post("/api/v1/session", json={"name": text[:40], "password": text}).status_code == 403
    assert ada.post("/api/v1/keys", json={"name": text.strip()}).status_code == 201
    id = saved(ada)
    reading = {"text": text, "confidence": 0.5, "model": text}
    sent = {"label": "7", "strokes": SEVEN, "saved": id, "reading": reading, "consent": True}
    assert ada.post("/api/v1/corrections", json=sent).status_code == 201

    assert ada.get("/api/v1/account").json()["name"] == text[:40].strip()
    assert text in [one["agent"] for one in ada.get("/api/v1/sessions").json()["sessions"]]
    assert ada.get("/api/v1/keys").json()["keys"][0]["name"] == text.strip()
    (correction,) = admin.get("/api/v1/corrections").json()["corrections"]
    assert (correction["read"], correction["model"]) == (text, text)
    assert ada.get("/api/v1/readings", params={"text": text}).json()["readings"] == []
    exported = listed(ada.get("/api/v1/account/export").content)
    assert json.loads(exported["account.json"])["name"] == text[:40].strip()
    for path in ("account", "keys", "sessions", "readings", f"readings/{id}"):
        answer = ada.get(f"/api/v1/{path}")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert sorted(user.name for user in store_of(client).users()) == sorted([text[:40].strip(), "Admin"])


class _Tags(HTMLParser):
    """The tags of a page, and its properties."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.properties: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        if tag == "meta":
            self.properties[str(named.get("property"))] = str(named.get("content"))


@pytest.mark.parametrize("text", CODE)
def test_a_reading_that_is_code_is_text_in_links_pictures_and_files(
    settings: Settings, text: str, tmp_path: Path
) -> None:
    with TestClient(create_app(settings, page_folder=tmp_path / "none")) as client:
        ada = signed_up(client)
        id = kept(client, ada, text)
        path = ada.post(f"/api/v1/readings/{id}/shares", json={}).json()["path"]
        page = client.get(path)
        plain, tags = (
            _Tags(client.get(ada.post(f"/api/v1/readings/{saved(ada)}/shares", json={}).json()["path"]).text),
            _Tags(page.text),
        )
        assert tags.tags == plain.tags
        assert tags.properties["og:title"] == f"Read as {text}"
        assert client.get(f"{path}/picture.png").headers["content-type"] == "image/png"
        assert client.get(path.replace("/s/", "/api/v1/shared/")).json()["text"] == text
        assert ada.get("/api/v1/readings", params={"text": text}).json()["readings"][0]["text"] == text
        assert b"alert" not in ada.get(f"/api/v1/readings/{id}/drawing.svg").content


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@a", "=cmd|' /C calc'!A0"])
def test_no_spreadsheet_runs_what_stands_in_the_history(client: TestClient, text: str) -> None:
    ada = signed_up(client)
    kept(client, ada, text)
    kept(client, ada, "-12.50")
    number, formula = csv.DictReader(io.StringIO(ada.get("/api/v1/history.csv").text))
    assert (number["read"], formula["read"]) == ("-12.50", f"'{text}")


def kept(client: TestClient, who: TestClient, text: str) -> str:
    """A saved reading of that text, whatever a model file could have read."""
    glyph = Glyph(Box(0, 0, 9, 9), (Candidate("7", 0.9), Candidate("1", 0.1)))
    credential = Credential(who.cookies["inkread_session"])
    return store_of(client).save(credential, Drawn(strokes=SEVEN), Reading(text, (glyph,), 0.9, (), "m@0"), "ab" * 32)


def test_while_another_program_holds_the_file_everything_is_read_and_what_is_not_kept_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)  # which its connections are told when they are made
    with TestClient(create_app(settings)) as client:
        ada = signed_up(client)
        id = saved(ada)
        other = sqlite3.connect(tmp_path / "inkread.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = ada.post("/predict?save=true", files={"file": FOUR}).json()
        assert (answer["digit"], answer["saved"]) == (4, None)
        assert "store does not answer" in answer["not_saved"]
        refused = client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN})
        assert (refused.status_code, refused.json()["type"]) == (503, "/docs#store-away")
        assert ada.get(f"/api/v1/readings/{id}").status_code == 200  # what is kept can be read meanwhile
        other.execute("ROLLBACK")
        other.close()
        assert [one["id"] for one in ada.get("/api/v1/readings").json()["readings"]] == [
            id
        ]  # not half of what was refused
        assert ada.post("/predict?save=true", files={"file": FOUR}).json()["saved"]


def test_after_another_password_an_older_session_changes_nothing_with_any_token(client: TestClient) -> None:
    ada, stolen = signed_up(client), None
    stolen = signed_in(client)
    fresh = {"old": PASSWORD, "new": "another horse battery"}
    assert ada.put("/api/v1/account/password", json=fresh).status_code == 204
    for token in (stolen.headers["X-CSRF-Token"], ada.headers["X-CSRF-Token"], ""):
        stolen.headers["X-CSRF-Token"] = token
        for path, sent in (("keys", {"name": "k"}), ("account/delete", {"password": PASSWORD})):
            assert stolen.post(f"/api/v1/{path}", json=sent).status_code in (401, 403)
        assert stolen.post("/api/v1/read?save=true", json={"strokes": SEVEN}).status_code in (401, 403)
    assert ada.get("/api/v1/keys").json() == {"keys": []}
    assert ada.get("/api/v1/readings").json()["readings"] == []
    assert saved(ada)
