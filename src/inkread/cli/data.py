"""``inkread data``: what there is to learn from and measure on, fetching it, finding it, checking it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from inkread.data import Entry

app = typer.Typer(help="Data sets: list, download, find and check them.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="Data sets by name.", show_default=False)]


@app.command("list")
def list_sets() -> None:
    """List the data sets, their samples, licence and use, and whether they are here."""
    from rich.console import Console
    from rich.table import Table

    from inkread.data import CATALOGUE, SPLITS, data_folder

    folder = data_folder()
    table = Table("name", "what", *SPLITS[:3], "licence", "use", "here", title=f"Data sets in {folder}")
    for column in table.columns[2:5]:
        column.justify = "right"
    for entry in CATALOGUE.values():
        counts = (f"{entry.counts[split]:,}" if split in entry.counts else "" for split in SPLITS[:3])
        here = "no" if entry.missing(folder) else "yes"
        table.add_row(entry.name, entry.title, *counts, entry.licence, entry.use, here)
    Console().print(table)


@app.command("get")
def get(names: Names = None) -> None:
    """Download data sets into the data folder; without names, all that have a mirror."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from inkread.data import CATALOGUE, data_folder
    from inkread.data.fetch import fetch
    from inkread.errors import DataError

    folder = data_folder()
    served = [entry for entry in CATALOGUE.values() if any(file.mirrors for file in entry.files)]
    entries = _chosen(names) if names else served
    for entry in entries:
        if entry not in served and entry.missing(folder):
            place = folder / entry.missing(folder)[0].path
            raise DataError(
                f"{entry.name}: nobody serves it in this form; take it from {entry.source}, put it at {place}"
            )
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for file in (file for entry in entries for file in entry.files if file.mirrors):
            task = progress.add_task(file.path, total=None)
            fetch(file, folder, partial(_show, progress, task))
            progress.update(task, total=1, completed=1, visible=False)
            progress.console.print(f"{file.path} is right", highlight=False)
    for entry in entries:
        typer.echo(f"{entry.name} is in {folder}. Licence: {entry.licence}. Cite: {entry.citation}")


@app.command("path")
def path(
    name: Annotated[str | None, typer.Argument(help="A data set by name.", show_default=False)] = None,
) -> None:
    """Print the data folder, or the files of one data set."""
    from inkread.data import data_folder

    folder = data_folder()
    if name is None:
        typer.echo(folder)
        return
    for file in _chosen([name])[0].files:
        typer.echo(folder / file.path)


@app.command("check")
def check_sets(names: Names = None) -> None:
    """Compare files and counts with the catalogue; exit 1 where a set is damaged, or named and missing."""
    from rich.console import Console

    from inkread.data import CATALOGUE, data_folder
    from inkread.data.check import check

    folder, console = data_folder(), Console(soft_wrap=True, highlight=False)
    bad = False
    for entry in _chosen(names) if names else CATALOGUE.values():
        state, detail = check(entry, folder)
        bad = bad or state == "damaged" or (state == "missing" and bool(names))
        colour = {"right": "green", "missing": "yellow", "damaged": "red"}[state]
        console.print(f"[{colour}]{state:8}[/] {entry.name}")
        if detail:
            console.print(f"         {detail}", markup=False)
    if bad:
        raise typer.Exit(1)


def _show(progress: Progress, task: TaskID, done: int, total: int | None) -> None:
    progress.update(task, completed=done, total=total)


def _chosen(names: list[str]) -> list[Entry]:
    from inkread.data import CATALOGUE
    from inkread.errors import DataError

    unknown = [name for name in names if name not in CATALOGUE]
    if unknown:
        raise DataError(f"{unknown[0]}: expected one of the data sets {', '.join(CATALOGUE)}")
    return [CATALOGUE[name] for name in names]
