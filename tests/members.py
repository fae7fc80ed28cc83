"""People who are signed in at an app, as clients."""

from typing import Any

from fastapi.testclient import TestClient

PASSWORD = "correct horse battery"


def browser(client: TestClient, /, **options: Any) -> TestClient:
    """Another one at the app of ``client``, on its event loop, which the engine belongs to."""
    another = TestClient(client.app, **options)
    another.portal = client.portal
    return another


def signed_up(client: TestClient, name: str = "Ada") -> TestClient:
    """Another browser with a new account, which sends the session's token with what it changes."""
    return _signed_in(browser(client), "/api/v1/account", name, PASSWORD)


def signed_in(client: TestClient, name: str = "Ada", password: str = PASSWORD) -> TestClient:
    """Another browser of that person."""
    return _signed_in(browser(client), "/api/v1/session", name, password)


def _signed_in(client: TestClient, path: str, name: str, password: str) -> TestClient:
    response = client.post(path, json={"name": name, "password": password})
    assert response.status_code == 201, response.text
    client.headers["X-CSRF-Token"] = response.json()["csrf"]
    return client
