"""The app: settings in, ASGI out."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from inkread import __version__
from inkread.picture import opened
from inkread.reader import Reader
from inkread.service import openapi, problems
from inkread.service.answers import png
from inkread.service.engine import Engine
from inkread.service.headers import SecurityHeaders
from inkread.service.intake import Body, Rate
from inkread.service.routes import corrections, description, health, models, page, predict, read
from inkread.service.settings import Settings
from inkread.service.store import Corrections
from inkread.service.telemetry import Metrics, Telemetry

_NO_BODY = 1_000_000  # bytes that a path may be sent which expects nothing
_MB = 1_000_000
_BLANK = np.full((28, 28), 255, np.uint8)


def create_app(settings: Settings, *, reader: Reader | None = None, page_folder: Path = page.FOLDER) -> FastAPI:
    """The page and the API, reading with ``reader``.

    By default the model that the settings name is loaded when the app starts. What was asked until it stops is
    read before it ends.
    """
    metrics = Metrics()
    app = FastAPI(
        title="Inkread",
        version=__version__,
        docs_url=None,  # our own: FastAPI's loads scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # as above: served beside it
        redirect_slashes=False,
        middleware=_layers(settings, metrics),
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.reader = reader
    app.state.metrics = metrics
    app.state.corrections = Corrections(settings.corrections, settings.corrections_bytes)
    problems.install(app)
    app.include_router(predict.router(settings.upload_mb * _MB))
    app.include_router(read.router(settings.upload_mb * _MB, settings.batch_mb * _MB))
    app.include_router(models.router())
    app.include_router(corrections.router())
    app.include_router(health.router())
    app.include_router(description.router())
    app.router.default = page.Page(page_folder)
    described = functools.cache(lambda: openapi.describe(app))
    app.openapi = described  # type: ignore[method-assign]
    return app


def _layers(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """What a request passes on its way to the routes, the first first."""
    upload, batch = settings.upload_mb * _MB, settings.batch_mb * _MB
    sizes = {
        "/predict": upload,
        "/api/v1/read": upload,
        "/api/v1/batch": batch,
        "/api/v1/corrections": corrections.MAX_BODY,
    }
    layers = [Middleware(Telemetry, metrics=metrics), Middleware(SecurityHeaders)]
    if settings.cors_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=("GET", "POST"),
                allow_headers=("Content-Type", "X-Request-ID"),
                expose_headers=("X-Request-ID", "Retry-After"),
            )
        )
    if settings.rate:
        layers.append(Middleware(Rate, rate=settings.rate))
    layers.append(Middleware(Body, seconds=settings.upload_seconds, max_bytes=_NO_BODY, by_path=sizes))
    return layers


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    metrics: Metrics = app.state.metrics
    reader = app.state.reader or Reader.load(settings.model)
    engine = Engine(reader, settings.threads, metrics.batches.observe)
    metrics.waiting.set_function(lambda: engine.waiting)
    app.state.engine = engine
    try:
        await engine.read(lambda: opened(png(_BLANK)))  # what the first picture costs more: imports, memory
        yield
    finally:
        await engine.close()
