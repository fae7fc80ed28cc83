"""Links to readings: made, listed, revoked, and followed, with a head that chat programs make a preview of."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from PIL import Image, ImageDraw, ImageFont, ImageOps

from inkread.errors import Missing, Revoked, StoreAway
from inkread.service import drawing_files, kept
from inkread.service.members import Asking, done, private_json, store_of
from inkread.service.problems import REVOKED, STORE_PROBLEMS, documented, problem_of
from inkread.storage.tables import SavedReading

_PREVIEW = (1200, 630)  # px, as Open Graph's readers show it
_PAPER, _INK, _QUIET = (250, 248, 244), (35, 40, 45), (93, 102, 110)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def router(page_folder: Path) -> APIRouter:
    """The routes; a link shows the page that is built in ``page_folder``."""
    routes = APIRouter(tags=["links"])
    problems = documented(*STORE_PROBLEMS)
    link_problems = documented(*STORE_PROBLEMS, REVOKED)

    @routes.post(
        "/api/v1/readings/{id}/shares",
        summary="Make a link",
        status_code=201,
        response_model=kept.ShareOut,
        responses=problems,
    )
    def share(request: Request, member: Asking, id: str, new: kept.NewShare) -> Response:
        """Whoever has it sees the drawing and its reading, and nothing else."""
        expires = None if new.days is None else datetime.now(UTC) + timedelta(days=new.days)
        store = store_of(request)
        made = store.share(member, kept.id_of(id), expires)
        made.reading = store.reading(member, made.reading_id)
        return private_json(kept.share_json(made), 201)

    @routes.get("/api/v1/shares", summary="My links", response_model=kept.Shares, responses=problems)
    def shares(request: Request, member: Asking, before: kept.Before = None) -> Response:
        """Newest first, those that have ended too."""
        found = store_of(request).shares(member, before=before, most=kept.LINKS)
        following = found[-1].id if len(found) == kept.LINKS else None
        return private_json({"shares": [kept.share_json(one) for one in found], "next": following})

    @routes.delete("/api/v1/shares/{id}", summary="Revoke a link", status_code=204, responses=problems)
    def revoke(request: Request, member: Asking, id: str) -> Response:
        """It shows nothing from now on."""
        store_of(request).revoke_share(member, kept.id_of(id))
        return done()

    @routes.get(
        "/api/v1/shared/{token}", summary="What a link shows", response_model=kept.Shown, responses=link_problems
    )
    def shown(request: Request, token: str) -> Response:
        """To anybody, until it is revoked or expires."""
        return private_json(kept.shown_json(_shared(request, token)))

    @routes.get("/s/{token}", include_in_schema=False)
    def page(request: Request, token: str) -> Response:
        try:
            saved = _shared(request, token)
        except (Missing, Revoked, StoreAway) as error:
            problem = problem_of(error, request.scope)
            html = _without_reading(page_folder / "index.html", problem.title, problem.detail)
            return HTMLResponse(html, problem.status, _HEADERS)
        return HTMLResponse(_with_head(page_folder / "index.html", _head(request, saved)), headers=_HEADERS)

    @routes.get("/s/{token}/picture.png", include_in_schema=False)
    def picture(request: Request, token: str) -> Response:
        return Response(_preview(_shared(request, token)), headers=_HEADERS, media_type="image/png")

    return routes


def _shared(request: Request, token: str) -> SavedReading:
    if not _TOKEN.fullmatch(token):
        raise Missing("this link leads nowhere; ask for it again")
    return store_of(request).shared(token)


def _said(saved: SavedReading) -> str:
    text = " ".join((saved.label or saved.text).split())
    return f"Read as {text}" if text else "Nothing that could be read"


def _head(request: Request, saved: SavedReading) -> str:
    """What the previews of chat programs are made of (ogp.me); addresses are whole ones there."""
    address = f"{request.url.scheme}://{request.url.netloc}{request.url.path}"
    properties = {
        "og:type": "website",
        "og:site_name": "Inkread",
        "og:title": _said(saved),
        "og:description": "A drawing and what Inkread reads in it.",
        "og:url": address,
        "og:image": f"{address}/picture.png",
        "og:image:type": "image/png",
        "og:image:width": str(_PREVIEW[0]),
        "og:image:height": str(_PREVIEW[1]),
        "og:image:alt": f"The drawing. {_said(saved)}.",
    }
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()]
    return "\n".join([*lines, '<meta name="twitter:card" content="summary_large_image">'])


def _title(text: str) -> str:
    return f"<title>{escape(text)} – Inkread</title>"


def _document(head: str, text: str) -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body><p>{text}</p></body></html>'


def _with_head(page: Path, head: str) -> str:
    """The built page with ``head`` in its own; where it is not built, the picture alone."""
    try:
        html = page.read_text(encoding="utf-8")
    except OSError:
        return _document(_title("A reading") + head, '<img src="picture.png" alt="The drawing and its reading">')
    return html.replace("</head>", f"{head}\n</head>", 1)


def _without_reading(page: Path, title: str, detail: str) -> str:
    """The built page, which says why there is nothing, and says it without JavaScript as well."""
    try:
        html = page.read_text(encoding="utf-8")
    except OSError:
        return _document(_title(title), escape(detail))
    titled = re.sub("<title>.*?</title>", lambda _: _title(title), html, count=1, flags=re.DOTALL)
    return titled.replace("<body>", f"<body>\n<noscript><p>{escape(detail)}</p></noscript>", 1)


def _preview(saved: SavedReading) -> bytes:
    """The drawing on paper with what was read below it, as a PNG."""
    width, height = _PREVIEW
    sheet = Image.new("RGB", _PREVIEW, _PAPER)
    drawing = Image.fromarray(np.asarray(drawing_files.seen(saved.drawing)))
    drawing = ImageOps.contain(drawing, (width - 160, height - 230), Image.Resampling.LANCZOS)
    sheet.paste(drawing, ((width - drawing.width) // 2, 50))
    pen = ImageDraw.Draw(sheet)
    pen.text((width / 2, height - 110), _said(saved)[:40], _INK, ImageFont.load_default(64), anchor="mm")
    pen.text((width / 2, height - 40), "Inkread", _QUIET, ImageFont.load_default(28), anchor="mm")
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
