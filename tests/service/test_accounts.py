"""Accounts over the API: sessions in cookies, tokens against forged requests, keys, throttling, leaving."""

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from members import PASSWORD, browser, signed_in, signed_up

from inkread.service.app import create_app
from inkread.service.settings import Settings

SEVEN = [[[0, 0], [70, 0], [25, 110]]]
NEW = "another horse battery"


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def test_who_signs_up_is_signed_in_by_a_cookie_that_no_script_and_no_other_site_sees(client: TestClient) -> None:
    response = client.post("/api/v1/account", json={"name": "Ada", "password": PASSWORD})
    assert response.status_code == 201
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("inkread_session=")
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert response.headers["cache-control"] == "no-store"
    account = client.get("/api/v1/account").json()
    assert (account["name"], account["admin"], account["size"], account["room"]) == ("Ada", False, 0, 500_000_000)
    assert account["csrf"] == response.json()["csrf"]


def test_over_https_the_cookie_is_never_sent_in_the_clear(client: TestClient) -> None:
    safe = browser(client, base_url="https://testserver")
    response = safe.post("/api/v1/account", json={"name": "Ada", "password": PASSWORD})
    assert "Secure" in response.headers["set-cookie"].split("; ")


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    ada = signed_up(client)
    token = ada.cookies["inkread_session"]
    assert ada.delete("/api/v1/session").status_code == 204
    assert "inkread_session" not in ada.cookies
    stolen = browser(client, cookies={"inkread_session": token})
    assert stolen.get("/api/v1/account").status_code == 401


def test_a_taken_name_and_wrong_passwords_are_problems(client: TestClient) -> None:
    signed_up(client)
    taken = client.post("/api/v1/account", json={"name": "ADA", "password": PASSWORD})
    assert (taken.status_code, taken.json()["type"]) == (409, "/docs#conflict")
    for name in ("Ada", "nobody"):
        wrong = client.post("/api/v1/session", json={"name": name, "password": "wrong"})
        assert (wrong.status_code, wrong.json()["type"]) == (403, "/docs#denied")
        assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "Ada"},
        {"name": "", "password": PASSWORD},
        {"name": " Ada", "password": PASSWORD},
        {"name": "A\nda", "password": PASSWORD},
        {"name": "A\u0000da", "password": PASSWORD},
        {"name": "A\u202eda\u2028", "password": PASSWORD},
        {"name": "a" * 41, "password": PASSWORD},
        {"name": "Ada", "password": "short"},
        {"name": "Ada", "password": "a" * 201},
        {"name": "Ada", "password": PASSWORD, "admin": True},
        {"name": ["Ada"], "password": PASSWORD},
        "Ada",
    ],
)
def test_an_account_that_breaks_the_format_is_not_made(client: TestClient, sent: object) -> None:
    response = client.post("/api/v1/account", json=sent)
    assert (response.status_code, response.json()["type"]) == (422, "/docs#wrong-fields")
    assert PASSWORD not in response.text


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": "\\ud800", "password": "long enough"}', b"[" * 50_000])
def test_what_is_no_json_is_a_problem(client: TestClient, body: bytes) -> None:
    response = client.post("/api/v1/account", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.json()["detail"]


@pytest.mark.parametrize("name", ["'; DROP TABLE users; --", "<script>alert(1)</script>", "Ж日本🖊", "%_\\"])
def test_a_name_is_text_whatever_it_says(client: TestClient, name: str) -> None:
    ada = signed_up(client, name)
    assert ada.get("/api/v1/account").json()["name"] == name
    assert ada.get("/api/v1/account").headers["content-type"] == "application/json"


def test_a_change_by_cookie_needs_the_token_of_that_session(client: TestClient) -> None:
    ada = signed_up(client)
    token = ada.headers.pop("X-CSRF-Token")
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}):
        refused = ada.post("/api/v1/keys", json={"name": "k"}, headers=wrong)
        assert (refused.status_code, refused.json()["type"]) == (403, "/docs#forged")
    assert ada.get("/api/v1/keys", headers={"X-CSRF-Token": token}).json() == {"keys": []}
    assert ada.post("/api/v1/keys", json={"name": "k"}, headers={"X-CSRF-Token": token}).status_code == 201


def test_a_token_is_worth_nothing_in_another_session_or_after_its_own(client: TestClient) -> None:
    bob, ada = signed_up(client, "Bob"), signed_up(client)
    ada.headers["X-CSRF-Token"], kept = bob.headers["X-CSRF-Token"], ada.headers["X-CSRF-Token"]
    assert ada.post("/api/v1/keys", json={"name": "k"}).status_code == 403  # another person's
    again = signed_in(client)
    again.headers["X-CSRF-Token"] = kept
    assert again.post("/api/v1/keys", json={"name": "k"}).status_code == 403  # replayed from an earlier session
    ada.headers["X-CSRF-Token"] = kept
    ada.delete("/api/v1/session")
    assert ada.post("/api/v1/keys", json={"name": "k"}).status_code == 401


def test_another_sites_page_cannot_sign_anybody_in_or_change_anything(client: TestClient) -> None:
    ada = signed_up(client)
    for site in ("cross-site", "same-site"):
        for path, sent in (("session", {"name": "Ada", "password": PASSWORD}), ("keys", {"name": "k"})):
            refused = ada.post(f"/api/v1/{path}", json=sent, headers={"Sec-Fetch-Site": site})
            assert (refused.status_code, refused.json()["type"]) == (403, "/docs#forged")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/api/v1/session", content=b"name=Ada", headers=form).status_code == 422


def test_another_password_ends_the_other_sessions_only(client: TestClient) -> None:
    ada = signed_up(client)
    other = signed_in(client)
    assert ada.put("/api/v1/account/password", json={"old": "wrong", "new": NEW}).status_code == 403
    assert other.get("/api/v1/account").status_code == 200
    assert ada.put("/api/v1/account/password", json={"old": PASSWORD, "new": NEW}).status_code == 204
    assert ada.get("/api/v1/account").status_code == 200
    assert other.get("/api/v1/account").status_code == 401
    assert client.post("/api/v1/session", json={"name": "Ada", "password": PASSWORD}).status_code == 403
    signed_in(client, password=NEW)


def test_sessions_are_listed_and_ended_one_by_one(client: TestClient) -> None:
    ada = signed_up(client)
    other = signed_in(client)
    sessions = ada.get("/api/v1/sessions").json()["sessions"]
    assert [one["current"] for one in sessions] == [False, True]
    assert sessions[0]["agent"] == "testclient"
    bob = signed_up(client, "Bob")
    assert bob.delete(f"/api/v1/sessions/{sessions[0]['id']}").status_code == 404
    assert ada.delete(f"/api/v1/sessions/{sessions[0]['id']}").status_code == 204
    assert other.get("/api/v1/account").status_code == 401


def test_a_key_is_shown_once_reads_and_saves_and_ends_when_revoked(client: TestClient) -> None:
    ada = signed_up(client)
    made = ada.post("/api/v1/keys", json={"name": "my script"}).json()
    assert "key" not in ada.get("/api/v1/keys").json()["keys"][0]
    script = browser(client, headers={"Authorization": f"Bearer {made['key']}"})
    assert script.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
    assert len(script.get("/api/v1/readings").json()["readings"]) == 1
    assert script.get("/api/v1/account").json()["csrf"] is None
    for path in ("keys", "sessions"):  # a key is no way to more keys
        assert script.get(f"/api/v1/{path}").status_code == 401
    assert script.post("/api/v1/keys", json={"name": "another"}).status_code == 401
    assert script.put("/api/v1/account/password", json={"old": PASSWORD, "new": NEW}).status_code == 401
    assert signed_up(client, "Bob").delete(f"/api/v1/keys/{made['id']}").status_code == 404
    assert ada.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert script.get("/api/v1/readings").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer ink_x", "Bearer", "bearer ink_' OR 1=1", "Basic QTpC", "ink_x", "Bearer ink_\xff"]
)
def test_a_key_that_is_none_is_refused(client: TestClient, header: str) -> None:
    assert client.get("/api/v1/readings", headers={"Authorization": header.encode("latin-1")}).status_code == 401


def test_who_guesses_passwords_is_told_to_wait_and_others_are_not(client: TestClient) -> None:
    signed_up(client)
    wrong = {"name": "Ada", "password": "wrong"}
    statuses = [client.post("/api/v1/session", json=wrong).status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    right = client.post("/api/v1/session", json={"name": "ａda", "password": PASSWORD})
    assert (right.status_code, 1 <= int(right.headers["retry-after"]) <= 60) == (429, True)
    elsewhere = browser(client, client=("192.0.2.7", 1))
    assert elsewhere.post("/api/v1/session", json={"name": "Ada", "password": PASSWORD}).status_code == 201


def test_accounts_can_be_closed_to_newcomers(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"sign_up": False}))) as client:
        response = client.post("/api/v1/account", json={"name": "Ada", "password": PASSWORD})
    assert (response.status_code, response.json()["type"]) == (403, "/docs#denied")


def test_all_that_is_kept_of_me_is_in_the_zip_and_nothing_of_others(client: TestClient) -> None:
    ada, bob = signed_up(client), signed_up(client, "Bob")
    for who in (ada, bob):
        saved = who.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
        who.post("/api/v1/corrections", json={"label": "1", "strokes": SEVEN, "saved": saved})
        who.post(f"/api/v1/readings/{saved}/shares", json={})
        who.post("/api/v1/keys", json={"name": "script"})
    response = ada.get("/api/v1/account/export")
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert sorted(files) == ["account.json", "corrections.jsonl", "links.json", "readings.csv", "readings.jsonl"]
    (reading,) = map(json.loads, files["readings.jsonl"].splitlines())
    assert (reading["label"], reading["drawing"]["strokes"]) == ("1", SEVEN)
    assert len(files["readings.csv"].splitlines()) == 2
    (correction,) = map(json.loads, files["corrections.jsonl"].splitlines())
    assert correction["label"] == "1"
    assert len(json.loads(files["links.json"])) == 1
    assert json.loads(files["account.json"])["name"] == "Ada"


def test_a_deleted_account_leaves_nothing_that_can_be_reached(client: TestClient) -> None:
    ada = signed_up(client)
    saved = ada.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
    path = ada.post(f"/api/v1/readings/{saved}/shares", json={}).json()["path"]
    assert ada.post("/api/v1/account/delete", json={"password": "wrong"}).status_code == 403
    assert ada.post("/api/v1/account/delete", json={"password": PASSWORD}).status_code == 204
    assert "inkread_session" not in ada.cookies
    assert client.get(path).status_code == 404
    assert client.post("/api/v1/session", json={"name": "Ada", "password": PASSWORD}).status_code == 403
    signed_up(client)  # the name is free again
