"""The downloader against a real server on this machine that breaks off, lies, or knows no ranges."""

import gzip
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inkread.cli.data import app
from inkread.data import CATALOGUE
from inkread.data.catalogue import File
from inkread.data.fetch import digest, fetch
from inkread.errors import DataError

HELD = bytes(range(256)) * 1000
SERVED = gzip.compress(HELD, compresslevel=0, mtime=0)  # 256 kB and some
SHA256 = hashlib.sha256(HELD).hexdigest()


class Mirror(BaseHTTPRequestHandler):
    """/good; /breaks: 100,000 bytes an answer, then hangs up; /wrong; /ranges-not: always all; /gone: 404."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012  (the server makes a new handler for each request)

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.asked.append((self.path, wanted))
        body = SERVED[::-1] if self.path == "/wrong" else SERVED
        if self.path == "/gone":
            self.send_error(404)
            return
        match = re.fullmatch(r"bytes=(\d+)-", wanted)
        begin = int(match[1]) if match and self.path != "/ranges-not" else 0
        if begin >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        end = begin + 100_000 if self.path == "/breaks" else len(body)
        self.wfile.write(body[begin:end])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[str]:
    Mirror.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _file(*urls: str) -> File:
    return File("set/file.gz", SHA256, urls)


def test_a_file_is_downloaded_and_left_alone_once_it_is_there(tmp_path: Path, mirror: str) -> None:
    seen: list[tuple[int, int | None]] = []
    path = fetch(_file(f"{mirror}/good"), tmp_path, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == SERVED
    assert seen[0] == (0, len(SERVED))
    assert seen[-1] == (len(SERVED), len(SERVED))
    fetch(_file(f"{mirror}/good"), tmp_path)
    assert Mirror.asked == [("/good", "")]
    assert [file.name for file in path.parent.iterdir()] == ["file.gz"]


def test_the_command_downloads_what_has_a_mirror(tmp_path: Path, mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served = replace(CATALOGUE["pendigits"], name="served", files=(_file(f"{mirror}/good"),))
    monkeypatch.setitem(CATALOGUE, "served", served)
    answer = CliRunner().invoke(app, ["get", "served"], env={"INKREAD_DATA": str(tmp_path)})
    assert answer.exit_code == 0, answer.output
    assert "Licence: CC BY 4.0" in answer.output
    assert (tmp_path / "set/file.gz").read_bytes() == SERVED


def test_a_connection_that_breaks_off_is_resumed(tmp_path: Path, mirror: str) -> None:
    path = fetch(_file(f"{mirror}/breaks"), tmp_path)
    assert path.read_bytes() == SERVED
    assert Mirror.asked == [("/breaks", ""), ("/breaks", "bytes=100000-"), ("/breaks", "bytes=200000-")]


def test_a_part_left_by_a_killed_process_is_resumed(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz.part").write_bytes(SERVED[:70_000])
    assert fetch(_file(f"{mirror}/good"), tmp_path).read_bytes() == SERVED
    assert Mirror.asked == [("/good", "bytes=70000-")]


def test_a_part_that_was_complete_is_taken(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz.part").write_bytes(SERVED)
    assert fetch(_file(f"{mirror}/good"), tmp_path).read_bytes() == SERVED


@pytest.mark.parametrize("wrong", [b"x" * 70_000, b"x" * 300_000])
def test_a_part_of_something_else_is_thrown_away(tmp_path: Path, mirror: str, wrong: bytes) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz.part").write_bytes(wrong)
    assert fetch(_file(f"{mirror}/good"), tmp_path).read_bytes() == SERVED


def test_a_mirror_without_ranges_begins_anew(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz.part").write_bytes(SERVED[:70_000])
    assert fetch(_file(f"{mirror}/ranges-not"), tmp_path).read_bytes() == SERVED


def test_the_next_mirror_is_asked_when_one_is_gone_or_wrong(tmp_path: Path, mirror: str) -> None:
    urls = [f"{mirror}/gone", f"{mirror}/wrong", "http://127.0.0.1:1/nobody", f"{mirror}/good"]
    assert fetch(_file(*urls), tmp_path).read_bytes() == SERVED


def test_wrong_bytes_never_replace_a_file(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.gz").write_bytes(b"older")
    with pytest.raises(DataError) as caught:
        fetch(_file(f"{mirror}/wrong", f"{mirror}/gone"), tmp_path)
    assert "/wrong: other bytes" in str(caught.value)
    assert "/gone: HTTP 404" in str(caught.value)
    assert [file.name for file in (tmp_path / "set").iterdir()] == ["file.gz"]
    assert (tmp_path / "set/file.gz").read_bytes() == b"older"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, mirror: str) -> None:
    (tmp_path / "set").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="permission to write"):
        fetch(_file(f"{mirror}/good"), tmp_path)


def test_a_digest_is_of_what_gzip_holds(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(SERVED)
    (tmp_path / "b").write_bytes(HELD)
    assert digest(tmp_path / "a.gz") == digest(tmp_path / "b") == SHA256


def test_a_digest_of_a_folder_sees_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7/a.png").write_bytes(b"1")
    first = digest(tmp_path)
    (tmp_path / "7/a.png").write_bytes(b"2")
    second = digest(tmp_path)
    (tmp_path / "7/a.png").rename(tmp_path / "7/b.png")
    assert len({first, second, digest(tmp_path)}) == 3
