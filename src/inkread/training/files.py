"""Files that are whole or not there at all."""

from __future__ import annotations

import os
from pathlib import Path

from inkread.errors import RunError


class write_whole:  # noqa: N801 - used as a with statement
    """A path to write to that takes the place of ``path`` when all went well; else the old file stays.

    Raises RunError where the disk is full or not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.part

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if kind is None:
            with self.part.open("rb+") as file:
                os.fsync(file.fileno())
            self.part.replace(self.path)
            return
        self.part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RunError(f"{self.path}: could not be written ({error}); the last good file is kept") from error
