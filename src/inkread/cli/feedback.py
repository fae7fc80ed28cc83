"""`inkread feedback`: corrections reviewed, and exported to learn from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError, ModelFileError

if TYPE_CHECKING:
    from inkread.data.feedback import Correction
    from inkread.modelfile import ModelFile
    from inkread.storage import Store
    from inkread.storage.tables import Correction as Stored

app = typer.Typer(help="Corrections: review them, export them to learn from.", no_args_is_help=True)

_SHADES = " .:-=+*#%@"  # light to dark
_COLUMNS, _ROWS = 40, 20  # signs a drawing is shown with; a sign is twice as high as wide

DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="URL of the store; INKREAD_DATABASE_URL if left out.")
]


@app.command("review")
def review(
    accept: Annotated[list[str] | None, typer.Option(help="Id of one to accept; repeatable.")] = None,
    refuse: Annotated[list[str] | None, typer.Option(help="Id of one to refuse; repeatable.")] = None,
    accept_unmarked: Annotated[
        bool, typer.Option("--accept-unmarked", help="Accept all that wait and have no mark.")
    ] = False,
    as_list: Annotated[bool, typer.Option("--list", help="Only list what waits.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Accept or refuse corrections that wait: one by one with their drawing, or by id.

    A mark says what looks wrong: duplicate, contradiction, or flood from one source.
    """
    from inkread.errors import Conflict

    with opened(database) as store:
        for id in accept or ():
            store.review(id, "accepted")
        for id in refuse or ():
            store.review(id, "refused")
        if accept_unmarked:
            for stored in store.corrections(state="waiting", marked=False):
                try:
                    store.review(stored.id, "accepted")
                except Conflict as error:
                    typer.echo(str(error), err=True)
        if as_list:
            for stored in store.corrections(state="waiting"):
                typer.echo(_line(stored))
        elif not (accept or refuse or accept_unmarked):
            _one_by_one(store)
        typer.echo(_counts(store))


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Folder for them; an older export there goes.")],
    database: DatabaseOption = None,
) -> None:
    """Write the accepted corrections, and the champion, into a folder for `inkread train --with-feedback`."""
    from inkread.data.feedback import CHAMPION, write_feedback
    from inkread.files import write_atomically

    with opened(database) as store:
        champion = champion_of(store)
        count = write_feedback(folder, accepted(store))
    write_atomically(folder / CHAMPION, champion.data)
    typer.echo(f"{count:,} corrections in {folder}")


def opened(database: str | None) -> Store:
    """The store that the settings or ``database`` name; InkreadError where its packages are missing."""
    try:
        from inkread.service.settings import Settings
        from inkread.storage import open_store
    except ImportError as error:
        raise InkreadError(f"expected the service's packages, got: {error}; pip install 'inkread[app]'") from error
    return open_store(Settings.load(database_url=database).database_url)


def champion_of(store: Store) -> ModelFile:
    """The model file that the alias stands for, by default the shipped one; ModelFileError where it is damaged."""
    from inkread.modelfile import ModelFile
    from inkread.service.champion import ALIAS

    alias = store.alias(ALIAS)
    if alias is None:
        return ModelFile.open()
    model = ModelFile.open(alias.path)
    if model.sha256 != alias.sha256:
        raise ModelFileError(f"{alias.path}: expected the file that was promoted, got another; `inkread rollback`")
    return model


def accepted(store: Store) -> Iterator[Correction]:
    """The store's accepted corrections, oldest first, as they teach."""
    return map(_correction, store.corrections(state="accepted"))


def _correction(stored: Stored) -> Correction:
    from inkread import picture
    from inkread.data.feedback import Correction
    from inkread.strokes import Strokes

    drawing = stored.drawing
    canvas = None
    if drawing.width and drawing.height:
        canvas = (drawing.width, drawing.height, drawing.pen or 0.06 * min(drawing.width, drawing.height))
    return Correction(
        id=stored.id,
        label=stored.label,
        item=Strokes.parse(json.loads(drawing.strokes)) if drawing.strokes else picture.decode(drawing.picture or b""),
        source=stored.source,
        made=stored.made.isoformat(timespec="seconds"),
        canvas=canvas if drawing.strokes else None,
        model=stored.model,
        read=stored.read,
    )


def _one_by_one(store: Store) -> None:
    from inkread.errors import Conflict

    for stored in store.corrections(state="waiting"):
        typer.echo(_line(stored))
        typer.echo(_shown(_correction(stored)))
        if not stored.consent:
            typer.echo("Its writer did not agree that it teaches.")
        answer = ""
        while answer not in ("a", "r", "s", "q"):
            answer = typer.prompt("a accept, r refuse, s skip, q quit", default="s").strip().lower()[:1]
        if answer == "q":
            return
        if answer != "s":
            try:
                store.review(stored.id, "accepted" if answer == "a" else "refused")
            except Conflict as error:
                typer.echo(str(error), err=True)


def _line(stored: Stored) -> str:
    model = repr(stored.model or "unknown")[1:-1]  # whoever sent it wrote it: a terminal obeys what it shows
    read = "" if stored.read is None else f"  read as {stored.read or 'nothing'!r} by {model}"
    mark = f"  {stored.mark}" if stored.mark else ""
    return f"{stored.id}  {stored.made:%Y-%m-%d %H:%M}  it is {stored.label!r}{read}  from {stored.source[:12]}{mark}"


def _shown(correction: Correction) -> str:
    """The drawing in signs, dark where it is dark."""
    import numpy as np
    from PIL import Image

    from inkread.reader import to_picture  # centres strokes, so that small ones are seen

    image = Image.fromarray(to_picture(correction.item))
    image.thumbnail((_COLUMNS, 2 * _ROWS))
    small = np.asarray(image.resize((image.width, max(1, image.height // 2))))
    signs = np.array(list(_SHADES))[(255 - small.astype(int)) * (len(_SHADES) - 1) // 255]
    return "\n".join("".join(row) for row in signs)


def _counts(store: Store) -> str:
    counts = {"waiting": 0, "accepted": 0, "refused": 0}
    for (state, _), count in store.count_corrections().items():
        counts[state] += count
    return ", ".join(f"{count:,} {state}" for state, count in counts.items())
