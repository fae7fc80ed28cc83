"""POST /api/v1/corrections: what a reading should have been."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from inkread.service import openapi
from inkread.service.answers import json_response
from inkread.service.problems import FULL, READ_PROBLEMS, WRONG_TYPE, Refusal, documented
from inkread.service.schemas import Kept
from inkread.service.store import Corrections
from inkread.service.uploads import media_type

MAX_BODY = 8_000_000
"""Largest correction, in bytes."""

_EXAMPLE = """curl --json '{"label": "7", "strokes": [[[0, 0], [70, 0], [25, 110]]]}' \\
  http://127.0.0.1:8000/api/v1/corrections"""


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/v1", tags=["corrections"])

    @routes.post(
        "/corrections",
        summary="Say what it really is",
        status_code=201,
        response_model=Kept,
        responses=documented(*READ_PROBLEMS, FULL),
        openapi_extra=openapi.body(openapi.CORRECTION, example=_EXAMPLE),
        max_body_size=MAX_BODY,
    )
    async def correct(request: Request) -> Response:
        """Keeps a drawing or picture with its right label on the server."""
        if media_type(request) != "application/json":  # which no other site's page can send unasked
            raise Refusal(WRONG_TYPE, "expected application/json")
        store: Corrections = request.app.state.corrections
        await asyncio.to_thread(store.keep, await request.body())
        return json_response({"kept": True}, 201)

    return routes
