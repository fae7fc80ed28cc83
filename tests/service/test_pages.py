"""All that is written in a picture or a document, asked for by an alphabet."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from test_document import pdf  # type: ignore[import-not-found]
from tiny_model import save_tiny_model
from tiny_page import page_of, save_tiny_page

from inkread import ModelFileError, Reader
from inkread.service.app import create_app, load_page_reader, load_reader
from inkread.service.engine import LIGHT_PIXELS, Engine
from inkread.service.problems import Refusal
from inkread.service.schemas import DocumentOut, ReadingOut
from inkread.service.settings import Settings


@pytest.fixture(scope="module")
def page_reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader.load(save_tiny_page(tmp_path_factory.mktemp("models") / "page.onnx"))


@pytest.fixture
def pages(settings: Settings, page_reader: Reader) -> Iterator[TestClient]:
    with TestClient(create_app(settings.model_copy(update={"document_pages": 3}), page_reader=page_reader)) as client:
        yield client


def png(text: str, **options: Any) -> bytes:
    return file_of("PNG", text, **options)


def file_of(kind: str, *texts: str, **options: Any) -> bytes:
    first, *more = (Image.fromarray(page_of(text, **options)) for text in texts)
    file = io.BytesIO()
    first.save(file, kind, **({"save_all": True, "append_images": more} if more else {}))
    return file.getvalue()


def test_an_alphabet_asks_for_all_that_is_written(pages: TestClient, page_reader: Reader) -> None:
    reading = pages.post("/api/v1/read?alphabet=number", content=png("12.50\n7.25")).json()
    assert (reading["text"], reading["seen"], reading["model"]) == ("12.50\n7.25", None, page_reader.model.id)
    assert reading["lines"] == [{"text": "12.50", "first": 0, "end": 5}, {"text": "7.25", "first": 5, "end": 9}]
    assert len(reading["glyphs"]) == 9
    ReadingOut.model_validate(reading, strict=True)


def test_without_one_a_digit_is_read_as_ever(pages: TestClient, page_reader: Reader) -> None:
    strokes = {"strokes": [[[20, 20], [20, 120]]]}
    reading = pages.post("/api/v1/read", json=strokes).json()
    assert (reading["text"], reading["lines"]) == ("1", [{"text": "1", "first": 0, "end": 1}])
    assert reading["model"] != page_reader.model.id
    assert reading["seen"].startswith("data:image/png")


def test_strokes_are_read_in_an_alphabet_too(pages: TestClient) -> None:
    reading = pages.post("/api/v1/read?alphabet=digits", json={"strokes": [[[0, 0], [0, 90]], [[600, 0], [600, 90]]]})
    assert reading.status_code == 200
    assert reading.json()["unsure"] != ["nothing drawn"]


def test_an_alphabet_that_does_not_exist_is_refused(pages: TestClient) -> None:
    for path in ("read", "document"):
        response = pages.post(f"/api/v1/{path}?alphabet=greek", content=png("1"))
        assert (response.status_code, response.json()["type"]) == (422, "/docs#wrong-fields")
        assert "expected one of the alphabets digits, number" in response.json()["detail"]


def test_a_batch_is_read_in_an_alphabet(pages: TestClient) -> None:
    files = [("files", ("a.png", png("12"))), ("files", ("b.png", b"no picture")), ("files", ("c.png", png("R2")))]
    results = pages.post("/api/v1/batch?alphabet=characters", files=files).json()["results"]
    assert [(entry["reading"] or {}).get("text") for entry in results] == ["12", None, "R2"]
    assert results[1]["problem"]["type"] == "/docs#not-a-picture"


@pytest.mark.parametrize("as_form", [True, False])
def test_a_tiff_is_read_page_by_page(pages: TestClient, as_form: bool) -> None:
    data = file_of("TIFF", "1", "22\n3", "R")
    sent: dict[str, Any] = {"files": {"file": ("scan.tiff", data)}} if as_form else {"content": data}
    answer = pages.post("/api/v1/document?alphabet=characters", **sent).json()
    assert [(entry["page"], entry["reading"]["text"]) for entry in answer["pages"]] == [
        (1, "1"),
        (2, "22\n3"),
        (3, "R"),
    ]
    DocumentOut.model_validate(answer, strict=True)


def test_a_pdf_is_read_page_by_page(pages: TestClient) -> None:
    data = pdf("", "0 g 10 10 0.1 0.1 re f")
    answer = pages.post("/api/v1/document?alphabet=digits", content=data, headers={"Content-Type": "application/pdf"})
    assert [entry["page"] for entry in answer.json()["pages"]] == [1, 2]
    assert answer.json()["pages"][0]["reading"]["unsure"] == ["nothing drawn"]


def test_a_picture_is_a_document_of_one_page_and_may_be_read_without_an_alphabet(pages: TestClient) -> None:
    answer = pages.post("/api/v1/document", content=png("1")).json()
    assert [entry["page"] for entry in answer["pages"]] == [1]


def test_a_page_that_cannot_be_read_has_its_problem(pages: TestClient) -> None:
    data = file_of("TIFF", "1", "2")
    cut = bytearray(data)
    cut[cut.rfind(b"\xff" * 100) :] = b""
    response = pages.post("/api/v1/document?alphabet=digits", content=bytes(cut))
    if response.status_code == 200:
        first, second = response.json()["pages"]
        assert first["reading"]["text"] == "1"
        assert (second["reading"], second["problem"]["type"]) == (None, "/docs#not-a-picture")
    else:
        assert response.json()["type"] == "/docs#not-a-picture"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file_of("TIFF", *"1234"), "expected 1 to 3 pages, got 4"),
        (pdf("", encrypt=True), "got one with a password"),
        (b"%PDF-1.7 nothing", "expected a whole PDF"),
        (b"hello", "expected a picture"),
    ],
)
def test_a_document_that_cannot_be_opened_is_refused(pages: TestClient, data: bytes, said: str) -> None:
    response = pages.post("/api/v1/document?alphabet=digits", content=data)
    assert (response.status_code, response.json()["type"]) == (422, "/docs#not-a-picture")
    assert said in response.json()["detail"]


def test_what_is_no_document_is_refused(pages: TestClient) -> None:
    assert pages.post("/api/v1/document", json={"strokes": []}).status_code == 415
    assert pages.post("/api/v1/document", files={}, data={"a": "b"}).status_code == 415
    assert pages.post("/api/v1/document", files={"a": (None, "text")}).status_code == 422


def test_a_pdf_sent_as_a_picture_is_told_where_to_go(pages: TestClient) -> None:
    assert "/api/v1/document" in pages.post("/api/v1/read", content=pdf("")).json()["detail"]


def test_both_models_are_listed(pages: TestClient, page_reader: Reader) -> None:
    digits, page = pages.get("/api/v1/models").json()["models"]
    assert (digits["default"], page["default"]) == (True, False)
    assert page["id"] == page_reader.model.id
    assert "number" in page["card"]["alphabets"]


def test_without_a_page_file_only_digits_are_read(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkread.service.app.shipped_path", lambda name: Path("/nowhere/page.onnx"))
    with TestClient(create_app(settings)) as client:
        response = client.post("/api/v1/read?alphabet=number", content=png("1"))
        assert (response.status_code, response.json()["type"]) == (503, "/docs#no-pages")
        assert client.post("/api/v1/read", content=png("1")).status_code == 200
        assert len(client.get("/api/v1/models").json()["models"]) == 1


def test_each_model_file_is_named_for_what_it_reads(settings: Settings, page_reader: Reader, tmp_path: Path) -> None:
    glyph, page = save_tiny_model(tmp_path / "tiny.onnx"), page_reader.model.path
    chosen = load_page_reader(settings.model_copy(update={"page_model": page}))
    assert chosen is not None
    assert chosen.model.id == page_reader.model.id
    with pytest.raises(ModelFileError, match="expected a page file, got one that reads one digit"):
        load_page_reader(settings.model_copy(update={"page_model": glyph}))
    with pytest.raises(ModelFileError, match="got a page file: name it as page_model"):
        load_reader(settings.model_copy(update={"model": page}))


def test_pages_and_digits_are_read_side_by_side(page_reader: Reader, tmp_path: Path) -> None:
    async def main() -> None:
        engine = Engine(Reader.load(save_tiny_model(tmp_path / "tiny.onnx")), 2, page_reader=page_reader)
        large = np.full((1_000, LIGHT_PIXELS // 1_000 + 1), 255, np.uint8)
        large[10, 20] = 5
        asked = [engine.read(lambda i=i: page_of(str(i)), alphabet="digits") for i in range(10)]
        asked += [engine.read(lambda: np.full((20, 20), 178, np.uint8)) for _ in range(10)]
        asked += [engine.read(lambda: Image.fromarray(large), alphabet="digits")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        await engine.close()
        assert [answer.reading.text for answer in answers] == [*map(str, range(10)), *["3"] * 10, "5"]
        with pytest.raises(Refusal, match="expected one of the alphabets"):
            engine.check("greek")

    asyncio.run(main())


def test_the_description_names_what_can_be_asked(pages: TestClient) -> None:
    document = pages.get("/openapi.json").json()
    for path in ("read", "batch", "document"):
        parameters = {each["name"]: each for each in document["paths"][f"/api/v1/{path}"]["post"]["parameters"]}
        assert (parameters["alphabet"]["in"], parameters["alphabet"]["required"]) == ("query", False)
    assert "application/pdf" in json.dumps(document["paths"]["/api/v1/document"])
