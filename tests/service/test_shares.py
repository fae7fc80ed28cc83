"""Links over the API: they show one reading to anybody, preview well, end, and lead to nothing else."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from members import signed_up
from PIL import Image

from inkread.service import kept
from inkread.service.app import create_app
from inkread.service.settings import Settings

SEVEN = [[[0, 0], [70, 0], [25, 110]]]


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><html><head><title>Inkread</title></head><body>APP</body></html>")
    with TestClient(create_app(settings, page_folder=page)) as client:
        yield client


@pytest.fixture
def ada(client: TestClient) -> TestClient:
    return signed_up(client)


def share(ada: TestClient, **days: object) -> dict[str, str]:
    id = ada.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
    response = ada.post(f"/api/v1/readings/{id}/shares", json=days)
    assert response.status_code == 201, response.text
    made: dict[str, str] = response.json()
    return made


def api(made: dict[str, str]) -> str:
    return made["path"].replace("/s/", "/api/v1/shared/")


class _Head(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.properties: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta":
            self.properties[str(named.get("property") or named.get("name"))] = str(named.get("content"))


def test_a_link_shows_the_drawing_and_the_reading_and_nothing_of_whose_it_is(
    client: TestClient, ada: TestClient
) -> None:
    made = share(ada)
    assert re.fullmatch(r"/s/[A-Za-z0-9_-]{32}", made["path"])
    response = client.get(api(made))
    shown = response.json()
    assert (shown["text"], shown["drawing"]["strokes"]) == ("7", SEVEN)
    assert set(shown) == set(kept.Shown.model_fields)
    for secret in ("Ada", made["id"], made["reading"]):
        assert secret not in response.text
    assert response.headers["cache-control"] == "no-store"
    kept.Shown.model_validate(shown)


def test_its_page_has_a_head_for_previews_and_is_the_app(client: TestClient, ada: TestClient) -> None:
    made = share(ada)
    response = client.get(made["path"])
    assert "APP" in response.text
    assert response.headers["x-robots-tag"] == "noindex"
    properties = _Head(response.text).properties
    assert properties["og:title"] == "Read as 7"
    assert properties["og:url"] == f"http://testserver{made['path']}"
    assert properties["og:image"] == f"http://testserver{made['path']}/picture.png"
    picture = client.get(properties["og:image"])
    assert picture.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (1200, 630)
        assert len(image.getcolors(1 << 24) or ()) > 10
    assert len(picture.content) < 300_000  # what chat programs still load


def test_without_the_built_page_a_link_shows_the_picture(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings, page_folder=tmp_path / "none")) as client:
        made = share(signed_up(client))
        assert "og:image" in client.get(made["path"]).text


def test_a_link_cannot_change_anything(client: TestClient, ada: TestClient) -> None:
    made = share(ada)
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(api(made)).status_code == 405
    token = made["path"].removeprefix("/s/")
    assert client.get(f"/api/v1/readings/{token}").status_code == 401
    assert ada.get(f"/api/v1/readings/{token}").status_code == 404


def test_a_revoked_link_shows_nothing_any_more(client: TestClient, ada: TestClient) -> None:
    made = share(ada)
    assert signed_up(client, "Bob").delete(f"/api/v1/shares/{made['id']}").status_code == 404
    assert ada.delete(f"/api/v1/shares/{made['id']}").status_code == 204
    for path in (api(made), made["path"] + "/picture.png"):
        response = client.get(path)
        assert (response.status_code, response.json()["type"]) == (410, "/docs#revoked")
    page = client.get(made["path"])
    assert (page.status_code, "was revoked" in page.text, "og:" in page.text) == (410, True, False)
    assert "APP" in page.text  # the page says so kindly
    assert "<title>This link has ended – Inkread</title>" in page.text
    (listed,) = ada.get("/api/v1/shares").json()["shares"]
    assert listed["revoked"]
    kept.ShareOut.model_validate(listed)


def test_a_link_expires_after_its_days(client: TestClient, ada: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = share(ada, days=1)
    assert client.get(api(made)).status_code == 200
    from datetime import UTC, datetime, timedelta

    from inkread.storage import shares

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=1, seconds=1)

    monkeypatch.setattr(shares, "datetime", Tomorrow)
    expired = client.get(api(made))
    assert (expired.status_code, "has expired" in expired.json()["detail"]) == (410, True)
    page = client.get(made["path"])
    assert (page.status_code, "has expired" in page.text, "og:" in page.text) == (410, True, False)
    assert client.get(made["path"] + "/picture.png").status_code == 410


def test_a_guessed_link_leads_nowhere(client: TestClient, ada: TestClient) -> None:
    share(ada)
    for token in ("x" * 32, "x", "%00" * 32, "' OR 1=1 --", "..%2f..%2fapi", "_" * 32, "<script>"):
        assert client.get(f"/api/v1/shared/{token}").status_code == 404
        page = client.get(f"/s/{token}")
        assert page.status_code == 404
        assert "<script" not in page.text


@pytest.mark.parametrize("days", [0, 3651, "1", 1.5, True])
def test_a_link_holds_for_whole_days(ada: TestClient, days: object) -> None:
    id = ada.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
    assert ada.post(f"/api/v1/readings/{id}/shares", json={"days": days}).status_code == 422


def test_a_deleted_reading_takes_its_links_along(client: TestClient, ada: TestClient) -> None:
    made = share(ada)
    ada.delete(f"/api/v1/readings/{made['reading']}")
    assert client.get(api(made)).status_code == 404
    assert ada.get("/api/v1/shares").json()["shares"] == []


def test_the_pages_own_addresses_are_the_app(client: TestClient) -> None:
    for view in ("history", "account", "review", "beat"):
        response = client.get(f"/{view}", headers={"Accept": "text/html"})
        assert (response.status_code, "APP" in response.text) == (200, True)
    assert client.get("/histories", headers={"Accept": "text/html"}).status_code == 404
