"""Files that are there whole or not at all: a kill or a full disk leaves the last one as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inkread.errors import RunError


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; what is written there takes its place when all went well.

    Folders are made as needed. Raises RunError where the system refuses; other errors pass unchanged.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # or the rename may outlive a power cut that its content does not
        part.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise RunError(
            f"{path}: expected to write it, got: {why}; what was there is kept; make room or name another"
        ) from error
    finally:
        with suppress(OSError):  # renamed by now, or where there is no folder never there
            part.unlink()


def write_atomically(path: Path, content: bytes) -> None:
    """Puts ``content`` at ``path``, whole or not at all; RunError where the system refuses."""
    with write_whole(path) as part:
        part.write_bytes(content)
