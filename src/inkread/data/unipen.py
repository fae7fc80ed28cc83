"""UNIPEN text: pen coordinates, and labels that point into them.

    .COORD X Y T                which columns a line of coordinates has; X Y where not said
    .WRITER_ID amy              who writes from here on
    .SEGMENT DIGIT 6-7 ? "4"    level, delineation, quality, label
    .PEN_DOWN                   begins a component: the points up to the next .PEN_DOWN or .PEN_UP
     267 333 0
    .PEN_UP                     another component where points follow it; never drawn

The UNIPEN 1.0 format definition, I. Guyon 1994. A statement begins with a dot in a line's first column; those
not named here are passed over. Components that have points are counted from 0, pen up or down, in each file
and each .START_SET anew; the points of a component from 0 too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkread.data.plain import read_bytes
from inkread.data.samples import Samples
from inkread.errors import DataError
from inkread.strokes import MAX_POINTS, Strokes

_MAX_FILES = 100  # files one UNIPEN file may pull in, itself too; beyond this the includes go in a circle
_FARTHEST = 1e9  # the bound of Strokes.parse
_LABEL = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PART = re.compile(r"(\d{1,9})(?:(?::(\d{1,9}))?-(\d{1,9})(?::(\d{1,9}))?)?", re.ASCII)


class Component(NamedTuple):
    """Points (n, 4) float64 as Strokes has them, but y as in the file; ``down`` where the pen touched."""

    points: NDArray[np.float64]
    down: bool


class Segment(NamedTuple):
    """One labelled stretch of ``components``, those of its set.

    ``comment``: the first .COMMENT between it and the next segment, "" without. ``place`` is for messages.
    """

    level: str
    delineation: str
    label: str
    writer: str
    comment: str
    components: Sequence[Component]
    place: str

    def strokes(self, *, y_up: bool = True) -> Strokes:
        """What it points to, pen-up runs left out, y downwards, with left, top and time beginning at 0.

        ``y_up``: y grows upwards in the file, which is UNIPEN's habit. Raises DataError where the delineation
        is malformed or points to nothing.
        """
        runs = [run for part in self.delineation.split(",") for run in self._runs(part)]
        if not runs:
            raise DataError(f"{self.place}: expected pen-down points, got none")
        points = np.concatenate(runs)
        if len(points) > MAX_POINTS:
            raise DataError(f"{self.place}: expected at most {MAX_POINTS:,} points, got {len(points):,}")
        if y_up:
            points[:, 1] *= -1
        points[:, :3] -= points[:, :3].min(axis=0)
        return Strokes(tuple(np.split(points, np.cumsum([len(run) for run in runs])[:-1])))

    def _runs(self, part: str) -> list[NDArray[np.float64]]:
        """Pen-down points of ``3``, ``6-7`` or ``12:4-13:9``; the last component and point belong to it."""
        match = _PART.fullmatch(part)
        if match is None:
            raise DataError(f"{self.place}: expected a delineation such as 3, 6-7 or 12:4-13:9")
        first, last = int(match[1]), int(match[3] or match[1])
        if not first <= last < len(self.components):
            raise DataError(f"{self.place}: expected components in order below {len(self.components)}")
        runs = []
        for i in range(first, last + 1):
            points, down = self.components[i]
            begin = int(match[2] or 0) if i == first else 0
            end = int(match[4]) + 1 if i == last and match[4] else len(points)
            if not begin < end <= len(points):
                raise DataError(f"{self.place}: component {i} has {len(points)} points, got {begin} to {end - 1}")
            if down:
                runs.append(points[begin:end])
        return runs


class Unipen(NamedTuple):
    """The segments of a UNIPEN file and its includes; ``missing`` names the includes that were not there."""

    segments: tuple[Segment, ...]
    missing: tuple[str, ...]


def read_unipen(path: Path) -> Unipen:
    """Parse a UNIPEN file, gzipped or plain, and what it includes.

    An include is looked for beside the file that names it. One that is not there is skipped and listed in
    ``missing``: in published sets they hold descriptions, and pendigits names one that never was published.
    Raises DataError where the file is damaged, an include leaves its folder, or includes go in a circle.
    """
    parser = _Parser(path.parent)
    parser.read(path)
    return Unipen(tuple(parser.segments), tuple(parser.missing))


def unipen_samples(
    path: Path,
    level: str,
    *,
    writer: Callable[[Segment], str] = lambda segment: segment.writer,
    y_up: bool = True,
) -> Samples:
    """The labelled segments of one ``level`` of the hierarchy, e.g. "DIGIT", as Strokes.

    ``writer`` names a segment's writer, by default what .WRITER_ID says. Segments without a label are left
    out. Raises DataError as read_unipen, and where a delineation points to nothing.
    """
    chosen = [segment for segment in read_unipen(path).segments if segment.level == level and segment.label]
    strokes = tuple(segment.strokes(y_up=y_up) for segment in chosen)
    return Samples(strokes, tuple(s.label for s in chosen), tuple(writer(s) for s in chosen), path.name)


@dataclass
class _Parser:
    """What has been read so far; one instance goes through a file and its includes in order."""

    root: Path  # no include leaves it
    segments: list[Segment] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    files: int = 0
    columns: tuple[str, ...] = ("X", "Y")
    writer: str = ""
    down: bool | None = None  # None before the first .PEN_DOWN or .PEN_UP
    numbers: list[str] = field(default_factory=list)
    place: str = ""

    def read(self, path: Path) -> None:
        self.files += 1
        if self.files > _MAX_FILES:
            raise DataError(f"{path}: expected at most {_MAX_FILES} files by .INCLUDE; do they go in a circle?")
        text = read_bytes(path).decode("latin-1")  # any bytes; labels are ASCII by definition
        outer, self.components = self.components, []
        # each piece is a statement's line with the lines that belong to it
        for piece in re.split(r"^(?=\.)", text.replace("\r", "\n"), flags=re.MULTILINE):
            if piece.startswith("."):
                keyword, _, rest = piece[1:].partition("\n")
                name, *arguments = keyword.split(None, 1) or [""]
                self.statement(name, arguments[0] if arguments else "", rest, path)
        self.end_component()
        self.components = outer

    def statement(self, name: str, line: str, rest: str, path: Path) -> None:
        """``line``: what follows the keyword on its line; ``rest``: the lines below it."""
        match name:
            case "PEN_DOWN" | "PEN_UP":
                self.end_component()
                self.down = name == "PEN_DOWN"
                self.place = f"{path}: component {len(self.components)}"
                self.numbers = f"{line} {rest}".split()
            case "DT" if self.down is not None:  # the pen's absence in ms, then coordinates may go on
                self.numbers += rest.split()
            case "START_SET":
                self.end_component()
                self.components = []
            case "COORD":
                self.end_component()
                self.columns = _columns(f"{line} {rest}", path)
            case "WRITER_ID":
                self.writer = f"{line} {rest}".strip()
            case "SEGMENT":
                self.segments.append(self.segment(f"{line}\n{rest}", path))
            case "COMMENT" if self.segments and not self.segments[-1].comment:
                self.segments[-1] = self.segments[-1]._replace(comment=f"{line} {rest}".strip())
            case "INCLUDE":
                self.include(f"{line} {rest}".strip(), path)

    def segment(self, text: str, path: Path) -> Segment:
        quoted = _LABEL.search(text)
        level, delineation, *_ = [*text[: quoted.start() if quoted else None].split(), "", ""]
        label = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else ""
        place = f"{path}: segment {delineation[:40]} {label[:40]!r}"
        return Segment(level, delineation, label, self.writer, "", self.components, place)

    def include(self, name: str, path: Path) -> None:
        target = path.parent / name
        try:
            allowed, there = target.resolve().is_relative_to(self.root.resolve()), target.is_file()
        except (OSError, RuntimeError, ValueError):  # too long, a circle of links, a NUL
            allowed = there = False
        if not allowed:
            raise DataError(f"{path}: expected .INCLUDE of a file in its folder, got {name!r:.80}")
        if there:
            self.read(target)
        else:
            self.missing.append(name)

    def end_component(self) -> None:
        """Turn the numbers gathered since .PEN_DOWN or .PEN_UP into a component, where there are any."""
        if self.numbers and self.down is not None:
            self.components.append(Component(_points(self.numbers, self.columns, self.place), self.down))
        self.numbers = []


def _columns(text: str, path: Path) -> tuple[str, ...]:
    columns = tuple(text.split())
    if "X" not in columns or "Y" not in columns or len(set(columns)) < len(columns):
        raise DataError(f"{path}: expected X, Y and other columns once each in .COORD, got {text.strip()!r:.80}")
    return columns


def _points(numbers: list[str], columns: tuple[str, ...], place: str) -> NDArray[np.float64]:
    try:
        values = np.array(numbers, dtype=np.float64)
    except ValueError as error:
        raise DataError(f"{place}: expected numbers as coordinates: {error}") from error
    if len(values) % len(columns):
        raise DataError(f"{place}: expected {' '.join(columns)} a point, got {len(values)} numbers")
    if not (np.abs(values) < _FARTHEST).all():  # false for NaN too
        raise DataError(f"{place}: expected finite coordinates below {_FARTHEST:g}")
    table = values.reshape(-1, len(columns))
    points = np.zeros((len(table), 4))
    points[:, 0] = table[:, columns.index("X")]
    points[:, 1] = table[:, columns.index("Y")]
    if "T" in columns:  # ms
        points[:, 2] = table[:, columns.index("T")]
    points[:, 3] = 0.5  # UNIPEN gives pressure no scale
    return points
