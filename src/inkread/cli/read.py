"""`inkread read` and `inkread batch`: pictures in, a line for each out."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError, PictureError

if TYPE_CHECKING:
    from inkread.picture import Picture
    from inkread.reader import Reader
    from inkread.reading import Reading

COLUMNS = ("file", "text", "confidence", "unsure", "error")
"""Columns of a batch's results; ``unsure`` reasons are joined by "; ", ``confidence`` is 0-1."""

_STDIN = Path("-")
_AT_ONCE = 16  # files decoded, read and written together: what a kill can cost

Row = tuple[str, str, str, str, str]

ModelOption = Annotated[Path | None, typer.Option("--model", help="Model file (.onnx) instead of the shipped one.")]


def read(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Pictures; - or nothing reads one from standard input.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with all candidates.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
    model: ModelOption = None,
) -> None:
    """Read the digit in each picture."""
    from inkread.reader import Reader

    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")
    if not files:
        if sys.stdin.isatty():
            raise typer.BadParameter("name at least one picture, or pipe one in")
        files = [_STDIN]
    reader = Reader.load(model)
    width = max(len(_shown(file)) for file in files)
    if as_csv:
        typer.echo(_csv_line(COLUMNS[:-1]), nl=False)
    failed = False
    for file in files:
        try:
            reading = reader.read(_picture(file))
        except PictureError as error:
            typer.secho(str(error), fg="red", err=True)
            failed = True
            continue
        name = _shown(file)
        if as_json:
            typer.echo(json.dumps({"file": name, **reading.to_dict()}))
        elif as_csv:
            typer.echo(_csv_line(_row(name, reading)[:-1]), nl=False)
        else:
            typer.echo(_plain_line(name.ljust(width), reading))
    if failed:
        raise typer.Exit(1)


def batch(
    folder: Annotated[Path, typer.Argument(help="Folder; the pictures in it and below it are read.")],
    out: Annotated[Path, typer.Option("--out", help="CSV to write; what it already holds is not read again.")],
    model: ModelOption = None,
) -> None:
    """Read all pictures of a folder into a CSV; started again, it goes on where it stopped."""
    from rich.console import Console
    from rich.progress import Progress

    from inkread.reader import Reader

    files = _pictures_below(folder)
    reader = Reader.load(model)
    unread = 0
    with closing(Results(out)) as results, Progress(console=Console(stderr=True)) as progress:
        to_do = [file for file in files if file not in results.done]
        task = progress.add_task("Reading", total=len(files), completed=len(files) - len(to_do))
        rest = iter(to_do)
        while names := list(islice(rest, _AT_ONCE)):
            rows = _read_files(reader, folder, names)
            results.add(rows)
            unread += sum(bool(row[-1]) for row in rows)
            progress.advance(task, len(rows))
    typer.echo(
        f"{_shown(out)}: {len(to_do) - unread:,} read, {unread:,} could not be read, "
        f"{len(files) - len(to_do):,} were there already"
    )


class Results:
    """The CSV of a batch, appended to; a row cut off by a kill is dropped when it is opened again."""

    def __init__(self, path: Path) -> None:
        """Open or create ``path``; InkreadError where it is something else or cannot be written."""
        self._path = path
        try:
            kept = self._kept_bytes()
            self.done = frozenset(row[0] for row in self._rows(kept))
            self._file: IO[bytes] = path.open("ab")
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._file.truncate(len(kept))
            if not kept:
                self.add([COLUMNS])
        except BaseException:
            self.close()
            raise

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Append ``rows`` and hand them to the system; InkreadError where that fails, e.g. on a full disk."""
        try:
            self._file.write("".join(map(_csv_line, rows)).encode(errors="surrogateescape"))
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Close the file; what could not be written was reported when it was added."""
        with suppress(OSError):
            self._file.close()

    def _kept_bytes(self) -> bytes:
        """What the file holds up to the end of its last whole row."""
        if not self._path.exists():
            return b""
        if not self._path.is_file():
            raise InkreadError(f"{self._path}: expected a CSV file to write, got a folder or device; name a file")
        data = self._path.read_bytes()
        end = position = quotes = 0
        for line in data.splitlines(keepends=True):
            position += len(line)
            quotes += line.count(b'"')
            if line.endswith(b"\n") and quotes % 2 == 0:  # odd inside a quoted field
                end = position
        header = _csv_line(COLUMNS).encode()
        if not end and not header.startswith(data):
            raise self._foreign(data[:40].decode(errors="replace"))
        return data[:end]

    def _rows(self, kept: bytes) -> list[list[str]]:
        text = kept.decode("utf-8-sig", errors="surrogateescape")
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise self._foreign(str(error)) from error
        for row in rows:
            if len(row) != len(COLUMNS) or tuple(rows[0]) != COLUMNS:
                raise self._foreign(",".join(row)[:40])
        return rows[1:]

    def _unwritable(self, error: OSError) -> InkreadError:
        return InkreadError(
            f"{self._path}: expected to write results, got: {error.strerror or error}; "
            "what was written is kept: make room and run the same command again to go on"
        )

    def _foreign(self, came: str) -> InkreadError:
        return InkreadError(
            f"{self._path}: expected an unfinished batch with the columns {','.join(COLUMNS)}, got {came!r}; "
            "it is left as it is: name another file with --out"
        )


def _pictures_below(folder: Path) -> list[str]:
    """Paths of the pictures in ``folder`` and below, relative to it, with /, sorted."""
    from inkread.picture import SUFFIXES

    if not folder.is_dir():
        raise InkreadError(f"{folder}: expected a folder, got {'a file' if folder.exists() else 'nothing'} there")
    return sorted(
        (Path(parent, name).relative_to(folder).as_posix())
        for parent, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in SUFFIXES
    )


def _read_files(reader: Reader, folder: Path, names: Sequence[str]) -> list[Row]:
    """A row for each file: its reading, or why it could not be read."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded = list(pool.map(_picture_or_error, (folder / name for name in names)))
    readings = iter(reader.read_many([picture for picture in decoded if not isinstance(picture, PictureError)]))
    return [
        (name, "", "", "", str(picture)) if isinstance(picture, PictureError) else _row(name, next(readings))
        for name, picture in zip(names, decoded, strict=True)
    ]


def _picture_or_error(path: Path) -> Picture | PictureError:
    from inkread.picture import decode

    try:
        return decode(path)
    except PictureError as error:
        return error


def _picture(file: Path) -> Picture:
    from inkread.picture import decode, read_limited

    if file == _STDIN:
        return decode(read_limited(sys.stdin.buffer), name="standard input")
    return decode(file)


def _shown(path: Path) -> str:
    """The path as text that any terminal and file can take; bytes that are no UTF-8 become U+FFFD."""
    return str(path).encode(errors="surrogateescape").decode(errors="replace")


def _row(name: str, reading: Reading) -> Row:
    return (name, reading.text, f"{reading.confidence:.4f}", "; ".join(reading.unsure), "")


def _plain_line(name: str, reading: Reading) -> str:
    parts = [
        name,
        reading.text or "-",
        f"{reading.confidence:6.1%}".replace("%", " %"),
        "; ".join(reading.unsure),
    ]
    return "  ".join(filter(None, parts))


def _csv_line(row: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(row)  # it quotes the characters of the terminator
    return line.getvalue().removesuffix("\r\n") + "\n"
