"""Reading a file that may be gzipped, with one kind of error."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from inkread.errors import DataError

MAX_BYTES = 1 << 30
"""Most bytes a text file may have once unpacked; the largest set read here has 0.03 GB."""


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked where they are gzipped, whatever its name.

    Raises DataError where it is missing, damaged, or longer than MAX_BYTES unpacked.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            data = gzip.GzipFile(fileobj=raw).read(MAX_BYTES + 1) if zipped else raw.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected a readable file, got: {error}; fetch it again") from error
    if len(data) > MAX_BYTES:
        raise DataError(f"{path}: expected at most {MAX_BYTES:,} bytes unpacked, got more")
    return data
