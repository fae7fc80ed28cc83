"""The built page: small, cached as long as it may be, and never a way to other files."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from inkread.service.app import create_app
from inkread.service.settings import Settings

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def page(tmp_path: Path, settings: Settings) -> Iterator[TestClient]:
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "404.html").write_text("<title>nothing</title>")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "assets" / "app-1a2b.js").write_text("let x = 1;" * 200)
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"let x = 1;" * 200))
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"as if it were brotli")
    (folder / "assets" / "digits-3c4d.onnx").write_bytes(b"model")
    (folder / "assets" / "ort-5e6f.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    with TestClient(create_app(settings, page_folder=folder)) as client:
        yield client


def test_the_root_is_the_page_and_is_asked_for_each_time(page: TestClient) -> None:
    response = page.get("/")
    assert response.text == "<title>page</title>"
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert page.get("/", headers={"If-None-Match": response.headers["etag"]}).status_code == 304


def test_what_has_its_content_in_its_name_is_kept_for_ever(page: TestClient) -> None:
    assert page.get("/assets/app-1a2b.js").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.get("/manifest.webmanifest").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip;q=0.5", "gzip"), ("", None)],
)
def test_the_smallest_form_that_is_accepted_is_sent(page: TestClient, accepted: str, encoding: str | None) -> None:
    with page.stream("GET", "/assets/app-1a2b.js", headers={"Accept-Encoding": accepted}) as response:
        sent = b"".join(response.iter_raw())
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["content-type"].startswith("text/javascript")
    assert len(sent) == int(response.headers["content-length"])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/assets/digits-3c4d.onnx", "application/octet-stream"),
        ("/assets/ort-5e6f.wasm", "application/wasm"),
    ],
)
def test_each_kind_of_file_is_named(page: TestClient, path: str, kind: str) -> None:
    assert page.get(path).headers["content-type"] == kind


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(page: TestClient) -> None:
    for_people = page.get("/deep/down", headers=HTML)
    assert (for_people.status_code, for_people.text) == (404, "<title>nothing</title>")
    assert page.get("/deep/down").json()["type"] == "/docs#not-found"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd", "/%00"]
)
def test_no_path_leads_out_of_the_folder(page: TestClient, path: str) -> None:
    assert page.get(path).status_code == 404


def test_a_page_that_is_not_built_says_how_to_build_it_and_the_api_works(tmp_path: Path, settings: Settings) -> None:
    with TestClient(create_app(settings, page_folder=tmp_path / "nothing")) as client:
        assert client.get("/").json()["type"] == "/docs#not-built"
        for_people = client.get("/", headers=HTML)
        assert (for_people.status_code, "make run" in for_people.text) == (503, True)
        assert client.get("/other", headers=HTML).status_code == 404
        assert client.post("/api/v1/read", json={"strokes": []}).status_code == 200
