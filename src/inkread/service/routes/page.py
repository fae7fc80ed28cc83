"""Everything else: the built page, its files compressed beforehand."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Receive, Scope, Send

from inkread.service.problems import NOT_BUILT, NOT_FOUND, Refusal

if TYPE_CHECKING:
    from os import PathLike

FOLDER = Path(__file__).resolve().parents[1] / "page"
"""Where `npm run build` writes the page."""

HOW_TO_BUILD = "run `make run` once, or `npm install && npm run build` in web/; the API works without it"

VIEWS = frozenset({"account", "history", "review", "beat"})
"""Addresses that the page itself makes something of."""

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the smaller first
_TYPES = {".webmanifest": "application/manifest+json", ".onnx": "application/octet-stream", ".wasm": "application/wasm"}
_FOREVER = "public, max-age=31536000, immutable"


class Page(StaticFiles):
    """The files of a folder: those in assets/ for ever, because their names change with their content."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or in a browser with the page for what is not there."""
        if scope["type"] != "http":
            return await super().__call__(scope, receive, send)
        path = self.get_path(scope)
        if path in VIEWS:
            path = "."
        try:
            if scope["method"] not in ("GET", "HEAD"):
                raise Refusal(NOT_FOUND, "there is nothing at this address; see /docs for what there is")
            if path == "." and not (self._folder / "index.html").is_file():
                raise Refusal(NOT_BUILT, f"expected the built page in {FOLDER.name}/, found none; {HOW_TO_BUILD}")
            response = await self.get_response("index.html" if path == "." else path, scope)
        except HTTPException as error:
            if "text/html" not in Headers(scope=scope).get("accept", ""):
                raise
            response = self._page_for(error)
        await response(scope, receive, send)

    async def check_config(self) -> None:
        """Nothing: a page that is not built is told to whoever asks for it."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, as small as the client accepts."""
        asked = Headers(scope=scope)
        plain = Path(full_path)
        path, encoding = _smallest(plain, asked.get("accept-encoding", ""))
        headers = {
            "Cache-Control": _FOREVER if "assets" in plain.relative_to(self._folder.resolve()).parts else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if encoding:
            headers["Content-Encoding"] = encoding
            stat_result = path.stat()
        response = FileResponse(path, status_code, headers, _media_type(plain), stat_result=stat_result)
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response

    def _page_for(self, error: HTTPException) -> Response:
        page = self._folder / "404.html"
        if error.status_code == 404 and page.is_file():
            return FileResponse(page, 404, {"Cache-Control": "no-cache"})
        return HTMLResponse(
            f'<!doctype html><html lang="en"><title>Inkread</title><p>{error.detail}</p>', error.status_code
        )


def _smallest(path: Path, accepted: str) -> tuple[Path, str]:
    """The file compressed as the client accepts, and its encoding; itself and "" where there is none."""
    wanted = set(_accepted(accepted))
    for encoding, ending in _ENCODINGS:
        if encoding in wanted:
            compressed = path.with_name(path.name + ending)
            if compressed.is_file():
                return compressed, encoding
    return path, ""


def _accepted(header: str) -> Iterable[str]:
    """Names of Accept-Encoding without those of weight 0 (RFC 9110, 12.5.3)."""
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            yield name.strip()


def _media_type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
