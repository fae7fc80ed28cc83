"""`inkread read` and `inkread batch`: pictures and documents in, a line for each picture or page out."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import groupby, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError, PictureError

if TYPE_CHECKING:
    from inkread.document import Document
    from inkread.picture import Picture
    from inkread.reader import Reader
    from inkread.reading import Reading

COLUMNS = ("file", "text", "confidence", "unsure", "error")
"""Columns of a batch's results; ``unsure`` reasons are joined by "; ", ``confidence`` is 0-1."""

LINE_COLUMNS = ("file", "line", "text", "confidence", "unsure")
"""Columns of a row for each line of writing, counted from 1."""

_STDIN = Path("-")
_AT_ONCE = 16  # files decoded, read and written together: what a kill can cost

Row = tuple[str, str, str, str, str]

ModelOption = Annotated[Path | None, typer.Option("--model", help="Model file (.onnx) instead of the shipped one.")]
AlphabetOption = Annotated[
    str | None,
    typer.Option(
        "--alphabet",
        metavar="NAME",
        help="Read all that is written, not one digit: digits, number, upper, lower, letters, characters or anything.",
    ),
]


def read(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Pictures, PDFs and TIFFs; - or nothing reads one from standard input.")
    ] = None,
    alphabet: AlphabetOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with all candidates.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="CSV with a header; with --alphabet a row for each line of writing.")
    ] = False,
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay",
            metavar="PNG",
            help="Draw what was read over the one picture; of a document NAME.png, NAME-2.png and so on.",
        ),
    ] = None,
    model: ModelOption = None,
) -> None:
    """Read the digit in each picture, or with --alphabet all that is written; of a document, page by page."""
    from inkread.reader import Reader

    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")
    if not files:
        if sys.stdin.isatty():
            raise typer.BadParameter("name at least one picture, or pipe one in")
        files = [_STDIN]
    if overlay and len(files) > 1:
        raise typer.BadParameter("name one picture with --overlay")
    reader = Reader.load(_model(model, alphabet))
    reader.check(alphabet)
    width = max(len(_shown(file)) for file in files)
    by_line, sure = bool(reader.alphabets), reader.model.card.thresholds.sure
    if as_csv:
        typer.echo(_csv_line(LINE_COLUMNS if by_line else COLUMNS[:-1]), nl=False)
    failed = False
    for name, page, picture in _pages(files):
        if isinstance(picture, PictureError):
            typer.secho(str(picture), fg="red", err=True)
            failed = True
            continue
        reading = reader.read(picture, alphabet)
        if as_json:
            typer.echo(json.dumps({"file": name, **({"page": page} if page else {}), **reading.to_dict()}))
        elif as_csv:
            of_page = _of_page(name, page)
            rows = _line_rows(of_page, reading, sure) if by_line else [_row(of_page, reading)[:-1]]
            typer.echo("".join(map(_csv_line, rows)), nl=False)
        else:
            typer.echo(_plain(_of_page(name, page).ljust(width), reading))
        if overlay:
            _write_overlay(overlay, picture, reading, page, sure)
    if failed:
        raise typer.Exit(1)


def batch(
    folder: Annotated[Path, typer.Argument(help="Folder; the pictures in it and below it are read.")],
    out: Annotated[Path, typer.Option("--out", help="CSV to write; what it already holds is not read again.")],
    alphabet: AlphabetOption = None,
    model: ModelOption = None,
) -> None:
    """Read all pictures and pages of a folder into a CSV; started again, it goes on where it stopped."""
    from rich.console import Console
    from rich.progress import Progress

    from inkread.reader import Reader

    files = _pictures_below(folder)
    reader = Reader.load(_model(model, alphabet))
    reader.check(alphabet)
    read = unread = 0
    with closing(Results(out)) as results, Progress(console=Console(stderr=True)) as progress:
        to_do = [file for file in files if file not in results.done]
        task = progress.add_task("Reading", total=len(files), completed=len(files) - len(to_do))
        for is_document, group in groupby(to_do, _may_have_pages):
            while names := list(islice(group, 1 if is_document else _AT_ONCE)):
                parts = (
                    _read_document(reader, folder, names[0], alphabet, results.done)
                    if is_document
                    else [_read_files(reader, folder, names, alphabet)]
                )
                for rows in parts:
                    results.add(rows)
                    failed = sum(bool(row[-1]) for row in rows)
                    read, unread = read + len(rows) - failed, unread + failed
                progress.advance(task, len(names))
    typer.echo(f"{_shown(out)}: {read:,} read, {unread:,} could not be read, {len(results.done):,} were there already")


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
    """Paths of the pictures and documents in ``folder`` and below, relative to it, with /, sorted."""
    from inkread.document import DOCUMENT_SUFFIXES

    if not folder.is_dir():
        raise InkreadError(f"{folder}: expected a folder, got {'a file' if folder.exists() else 'nothing'} there")
    return sorted(
        (Path(parent, name).relative_to(folder).as_posix())
        for parent, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in DOCUMENT_SUFFIXES
    )


def _model(model: Path | None, alphabet: str | None) -> Path | str | None:
    """The model file to read with: the shipped one for pages where an alphabet is asked for."""
    return "page" if model is None and alphabet is not None else model


def _may_have_pages(name: str) -> bool:
    return Path(name).suffix.lower() in (".pdf", ".tif", ".tiff")


def _pages(files: Sequence[Path]) -> Iterator[tuple[str, int, Picture | PictureError]]:
    """For each page its file's name, its number, 0 where the file is one picture, and what is on it."""
    for file in files:
        name = _shown(file)
        try:
            document = _document(file)
        except PictureError as error:
            yield name, 0, error
            continue
        with document:
            for index in range(len(document)):
                yield name, _number(document, index), _page_or_error(document, index)


def _read_document(
    reader: Reader, folder: Path, name: str, alphabet: str | None, done: frozenset[str]
) -> Iterator[list[Row]]:
    """The row of each page that is not done: its reading, or why it could not be read."""
    from inkread.document import Document

    try:
        document = Document(folder / name)
    except PictureError as error:
        yield [(name, "", "", "", str(error))]
        return
    with document:
        for index in range(len(document)):
            row_name = _of_page(name, _number(document, index))
            if row_name in done:
                continue
            picture = _page_or_error(document, index)
            if isinstance(picture, PictureError):
                yield [(row_name, "", "", "", str(picture))]
            else:
                yield [_row(row_name, reader.read(picture, alphabet))]


def _number(document: Document, index: int) -> int:
    """The number of a page, from 1; 0 where the document is a single picture."""
    return index + 1 if document.is_pdf or len(document) > 1 else 0


def _of_page(name: str, number: int) -> str:
    """A page as people and browsers name it (RFC 8118, section 3)."""
    return f"{name}#page={number}" if number else name


def _page_or_error(document: Document, index: int) -> Picture | PictureError:
    try:
        return document.page(index)
    except PictureError as error:
        return error


def _read_files(reader: Reader, folder: Path, names: Sequence[str], alphabet: str | None) -> list[Row]:
    """A row for each file: its reading, or why it could not be read."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded = list(pool.map(_picture_or_error, (folder / name for name in names)))
    pictures = [picture for picture in decoded if not isinstance(picture, PictureError)]
    readings = iter(reader.read_many(pictures, alphabet))
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


def _document(file: Path) -> Document:
    from inkread.document import Document
    from inkread.picture import read_limited

    if file == _STDIN:
        return Document(read_limited(sys.stdin.buffer), name="standard input")
    return Document(file)


def _write_overlay(path: Path, picture: Picture, reading: Reading, page: int, sure: float) -> None:
    from inkread.cli.overlay import overlay
    from inkread.files import write_atomically

    path = path.with_stem(f"{path.stem}-{page}") if page > 1 else path
    write_atomically(path, overlay(picture, reading, sure))


def _shown(path: Path) -> str:
    """The path as text that any terminal and file can take; bytes that are no UTF-8 become U+FFFD."""
    return str(path).encode(errors="surrogateescape").decode(errors="replace")


def _row(name: str, reading: Reading) -> Row:
    return (name, reading.text, f"{reading.confidence:.4f}", "; ".join(reading.unsure), "")


def _line_rows(name: str, reading: Reading, sure: float) -> list[tuple[str, ...]]:
    """A row for each line of writing, with its own confidence and doubts; one without text where there is none."""
    if not reading.lines:
        return [(name, "", "", f"{reading.confidence:.4f}", "; ".join(reading.unsure))]
    rows: list[tuple[str, ...]] = []
    for number, line in enumerate(reading.lines, 1):
        chances = [
            (label, next(candidate.probability for candidate in glyph.candidates if candidate.label == label))
            for label, glyph in zip(line.text.replace(" ", ""), reading.glyphs[line.first : line.end], strict=True)
        ]
        torn = {f"torn between {label} and" for label, chance in chances if chance < sure}
        unsure = "; ".join(reason for reason in reading.unsure if reason.rpartition(" ")[0] in torn)
        rows.append((name, str(number), line.text, f"{math.prod(chance for _, chance in chances):.4f}", unsure))
    return rows


def _plain(name: str, reading: Reading) -> str:
    """The name, the text and how sure it is; further lines of the text stand below its first."""
    first, *more = reading.text.split("\n")
    width = max(map(len, (first, *more)))
    parts = [
        name,
        (first or "-").ljust(width),
        f"{reading.confidence:6.1%}".replace("%", " %"),
        "; ".join(reading.unsure),
    ]
    indent = " " * (len(name) + 2)
    return "\n".join(["  ".join(filter(None, parts)), *(indent + line for line in more)])


def _csv_line(row: Sequence[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(row)  # it quotes the characters of the terminator
    return line.getvalue().removesuffix("\r\n") + "\n"
