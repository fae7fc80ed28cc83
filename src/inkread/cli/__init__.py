"""The command line. Each command imports its floor when it runs, so that `inkread --help` waits for nothing.

inkread
├── read       pictures and documents in, a line for each picture or page out
├── batch      a folder of pictures into a CSV
├── evaluate   how well one model file reads
├── compare    several model files side by side
├── train      a recipe in, or corrections; a model file out
├── promote    a challenger becomes the champion, if it has earned it
├── rollback   the champion before it reads again
├── feedback   review | export
├── serve      the page and the API
├── accounts   list | admin | password
└── data       list | get | path | check
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from inkread import __version__

# As modules: a function `read` here would hide its module
from inkread.cli import accounts, data, feedback, measure, promote, read, serve, train
from inkread.errors import InkreadError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(read.read)
app.command()(read.batch)
app.command()(measure.evaluate)
app.command()(measure.compare)
app.command()(train.train)
app.command()(promote.promote)
app.command()(promote.rollback)
app.command()(serve.serve)
app.add_typer(feedback.app, name="feedback")
app.add_typer(accounts.app, name="accounts")
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line: an InkreadError becomes one red line on stderr and exit status 1."""
    try:
        app()
    except InkreadError as error:
        typer.secho(str(error), fg="red", err=True)
        sys.exit(1)
    except KeyboardInterrupt:  # before a command began; while one runs, typer exits 130 as well
        sys.exit(130)  # 128 + SIGINT, as a shell reports it


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"inkread {__version__}")
        raise typer.Exit


@app.callback()
def _inkread(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Read handwritten digits, numbers and letters: drawn, photographed or scanned."""
