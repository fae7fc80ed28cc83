"""POST /api/v1/read, /api/v1/batch and /api/v1/document: pictures, strokes or documents in, readings out."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from inkread.document import Document
from inkread.errors import InkreadError
from inkread.picture import opened
from inkread.service import openapi
from inkread.service.answers import answered, engine_of, json_response, reading_json, settings_of
from inkread.service.problems import READ_PROBLEMS, SAVE_PROBLEMS, documented, problem_of
from inkread.service.saving import Save, saved, saver_of
from inkread.service.schemas import Asked, Batch, DocumentOut, ReadingOut
from inkread.service.uploads import (
    Upload,
    document_of,
    files_of_form,
    media_type,
    picture_or_json,
    read_from_json,
    shown_name,
)

_AT_ONCE = 8  # files of one batch under way, so that a large one does not fill the lane

_READ = """curl --json '{"strokes": [[[20, 40], [40, 20], [40, 120]]]}' http://127.0.0.1:8000/api/v1/read"""
_DOCUMENT = "curl -F file=@scan.pdf 'http://127.0.0.1:8000/api/v1/document?alphabet=number'"
_BATCH = "curl -F files=@a.png -F files=@b.png http://127.0.0.1:8000/api/v1/batch"


def router(max_body: int, max_batch: int) -> APIRouter:
    """The routes, for bodies of at most so many bytes."""
    routes = APIRouter(prefix="/api/v1", tags=["read"])

    @routes.post(
        "/read",
        summary="Read a picture or a drawing",
        response_model=ReadingOut,
        responses=documented(*READ_PROBLEMS, *SAVE_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILE, openapi.DRAWING, openapi.RAW, example=_READ),
        max_body_size=max_body,
    )
    async def read(request: Request, alphabet: Asked = None, save: Save = False) -> Response:
        """A file, the strokes of a pen, a picture as a data URL, or the picture alone."""
        saver = saver_of(request) if save else None
        upload = await picture_or_json(request, partial(read_from_json, page=alphabet is not None))
        answer = await answered(request, upload, alphabet)
        kept = {}
        if saver:
            drawing = await request.body() if media_type(request) == "application/json" else b""
            kept = await saved(request, saver, answer, drawing)
        return json_response({**reading_json(answer), **kept})

    @routes.post(
        "/batch",
        summary="Read many files",
        response_model=Batch,
        responses=documented(*READ_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILES, example=_BATCH),
        max_body_size=max_batch,
    )
    async def batch(request: Request, alphabet: Asked = None) -> Response:
        """One result for each file, in the order sent; a file that cannot be read has its problem instead."""
        engine_of(request).check(alphabet)
        try:
            files = await files_of_form(request, settings_of(request).batch_files)
            turn = asyncio.Semaphore(_AT_ONCE)
            results = await asyncio.gather(*(_result(request, file, turn, alphabet) for file in files))
        finally:
            await request.close()
        return json_response({"results": results})

    @routes.post(
        "/document",
        summary="Read a PDF or a TIFF page by page",
        response_model=DocumentOut,
        responses=documented(*READ_PROBLEMS),
        openapi_extra=openapi.body(openapi.DOCUMENT, example=_DOCUMENT),
        max_body_size=max_batch,
    )
    async def document(request: Request, alphabet: Asked = None) -> Response:
        """One result for each page, in order; a page that cannot be read has its problem instead."""
        engine_of(request).check(alphabet)
        data = await document_of(request)
        most = settings_of(request).document_pages
        opened_document = await asyncio.to_thread(Document, data, most=most)
        try:
            pages = []
            for index in range(len(opened_document)):
                if await request.is_disconnected():
                    break
                upload = Upload(partial(opened_document.page, index), heavy=True)
                pages.append({"page": index + 1, **await _reading_or_problem(request, upload, alphabet)})
        finally:
            await asyncio.to_thread(opened_document.close)
        return json_response({"pages": pages})

    return routes


async def _result(request: Request, file: UploadFile, turn: asyncio.Semaphore, alphabet: str | None) -> dict[str, Any]:
    """schemas.BatchEntry."""
    async with turn:
        upload = Upload(partial(opened, await file.read()))
        answer = await _reading_or_problem(request, upload, alphabet)
    return {"name": shown_name(file.filename), **answer}


async def _reading_or_problem(request: Request, upload: Upload, alphabet: str | None) -> dict[str, Any]:
    """What schemas.BatchEntry and schemas.PageEntry share."""
    try:
        return {"reading": reading_json(await answered(request, upload, alphabet)), "problem": None}
    except (InkreadError, HTTPException) as error:
        return {"reading": None, "problem": problem_of(error, request.scope).model_dump()}
