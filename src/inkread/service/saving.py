"""Saving what was read: only where it is asked for, so that reading alone never waits for the store."""

from __future__ import annotations

import asyncio
import io
from typing import Annotated, Any

import numpy as np
import structlog
from fastapi import Query, Request
from PIL import Image

from inkread.errors import StoreAway, StoreFull
from inkread.picture import Picture
from inkread.service.answers import engine_of, settings_of
from inkread.service.engine import Answer
from inkread.service.members import credential_of, store_of
from inkread.service.problems import AWAY_DETAIL, NOT_SIGNED_IN, Refusal
from inkread.service.schemas import Drawing
from inkread.service.uploads import drawing_of
from inkread.storage import Drawn
from inkread.storage.accounts import Credential

Save = Annotated[bool, Query(description="Keep the reading in the history; wants a session or a key.")]

MAX_SIDE = 1_024
"""Longest side of a picture that is kept, in px; larger ones are kept smaller."""

_THUMBNAIL = 64  # px

log = structlog.get_logger("inkread.service")


def saver_of(request: Request) -> Credential:
    """Whose history is meant; Refusal where nobody is named. Asks the store nothing."""
    credential = credential_of(request)
    if credential is None:
        raise Refusal(NOT_SIGNED_IN, "expected a session or a key with save: sign in, or leave save out")
    return credential


async def saved(request: Request, credential: Credential, answer: Answer, drawing: bytes = b"") -> dict[str, Any]:
    """Keep the answer, with the JSON ``drawing`` where that is what was read, else with the picture.

    `saved` is its id, `not_saved` says why there is none: a store that is away or full costs nobody the reading.
    Raises SignedOut where the session or key has ended.
    """
    return await asyncio.to_thread(_keep, request, credential, answer, drawing)


def _keep(request: Request, credential: Credential, answer: Answer, body: bytes) -> dict[str, Any]:
    drawn = drawn_from(drawing_of(body, Drawing) if body else None, answer.picture)
    most = settings_of(request).account_mb * 1_000_000
    try:
        id = store_of(request).save(credential, drawn, answer.reading, _sha256(request, answer), most_bytes=most)
    except (StoreAway, StoreFull) as error:
        log.error("not saved", why=str(error), request_id=request.scope.get("request_id"))
        return {"saved": None, "not_saved": AWAY_DETAIL if isinstance(error, StoreAway) else str(error)}
    return {"saved": id, "not_saved": None}


def drawn_from(drawing: Drawing | None, picture: Picture) -> Drawn:
    """What is kept: the strokes of ``drawing``, else the grey pixels (H, W) of ``picture``; never a file as sent,
    which may say where and with what it was taken."""
    if drawing is not None and drawing.strokes is not None:
        return Drawn(
            strokes=drawing.strokes,
            width=drawing.width,
            height=drawing.height,
            pen=drawing.pen,
            thumbnail=shrunk(picture, _THUMBNAIL),
        )
    return Drawn(picture=shrunk(picture, MAX_SIDE), thumbnail=shrunk(picture, _THUMBNAIL))


def shrunk(picture: Picture, side: int) -> bytes:
    """A PNG of it, at most ``side`` px wide and high."""
    image = Image.fromarray(np.asarray(picture))
    if max(image.size) > side:
        image.thumbnail((side, side), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _sha256(request: Request, answer: Answer) -> str:
    """Digest of the model file that read; where another has taken its place meanwhile, as much as its id says."""
    engine = engine_of(request)
    for reader in (engine.reader, engine.page_reader):
        if reader is not None and reader.model.id == answer.reading.model:
            return reader.model.sha256
    return answer.reading.model.rpartition("@")[2]
