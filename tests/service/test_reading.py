"""/predict, /api/v1/read, /api/v1/batch: what is sent is read, in whatever form it comes."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from inkread import Reader, Strokes
from inkread.service.schemas import Batch, Models, Prediction, ReadingOut

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOUR = (SAMPLES / "4-thin.png").read_bytes()
LETTER = (SAMPLES / "K-a-letter.png").read_bytes()
EMPTY = (SAMPLES / "empty-sheet.png").read_bytes()
BASE64 = base64.b64encode(FOUR).decode()
DATA_URL = f"data:image/png;base64,{BASE64}"
ONE = [[[20, 40], [40, 20], [40, 120]]]


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"file": ("4.png", FOUR, "image/png")}},
        {"files": {"image": ("4.png", FOUR)}},
        {"files": {"anything at all": ("blob", FOUR)}, "data": {"user": "amy"}},
        {"files": {"imageBase64": (None, DATA_URL)}},
        {"json": {"image": DATA_URL}},
        {"json": {"img": BASE64}},
        {"json": {"user": "amy", "data": BASE64.rstrip("=")}},
        {"content": FOUR, "headers": {"Content-Type": "image/png"}},
        {"content": FOUR, "headers": {"Content-Type": "application/octet-stream"}},
        {"content": FOUR},
    ],
    ids=["file", "image", "any name", "text field", "data URL", "base64", "no padding", "raw", "octets", "no type"],
)
def test_a_client_of_the_common_demo_programs_gets_its_digit(client: TestClient, sent: dict[str, object]) -> None:
    response = client.post("/predict", **sent)  # type: ignore[arg-type]
    assert response.status_code == 200, response.text
    answer = Prediction.model_validate(response.json(), strict=True)
    assert answer.digit == 4
    assert answer.confidence == max(answer.probabilities) == answer.probabilities[4]
    assert sum(answer.probabilities) + answer.not_a_digit == pytest.approx(1)


@pytest.mark.parametrize(("picture", "why"), [(LETTER, "not a digit"), (EMPTY, "nothing drawn")])
def test_what_is_no_digit_has_none(client: TestClient, picture: bytes, why: str) -> None:
    answer = client.post("/predict", content=picture).json()
    assert (answer["digit"], answer["text"], answer["unsure"]) == (None, "", [why])


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_the_service_reads_as_the_reader_does(client: TestClient, path: Path) -> None:
    answer = client.post("/api/v1/read", files={"file": path.read_bytes()}).json()
    ReadingOut.model_validate(answer, strict=True)
    expected = json.loads(json.dumps(Reader.load().read(path).to_dict()))
    assert answer["text"] == expected["text"]
    assert answer["unsure"] == expected["unsure"]
    assert answer["confidence"] == pytest.approx(expected["confidence"], abs=1e-5)
    assert [glyph["box"] for glyph in answer["glyphs"]] == [
        pytest.approx(glyph["box"], abs=1e-2) for glyph in expected["glyphs"]
    ]


def test_what_was_seen_is_a_small_picture_of_white_ink_and_nothing_where_nothing_was(client: TestClient) -> None:
    seen = client.post("/api/v1/read", content=FOUR).json()["seen"]
    with Image.open(io.BytesIO(base64.b64decode(seen.removeprefix("data:image/png;base64,")))) as image:
        grey = np.asarray(image)
    reader = Reader.load()
    _, glyphs = reader.read_seen([np.asarray(Image.open(SAMPLES / "4-thin.png").convert("L"))])
    assert image.size == (28, 28)
    assert np.abs(grey / 255 - glyphs[0]).max() < 1 / 255
    assert client.post("/api/v1/read", content=EMPTY).json()["seen"] is None


def test_strokes_are_read_as_the_reader_reads_them(client: TestClient) -> None:
    answer = client.post("/api/v1/read", json={"strokes": ONE}).json()
    expected = Reader.load().read(Strokes.parse(ONE))
    assert answer["text"] == expected.text == "1"
    assert answer["confidence"] == pytest.approx(expected.confidence, abs=1e-5)


def test_strokes_on_a_canvas_are_drawn_there(client: TestClient) -> None:
    sent = {"strokes": ONE, "width": 300, "height": 200, "pen": 8}
    answer = client.post("/api/v1/read", json=sent).json()
    box = answer["glyphs"][0]["box"]
    assert answer["text"] == "1"
    assert box["x"] == pytest.approx(20 - 4, abs=3)
    assert box["y"] == pytest.approx(20 - 4, abs=3)
    assert box["height"] == pytest.approx(100 + 8, abs=4)


@pytest.mark.parametrize("sent", [{"strokes": []}, {"strokes": [[]]}, {"strokes": [], "width": 50, "height": 50}])
def test_no_strokes_are_nothing_drawn(client: TestClient, sent: dict[str, object]) -> None:
    assert client.post("/api/v1/read", json=sent).json()["unsure"] == ["nothing drawn"]


def test_a_picture_in_json_is_read(client: TestClient) -> None:
    assert client.post("/api/v1/read", json={"picture": DATA_URL}).json()["text"] == "4"


def test_a_batch_has_a_result_for_each_file_and_marks_the_bad_ones(client: TestClient) -> None:
    files = [
        ("files", ("four.png", FOUR, "image/png")),
        ("files", ("../../etc/passwd", b"root:x:0:0", "image/png")),
        ("files", ("C:\\Users\\amy\\K.png", LETTER, "image/png")),
        ("other", ("\x00\x1b[31m.png", EMPTY, "image/png")),
    ]
    answer = Batch.model_validate(client.post("/api/v1/batch", files=files).json())
    assert [result.name for result in answer.results][:3] == ["four.png", "passwd", "K.png"]
    assert [result.reading.text if result.reading else None for result in answer.results] == ["4", None, "", ""]
    bad = answer.results[1].problem
    assert bad is not None
    assert bad.status == 422
    assert bad.type == "/docs#not-a-picture"
    assert [result.problem for result in answer.results if result.reading] == [None] * 3


def test_pictures_of_many_sizes_at_once_each_get_their_own_answer(client: TestClient) -> None:
    paths = sorted(SAMPLES.iterdir()) * 3
    answer = client.post("/api/v1/batch", files=[("files", (path.name, path.read_bytes())) for path in paths]).json()
    expected = ["" if path.name[0] in "Ke" else path.name[0] for path in paths]
    assert [result["reading"]["text"] for result in answer["results"]] == expected


def test_the_models_are_told_with_their_cards(client: TestClient) -> None:
    model, *_ = Models.model_validate(client.get("/api/v1/models").json()).models
    file = Reader.load().model
    assert (model.id, model.sha256, model.bytes) == (file.id, file.sha256, file.size)
    assert model.card["alphabet"] == list(file.alphabet.labels)
    assert model.card["trained_on"]
