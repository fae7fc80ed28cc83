"""Drawings as files, and back.

    JSON  {"format": "inkread-drawing", "version": 1, "strokes": [[[x, y, t, pressure], ...], ...],
           "width": px, "height": px, "pen": px}, or "picture": a data URL, in place of strokes
    PNG   the drawing as seen, with that JSON in a text chunk `inkread`
    SVG   a polyline for each stroke, with that JSON in `metadata`

All three come back as they were. A PNG of other programs is a picture; of an SVG, the polylines are its strokes.
"""

from __future__ import annotations

import base64
import io
import json
import re
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image, PngImagePlugin
from pydantic import Field

from inkread.picture import Picture, decode, opened
from inkread.service.problems import NOT_A_PICTURE, WRONG_FIELDS, WRONG_STROKES, Refusal
from inkread.service.schemas import MAX_POINTS, Drawing
from inkread.service.uploads import drawing_of, drawn
from inkread.storage import tables

FORMAT = "inkread-drawing"
VERSION = 1
MAX_CHUNK = 4_000_000
"""Most bytes of the JSON inside of a PNG."""

_PADDING = 0.1  # of the longer side, around strokes that have no canvas
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class DrawingFile(Drawing):
    """A drawing as a file."""

    format: str = Field(pattern=f"^{FORMAT}$")
    version: int = Field(ge=1, le=VERSION)


def to_json(drawing: tables.Drawing) -> bytes:
    """The document."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    if drawing.strokes is not None:
        document["strokes"] = json.loads(drawing.strokes)
        canvas = {"width": drawing.width, "height": drawing.height, "pen": drawing.pen}
        document |= {name: value for name, value in canvas.items() if value is not None}
    else:
        document["picture"] = "data:image/png;base64," + base64.b64encode(drawing.picture or b"").decode()
    return json.dumps(document, separators=(",", ":")).encode()


def to_png(drawing: tables.Drawing) -> bytes:
    """A grey PNG; of strokes, with the document inside."""
    if drawing.picture is not None:
        return drawing.picture
    information = PngImagePlugin.PngInfo()
    information.add_text("inkread", to_json(drawing).decode(), zip=True)
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(seen(drawing))).save(buffer, "PNG", pnginfo=information)
    return buffer.getvalue()


def to_svg(drawing: tables.Drawing) -> bytes:
    """An SVG with the document inside; it holds no script and loads nothing."""
    document = escape(to_json(drawing).decode())
    if drawing.strokes is None:
        height, width = decode(drawing.picture or b"").shape
        box = f"0 0 {width} {height}"
        url = "data:image/png;base64," + base64.b64encode(drawing.picture or b"").decode()
        inside = [f'<image width="{width}" height="{height}" href="{url}"/>']
    else:
        strokes = json.loads(drawing.strokes)
        box, pen = _box(strokes, drawing)
        style = f'fill="none" stroke="#000" stroke-width="{pen:g}" stroke-linecap="round" stroke-linejoin="round"'
        inside = [f'<polyline {style} points="{" ".join(f"{p[0]:g},{p[1]:g}" for p in s)}"/>' for s in strokes if s]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">',
        f'<metadata id="{FORMAT}">{document}</metadata>',
        *inside,
        "</svg>",
    ]
    return "\n".join(lines).encode()


def from_file(data: bytes) -> Drawing:
    """The drawing in a file of any of the three kinds; a picture of any kind that is read is a drawing as well.

    Raises Refusal or PictureError, saying what was expected.
    """
    start = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _from_document(data)
    if start.startswith(b"<"):
        return _from_svg(data)
    if data.startswith(b"\x89PNG") and (document := _chunk(data)) is not None:
        return _from_document(document)
    opened(data)  # PictureError where it is none
    return Drawing.model_validate({"picture": base64.b64encode(data).decode()})


def seen(drawing: tables.Drawing) -> Picture:
    """The drawing as a grey picture (H, W), dark on light."""
    if drawing.picture is not None:
        return decode(drawing.picture)
    canvas = {"width": drawing.width, "height": drawing.height, "pen": drawing.pen}
    made = drawn(Drawing.model_validate({"strokes": json.loads(drawing.strokes or "[]"), **canvas}))
    assert isinstance(made, np.ndarray)  # strokes are drawn
    return made


def _from_document(data: bytes) -> Drawing:
    document = drawing_of(data, DrawingFile)
    return Drawing.model_validate(document.model_dump(exclude={"format", "version"}))


def _from_svg(data: bytes) -> Drawing:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refusal(NOT_A_PICTURE, "expected an SVG without a document type and entities; save it as plain SVG")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Refusal(NOT_A_PICTURE, f"expected SVG, got: {error}") from None
    for found in root.iter(f"{_SVG}metadata"):
        if found.get("id") == FORMAT:
            return _from_document((found.text or "").encode())
    strokes = [_points(found.get("points", "")) for found in root.iter(f"{_SVG}polyline")]
    if sum(map(len, strokes)) > MAX_POINTS:
        raise Refusal(WRONG_STROKES, f"expected at most {MAX_POINTS:,} points, got more; save it in parts")
    if not any(strokes):
        raise Refusal(NOT_A_PICTURE, "expected an SVG of this service, or one with polylines, got neither; send a PNG")
    return Drawing.model_validate({"strokes": [stroke for stroke in strokes if stroke]})


def _points(text: str) -> list[list[float]]:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if len(numbers) % 2 or not all(abs(number) < 1e9 for number in numbers):
        raise Refusal(WRONG_FIELDS, f"expected pairs of numbers as points of a polyline, got {text[:40]!r}")
    return [[x, y] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def _chunk(data: bytes) -> bytes | None:
    """The text chunk `inkread` of a PNG; None where it has none."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            text = getattr(image, "text", {}).get("inkread")
    except (OSError, ValueError, SyntaxError):  # damaged: `opened` says how
        return None
    return text.encode() if isinstance(text, str) and len(text) <= MAX_CHUNK else None


def _box(strokes: list[list[list[float]]], drawing: tables.Drawing) -> tuple[str, float]:
    """viewBox, and the pen's width in px."""
    if drawing.width is not None and drawing.height is not None:
        return f"0 0 {drawing.width} {drawing.height}", drawing.pen or 0.06 * min(drawing.width, drawing.height)
    points = [point for stroke in strokes for point in stroke] or [[0.0, 0.0]]
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) for axis in (0, 1))
    side = max(right - left, bottom - top, 1.0)
    edge = _PADDING * side
    return f"{left - edge:g} {top - edge:g} {right - left + 2 * edge:g} {bottom - top + 2 * edge:g}", 0.08 * side
