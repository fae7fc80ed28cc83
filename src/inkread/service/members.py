"""Who asks: the session of a browser, or the key of a script.

A browser shows a cookie that no script of a page can read and that no other site's requests carry
(HttpOnly, SameSite=Strict). What changes something needs the session's own token in X-CSRF-Token as well, which only
a page of this site can know, and which ends with the session. A key comes in Authorization and needs none: no browser
sends it by itself.
"""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from inkread.errors import SignedOut
from inkread.service import kept
from inkread.service.answers import json_response, settings_of
from inkread.service.problems import DENIED, FORGED, NOT_SIGNED_IN, Refusal
from inkread.storage import Store
from inkread.storage.accounts import KEY_PREFIX, SESSION_DAYS, Credential, Member, csrf_token

COOKIE = "inkread_session"
CSRF_HEADER = "X-CSRF-Token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none", ""})  # of Sec-Fetch-Site; old browsers and scripts send none


def store_of(request: Request) -> Store:
    """The store of the app that answers this request."""
    store: Store = request.app.state.store
    return store


def credential_of(request: Request) -> Credential | None:
    """What the request shows to say whose it is, unchecked; None where that is nothing.

    Refusal where it changes something by a cookie without the token of that session.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip().startswith(KEY_PREFIX):
        return Credential(key.strip(), is_key=True)
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    if request.method not in _SAFE:
        check_origin(request)
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), csrf_token(token).encode()):
            raise Refusal(FORGED, f"expected in {CSRF_HEADER} what GET /api/v1/account answers as csrf in this session")
    return Credential(token)


def check_origin(request: Request) -> None:
    """Refusal where a browser says that another site's page asks."""
    site = request.headers.get("sec-fetch-site", "")
    if site not in _OWN_SITE:
        raise Refusal(FORGED, f"expected a request of this site's own page, got one of {site!r:.40}")


def member(request: Request) -> Member:
    """Who asks; Refusal or SignedOut where that is nobody."""
    credential = credential_of(request)
    if credential is None:
        raise Refusal(NOT_SIGNED_IN, "expected a session or a key: sign in, or send Authorization: Bearer ink_…")
    return store_of(request).member(credential)


def member_at_browser(request: Request) -> Member:
    """Who asks by a session; a key may not change the account, nor make keys."""
    credential = credential_of(request)
    if credential is None or credential.is_key:
        raise Refusal(NOT_SIGNED_IN, "expected the session of a browser; sign in")
    return store_of(request).member(credential)


def admin(request: Request) -> Member:
    """Who asks, where they may review; else Refusal."""
    asking = member(request)
    if not asking.admin:
        raise Refusal(DENIED, "expected an admin; who runs the service makes one by `inkread accounts admin NAME`")
    return asking


def member_or_none(request: Request) -> Member | None:
    """Who asks, where that is somebody; a session that has ended is nobody's."""
    credential = credential_of(request)
    if credential is None:
        return None
    try:
        return store_of(request).member(credential)
    except SignedOut:
        return None


Asking = Annotated[Member, Depends(member)]
AtBrowser = Annotated[Member, Depends(member_at_browser)]
Reviewing = Annotated[Member, Depends(admin)]


def private_json(value: Any, status: int = 200) -> Response:
    """``value`` as JSON that nobody keeps on its way."""
    response = json_response(value, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def done() -> Response:
    """Status 204."""
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def _set_session(response: Response, request: Request, token: str) -> None:
    """Let the browser show ``token`` from now on."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_DAYS * 86_400,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",  # on localhost there is no other than http
    )


def forget_session(response: Response) -> None:
    """Let the browser show it no more."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def signed_in(request: Request, token: str) -> Response:
    """The answer to who has just signed in: their account, and the cookie."""
    member = store_of(request).member(Credential(token))
    response = private_json(account_json(request, member, token), 201)
    _set_session(response, request, token)
    return response


def account_json(request: Request, member: Member, token: str | None) -> dict[str, Any]:
    """kept.Account."""
    return {
        "name": member.name,
        "admin": member.admin,
        "size": member.size,
        "room": settings_of(request).account_mb * 1_000_000,
        "csrf": csrf_token(token) if token else None,
    }


def agent_of(request: Request) -> str:
    """The browser as it calls itself."""
    return kept.without_control(request.headers.get("user-agent", ""))[:200]
