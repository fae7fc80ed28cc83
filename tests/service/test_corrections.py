"""Corrections over the API: kept with consent or without, and reviewed by admins only."""

import base64
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
from fastapi.testclient import TestClient
from members import browser, signed_up
from PIL import Image

from inkread.picture import decode
from inkread.service.app import create_app
from inkread.service.settings import Settings
from inkread.storage import Store
from inkread.storage.tables import Correction

SEVEN = [[[0, 0], [70, 0], [25, 110]]]


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def kept(client: TestClient) -> list[Correction]:
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    return list(store.corrections())


def test_a_corrected_drawing_is_kept_with_what_was_read(client: TestClient) -> None:
    sent = {
        "label": "7",
        "strokes": SEVEN,
        "width": 200,
        "height": 200,
        "pen": 12,
        "reading": {"text": "1", "confidence": 0.6, "model": "inkread@0123456789ab"},
        "consent": True,
    }
    response = client.post("/api/v1/corrections", json=sent)
    assert (response.status_code, response.json()) == (201, {"kept": True})
    (found,) = kept(client)
    assert (found.label, found.consent, found.state) == ("7", True, "waiting")
    assert (found.read, found.model) == ("1", "inkread@0123456789ab")
    assert json.loads(found.drawing.strokes or "") == SEVEN
    assert (found.drawing.width, found.drawing.height, found.drawing.pen) == (200, 200, 12)
    assert decode(found.drawing.thumbnail).shape == (64, 64)


def test_without_saying_so_nobody_agrees_that_it_teaches(client: TestClient) -> None:
    client.post("/api/v1/corrections", json={"label": "not a digit", "strokes": SEVEN})
    assert [found.consent for found in kept(client)] == [False]


def test_of_a_picture_only_the_grey_pixels_are_kept(client: TestClient) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    Image.new("RGB", (30, 20), "red").save(buffer, "JPEG", exif=exif)
    url = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    assert client.post("/api/v1/corrections", json={"label": "7", "picture": url}).status_code == 201
    picture = kept(client)[0].drawing.picture or b""
    assert b"Camera" in buffer.getvalue()
    assert b"Camera" not in picture
    assert np.array_equal(decode(picture), decode(buffer.getvalue()))


def test_no_address_is_stored_and_one_place_has_one_source(client: TestClient) -> None:
    other = browser(client, client=("192.0.2.7", 1))
    for asking in (client, client, other):
        asking.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN})
    first, second, third = (found.source for found in kept(client))
    assert first == second != third
    assert "192.0.2" not in third


def test_a_full_store_keeps_nothing_more_and_says_so(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"corrections_mb": 0}))) as client:
        response = client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN})
        assert (response.status_code, response.json()["type"]) == (507, "/docs#full")
        assert kept(client) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"strokes": SEVEN},
        {"label": "77", "strokes": SEVEN},
        {"label": "7"},
        {"label": "7", "picture": "data:image/png;base64,aGVsbG8="},
        {"label": "7", "strokes": [[[float("1e300"), 0]]]},
        {"label": "7", "strokes": SEVEN, "reading": {"text": "1" * 101, "confidence": 0.5, "model": ""}},
        {"label": "7", "strokes": SEVEN, "reading": {"text": "\0", "confidence": 0.5, "model": ""}},
        {"label": "7", "strokes": SEVEN, "path": "/etc/passwd"},
        {"label": "7", "strokes": SEVEN, "saved": "' OR 1=1 --"},
    ],
)
def test_what_breaks_the_format_is_not_kept(client: TestClient, sent: dict[str, object]) -> None:
    assert client.post("/api/v1/corrections", json=sent).status_code == 422
    assert kept(client) == []


def test_another_site_cannot_send_one_with_a_plain_form(client: TestClient) -> None:
    body = json.dumps({"label": "7", "strokes": SEVEN}).encode()
    response = client.post("/api/v1/corrections", content=body, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    assert kept(client) == []


def test_who_is_signed_in_corrects_a_saved_reading_and_nobody_elses(client: TestClient) -> None:
    ada, bob = signed_up(client, "Ada"), signed_up(client, "Bob")
    saved = ada.post("/api/v1/read?save=true", json={"strokes": SEVEN}).json()["saved"]
    sent = {"label": "1", "strokes": SEVEN, "saved": saved}
    assert bob.post("/api/v1/corrections", json=sent).status_code == 404
    assert client.post("/api/v1/corrections", json=sent).status_code == 401
    assert kept(client) == []
    assert ada.post("/api/v1/corrections", json=sent).status_code == 201
    assert ada.get(f"/api/v1/readings/{saved}").json()["label"] == "1"
    assert len(kept(client)) == 1


def test_admins_review_and_others_do_not(client: TestClient) -> None:
    client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN, "consent": True})
    client.post("/api/v1/corrections", json={"label": "1", "strokes": SEVEN, "consent": True})
    client.post("/api/v1/corrections", json={"label": "7", "strokes": [[[0, 0], [9, 9]]]})
    ada = signed_up(client, "Ada")
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    assert client.get("/api/v1/corrections").status_code == 401
    assert ada.get("/api/v1/corrections").status_code == 403
    store.set_admin("Ada", True)

    page = ada.get("/api/v1/corrections").json()
    assert page["counts"] == {"waiting": 3, "accepted": 0, "refused": 0}
    assert [one["mark"] for one in page["corrections"]] == ["contradiction", "contradiction", None]
    seven, one, unwilling = (found["id"] for found in page["corrections"])
    assert ada.get(f"/api/v1/corrections?marked=false&after={seven}").json()["corrections"][0]["id"] == unwilling

    def review(id: str, state: str) -> int:
        return ada.put(f"/api/v1/corrections/{id}", json={"state": state}).status_code

    assert review(seven, "accepted") == 204
    assert review(one, "accepted") == 409  # the same shape teaches once
    assert review(unwilling, "accepted") == 409
    assert review(one, "refused") == 204
    assert review("f" * 32, "accepted") == 404
    assert review(seven, "taught") == 422
    assert [found["id"] for found in ada.get("/api/v1/corrections?state=accepted").json()["corrections"]] == [seven]
