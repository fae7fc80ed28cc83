"""POST /api/v1/read and /api/v1/batch: pictures or strokes in, readings out."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from inkread.errors import InkreadError
from inkread.picture import opened
from inkread.service import openapi
from inkread.service.answers import answered, json_response, reading_json, settings_of
from inkread.service.problems import READ_PROBLEMS, documented, problem_of
from inkread.service.schemas import Batch, ReadingOut
from inkread.service.uploads import Upload, files_of_form, picture_or_json, read_from_json, shown_name

_AT_ONCE = 8  # files of one batch under way, so that a large one does not fill the lane

_READ = """curl --json '{"strokes": [[[20, 40], [40, 20], [40, 120]]]}' http://127.0.0.1:8000/api/v1/read"""
_BATCH = "curl -F files=@a.png -F files=@b.png http://127.0.0.1:8000/api/v1/batch"


def router(max_body: int, max_batch: int) -> APIRouter:
    """The routes, for bodies of at most so many bytes."""
    routes = APIRouter(prefix="/api/v1", tags=["read"])

    @routes.post(
        "/read",
        summary="Read a picture or a drawing",
        response_model=ReadingOut,
        responses=documented(*READ_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILE, openapi.DRAWING, openapi.RAW, example=_READ),
        max_body_size=max_body,
    )
    async def read(request: Request) -> Response:
        """A file, the strokes of a pen, a picture as a data URL, or the picture alone."""
        upload = await picture_or_json(request, read_from_json)
        return json_response(reading_json(await answered(request, upload)))

    @routes.post(
        "/batch",
        summary="Read many files",
        response_model=Batch,
        responses=documented(*READ_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILES, example=_BATCH),
        max_body_size=max_batch,
    )
    async def batch(request: Request) -> Response:
        """One result for each file, in the order sent; a file that cannot be read has its problem instead."""
        try:
            files = await files_of_form(request, settings_of(request).batch_files)
            turn = asyncio.Semaphore(_AT_ONCE)
            results = await asyncio.gather(*(_result(request, file, turn) for file in files))
        finally:
            await request.close()
        return json_response({"results": results})

    return routes


async def _result(request: Request, file: UploadFile, turn: asyncio.Semaphore) -> dict[str, Any]:
    """schemas.BatchEntry."""
    reading = problem = None
    async with turn:
        try:
            upload = Upload(partial(opened, await file.read()))
            reading = reading_json(await answered(request, upload))
        except (InkreadError, HTTPException) as error:
            problem = problem_of(error, request.scope).model_dump()
    return {"name": shown_name(file.filename), "reading": reading, "problem": problem}
