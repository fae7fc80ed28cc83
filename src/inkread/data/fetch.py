"""Downloading a file of the catalogue: resumed after a break, checked by digest, put in place in one step.

    mirror --Range--> name.part --digest--> name

A ``.part`` that is cut short stays for the next time; one that is complete and wrong is deleted.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from inkread.data.catalogue import File
from inkread.data.plain import MAX_BYTES, read_bytes
from inkread.errors import DataError

Report = Callable[[int, int | None], None]
"""Told the bytes that are there and the bytes in all, None where the mirror does not say."""

_TIMEOUT = 30  # seconds without a byte
_TRIES = 3  # times a mirror is asked to go on before the next one is
_CHUNK = 1 << 16  # bytes


def digest(path: Path) -> str:
    """sha256, as hex, of what a file holds.

    Of a gzipped file: of its bytes unpacked, since gzip packs the same bytes in many ways, and mirrors do.
    Of a folder: sha256 of a line ``name NUL digest`` per file, sorted by name. Raises DataError where it is
    missing or cannot be read.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        lines = (f"{file.relative_to(path).as_posix()}\0{digest(file)}\n" for file in files)
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    return hashlib.sha256(read_bytes(path)).hexdigest()


def fetch(file: File, folder: Path, report: Report = lambda done, total: None) -> Path:
    """Download ``file`` into the data folder where it is not there yet, and answer with its path.

    Raises DataError where no mirror gives the right bytes, saying what each gave, or the disk takes no more.
    A file in place is never touched before a checked one replaces it.
    """
    target = folder / file.path
    if target.exists() and _is_right(target, file.sha256):
        return target
    part = target.with_name(target.name + ".part")
    failures = []
    for url in file.mirrors:
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            _from_mirror(url, part, file.sha256, report)
            part.replace(target)
            return target
        except (
            urllib.error.URLError,
            http.client.HTTPException,
            TimeoutError,
            ConnectionError,
            _MirrorError,
        ) as error:
            failures.append(f"{url}: {error or type(error).__name__}")
        except OSError as error:
            raise DataError(f"{target}: expected room and permission to write, got: {error}") from error
    tried = "; ".join(failures) or "nobody serves it in this form"
    raise DataError(f"{target}: expected a mirror to give it, got: {tried}. Go on later, or put the file there")


class _MirrorError(Exception):
    """A mirror that answered, but not with the file."""


def _from_mirror(url: str, part: Path, sha256: str, report: Report) -> None:
    """Complete ``part`` from one mirror; it is right on return."""
    for _ in range(_TRIES):
        resumed = part.exists() and part.stat().st_size > 0
        complete = _download(url, part, report)
        if complete and _is_right(part, sha256):
            return
        if complete:
            part.unlink()
            if not resumed:  # what was there already may have been the wrong half
                raise _MirrorError("other bytes than the catalogue's sha256 says")
    raise _MirrorError("the connection broke off")


def _download(url: str, part: Path, report: Report) -> bool:
    """Go on with ``part`` where it ends; whether it is complete."""
    begin = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "inkread", "Accept-Encoding": "identity"}
    if begin:
        headers["Range"] = f"bytes={begin}-"
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            if begin and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return True  # nothing is left to give; the digest decides
            raise _MirrorError(f"HTTP {error.code} {error.reason}") from error
    with answer:
        goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        if goes_on and not re.match(rf"bytes {begin}-", answer.headers.get("Content-Range", "")):
            raise _MirrorError(f"another range than the one from {begin:,} that was asked for")
        if not goes_on:
            begin = 0
        length = answer.headers.get("Content-Length", "")
        total = begin + int(length) if length.isdecimal() else None
        with part.open("ab" if goes_on else "wb") as out:
            done = _copy(answer, out, begin, total, report)
    return total is None or done >= total


def _copy(answer: http.client.HTTPResponse, out: BinaryIO, done: int, total: int | None, report: Report) -> int:
    """Bytes there when the mirror stopped, whether at the end or before."""
    report(done, total)
    while True:
        try:
            chunk = answer.read(_CHUNK)
        except (http.client.HTTPException, TimeoutError, ConnectionError):
            return done
        if not chunk:
            return done
        done += len(chunk)
        if done > MAX_BYTES:
            raise _MirrorError(f"more than {MAX_BYTES:,} bytes")
        out.write(chunk)
        report(done, total)


def _is_right(path: Path, sha256: str) -> bool:
    try:
        return digest(path) == sha256
    except DataError:
        return False
