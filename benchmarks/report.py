"""Measurements as rows: kept in results.json, shown in RESULTS.md, and between two marks of the README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from inkread.errors import DataError
from inkread.files import write_atomically

BEGIN, END = "<!-- results -->", "<!-- /results -->"

_DIGITS = dict.fromkeys(("%", "% points", "ms", "s", "MB"), 2)  # decimals shown, by unit
_DIGITS |= dict.fromkeys(("min", "k", "KB"), 1) | dict.fromkeys(("/s", "points", "glyphs", "requests", "lost"), 0)


@dataclass(frozen=True)
class Row:
    """One line of the table: what was promised, then what was measured.

    All numbers but ``n`` are in ``unit``. ``limit``: whether ``must`` and ``aim`` are the least or the most
    that is wanted; ``aim`` None = as far as possible. ``value`` None = not measured, and ``note`` says
    why. ``interval``: of 95 % confidence, unless ``note`` says otherwise. ``parts``: finer numbers.
    """

    what: str
    unit: str
    limit: Literal["at least", "at most"]
    must: float
    aim: float | None
    value: float | None = None
    n: int | None = None
    interval: tuple[float, float] | None = None
    note: str = ""
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def reached(self) -> str:
        """ "aim", "must", "no", or "" where nothing was measured."""
        if self.value is None:
            return ""
        sign = 1 if self.limit == "at least" else -1
        if self.aim is not None and sign * self.value >= sign * self.aim:
            return "aim"
        return "must" if sign * self.value >= sign * self.must else "no"


@dataclass(frozen=True)
class Measured:
    """A row and where it comes from: the model file, the command, the day and the machine.

    ``of``: what has to be the same for the row to hold: the file, by its sha256; only its graph, by
    ``bench.graph_digest``; or "" where neither counts.
    """

    row: Row
    model: str
    sha256: str
    command: str
    date: str
    machine: str
    of: str

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dicts, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Measured:
        """What `to_dict` wrote, also after a round trip through JSON."""
        row = dict(saved["row"])
        if row["interval"] is not None:
            row["interval"] = (row["interval"][0], row["interval"][1])
        return cls(**{**saved, "row": Row(**row)})


def load_results(path: Path, *digests: str) -> dict[str, Measured]:
    """The rows by key in a results.json that hold for files and graphs with these digests; none where there is no such
    file.

    Raises DataError where the file cannot be understood.
    """
    if not path.exists():
        return {}
    try:
        rows = {key: Measured.from_dict(saved) for key, saved in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, TypeError, KeyError, AttributeError, LookupError) as error:
        message = f"{path}: expected results as this benchmark writes them, got {error!r}; delete the file"
        raise DataError(message) from error
    return {key: measured for key, measured in rows.items() if measured.of in {"", *digests}}


def write_results(results: Mapping[str, Measured], folder: Path, readme: Path) -> None:
    """Write results.json and RESULTS.md into ``folder`` and the table between the marks of ``readme``.

    Raises DataError where the README exists without the marks; the other two are written by then. RunError
    where a file cannot be written.
    """
    saved = {key: measured.to_dict() for key, measured in results.items()}
    write_atomically(folder / "results.json", (json.dumps(saved, indent=1, ensure_ascii=False) + "\n").encode())
    rows = list(results.values())
    page = ["# Results", "", *table(rows), "", *provenance(rows), "", "## In detail", "", *details(rows)]
    write_atomically(folder / "RESULTS.md", ("\n".join(page) + "\n").encode())
    if readme.exists():
        block = "\n".join(["", "", *table(rows), "", *provenance(rows), "", ""])
        write_atomically(readme, between_marks(readme.read_text("utf-8"), block, str(readme)).encode())


def between_marks(text: str, block: str, source: str) -> str:
    """``text`` with ``block`` in place of what stands between the marks; DataError where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DataError(f"{source}: expected a line {BEGIN} and after it {END}, where the table belongs")
    return before + BEGIN + block + END + after


def table(rows: Sequence[Measured]) -> list[str]:
    """Markdown lines: a table with a line for each row."""
    lines = [
        "| what | measured | interval | n | must | aim | reached |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for row in (measured.row for measured in rows):
        interval = f"{number(row.interval[0], row.unit)} to {number(row.interval[1], row.unit)}" if row.interval else ""
        cells = [
            row.what,
            "not measured" if row.value is None else f"**{with_unit(row.value, row.unit)}**",
            interval,
            "" if row.n is None else f"{row.n:,}",
            f"{row.limit} {_short(row.must)} {row.unit}",
            "" if row.aim is None else f"{_short(row.aim)} {row.unit}",
            row.reached,
        ]
        lines.append("| " + " | ".join(cell.strip() for cell in cells) + " |")
    return lines


def provenance(rows: Iterable[Measured]) -> list[str]:
    """Markdown lines: model file, day, machine and command of the rows, each set that occurs once.

    The file is the one that was measured; that of a time may be another with the same graph.
    """
    sources = {(m.model, m.sha256, m.date, m.machine, m.command): None for m in rows}
    return [
        f"- {model}, sha256 `{sha256}`; {date}; {machine}; `{command}`"
        for model, sha256, date, machine, command in sources
    ]


def details(rows: Iterable[Measured]) -> list[str]:
    """Markdown lines: the note and the parts of each row."""
    lines = []
    for row in (measured.row for measured in rows):
        if row.note or row.parts:
            lines.append(f"- **{row.what}**: {row.note}".rstrip(": "))
        lines += [f"  - {name}: {with_unit(value, row.unit)}" for name, value in row.parts.items()]
    return lines


def number(value: float, unit: str) -> str:
    """A value with the decimals its unit is shown with: 12,345 /s, 99.65 %."""
    return f"{value:,.{_DIGITS[unit]}f}"


def with_unit(value: float, unit: str) -> str:
    """A value and its unit, as in tables."""
    return f"{number(value, unit)} {unit}"


def _short(value: float) -> str:
    return f"{value:,g}"
