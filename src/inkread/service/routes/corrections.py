"""Corrections: what a reading should have been, and their review by admins."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from inkread.picture import from_pil
from inkread.service import kept, openapi
from inkread.service.answers import settings_of
from inkread.service.intake import client_of
from inkread.service.members import Reviewing, done, member_or_none, private_json, store_of
from inkread.service.problems import (
    NOT_A_PICTURE,
    NOT_SIGNED_IN,
    READ_PROBLEMS,
    STORE_PROBLEMS,
    WRONG_TYPE,
    Refusal,
    documented,
)
from inkread.service.saving import drawn_from
from inkread.service.schemas import Correction, Kept
from inkread.service.uploads import drawing_of, drawn, media_type
from inkread.storage import Store
from inkread.storage.corrections import State

MAX_BODY = 8_000_000
"""Largest correction, in bytes."""

MAX_PIXELS = 4_000_000
"""Most pixels of a picture that is sent with one."""

_EXAMPLE = """curl --json '{"label": "7", "strokes": [[[0, 0], [70, 0], [25, 110]]], "consent": true}' \\
  http://127.0.0.1:8000/api/v1/corrections"""

_PAGE = 50


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", tags=["corrections"])
    problems = documented(*STORE_PROBLEMS)

    @routes.post(
        "/corrections",
        summary="Say what it really is",
        status_code=201,
        response_model=Kept,
        responses=documented(*READ_PROBLEMS, *STORE_PROBLEMS),
        openapi_extra=openapi.body(openapi.CORRECTION, example=_EXAMPLE),
        max_body_size=MAX_BODY,
    )
    async def correct(request: Request) -> Response:
        """Keeps a drawing or picture with its right label. It teaches only with consent, and after review."""
        if media_type(request) != "application/json":  # which no other site's page can send unasked
            raise Refusal(WRONG_TYPE, "expected application/json")
        await asyncio.to_thread(_keep, request, await request.body())
        return private_json({"kept": True}, 201)

    @routes.get("/corrections", summary="Corrections to review", response_model=kept.Corrections, responses=problems)
    def review_list(
        request: Request,
        _: Reviewing,
        state: Annotated[State, Query(description="Only those.")] = "waiting",
        marked: Annotated[bool | None, Query(description="Only those with a mark, or without.")] = None,
        after: kept.Before = None,
    ) -> Response:
        """For admins: a page of them, oldest first."""
        store = store_of(request)
        found = list(store.corrections(state=state, marked=marked, after=after, most=_PAGE))
        counts = dict.fromkeys(("waiting", "accepted", "refused"), 0)
        for (counted, _mark), count in store.count_corrections().items():
            counts[counted] += count
        following = found[-1].id if len(found) == _PAGE else None
        rows = [kept.correction_json(one) for one in found]
        return private_json({"corrections": rows, "next": following, "counts": counts})

    @routes.put("/corrections/{id}", summary="Review a correction", status_code=204, responses=problems)
    def review(request: Request, _: Reviewing, id: str, given: kept.Review) -> Response:
        """For admins. What is accepted may teach; the same shape does so once."""
        store_of(request).review(kept.id_of(id), given.state)
        return done()

    return routes


def _keep(request: Request, body: bytes) -> None:
    """Store the correction in the JSON ``body``; Refusal or PictureError where it is none."""
    correction = drawing_of(body, Correction)
    made = drawn(correction)  # also shows that it can be drawn
    if not isinstance(made, np.ndarray):
        if made.width * made.height > MAX_PIXELS:
            limit = f"expected at most {MAX_PIXELS // 1_000_000} megapixels to keep"
            raise Refusal(NOT_A_PICTURE, f"{limit}, got {made.width}x{made.height} px; crop it")
        made = from_pil(made)
    store, settings = store_of(request), settings_of(request)
    member = member_or_none(request)
    if member is None and correction.saved is not None:
        raise Refusal(NOT_SIGNED_IN, "expected a session or a key with `saved`: sign in, or leave it out")
    before = correction.reading
    store.add_correction(
        drawn_from(correction, made),
        label=correction.label,
        consent=correction.consent,
        source=member.id if member else _source(store, client_of(request.scope)),
        user_id=member.id if member else None,
        reading_id=correction.saved,
        model=before.model if before else None,
        read=before.text if before else None,
        most_bytes=1_000_000 * (settings.account_mb if member else settings.corrections_mb),
    )


def _source(store: Store, client: str) -> str:
    """An address that can be told from others, and from which nobody gets back to it without the secret."""
    return hmac.new(store.secret("source"), client.encode(), hashlib.sha256).hexdigest()[:32]
