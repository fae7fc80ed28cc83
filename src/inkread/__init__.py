"""Inkread reads handwritten digits, numbers and letters as people really write them.

    from inkread import Reader

    reader = Reader.load()
    reader.read("seven.png").text
    Reader.load("page").read("amounts.jpg", alphabet="number").lines

The names below are imported when they are first used, so that `inkread --help` and a program that only draws
strokes do not wait for ONNX Runtime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkread.errors import (
        DataError,
        InkreadError,
        ModelFileError,
        PictureError,
        RecipeError,
        RunError,
        StrokesError,
    )
    from inkread.reader import Reader
    from inkread.reading import Box, Candidate, Glyph, Line, Reading
    from inkread.strokes import Strokes

__version__ = "0.1.0"

__all__ = [
    "Box",
    "Candidate",
    "DataError",
    "Glyph",
    "InkreadError",
    "Line",
    "ModelFileError",
    "PictureError",
    "Reader",
    "Reading",
    "RecipeError",
    "RunError",
    "Strokes",
    "StrokesError",
    "__version__",
]

_HOMES = {
    "Reader": "inkread.reader",
    "Box": "inkread.reading",
    "Candidate": "inkread.reading",
    "Glyph": "inkread.reading",
    "Line": "inkread.reading",
    "Reading": "inkread.reading",
    "Strokes": "inkread.strokes",
}


def __getattr__(name: str) -> Any:
    """Import a public name on its first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "inkread.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
