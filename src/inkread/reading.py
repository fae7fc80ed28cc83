"""What a Reader answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

NOTHING_DRAWN = "nothing drawn"
NOTHING_TO_READ = "nothing to read"


@dataclass(frozen=True)
class Candidate:
    """One label a glyph may be, with its calibrated probability 0-1."""

    label: str
    probability: float


@dataclass(frozen=True)
class Box:
    """Where a glyph stands, in px of the picture: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Glyph:
    """One written character: its box and every label by falling probability."""

    box: Box
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Line:
    """One line of writing: its text, spaces included, and its glyphs, ``Reading.glyphs[first:end]``."""

    text: str
    first: int
    end: int


@dataclass(frozen=True)
class Reading:
    """The answer to one picture.

    ``text``: what was read, its lines joined by a line feed; "" where nothing was or where it is not a digit.
    ``glyphs``: in reading order. ``confidence``: probability of ``text``, 0-1. ``unsure``: why not to rely on
    it, empty when sure: "nothing drawn", "not a digit", "nothing to read", or "torn between 1 and 7".
    ``model``: id of the model file. ``lines``: from top to bottom.
    """

    text: str
    glyphs: tuple[Glyph, ...]
    confidence: float
    unsure: tuple[str, ...]
    model: str
    lines: tuple[Line, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dicts, ready for JSON."""
        return asdict(self)
