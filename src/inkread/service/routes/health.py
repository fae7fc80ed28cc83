"""GET /healthz, /readyz and /metrics: for whoever runs the service."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from inkread.service.answers import engine_of, json_response
from inkread.service.schemas import State


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["running it"])

    @routes.get("/healthz", summary="Is it alive?", response_model=State)
    async def healthz(request: Request) -> Response:
        """Answers as long as the service runs."""
        return json_response({"status": "ok", "model": engine_of(request).reader.model.id})

    @routes.get("/readyz", summary="Can it read?", response_model=State)
    async def readyz(request: Request) -> Response:
        """Answers once the model is loaded and has read; before, and while it stops, nothing listens."""
        return json_response({"status": "ok", "model": engine_of(request).reader.model.id})

    @routes.get("/metrics", summary="Measurements for Prometheus", response_class=Response)
    def metrics(request: Request) -> Response:
        """The text format of Prometheus."""
        content, kind = request.app.state.metrics.page()
        return Response(content, media_type=kind)

    return routes
