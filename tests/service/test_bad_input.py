"""Whatever is sent: a problem within a second, memory bounded, and the next request is answered."""

import base64
import io
import json
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from PIL import Image
from served import Served

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOUR = (SAMPLES / "4-thin.png").read_bytes()
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
JSON = {"Content-Type": "application/json"}


@contextmanager
def answered_next(served: Served) -> Iterator[httpx.Client]:
    """A client; after its use, the service must still read."""
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client
        assert client.post("/predict", files={"file": FOUR}).json()["digit"] == 4


def assert_problem(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    problem: dict[str, Any] = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"], problem["type"]) == (status, status, f"/docs#{kind}"), problem
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == response.request.url.path
    assert problem["request_id"] == response.headers["x-request-id"]
    return problem


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is so large and holds a few bytes."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" * 99))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def bomb(side: int) -> bytes:
    """A small file of a large picture."""
    buffer = io.BytesIO()
    Image.new("L", (side, side), 255).save(buffer, "PNG")
    return buffer.getvalue()


BAD_PICTURES = {
    "SVG": SVG,
    "HTML": HTML,
    "text": b"seven",
    "truncated": FOUR[: len(FOUR) // 2],
    "header only": FOUR[:30],
    "noise after the signature": FOUR[:8] + bytes(range(256)) * 10,
    "empty": b"",
    "65,000 x 65,000 px": png_header(65_000, 65_000),
    "decompression bomb": bomb(9_000),
    "no pixels": png_header(0, 10),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
@pytest.mark.parametrize("way", ["file", "raw", "json"])
def test_what_is_no_picture_is_a_problem_within_a_second(served: Served, name: str, way: str) -> None:
    data = BAD_PICTURES[name]
    with answered_next(served) as client:
        begun = time.monotonic()
        if way == "file":
            response = client.post("/predict", files={"file": ("seven.png", data, "image/png")})
        elif way == "raw":
            response = client.post("/api/v1/read", content=data, headers={"Content-Type": "image/png"})
        else:
            url = "data:image/png;base64," + base64.b64encode(data).decode()
            response = client.post("/api/v1/read", json={"picture": url})
        assert time.monotonic() - begun < 1
        assert_problem(response, 422, "not-a-picture")


@pytest.mark.parametrize("path", ["/predict", "/api/v1/read", "/api/v1/corrections", "/", "/nowhere"])
def test_50_mb_are_refused_before_they_are_read(served: Served, path: str) -> None:
    with answered_next(served) as client:
        begun = time.monotonic()
        response = client.post(path, content=bytes(50_000_000), headers={"Content-Type": "image/png"})
        assert time.monotonic() - begun < 1
        assert_problem(response, 413, "too-large")


def test_what_does_not_say_how_large_it_is_is_counted(served: Served) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(50):
            yield bytes(1_000_000)

    with answered_next(served) as client:
        try:
            response = client.post("/predict", content=endless(), headers={"Content-Type": "image/png"})
        except httpx.TransportError:
            return  # the connection was cut while we were sending: as good
        assert_problem(response, 413, "too-large")


def test_the_memory_of_the_service_stays_bounded_under_large_and_damaged_pictures(served: Served) -> None:
    status = Path(f"/proc/{served.process.pid}/status")
    if not status.exists():
        pytest.skip("memory is read from /proc, which only Linux has")
    with answered_next(served) as client:
        for data in (png_header(8_000, 8_000), bytes(19_000_000), bomb(2_500), *BAD_PICTURES.values()):
            client.post("/predict", content=data)
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    assert int(peak.split()[1]) < 600_000  # KiB


def test_a_slow_upload_is_a_problem_once_its_time_is_up(served: Served) -> None:
    with answered_next(served), served.connect() as slow:
        slow.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n\x89PNG"
        )
        begun = time.monotonic()
        answer = slow.makefile("rb").read()  # up to the end: the connection is closed
        assert 0.4 < time.monotonic() - begun < 1.5  # 0.5 s are allowed here
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"type": "/docs#too-slow"' in answer


def test_slow_uploads_do_not_keep_others_waiting(served: Served) -> None:
    slow = [served.connect() for _ in range(50)]
    try:
        for one in slow:
            one.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n")
        with answered_next(served):
            pass
    finally:
        for one in slow:
            one.close()


def test_headers_without_end_are_cut_off(served: Served) -> None:
    with answered_next(served), served.connect() as talker:
        talker.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000)
        assert talker.recv(65536).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"])
@pytest.mark.parametrize("path", ["/predict", "/api/v1/read"])
def test_another_content_type_is_refused_with_what_to_send(served: Served, path: str, kind: str) -> None:
    with answered_next(served) as client:
        response = client.post(path, content=FOUR, headers={"Content-Type": kind})
        assert "curl -F" in assert_problem(response, 415, "wrong-type")["detail"]


BAD_JSON = {
    "NaN": ('{"strokes": [[[NaN, 1]]]}', 422, "wrong-fields"),
    "infinite": ('{"strokes": [[[1e999, 1]]]}', 422, "wrong-fields"),
    "beyond px": ('{"strokes": [[[1e12, 1]]]}', 422, "wrong-strokes"),
    "texts": ('{"strokes": [[["1", "2"]]]}', 422, "wrong-fields"),
    "a point of one": ('{"strokes": [[[1]]]}', 422, "wrong-fields"),
    "a point of five": ('{"strokes": [[[1, 2, 3, 4, 5]]]}', 422, "wrong-fields"),
    "flat": ('{"strokes": [1, 2, 3]}', 422, "wrong-fields"),
    "both": ('{"strokes": [], "picture": ""}', 422, "wrong-fields"),
    "neither": ("{}", 422, "wrong-fields"),
    "another field": ('{"strokes": [], "colour": "red"}', 422, "wrong-fields"),
    "width alone": ('{"strokes": [], "width": 10}', 422, "wrong-fields"),
    "pen alone": ('{"strokes": [], "pen": 10}', 422, "wrong-fields"),
    "a huge canvas": ('{"strokes": [], "width": 100000, "height": 100000}', 422, "wrong-fields"),
    "no canvas": ('{"strokes": [], "width": 0, "height": 10}', 422, "wrong-fields"),
    "a pen of 0": ('{"strokes": [], "width": 10, "height": 10, "pen": 0}', 422, "wrong-fields"),
    "no base64": ('{"picture": "data:image/png;base64,§§"}', 422, "wrong-fields"),
    "another address": ('{"picture": "http://127.0.0.1/4.png"}', 422, "wrong-fields"),
    "a list": ("[1, 2]", 422, "wrong-fields"),
    "no JSON": ("{strokes", 400, "unreadable-request"),
    "nothing": ("", 400, "unreadable-request"),
    "deep": ("[" * 100_000, 400, "unreadable-request"),
    "many digits": ('{"strokes": [[[' + "9" * 10_000 + ", 1]]]}", 400, "unreadable-request"),
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_json_that_breaks_the_format_is_a_problem(served: Served, name: str) -> None:
    body, status, kind = BAD_JSON[name]
    with answered_next(served) as client:
        response = client.post("/api/v1/read", content=body.encode(), headers=JSON)
        assert_problem(response, status, kind)


@pytest.mark.parametrize("body", ["[1]", "{}", '{"a": 1}', "{", "[" * 100_000, '{"image": "§"}', '{"image": NaN}', ""])
def test_json_without_a_picture_is_a_problem_to_predict(served: Served, body: str) -> None:
    with answered_next(served) as client:
        response = client.post("/predict", content=body.encode(), headers=JSON)
        assert response.status_code in (400, 422)
        assert response.json()["detail"]


def test_100_000_points_are_refused_within_a_second(served: Served) -> None:
    points = [[float(i % 300), float(i % 200), float(i), 0.5] for i in range(100_000)]
    for strokes in ([points], [[point] for point in points], [[point[:2] for point in points]]):
        body = json.dumps({"strokes": strokes, "width": 300, "height": 200}).encode()
        with answered_next(served) as client:
            begun = time.monotonic()
            response = client.post("/api/v1/read", content=body, headers=JSON)
            assert time.monotonic() - begun < 1
            assert "20,000 points" in assert_problem(response, 422, "wrong-strokes")["detail"]


def test_a_drawing_that_takes_too_long_to_draw_is_refused(served: Served) -> None:
    across = [[0.0, 0.0], [2000.0, 2000.0]] * 5_000
    with answered_next(served) as client:
        sent = {"strokes": [across], "width": 2000, "height": 2000, "pen": 100}
        assert_problem(client.post("/api/v1/read", json=sent), 422, "wrong-strokes")


def test_1_000_files_are_refused_within_a_second(served: Served) -> None:
    with answered_next(served) as client:
        begun = time.monotonic()
        response = client.post("/api/v1/batch", files=[("files", (f"{i}.png", FOUR)) for i in range(1_000)])
        assert time.monotonic() - begun < 1
        assert_problem(response, 400, "unreadable-request")


@pytest.mark.parametrize("path", ["/predict", "/api/v1/read"])
def test_a_form_without_a_file_is_a_problem(served: Served, path: str) -> None:
    with answered_next(served) as client:
        response = client.post(path, content=b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert_problem(response, 422, "wrong-fields")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; b=§"])
def test_a_damaged_form_is_a_problem(served: Served, kind: str) -> None:
    with answered_next(served) as client:
        for body in (b"", b"--", b"\x00" * 1000, b"--x\r\n\r\n"):
            response = client.post("/predict", content=body, headers={"Content-Type": kind.encode()})
            assert 400 <= response.status_code < 500
            assert response.json()["detail"]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "\x00", "a" * 1_000, "<b>", "…"]
)
def test_a_file_name_is_never_a_path(served: Served, name: str) -> None:
    with answered_next(served) as client:
        (result,) = client.post("/api/v1/batch", files=[("files", (name, FOUR))]).json()["results"]
        assert result["reading"]["text"] == "4"
        assert len(result["name"]) <= 100
        assert not set("/\\\x00") & set(result["name"])


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/..%2f..%2f__init__.py", "/%2e%2e/app.py", "/assets/../../app.py"]
)
def test_no_path_leads_out_of_the_page(served: Served, path: str) -> None:
    with answered_next(served), served.connect() as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 404")


def test_what_is_no_http_is_refused(served: Served) -> None:
    with answered_next(served), served.connect() as client:
        client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert client.recv(65536).startswith(b"HTTP/1.1 400")
