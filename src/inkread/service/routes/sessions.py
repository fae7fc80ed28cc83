"""Sessions of browsers and keys of scripts: begun, listed, ended."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from inkread.service import kept
from inkread.service.intake import client_of
from inkread.service.members import (
    AtBrowser,
    agent_of,
    check_origin,
    done,
    forget_session,
    private_json,
    signed_in,
    store_of,
)
from inkread.service.problems import STORE_PROBLEMS, documented
from inkread.service.throttle import Throttle


def router(throttle: Throttle) -> APIRouter:
    """The routes; ``throttle`` counts tries at passwords."""
    routes = APIRouter(prefix="/api/v1", tags=["accounts"])
    problems = documented(*STORE_PROBLEMS)

    @routes.post("/session", summary="Sign in", status_code=201, response_model=kept.Account, responses=problems)
    def sign_in(request: Request, given: kept.SignIn) -> Response:
        """The session is a cookie; it ends after 30 days, at sign-out, or at a change of the password elsewhere."""
        check_origin(request)
        throttle.sign_in(client_of(request.scope), given.name)
        return signed_in(request, store_of(request).sign_in(given.name, given.password, agent_of(request)))

    @routes.delete("/session", summary="Sign out", status_code=204, responses=problems)
    def sign_out(request: Request, member: AtBrowser) -> Response:
        """The session ends on the server as well."""
        store_of(request).sign_out(member)
        response = done()
        forget_session(response)
        return response

    @routes.get("/sessions", summary="Where am I signed in?", response_model=kept.Sessions, responses=problems)
    def sessions(request: Request, member: AtBrowser) -> Response:
        """Newest first."""
        logins = store_of(request).logins(member)
        return private_json({"sessions": [kept.session_json(login, member.by) for login in logins]})

    @routes.delete("/sessions/{id}", summary="Sign out elsewhere", status_code=204, responses=problems)
    def end_session(request: Request, member: AtBrowser, id: str) -> Response:
        """That session ends at once."""
        store_of(request).end_login(member, kept.id_of(id))
        return done()

    @routes.get("/keys", summary="Keys for scripts", response_model=kept.Keys, responses=problems)
    def keys(request: Request, member: AtBrowser) -> Response:
        """Newest first; the keys themselves are stored nowhere."""
        return private_json({"keys": [kept.key_json(key) for key in store_of(request).keys(member)]})

    @routes.post("/keys", summary="Make a key", status_code=201, response_model=kept.KeyMade, responses=problems)
    def add_key(request: Request, member: AtBrowser, new: kept.NewKey) -> Response:
        """Shown once; send it as Authorization: Bearer."""
        key, secret = store_of(request).add_key(member, new.name)
        return private_json({**kept.key_json(key), "key": secret}, 201)

    @routes.delete("/keys/{id}", summary="Revoke a key", status_code=204, responses=problems)
    def revoke_key(request: Request, member: AtBrowser, id: str) -> Response:
        """It ends at once."""
        store_of(request).revoke_key(member, kept.id_of(id))
        return done()

    return routes
