"""Problems: every answer that is no success, as RFC 9457 wants it (application/problem+json).

``type`` leads to the problem's description on the service's own page, /docs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from inkread.errors import PictureError, StrokesError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name in ``type``, its status and its title."""

    name: str
    status: int
    title: str


UNREADABLE = Kind("unreadable-request", 400, "The request cannot be understood")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address")
WRONG_METHOD = Kind("wrong-method", 405, "This address takes another method")
TOO_SLOW = Kind("too-slow", 408, "The request took too long to arrive")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_TYPE = Kind("wrong-type", 415, "The request has another content type than expected")
NOT_A_PICTURE = Kind("not-a-picture", 422, "This is no picture that can be read")
WRONG_STROKES = Kind("wrong-strokes", 422, "These are no strokes that can be drawn")
WRONG_FIELDS = Kind("wrong-fields", 422, "The request's fields are not as expected")
TOO_MANY = Kind("too-many", 429, "Too many requests")
FAILED = Kind("failed", 500, "Something went wrong here")
BUSY = Kind("busy", 503, "Too much is waiting to be read")
NOT_BUILT = Kind("not-built", 503, "The page is not built")
FULL = Kind("full", 507, "No more corrections can be kept")

KINDS = (
    UNREADABLE, NOT_FOUND, WRONG_METHOD, TOO_SLOW, TOO_LARGE, WRONG_TYPE, NOT_A_PICTURE, WRONG_STROKES,
    WRONG_FIELDS, TOO_MANY, FAILED, BUSY, NOT_BUILT, FULL,
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
)
"""What a route that reads may answer with."""

_BY_ERROR: dict[type[Exception], Kind] = {
    PictureError: NOT_A_PICTURE,
    StrokesError: WRONG_STROKES,
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
        return problem_response(error, request.scope)

    handled: list[type[Exception]] = [HTTPException, *_BY_ERROR]
    for raised in handled:
        app.add_exception_handler(raised, answer)


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        titles.setdefault(kind.status, []).append(kind.title)
    return {status: {"description": "; ".join(said), "content": content} for status, said in sorted(titles.items())}


def _kind_and_detail(error: Exception) -> tuple[Kind, str]:
    if isinstance(error, Refusal):
        return error.kind, error.detail
    if isinstance(error, HTTPException):
        return _of_status(error.status_code, str(error.detail))
    for raised, kind in _BY_ERROR.items():
        if isinstance(error, raised):
            return kind, str(error) or "the client went away before the request was complete"
    return FAILED, "the service failed on this request; its log names the request_id and the reason"


def _of_status(status: int, detail: str) -> tuple[Kind, str]:
    """The kind of an error that the framework raised: routing, sizes, forms."""
    kind = _BY_STATUS.get(status, UNREADABLE)
    return kind, kind.title if detail == HTTPStatus(status).phrase else detail
