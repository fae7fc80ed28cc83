"""Corrections that people accepted, as `inkread feedback export` writes them: a folder to learn from.

metadata.jsonl           a JSON object a line, in the order the corrections were made
pictures/<sha256>.png    what was photographed or dropped; drawings keep their strokes instead
champion.onnx            the model file that is to learn from them
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inkread import picture
from inkread.data.plain import read_bytes
from inkread.data.samples import Picture
from inkread.errors import DataError
from inkread.files import write_atomically
from inkread.strokes import Strokes

METADATA = "metadata.jsonl"
PICTURES = "pictures"
CHAMPION = "champion.onnx"

HELD_OUT = 5
"""One drawing in so many never teaches: a challenger is measured on it before it is promoted."""

MAX_CANVAS = 8_192
"""Longest side of a canvas, in px."""

_GRID = 200  # steps along the longer side to which a drawing is rounded before it is hashed
_NAME = re.compile(r"[0-9a-f]{64}\.png")


@dataclass(frozen=True, eq=False)
class Correction:
    """What was drawn or sent, and what it really is.

    ``canvas``: width px, height px and pen px it was drawn with; None where unknown, and for pictures.
    ``source``: who sent it, as an opaque text. ``made``: ISO time. ``model`` and ``read``: the id of the model
    file that was corrected and its text, "" for none; None where unknown.
    """

    id: str
    label: str
    item: Picture | Strokes
    source: str
    made: str
    canvas: tuple[int, int, float] | None = None
    model: str | None = None
    read: str | None = None

    @cached_property
    def content(self) -> str:
        """Hash of the drawing alone: the same at another place, in another size, with another label."""
        if isinstance(self.item, Strokes):
            left, top, right, bottom = self.item.bounds
            unit = max(right - left, bottom - top, 1e-6) / _GRID
            points = [np.rint((stroke[:, :2] - (left, top)) / unit).astype("<i4") for stroke in self.item.strokes]
            parts = [b"strokes", *(part for xy in points for part in (xy.tobytes(), b"|"))]
        else:
            parts = [b"picture", repr(self.item.shape).encode(), self.item.tobytes()]
        return hashlib.sha256(b"".join(parts)).hexdigest()

    @property
    def held_out(self) -> bool:
        """Whether it is kept for measuring. Its hash decides, so it stays so in every later export."""
        return int(self.content, 16) % HELD_OUT == 0


def read_feedback(folder: Path) -> tuple[Correction, ...]:
    """The corrections of an exported folder, in its order.

    Raises DataError, naming the line, where the folder is missing or damaged, StrokesError and PictureError where
    a drawing is.
    """
    path = folder / METADATA
    if not path.is_file():
        raise DataError(f"{path}: expected corrections, found no file; write them with `inkread feedback export`")
    lines = read_bytes(path).split(b"\n")
    return tuple(
        _parse(line, folder, f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()
    )


def write_feedback(folder: Path, corrections: Iterable[Correction]) -> int:
    """Write a folder that ``read_feedback`` reads, in place of what was exported there; returns their number.

    Pictures exported earlier that are in it no more are removed, because their owners may have deleted them.
    """
    lines, kept = [], set()
    for correction in corrections:
        name = None
        if not isinstance(correction.item, Strokes):
            data = _png(correction.item)
            name = f"{hashlib.sha256(data).hexdigest()}.png"
            write_atomically(folder / PICTURES / name, data)
            kept.add(name)
        lines.append(json.dumps(_fields(correction, name), ensure_ascii=False) + "\n")
    write_atomically(folder / METADATA, "".join(lines).encode())
    for path in (folder / PICTURES).glob("*.png"):
        if _NAME.fullmatch(path.name) and path.name not in kept:
            path.unlink()
    return len(lines)


def _fields(correction: Correction, picture_name: str | None) -> dict[str, Any]:
    item = correction.item
    width, height, pen = correction.canvas or (None, None, None)
    return {
        "id": correction.id,
        "label": correction.label,
        "picture": f"{PICTURES}/{picture_name}" if picture_name else None,
        "strokes": [stroke.tolist() for stroke in item.strokes] if isinstance(item, Strokes) else None,
        "width": width,
        "height": height,
        "pen": pen,
        "source": correction.source,
        "made": correction.made,
        "model": correction.model,
        "read": correction.read,
    }


def _parse(line: bytes, folder: Path, place: str) -> Correction:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: expected a JSON object, got {line[:60]!r}: {error}") from error
    if not isinstance(fields, dict):
        raise DataError(f"{place}: expected a JSON object, got {line[:60]!r}")
    texts = {name: _text(fields, name, place) for name in ("id", "label", "source", "made")}
    if (fields.get("picture") is None) == (fields.get("strokes") is None):
        raise DataError(f"{place}: expected a picture or strokes, one of the two")
    return Correction(
        **texts,
        item=_item(fields, folder, place),
        canvas=_canvas(fields, place),
        model=_text(fields, "model", place) if fields.get("model") is not None else None,
        read=_text(fields, "read", place) if fields.get("read") is not None else None,
    )


def _item(fields: dict[str, Any], folder: Path, place: str) -> Picture | Strokes:
    if fields.get("strokes") is not None:
        strokes = Strokes.parse(fields["strokes"], place)
        if not strokes.strokes:
            raise DataError(f"{place}: expected at least one point, got empty strokes")
        return strokes
    name = _text(fields, "picture", place).removeprefix(f"{PICTURES}/")
    if not _NAME.fullmatch(name):  # so that a line cannot name a file elsewhere
        raise DataError(f"{place}: expected the picture as {PICTURES}/<sha256>.png, got {fields['picture']!r:.60}")
    return picture.decode(folder / PICTURES / name)


def _canvas(fields: dict[str, Any], place: str) -> tuple[int, int, float] | None:
    values: list[Any] = [fields.get(name) for name in ("width", "height", "pen")]
    if None in values:
        return None
    if any(isinstance(v, bool) or not isinstance(v, int | float) or not 0 < v <= MAX_CANVAS for v in values):
        raise DataError(f"{place}: expected width, height and pen of 0 to {MAX_CANVAS} px, got {values!r:.60}")
    width, height, pen = values
    return int(width), int(height), float(pen)


def _text(fields: dict[str, Any], name: str, place: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise DataError(f"{place}: expected a text as {name!r}, got {value!r:.60}")
    return value


def _png(item: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(item).save(buffer, "PNG")
    return buffer.getvalue()
