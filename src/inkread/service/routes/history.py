"""The history: saved readings in pages, searched, opened, deleted, and as files; drawings from files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from inkread.service import drawing_files, kept, openapi
from inkread.service.answers import answered, reading_json
from inkread.service.members import Asking, done, private_json, store_of
from inkread.service.problems import READ_PROBLEMS, STORE_PROBLEMS, documented
from inkread.service.saving import saved, saver_of
from inkread.service.schemas import Asked
from inkread.service.uploads import Upload, drawing_file_of, drawn
from inkread.storage import tables
from inkread.storage.readings import MOST, Search

_SEARCH = "curl -H 'Authorization: Bearer ink_…' 'http://127.0.0.1:8000/api/v1/readings?text=7&unsure=true'"
_FILE = "curl -H 'Authorization: Bearer ink_…' -F file=@drawing.json http://127.0.0.1:8000/api/v1/drawings"

Most = Annotated[int, Query(ge=1, le=MOST, description="Entries of a page.")]


def _search(
    text: Annotated[str, Query(max_length=200, description="Part of the text or of its label, in any case.")] = "",
    since: Annotated[AwareDatetime | None, Query(description="From this moment, with its zone.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment, with its zone.")] = None,
    unsure: Annotated[bool | None, Query(description="Only unsure readings, or only sure ones.")] = None,
    corrected: Annotated[bool | None, Query(description="Only corrected readings, or only others.")] = None,
) -> Search:
    return Search(kept.without_control(text), since, until, unsure, corrected)


Searched = Annotated[Search, Depends(_search)]

_KINDS: dict[str, tuple[str, Callable[[tables.Drawing], bytes]]] = {
    "json": ("application/json", drawing_files.to_json),
    "png": ("image/png", drawing_files.to_png),
    "svg": ("image/svg+xml", drawing_files.to_svg),
}


def router(max_body: int) -> APIRouter:
    """The routes; a drawing's file has at most ``max_body`` bytes."""
    routes = APIRouter(prefix="/api/v1", tags=["history"])
    problems = documented(*STORE_PROBLEMS)

    @routes.get(
        "/readings",
        summary="My readings",
        response_model=kept.History,
        responses=problems,
        openapi_extra={"x-codeSamples": [{"lang": "Shell", "source": _SEARCH}]},
    )
    def history(
        request: Request, member: Asking, search: Searched, before: kept.Before = None, most: Most = 50
    ) -> Response:
        """A page of them, newest first; what is saved meanwhile moves nothing between pages."""
        found = store_of(request).history(member, search, before=before, most=most)
        following = found[-1].id if len(found) == most else None
        return private_json({"readings": [kept.entry_json(one) for one in found], "next": following})

    @routes.get("/readings/{id}", summary="Open a reading", response_model=kept.Opened, responses=problems)
    def opened(request: Request, member: Asking, id: str) -> Response:
        """With its drawing, as strokes that can be drawn on."""
        return private_json(kept.opened_json(store_of(request).reading(member, kept.id_of(id))))

    @routes.delete("/readings/{id}", summary="Delete a reading", status_code=204, responses=problems)
    def delete(request: Request, member: Asking, id: str) -> Response:
        """With its links, and with its drawing and corrections where no other reading has the same drawing."""
        if not store_of(request).delete_readings(member, [kept.id_of(id)]):
            raise kept.no_reading()
        return done()

    @routes.post("/readings/delete", summary="Delete readings", response_model=kept.Deleted, responses=problems)
    def delete_many(request: Request, member: Asking, given: kept.Ids) -> Response:
        """Those of them that are one's own."""
        return private_json({"deleted": store_of(request).delete_readings(member, given.ids)})

    @routes.get(
        "/readings/{id}/drawing.{kind}",
        summary="A drawing as a file",
        response_class=Response,
        responses={**problems, 200: {"description": "The file.", "content": {kind: {} for kind, _ in _KINDS.values()}}},
    )
    def drawing(request: Request, member: Asking, id: str, kind: str) -> Response:
        """json, png or svg; each can be loaded back as it was."""
        if kind not in _KINDS:
            raise kept.no_reading()
        found = store_of(request).reading(member, kept.id_of(id))
        media_type, made = _KINDS[kind]
        headers = _attachment(f"drawing-{found.made:%Y-%m-%d}-{found.id[-6:]}.{kind}")
        return Response(made(found.drawing), headers=headers, media_type=media_type)

    @routes.post(
        "/drawings",
        summary="Load a drawing from a file",
        status_code=201,
        response_model=kept.SavedOut,
        responses=documented(*READ_PROBLEMS, *STORE_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILE, openapi.DRAWING_FILE, openapi.RAW, example=_FILE),
        max_body_size=max_body,
    )
    async def load(request: Request, alphabet: Asked = None) -> Response:
        """JSON, PNG or SVG as they were saved, or any picture: it is read and kept."""
        credential = saver_of(request)
        data = await drawing_file_of(request)
        drawing = await run_in_threadpool(drawing_files.from_file, data)
        upload = Upload(partial(drawn, drawing, page=alphabet is not None), heavy=len(data) > 100_000)
        answer = await answered(request, upload, alphabet)
        kept_as = await saved(request, credential, answer, drawing.model_dump_json().encode())
        return private_json({**kept_as, "reading": reading_json(answer)}, 201)

    @routes.get(
        "/history.csv", summary="My readings as CSV", response_class=StreamingResponse, responses=_file("text/csv")
    )
    def as_csv(request: Request, member: Asking, search: Searched) -> Response:
        """A line for each reading that the search finds, newest first."""
        lines = kept.csv_lines(store_of(request).all_readings(member, search))
        return StreamingResponse(lines, headers=_attachment(f"inkread-{_today()}.csv"), media_type="text/csv")

    @routes.get(
        "/history.json",
        summary="My readings as JSON",
        response_class=StreamingResponse,
        responses=_file("application/json"),
    )
    def as_json(request: Request, member: Asking, search: Searched) -> Response:
        """A list of the readings that the search finds with their drawings, newest first."""
        lines = _json_list(store_of(request).all_readings(member, search))
        return StreamingResponse(lines, headers=_attachment(f"inkread-{_today()}.json"), media_type="application/json")

    return routes


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {**documented(*STORE_PROBLEMS), 200: {"description": "The file.", "content": {media_type: {}}}}


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _json_list(found: Iterable[tables.SavedReading]) -> Iterator[bytes]:
    """A JSON list by and by: a history may be larger than memory."""
    before = b"["
    for saved_reading in found:
        yield before + json.dumps(kept.opened_json(saved_reading), ensure_ascii=False).encode()
        before = b",\n"
    yield b"]\n" if before == b",\n" else b"[]\n"
