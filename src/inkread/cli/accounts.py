"""`inkread accounts`: list, admin, password; for who runs the service."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError

if TYPE_CHECKING:
    from inkread.storage import Store

app = typer.Typer(
    no_args_is_help=True, help="Accounts of the service, in the database that INKREAD_DATABASE_URL names."
)


@app.command("list")
def list_() -> None:
    """All accounts: name, MB kept, and whether they may review."""
    with _store() as store:
        for user in store.users():
            typer.echo(f"{user.name}\t{user.size / 1e6:.1f} MB\t{'admin' if user.admin else ''}".rstrip())


@app.command()
def admin(
    name: Annotated[str, typer.Argument(help="Name of the account.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="They may review no more.")] = False,
) -> None:
    """Let somebody review corrections on the page."""
    with _store() as store:
        store.set_admin(name, not revoke)
    typer.echo(f"{name} {'is an admin no more' if revoke else 'is an admin'}")


@app.command()
def password(name: Annotated[str, typer.Argument(help="Name of the account.")]) -> None:
    """Give somebody who has forgotten it a new password; their sessions and keys end."""
    new = secrets.token_urlsafe(12)
    with _store() as store:
        store.reset_password(name, new)
    typer.echo(new)


@contextmanager
def _store() -> Iterator[Store]:
    try:
        from inkread.service.settings import Settings
        from inkread.storage import open_store
    except ImportError as error:
        raise InkreadError(f"expected the service's packages, got: {error}; pip install 'inkread[app]'") from error
    with open_store(Settings.load().database_url) as store:
        yield store
