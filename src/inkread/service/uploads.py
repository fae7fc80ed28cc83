"""Uploads: the body of a request as something the engine can read.

    multipart   the first file, under whatever name; else the first text field that holds a picture
    JSON        a drawing or a picture (schemas.Drawing), or for the demo programs any field with a picture
    raw         image/*, application/octet-stream, or no type at all

What costs time (base64, JSON, drawing, decoding) is not done here but in the returned ``prepare``, which runs
on a thread of the engine. File names are only ever shown.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from inkread.picture import Picture, opened
from inkread.reader import on_sheet, to_picture
from inkread.service.engine import Prepare
from inkread.service.problems import UNREADABLE, WRONG_FIELDS, WRONG_STROKES, WRONG_TYPE, Refusal
from inkread.service.schemas import MAX_POINTS, Drawing
from inkread.strokes import Strokes

if TYPE_CHECKING:
    from PIL import Image

_HEAVY_JSON = 100_000  # bytes; parsing and drawing more takes longer than reading a picture

_MAX_INK = 30_000_000  # px²: length of all strokes times the pen's width, what drawing them costs

_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_Sent = TypeVar("_Sent", bound=Drawing)


@dataclass(frozen=True, slots=True)
class Upload:
    """What to read; ``heavy`` where preparing it alone would keep others waiting."""

    prepare: Prepare
    heavy: bool = False


async def picture_or_json(request: Request, from_json: Callable[[bytes], Image.Image | Picture]) -> Upload:
    """What the request sends in any of the ways above; Refusal where it is none of them."""
    kind = media_type(request)
    if kind == "multipart/form-data":
        return await _first_of_form(request)
    if kind == "application/json":
        body = await request.body()
        return Upload(partial(from_json, body), heavy=len(body) > _HEAVY_JSON)
    if kind.startswith("image/") or kind in ("", "application/octet-stream"):
        return Upload(partial(opened, await request.body()))
    raise Refusal(
        WRONG_TYPE,
        "expected a picture as multipart/form-data, image/* or application/json, "
        f"got {kind!r:.80}; e.g. curl -F file=@seven.png, or --data-binary with -H 'Content-Type: image/png'",
    )


async def document_of(request: Request) -> bytes:
    """The bytes of the first file of a form, or the body; Refusal where it is no file."""
    kind = media_type(request)
    if kind == "multipart/form-data":
        async with request.form(max_files=16, max_fields=64) as form:
            for _, value in form.multi_items():
                if isinstance(value, UploadFile):
                    return await value.read()
        raise Refusal(WRONG_FIELDS, "expected a file in the form, got none; e.g. curl -F file=@scan.pdf")
    if kind.startswith("image/") or kind in ("application/pdf", "application/octet-stream", ""):
        return await request.body()
    raise Refusal(
        WRONG_TYPE,
        f"expected a document as multipart/form-data, application/pdf or image/tiff, got {kind!r:.80}; "
        "e.g. curl -F file=@scan.pdf",
    )


async def files_of_form(request: Request, most: int) -> list[UploadFile]:
    """The files of a form, at most ``most``; Refusal where it holds none. Close the form after."""
    if media_type(request) != "multipart/form-data":
        raise Refusal(WRONG_TYPE, "expected files as multipart/form-data, e.g. curl -F files=@a.png -F files=@b.png")
    form = await request.form(max_files=most, max_fields=most)
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if not files:
        raise Refusal(WRONG_FIELDS, "expected at least one file in the form, got none")
    return files


async def drawing_file_of(request: Request) -> bytes:
    """The bytes of a drawing's file: the first file of a form, or the body; Refusal where it is neither."""
    if media_type(request) in ("application/json", "image/svg+xml"):
        return await request.body()
    return await document_of(request)


def drawing_of(body: bytes, kind: type[_Sent]) -> _Sent:
    """The checked JSON of a drawing; Refusal where it is no JSON or breaks the format."""
    _check_points(body)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise Refusal(UNREADABLE, f"expected JSON, got: {first['msg']}") from None
        place = ".".join(map(str, first["loc"])) or "body"
        raise Refusal(WRONG_FIELDS, f"{place}: {first['msg'].removeprefix('Value error, ')}") from None


def drawn(drawing: Drawing, *, page: bool = False) -> Image.Image | Picture:
    """The picture of a drawing, for a page file or another, or the one it holds, opened."""
    if drawing.strokes is None:
        assert drawing.picture is not None  # checked by the schema
        return opened(from_base64(drawing.picture))
    strokes = Strokes.parse(drawing.strokes)
    if sum(map(len, strokes.strokes)) > MAX_POINTS:
        raise _too_many_points()
    if drawing.width is None or drawing.height is None:
        if page and strokes.strokes:
            placed, width, height, pen = on_sheet(strokes)
            _check_ink(placed, pen)
            return placed.draw(width, height, pen)
        return to_picture(strokes)
    pen = drawing.pen or 0.06 * min(drawing.width, drawing.height)
    _check_ink(strokes, pen)
    return strokes.draw(drawing.width, drawing.height, pen)


def read_from_json(body: bytes, *, page: bool = False) -> Image.Image | Picture:
    """The picture of a JSON drawing, for a page file or another."""
    return drawn(drawing_of(body, Drawing), page=page)


def picture_in_json(body: bytes) -> Image.Image:
    """The picture in any field of a JSON object, as the common demo programs send it."""
    _check_points(body)
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:  # ValueError: not UTF-8, too
        raise Refusal(UNREADABLE, f"expected JSON, got: {error}") from None
    texts = [value for value in fields.values() if isinstance(value, str)] if isinstance(fields, dict) else []
    if not texts:
        raise Refusal(WRONG_FIELDS, 'expected a picture in base64 in a field of a JSON object: {"image": "data:…"}')
    return opened(from_base64(next(filter(_DATA_URL.match, texts), max(texts, key=len))))


def from_base64(text: str) -> bytes:
    """The bytes of a data URL or of base64 alone; Refusal where it is neither."""
    head = _DATA_URL.match(text)
    coded = "".join(text[head.end() if head else 0 :].split()).rstrip("=")
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        raise Refusal(
            WRONG_FIELDS, f"expected a picture as a data URL (data:image/png;base64,…) or in base64, got {text[:40]!r}"
        ) from None


def shown_name(name: str | None) -> str:
    """The name of a sent file, to show: without folders and signs that are none, at most 100 characters."""
    last = PurePosixPath(PureWindowsPath(name or "").name).name
    return _UNPRINTABLE.sub("", last)[-100:] or "unnamed"


def media_type(request: Request) -> str:
    """The content type of a request in lower case, without parameters; "" where there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _first_of_form(request: Request) -> Upload:
    async with request.form(max_files=16, max_fields=64, max_part_size=_max_text(request)) as form:
        texts = []
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                return Upload(partial(opened, await value.read()))
            texts.append(value)
    if texts:
        text = max(texts, key=len)
        return Upload(lambda: opened(from_base64(text)), heavy=len(text) > _HEAVY_JSON)
    raise Refusal(WRONG_FIELDS, "expected a file in the form, got none; e.g. curl -F file=@seven.png")


def _max_text(request: Request) -> int:
    """A text field may take the whole body, whose size is limited."""
    limit: int = request.app.state.settings.upload_mb * 1_000_000
    return limit


def _check_points(body: bytes) -> None:
    """Refuse more numbers than a drawing may have before they become objects; base64 has no commas."""
    if body.count(b",") > 4 * MAX_POINTS + 1000:
        raise _too_many_points()


def _too_many_points() -> Refusal:
    return Refusal(WRONG_STROKES, f"expected at most {MAX_POINTS:,} points, got more; send the drawing in parts")


def _check_ink(strokes: Strokes, pen: float) -> None:
    ink = pen * sum(_length(stroke[:, :2].tolist()) + pen * len(stroke) for stroke in strokes.strokes)
    if ink > _MAX_INK:
        raise Refusal(
            WRONG_STROKES,
            f"expected strokes whose length times the pen's width is at most {_MAX_INK:,} px², got {ink:,.0f}; "
            "send them smaller",
        )


def _length(points: Sequence[Sequence[float]]) -> float:
    return sum(map(math.dist, points[:-1], points[1:]))
