"""What accounts, history, links and review send and answer as JSON, and how rows of the store become it.

Written by hand as in ``answers``; a test holds it to the schemas.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Query
from pydantic import AfterValidator, Field

from inkread.errors import Missing
from inkread.service.schemas import Answered, BoxOut, CandidateOut, ReadingOut, Sent
from inkread.storage.tables import ApiKey, Base, Correction, Drawing, Login, SavedReading, Share

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ID = re.compile("[0-9a-f]{32}")
_FORMULA = re.compile(r"[=+\-@](?![\d.,]*$)")  # what a spreadsheet runs; a signed number is none

LINKS = 200
"""Links of a page."""

_Row = TypeVar("_Row", bound=Base)


def _plain(text: str) -> str:
    if _CONTROL.search(text) or text != text.strip():
        raise ValueError("expected text without control characters, and without spaces around it")
    return text


Name = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]
NewPassword = Annotated[str, Field(min_length=8, max_length=200)]
Password = Annotated[str, Field(max_length=200)]
Before = Annotated[str | None, Query(description="`next` of the page before.", pattern="^[0-9a-f]{32}$")]
Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class NewAccount(Sent):
    """A name and a password for an account."""

    name: Name
    password: NewPassword


class SignIn(Sent):
    """The name and the password of an account."""

    name: str = Field(max_length=40)
    password: Password


class NewPasswords(Sent):
    """The password until now, and from now on."""

    old: Password
    new: NewPassword


class Confirmed(Sent):
    """The password, because there is no way back."""

    password: Password


class NewKey(Sent):
    """What a key is for."""

    name: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_plain)]


class Ids(Sent):
    """Readings by their ids."""

    ids: list[Id] = Field(min_length=1, max_length=200)


class NewShare(Sent):
    """How long a link holds."""

    days: int | None = Field(None, ge=1, le=3650, description="null: until it is revoked.")


class Review(Sent):
    """What a correction is from now on."""

    state: Literal["waiting", "accepted", "refused"]


class Account(Answered):
    """Who asks."""

    name: str
    admin: bool = Field(description="Whether they may review corrections.")
    size: int = Field(description="Bytes that are kept.")
    room: int = Field(description="Bytes that may be kept.")
    csrf: str | None = Field(description="To send in X-CSRF-Token with what changes something; null with a key.")


class SessionOut(Answered):
    """A browser that is signed in."""

    id: str
    agent: str = Field(description="As the browser calls itself.")
    made: str
    expires: str
    current: bool = Field(description="Whether it is the one that asks.")


class Sessions(Answered):
    """All of them, newest first."""

    sessions: list[SessionOut]


class KeyOut(Answered):
    """A key for scripts, without the key."""

    id: str
    name: str
    hint: str = Field(description="Its last signs.")
    made: str


class Keys(Answered):
    """All of them, newest first."""

    keys: list[KeyOut]


class KeyMade(KeyOut):
    """A new key."""

    key: str = Field(description="The key itself; it is shown here and never again.")


class Entry(Answered):
    """A saved reading in a list."""

    id: str
    made: str
    text: str
    label: str | None = Field(description="What it really is, where that was said.")
    confidence: float
    unsure: list[str]
    model: str
    thumbnail: str = Field(description="Data URL of a grey PNG, at most 64x64.")


class History(Answered):
    """A page of saved readings, newest first."""

    readings: list[Entry]
    next: str | None = Field(description="Send it as `before` for the next page; null where there is none.")


class SavedGlyph(Answered):
    """A glyph as it was read; candidates below 0.05 % are not kept."""

    box: BoxOut
    candidates: list[CandidateOut]


class DrawingOut(Answered):
    """Strokes to draw on, or a picture."""

    strokes: list[list[list[float]]] | None
    picture: str | None = Field(description="Data URL of a grey PNG.")
    width: int | None
    height: int | None
    pen: float | None


class Opened(Entry):
    """A saved reading with all that is kept of it."""

    sha256: str = Field(description="Of the model file.")
    glyphs: list[SavedGlyph]
    drawing: DrawingOut


class Deleted(Answered):
    """How many were deleted."""

    deleted: int


class SavedOut(Answered):
    """A reading that was asked to be kept."""

    saved: str | None = Field(description="Its id; null where it could not be kept.")
    not_saved: str | None = Field(description="Why it could not.")
    reading: ReadingOut


class ShareOut(Answered):
    """A link to a reading."""

    id: str
    reading: str
    text: str
    path: str = Field(description="The link, without the site's name.")
    made: str
    expires: str | None
    revoked: str | None


class Shares(Answered):
    """A page of links, newest first."""

    shares: list[ShareOut]
    next: str | None


class Shown(Answered):
    """What a link shows."""

    text: str
    label: str | None
    confidence: float
    unsure: list[str]
    made: str
    thumbnail: str
    glyphs: list[SavedGlyph]
    drawing: DrawingOut


class CorrectionOut(Answered):
    """A correction as a reviewer sees it."""

    id: str
    made: str
    label: str
    read: str | None
    model: str | None
    state: Literal["waiting", "accepted", "refused"]
    mark: Literal["duplicate", "contradiction", "flood"] | None
    consent: bool
    source: str = Field(description="The same for what comes from the same place.")
    thumbnail: str
    drawing: DrawingOut


class Corrections(Answered):
    """A page of corrections, oldest first."""

    corrections: list[CorrectionOut]
    next: str | None
    counts: dict[str, int] = Field(description="How many there are of each state.")


def id_of(text: str) -> str:
    """An id in a path; Missing where it cannot be one: a database may refuse what is no text to it."""
    if not _ID.fullmatch(text):
        raise no_reading()
    return text


def no_reading() -> Missing:
    """What another's id, and one that never was, are answered with."""
    return Missing("there is nothing of that id, or it is not yours")


def without_control(text: str) -> str:
    """``text`` without signs that are none; PostgreSQL refuses some of them."""
    return _CONTROL.sub("", text)


def pages(page: Callable[[str | None], Sequence[_Row]]) -> Iterator[_Row]:
    """All rows of ``page(before)``, which gives those before an id, page by page."""
    before: str | None = None
    while rows := page(before):
        yield from rows
        before = rows[-1].id


def csv_lines(found: Iterable[SavedReading]) -> Iterator[bytes]:
    """CSV (RFC 4180), a line at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    rows = (
        (iso(s.made), _inert(s.text), s.label, s.confidence, "; ".join(json.loads(s.reasons)), s.model, s.id)
        for s in found
    )
    for row in chain([("time", "read", "label", "confidence", "unsure", "model", "id")], rows):
        writer.writerow(row)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _inert(text: str) -> str:
    """``text`` as a spreadsheet shows it: a formula with an apostrophe before it, so that it is none."""
    return f"'{text}" if _FORMULA.match(text) else text


def iso(when: datetime | None) -> str | None:
    """A time as JSON has it."""
    return None if when is None else when.isoformat(timespec="milliseconds")


def png_url(png: bytes) -> str:
    """A data URL."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def session_json(login: Login, current: str) -> dict[str, Any]:
    """SessionOut."""
    times = {"made": iso(login.made), "expires": iso(login.expires)}
    return {"id": login.id, "agent": login.agent, **times, "current": login.id == current}


def key_json(key: ApiKey) -> dict[str, Any]:
    """KeyOut."""
    return {"id": key.id, "name": key.name, "hint": key.hint, "made": iso(key.made)}


def entry_json(saved: SavedReading) -> dict[str, Any]:
    """Entry."""
    return {
        "id": saved.id,
        "made": iso(saved.made),
        "text": saved.text,
        "label": saved.label,
        "confidence": saved.confidence,
        "unsure": json.loads(saved.reasons),
        "model": saved.model,
        "thumbnail": png_url(saved.drawing.thumbnail),
    }


def opened_json(saved: SavedReading) -> dict[str, Any]:
    """Opened."""
    more = {"sha256": saved.sha256, "glyphs": glyphs_json(saved), "drawing": drawing_json(saved.drawing)}
    return {**entry_json(saved), **more}


def shown_json(saved: SavedReading) -> dict[str, Any]:
    """Shown: nothing of whose it is."""
    opened = opened_json(saved)
    return {name: opened[name] for name in Shown.model_fields}


def glyphs_json(saved: SavedReading) -> list[dict[str, Any]]:
    """SavedGlyph, of each."""
    return [
        {
            "box": dict(zip(("x", "y", "width", "height"), glyph["box"], strict=True)),
            "candidates": [{"label": label, "probability": p} for label, p in glyph["candidates"]],
        }
        for glyph in json.loads(saved.glyphs)
    ]


def drawing_json(drawing: Drawing) -> dict[str, Any]:
    """DrawingOut."""
    return {
        "strokes": None if drawing.strokes is None else json.loads(drawing.strokes),
        "picture": None if drawing.picture is None else png_url(drawing.picture),
        "width": drawing.width,
        "height": drawing.height,
        "pen": drawing.pen,
    }


def share_json(share: Share) -> dict[str, Any]:
    """ShareOut."""
    times = {"made": iso(share.made), "expires": iso(share.expires), "revoked": iso(share.revoked)}
    return {
        "id": share.id,
        "reading": share.reading_id,
        "text": share.reading.label or share.reading.text,
        "path": f"/s/{share.token}",
        **times,
    }


def correction_json(found: Correction) -> dict[str, Any]:
    """CorrectionOut."""
    return {
        "id": found.id,
        "made": iso(found.made),
        "label": found.label,
        "read": found.read,
        "model": found.model,
        "state": found.state,
        "mark": found.mark,
        "consent": found.consent,
        "source": found.source[:12],
        "thumbnail": png_url(found.drawing.thumbnail),
        "drawing": drawing_json(found.drawing),
    }
