"""`inkread promote` and `inkread rollback`: which model file the server reads with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkread.cli.feedback import DatabaseOption, accepted, champion_of, opened
from inkread.errors import RunError


def promote(
    run: Annotated[Path, typer.Argument(help="Run folder of `inkread train --with-feedback`, or a model file.")],
    feedback: Annotated[
        Path | None, typer.Option(help="Exported corrections instead of the store's accepted ones.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Make a challenger the champion that the server reads with, if it has earned it.

    It must be no worse than the champion on the frozen validation sets, and better on reviewed corrections that
    taught neither; otherwise the numbers are printed and nothing changes.
    """
    from inkread.data.feedback import read_feedback
    from inkread.feedback import choose
    from inkread.files import write_atomically
    from inkread.modelfile import ModelFile
    from inkread.promotion import judge
    from inkread.reader import Reader
    from inkread.service.champion import ALIAS
    from inkread.service.settings import Settings

    challenger = ModelFile.open(run / "model.onnx" if run.is_dir() else run)
    with opened(database) as store:
        champion = champion_of(store)
        if challenger.sha256 == champion.sha256:
            raise RunError(f"{challenger.path}: is the champion already")
        if challenger.alphabet != champion.alphabet:
            raise RunError(f"{challenger.path}: expected the champion's labels, got others; it cannot take its place")
        corrections = list(read_feedback(feedback) if feedback else accepted(store))
        held_out = choose(corrections, Reader(champion)).held_out
        typer.echo(f"champion {champion.id}, challenger {challenger.id}", err=True)
        verdict = judge(Reader(champion), Reader(challenger), held_out)
        typer.echo("\n".join(verdict.lines))
        if not verdict.promoted:
            raise RunError("not promoted: " + "; ".join(verdict.reasons))
        kept = Settings.load().models / f"{challenger.sha256}.onnx"
        write_atomically(kept, challenger.data)
        store.set_alias(ALIAS, challenger.sha256, str(kept))
    typer.echo(f"{challenger.id} is the champion; `inkread rollback` undoes it")


def rollback(database: DatabaseOption = None) -> None:
    """Undo the last `inkread promote`: the server reads with the champion before it."""
    with opened(database) as store:
        from inkread.service.champion import ALIAS  # after `opened` has told whether the service is installed

        store.rollback(ALIAS)
        typer.echo(f"{champion_of(store).id} is the champion again")
