"""Around the routes: ids, headers, limits, metrics, the API's description."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from inkread.reader import Reader
from inkread.service.app import create_app
from inkread.service.problems import KINDS
from inkread.service.settings import Settings


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_says_that_it_lives_and_with_what_it_reads(client: TestClient, path: str) -> None:
    assert client.get(path).json() == {"status": "ok", "model": Reader.load().model.id}


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json", "/nowhere", "/predict", "/metrics"])
def test_every_answer_has_an_id_and_tells_browsers_what_to_refuse(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=(self)" in headers["permissions-policy"]


def test_an_id_that_is_sent_is_used_where_it_is_one(client: TestClient) -> None:
    def id_for(sent: str) -> str:
        return str(client.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"])

    assert id_for("trace-0123.4567") == "trace-0123.4567"
    for sent in ("short", "a" * 65, "with spaces in it", 'quote"""""'):
        assert id_for(sent) != sent


def test_addresses_and_methods_that_are_not_there_are_problems(client: TestClient) -> None:
    missing, wrong = client.get("/api/v1/nothing"), client.get("/predict")
    assert (missing.status_code, missing.json()["type"]) == (404, "/docs#not-found")
    assert (wrong.status_code, wrong.json()["type"], wrong.headers["allow"]) == (405, "/docs#wrong-method", "POST")
    assert client.post("/nothing").json()["type"] == "/docs#not-found"


def test_an_error_nobody_foresaw_is_a_problem_that_tells_nothing(settings: Settings) -> None:
    app = create_app(settings)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret")

    with TestClient(app) as client:
        response = client.get("/broken")
    assert response.status_code == 500
    assert response.json()["type"] == "/docs#failed"
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert "secret" not in response.text


def test_a_client_that_asks_too_often_is_told_when_to_come_again(settings: Settings) -> None:
    limited = settings.model_copy(update={"rate": "3/minute"})
    with TestClient(create_app(limited)) as client:
        statuses = [client.get("/api/v1/models").status_code for _ in range(4)]
        refused = client.get("/api/v1/models")
        assert statuses == [200, 200, 200, 429]
        assert refused.json()["type"] == "/docs#too-many"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/healthz").status_code == 200  # only the API is counted
    with TestClient(create_app(limited), client=("192.0.2.7", 1)) as other:
        assert other.get("/api/v1/models").status_code == 200


def test_clients_are_told_apart_by_address_and_households_by_network(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"rate": "1/hour"}))
    with TestClient(app, client=("2001:db8::1", 1)) as first:
        assert first.get("/api/v1/models").status_code == 200
        assert TestClient(app, client=("2001:db8::2", 1)).get("/api/v1/models").status_code == 429
        assert TestClient(app, client=("2001:db8:0:1::1", 1)).get("/api/v1/models").status_code == 200


def test_by_default_a_page_can_ask_thirty_times_at_once(settings: Settings) -> None:
    with TestClient(create_app(Settings(database_url=settings.database_url))) as client:
        assert {client.get("/api/v1/models").status_code for _ in range(30)} == {200}


def test_only_pages_of_named_origins_may_ask_from_elsewhere(settings: Settings) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    with TestClient(create_app(settings)) as closed:
        assert "access-control-allow-origin" not in closed.options("/predict", headers=asked).headers
    named = settings.model_copy(update={"cors_origins": ("https://example.org",)})
    with TestClient(create_app(named)) as client:
        allowed = client.options("/predict", headers=asked)
        assert allowed.headers["access-control-allow-origin"] == "https://example.org"
        refused = client.options("/predict", headers={**asked, "Origin": "https://example.com"})
        assert "access-control-allow-origin" not in refused.headers


def test_metrics_count_requests_by_route_and_pictures_by_batch(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        at_start = _pictures(client.get("/metrics").text)
        client.get("/api/v1/models")
        client.get("/no/such/address/7")
        client.post("/api/v1/read", json={"strokes": []})
        page = client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    lines = page.text.splitlines()
    assert 'inkread_requests_total{method="GET",route="/api/v1/models",status="200"} 1.0' in lines
    assert 'inkread_requests_total{method="GET",route="page",status="404"} 1.0' in lines
    assert _pictures(page.text) == at_start + 1
    assert "inkread_waiting 0.0" in lines


def _pictures(text: str) -> float:
    """Pictures that were read, as the metrics say."""
    return float(re.findall(r"^inkread_batch_pictures_sum (\S+)$", text, re.M)[0])


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = dict(attrs)
        self.ids.add(named.get("id") or "")
        self.links.add(named.get("href") or "")


def test_the_docs_name_every_route_and_every_kind_of_problem_and_need_no_script(client: TestClient) -> None:
    text = client.get("/docs").text
    found = _Links(text)
    assert {link[1:] for link in found.links if link.startswith("#")} <= found.ids
    assert {kind.name for kind in KINDS} <= found.ids
    assert "script" not in found.tags
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        assert all(f"{method.upper()} {path}" in text for method in operations)
    assert client.get("/docs.css").headers["content-type"].startswith("text/css")
