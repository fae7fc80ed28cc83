"""Corrections are kept, in a file of bounded size that can be measured on."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from inkread.data import load
from inkread.picture import decode
from inkread.service.app import create_app
from inkread.service.settings import Settings

SEVEN = [[[0, 0], [70, 0], [25, 110]]]


def test_a_corrected_drawing_is_kept_as_a_data_set_to_measure_on(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        sent = {
            "label": "7",
            "strokes": SEVEN,
            "width": 200,
            "height": 200,
            "pen": 12,
            "reading": {"text": "1", "confidence": 0.6, "model": "inkread@0123456789ab"},
        }
        response = client.post("/api/v1/corrections", json=sent)
        assert (response.status_code, response.json()) == (201, {"kept": True})
        assert client.post("/api/v1/corrections", json={"label": "not a digit", "strokes": SEVEN}).status_code == 201
    first, second = map(json.loads, settings.corrections.read_text().splitlines())
    assert {name: first[name] for name in sent} == sent
    assert first["time"] <= second["time"]
    samples = load(str(settings.corrections))
    assert samples.labels == ("7", "not a digit")
    assert settings.corrections.stat().st_mode & 0o077 == 0  # handwriting is personal


def test_of_a_picture_only_the_grey_pixels_are_kept(settings: Settings) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    Image.new("RGB", (30, 20), "red").save(buffer, "JPEG", exif=exif)
    url = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    with TestClient(create_app(settings)) as client:
        assert client.post("/api/v1/corrections", json={"label": "7", "picture": url}).status_code == 201
    line = settings.corrections.read_text()
    kept = base64.b64decode(json.loads(line)["picture"].removeprefix("data:image/png;base64,"))
    assert b"Camera" in buffer.getvalue()
    assert b"Camera" not in kept
    assert np.array_equal(decode(kept), decode(buffer.getvalue()))


def test_a_full_store_keeps_nothing_more_and_says_so(tmp_path: Path) -> None:
    settings = Settings(corrections=tmp_path / "corrections.jsonl", corrections_bytes=400)
    with TestClient(create_app(settings)) as client:
        statuses = [client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN}) for _ in range(9)]
    assert [response.status_code for response in statuses[:1]] == [201]
    assert statuses[-1].status_code == 507
    assert "of 400 bytes are taken" in statuses[-1].json()["detail"]
    assert settings.corrections.stat().st_size <= 400
    assert all(json.loads(line)["label"] == "7" for line in settings.corrections.read_text().splitlines())


def test_a_store_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with TestClient(create_app(Settings(corrections=tmp_path / "file" / "corrections.jsonl"))) as client:
        response = client.post("/api/v1/corrections", json={"label": "7", "strokes": SEVEN})
    assert response.status_code == 507
    assert "could not be written" in response.json()["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        {"strokes": SEVEN},
        {"label": "77", "strokes": SEVEN},
        {"label": "7"},
        {"label": "7", "picture": "data:image/png;base64,aGVsbG8="},
        {"label": "7", "strokes": [[[float("1e300"), 0]]]},
        {"label": "7", "strokes": SEVEN, "reading": {"text": "1" * 101, "confidence": 0.5, "model": ""}},
        {"label": "7", "strokes": SEVEN, "path": "/etc/passwd"},
    ],
)
def test_what_breaks_the_format_is_not_kept(settings: Settings, sent: dict[str, object]) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.post("/api/v1/corrections", json=sent).status_code == 422
    assert not settings.corrections.exists()


def test_another_site_cannot_send_one_with_a_plain_form(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        body = json.dumps({"label": "7", "strokes": SEVEN}).encode()
        response = client.post("/api/v1/corrections", content=body, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    assert not settings.corrections.exists()
