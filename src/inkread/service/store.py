"""Corrections, kept as JSON lines: what was drawn or sent, its right label, and what was answered.

Drawings are kept in the form that `inkread evaluate --data` reads. Pictures are kept as grey PNGs, so that
where and with what a photo was taken is not kept.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from inkread.picture import from_pil
from inkread.service.answers import png
from inkread.service.problems import FULL, NOT_A_PICTURE, Refusal
from inkread.service.schemas import Correction
from inkread.service.uploads import drawing_of, drawn

MAX_PIXELS = 4_000_000
"""Most pixels of a picture that is kept."""


class Corrections:
    """A file of bounded size that lines are added to. Safe to share between threads."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def keep(self, body: bytes) -> None:
        """Add the correction in the JSON ``body``; Refusal or PictureError where it is none, or all is full."""
        line = json.dumps(_entry(drawing_of(body, Correction)), ensure_ascii=False).encode() + b"\n"
        with self._lock:
            try:
                self._append(line)
            except OSError as error:
                why = error.strerror or str(error)
                raise Refusal(FULL, f"the correction could not be written: {why}; tell who runs the service") from error

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "ab", buffering=0) as file:  # handwriting is personal
            size = os.fstat(file.fileno()).st_size
            if size + len(line) > self._max_bytes:
                raise Refusal(FULL, f"{size:,} of {self._max_bytes:,} bytes are taken; tell who runs the service")
            if file.write(line) < len(line):  # a disk that has just become full: no half lines
                os.ftruncate(file.fileno(), size)
                raise OSError("no room left")


def _entry(correction: Correction) -> dict[str, Any]:
    made = drawn(correction)  # also shows that it can be drawn
    entry: dict[str, Any] = {"label": correction.label, "writer": ""}
    if correction.strokes is not None:
        entry["strokes"] = correction.strokes
        entry |= {name: getattr(correction, name) for name in ("width", "height", "pen")}
    else:
        if not isinstance(made, np.ndarray):
            if made.width * made.height > MAX_PIXELS:
                limit = f"expected at most {MAX_PIXELS // 1_000_000} megapixels to keep"
                raise Refusal(NOT_A_PICTURE, f"{limit}, got {made.width}x{made.height} px; crop it")
            made = from_pil(made)
        entry["picture"] = "data:image/png;base64," + base64.b64encode(png(made)).decode()
    entry["reading"] = correction.reading.model_dump() if correction.reading else None
    entry["time"] = datetime.now(UTC).isoformat(timespec="seconds")
    return entry
