"""Problems: every answer that is no success, as RFC 9457 wants it (application/problem+json).

``type`` leads to the problem's description on the service's own page, /docs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from inkread.errors import (
    Conflict,
    Denied,
    Missing,
    PictureError,
    Revoked,
    SignedOut,
    StoreAway,
    StoreFull,
    StrokesError,
)

MEDIA_TYPE = "application/problem+json"

AWAY_DETAIL = "the store does not answer, so nothing is kept or found; try again in a moment"

log = structlog.get_logger("inkread.service")


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name in ``type``, its status and its title."""

    name: str
    status: int
    title: str


UNREADABLE = Kind("unreadable-request", 400, "The request cannot be understood")
NOT_SIGNED_IN = Kind("not-signed-in", 401, "This needs a session or a key")
DENIED = Kind("denied", 403, "This is not allowed")
FORGED = Kind("forged", 403, "This did not come from a page of this session")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address")
WRONG_METHOD = Kind("wrong-method", 405, "This address takes another method")
TOO_SLOW = Kind("too-slow", 408, "The request took too long to arrive")
CONFLICT = Kind("conflict", 409, "This contradicts what is kept")
REVOKED = Kind("revoked", 410, "This link has ended")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_TYPE = Kind("wrong-type", 415, "The request has another content type than expected")
NOT_A_PICTURE = Kind("not-a-picture", 422, "This is no picture that can be read")
WRONG_STROKES = Kind("wrong-strokes", 422, "These are no strokes that can be drawn")
WRONG_FIELDS = Kind("wrong-fields", 422, "The request's fields are not as expected")
TOO_MANY = Kind("too-many", 429, "Too many requests")
FAILED = Kind("failed", 500, "Something went wrong here")
BUSY = Kind("busy", 503, "Too much is waiting to be read")
NO_PAGES = Kind("no-pages", 503, "This service reads one digit in each picture only")
NOT_BUILT = Kind("not-built", 503, "The page is not built")
STORE_AWAY = Kind("store-away", 503, "What is kept cannot be reached; reading works")
FULL = Kind("full", 507, "No more can be kept")

KINDS = (
    UNREADABLE, NOT_SIGNED_IN, DENIED, FORGED, NOT_FOUND, WRONG_METHOD, TOO_SLOW, CONFLICT, REVOKED, TOO_LARGE,
    WRONG_TYPE, NOT_A_PICTURE, WRONG_STROKES, WRONG_FIELDS, TOO_MANY, FAILED, BUSY, NO_PAGES, NOT_BUILT,
    STORE_AWAY, FULL,
)  # fmt: skip

READ_PROBLEMS = (
    UNREADABLE,
    TOO_SLOW,
    TOO_LARGE,
    WRONG_TYPE,
    NOT_A_PICTURE,
    WRONG_STROKES,
    WRONG_FIELDS,
    TOO_MANY,
    BUSY,
    NO_PAGES,
)
"""What a route that reads may answer with."""

SAVE_PROBLEMS = (NOT_SIGNED_IN, FORGED)
"""What it may answer with besides, where it is asked to save."""

STORE_PROBLEMS = (
    UNREADABLE,
    NOT_SIGNED_IN,
    DENIED,
    FORGED,
    NOT_FOUND,
    TOO_SLOW,
    CONFLICT,
    TOO_LARGE,
    WRONG_FIELDS,
    TOO_MANY,
    STORE_AWAY,
    FULL,
)
"""What a route that needs the store may answer with."""

_BY_ERROR: dict[type[Exception], Kind] = {
    PictureError: NOT_A_PICTURE,
    StrokesError: WRONG_STROKES,
    StoreAway: STORE_AWAY,
    StoreFull: FULL,
    Missing: NOT_FOUND,
    Conflict: CONFLICT,
    Denied: DENIED,
    SignedOut: NOT_SIGNED_IN,
    Revoked: REVOKED,
    ClientDisconnect: UNREADABLE,
}

_BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}  # the first of a status goes before the others


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="Address of the kind's description, e.g. /docs#too-large.")
    title: str = Field(description="The kind in words, always the same.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What was expected, what came, and what to do.")
    instance: str = Field(description="Path that was asked for.")
    request_id: str | None = Field(None, description="Also in X-Request-ID and in the service's log.")


class Refusal(HTTPException):
    """Raised anywhere below a route; becomes the problem of its kind."""

    def __init__(self, kind: Kind, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(kind.status, detail, headers)
        self.kind = kind


def problem_of(error: Exception, scope: Scope) -> Problem:
    """The problem that ``error`` is to the client of this request."""
    kind, detail = _kind_and_detail(error)
    return Problem(
        type=f"/docs#{kind.name}",
        title=kind.title,
        status=error.status_code if isinstance(error, HTTPException) else kind.status,
        detail=detail,
        instance=scope["path"],
        request_id=scope.get("request_id"),
    )


def problem_response(error: Exception, scope: Scope) -> Response:
    """The answer to a request that ended in ``error``."""
    problem = problem_of(error, scope)
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(json.dumps(problem.model_dump(), ensure_ascii=False), problem.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error below a route of ``app`` a problem."""

    def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, StoreAway):
            log.error("store away", why=str(error), request_id=request.scope.get("request_id"))
        return problem_response(error, request.scope)

    handled: list[type[Exception]] = [HTTPException, RequestValidationError, *_BY_ERROR]
    for raised in handled:
        app.add_exception_handler(raised, answer)


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int, list[str]] = {}
    for kind in dict.fromkeys(kinds):
        titles.setdefault(kind.status, []).append(kind.title)
    return {status: {"description": "; ".join(said), "content": content} for status, said in sorted(titles.items())}


def _kind_and_detail(error: Exception) -> tuple[Kind, str]:
    if isinstance(error, Refusal):
        return error.kind, error.detail
    if isinstance(error, HTTPException):
        return _of_status(error.status_code, str(error.detail))
    if isinstance(error, RequestValidationError):
        return kind_and_detail_of(error.errors())
    if isinstance(error, StoreAway):  # whose message names the database, for the log
        return STORE_AWAY, AWAY_DETAIL
    for raised, kind in _BY_ERROR.items():
        if isinstance(error, raised):
            return kind, str(error) or "the client went away before the request was complete"
    return FAILED, "the service failed on this request; its log names the request_id and the reason"


def kind_and_detail_of(errors: Sequence[Any]) -> tuple[Kind, str]:
    """The kind of what a schema refuses, and what is wrong first."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return UNREADABLE, f"expected JSON, got: {first.get('ctx', {}).get('error', first['msg'])}"
    place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path")) or "body"
    return WRONG_FIELDS, f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _of_status(status: int, detail: str) -> tuple[Kind, str]:
    """The kind of an error that the framework raised: routing, sizes, forms."""
    kind = _BY_STATUS.get(status, UNREADABLE)
    return kind, kind.title if detail == HTTPStatus(status).phrase else detail
