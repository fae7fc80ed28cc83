"""Accounts: made, their password, all of one's data, and their end."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from inkread.service import kept
from inkread.service.answers import settings_of
from inkread.service.intake import client_of
from inkread.service.members import (
    COOKIE,
    Asking,
    AtBrowser,
    account_json,
    agent_of,
    check_origin,
    done,
    forget_session,
    private_json,
    signed_in,
    store_of,
)
from inkread.service.problems import DENIED, STORE_PROBLEMS, Refusal, documented
from inkread.service.throttle import Throttle
from inkread.storage import Store
from inkread.storage.accounts import Member

_CHUNK = 64 * 1024
_IN_MEMORY = 10_000_000  # bytes of an export that are not written to a file

_SIGN_UP = """curl -c cookies --json '{"name": "Ada", "password": "correct horse"}' \\
  http://127.0.0.1:8000/api/v1/account"""


def router(throttle: Throttle) -> APIRouter:
    """The routes; ``throttle`` counts tries at passwords."""
    routes = APIRouter(prefix="/api/v1", tags=["accounts"])
    problems = documented(*STORE_PROBLEMS)

    @routes.post(
        "/account",
        summary="Make an account",
        status_code=201,
        response_model=kept.Account,
        responses=problems,
        openapi_extra={"x-codeSamples": [{"lang": "Shell", "source": _SIGN_UP}]},
    )
    def sign_up(request: Request, new: kept.NewAccount) -> Response:
        """And signs in: the session is a cookie."""
        check_origin(request)
        if not settings_of(request).sign_up:
            raise Refusal(DENIED, "nobody can make an account here; ask who runs the service")
        throttle.sign_up(client_of(request.scope))
        return signed_in(request, store_of(request).sign_up(new.name, new.password, agent_of(request)))

    @routes.get("/account", summary="Who am I?", response_model=kept.Account, responses=problems)
    def account(request: Request, member: Asking) -> Response:
        """Also the token that a session's changes need."""
        return private_json(account_json(request, member, request.cookies.get(COOKIE)))

    @routes.put("/account/password", summary="Change the password", status_code=204, responses=problems)
    def change_password(request: Request, member: AtBrowser, given: kept.NewPasswords) -> Response:
        """All other sessions end; keys stay."""
        throttle.sign_in(client_of(request.scope), member.name)
        store_of(request).change_password(member, given.old, given.new)
        return done()

    @routes.post("/account/delete", summary="Delete the account", status_code=204, responses=problems)
    def delete(request: Request, member: AtBrowser, given: kept.Confirmed) -> Response:
        """And all that is theirs: drawings, readings, links, corrections, sessions, keys. There is no way back."""
        throttle.sign_in(client_of(request.scope), member.name)
        store_of(request).delete_account(member, given.password)
        response = done()
        forget_session(response)
        return response

    @routes.get(
        "/account/export",
        summary="All that is kept of me",
        response_class=StreamingResponse,
        responses={**problems, 200: {"content": {"application/zip": {}}, "description": "A zip file."}},
    )
    def export(request: Request, member: Asking) -> Response:
        """A zip file: the account, readings with their drawings (JSON lines, and a CSV), corrections, links."""
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
        _write_export(store_of(request), member, file)
        file.seek(0)
        headers = {"Content-Disposition": 'attachment; filename="inkread.zip"', "Cache-Control": "no-store"}
        return StreamingResponse(_chunks(file), headers=headers, media_type="application/zip")

    return routes


def _write_export(store: Store, member: Member, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"name": member.name, "size": member.size, "admin": member.admin}
        keys = [kept.key_json(key) for key in store.keys(member)]
        archive.writestr("account.json", json.dumps({**about, "keys": keys}, ensure_ascii=False, indent=1))
        with archive.open("readings.jsonl", "w", force_zip64=True) as lines:
            for saved in store.all_readings(member):
                lines.write(json.dumps(kept.opened_json(saved), ensure_ascii=False).encode() + b"\n")
        with archive.open("readings.csv", "w", force_zip64=True) as table:
            for line in kept.csv_lines(store.all_readings(member)):
                table.write(line)
        with archive.open("corrections.jsonl", "w", force_zip64=True) as lines:
            for found in store.corrections(user_id=member.id):
                lines.write(json.dumps(kept.correction_json(found), ensure_ascii=False).encode() + b"\n")
        links = [kept.share_json(share) for share in kept.pages(lambda before: store.shares(member, before=before))]
        archive.writestr("links.json", json.dumps(links, ensure_ascii=False, indent=1))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
