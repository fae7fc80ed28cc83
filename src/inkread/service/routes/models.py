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
        model = engine_of(request).reader.model
        entry = {
            "id": model.id,
            "sha256": model.sha256,
            "bytes": model.size,
            "default": True,
            "card": json.loads(model.card.to_json()),
        }
        return json_response({"models": [entry]})

    return routes
