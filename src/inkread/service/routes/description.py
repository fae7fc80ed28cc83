"""GET /docs and /openapi.json: the API described, for people and for programs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from inkread.service import docs
from inkread.service.answers import json_response


def router() -> APIRouter:
    """The routes; they are not part of what they describe."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/openapi.json")
    def document(request: Request) -> Response:
        return json_response(request.app.openapi())

    @routes.get("/docs")
    def page(request: Request) -> Response:
        return Response(docs.page(request.app.openapi()), media_type="text/html")

    @routes.get("/docs.css")
    def style() -> Response:
        return Response(docs.STYLE, media_type="text/css")

    return routes
