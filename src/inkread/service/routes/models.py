"""GET /api/v1/models: what reads here."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from inkread.service.answers import engine_of, json_response
from inkread.service.problems import TOO_MANY, documented
from inkread.service.schemas import Models


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/v1", tags=["models"])

    @routes.get("/models", summary="The models and their cards", response_model=Models, responses=documented(TOO_MANY))
    async def models(request: Request) -> Response:
        """Each model file with its card: what it was trained on, its scores, its licence."""
        engine = engine_of(request)
        readers = [engine.reader, *([engine.page_reader] if engine.page_reader else [])]
        entries = [
            {
                "id": reader.model.id,
                "sha256": reader.model.sha256,
                "bytes": reader.model.size,
                "default": reader is engine.reader,
                "card": json.loads(reader.model.card.to_json()),
            }
            for reader in readers
        ]
        return json_response({"models": entries})

    return routes
