"""The app: settings in, ASGI out."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import numpy as np
import structlog
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from inkread import __version__
from inkread.errors import ModelFileError, StoreAway
from inkread.modelfile import shipped_path
from inkread.picture import opened
from inkread.reader import Reader
from inkread.service import openapi, problems
from inkread.service.answers import png
from inkread.service.champion import following
from inkread.service.engine import Engine
from inkread.service.headers import SecurityHeaders
from inkread.service.intake import Body, Rate
from inkread.service.routes import (
    accounts,
    corrections,
    description,
    health,
    history,
    models,
    page,
    predict,
    read,
    sessions,
    shares,
)
from inkread.service.settings import Settings
from inkread.service.telemetry import Metrics, Telemetry
from inkread.service.throttle import Throttle
from inkread.storage import Store

_NO_BODY = 1_000_000  # bytes that a path may be sent which expects nothing
_MB = 1_000_000
_BLANK = np.full((28, 28), 255, np.uint8)

log = structlog.get_logger("inkread.service")


def create_app(
    settings: Settings,
    *,
    reader: Reader | None = None,
    page_reader: Reader | None = None,
    page_folder: Path = page.FOLDER,
) -> FastAPI:
    """The page and the API, reading with ``reader``, and in an alphabet with ``page_reader``.

    By default the models that the settings name are loaded when the app starts. What was asked until it stops is
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
    app.state.page_reader = page_reader
    app.state.metrics = metrics
    app.state.store = Store(settings.database_url)
    problems.install(app)
    app.include_router(predict.router(settings.upload_mb * _MB))
    app.include_router(read.router(settings.upload_mb * _MB, settings.batch_mb * _MB))
    app.include_router(models.router())
    app.include_router(corrections.router())
    throttle = Throttle()
    app.include_router(accounts.router(throttle))
    app.include_router(sessions.router(throttle))
    app.include_router(history.router(settings.upload_mb * _MB))
    app.include_router(shares.router(page_folder))
    app.include_router(health.router())
    app.include_router(description.router())
    app.router.default = page.Page(page_folder)
    described = functools.cache(lambda: openapi.describe(app))
    app.openapi = described  # type: ignore[method-assign]
    return app


def load_reader(settings: Settings) -> Reader:
    """The reader of one digit in a picture; ModelFileError where the file that the settings name is none."""
    reader = Reader.load(settings.model)
    if reader.alphabets:
        raise ModelFileError(
            f"{settings.model}: expected a file that reads one digit, got a page file: name it as page_model"
        )
    return reader


def load_page_reader(settings: Settings) -> Reader | None:
    """The reader of all that is written: of the file that the settings name, or the shipped one where it is there.

    ModelFileError where the file cannot be read, or reads only one digit.
    """
    if settings.page_model is None and not shipped_path("page").exists():
        return None
    reader = Reader.load(settings.page_model or "page")
    if not reader.alphabets:
        raise ModelFileError(f"{settings.page_model}: expected a page file, got one that reads one digit in a picture")
    return reader


def _layers(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """What a request passes on its way to the routes, the first first."""
    upload, batch = settings.upload_mb * _MB, settings.batch_mb * _MB
    sizes = {
        "/predict": upload,
        "/api/v1/read": upload,
        "/api/v1/batch": batch,
        "/api/v1/document": batch,
        "/api/v1/corrections": corrections.MAX_BODY,
        "/api/v1/drawings": upload,
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
    reader = app.state.reader or load_reader(settings)
    page_reader = app.state.page_reader or load_page_reader(settings)
    engine = Engine(reader, settings.threads, metrics.batches.observe, page_reader=page_reader)
    metrics.waiting.set_function(lambda: engine.waiting)
    app.state.engine = engine
    store: Store = app.state.store
    try:
        await asyncio.to_thread(_prepare, store)
        await engine.read(lambda: opened(png(_BLANK)))  # what the first picture costs more: imports, memory
        if page_reader:
            await engine.read(lambda: _BLANK, alphabet=page_reader.alphabets[0])
        # a model file that was named is read with, whoever is the champion
        async with nullcontext() if settings.model else following(store, engine):
            yield
    finally:
        await engine.close()
        store.close()


def _prepare(store: Store) -> None:
    """Bring the store up to date; reading works without it, and it is asked again when it is needed."""
    try:
        store.migrate()
    except StoreAway as error:
        log.error("store away", why=str(error))
