"""The golden pictures and what Python reads in them, in tests/golden/: `python -m tools.make_golden`.

    strokes made up here, one of them so that the reader is torn
        -> grey PNGs -> Reader -> golden.json: each Reading, all probabilities, what was seen

The Python tests and the tests of the page read the same files, so that both give the same answers. Written anew
whenever the shipped model file is another.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkread.files import write_atomically
from inkread.nearer import enlarged
from inkread.picture import Picture
from inkread.reader import Reader
from tools.make_samples import (
    FIVE,
    FOUR,
    LETTER_K,
    NINE,
    ONE,
    SEVEN,
    THREE,
    TWO,
    Points,
    as_picture,
    drawn,
    photographed,
    smooth,
    smooth_noise,
)

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "golden"

ZERO: tuple[Points, ...] = (((34, 0), (12, 14), (2, 48), (12, 86), (34, 100), (56, 84), (64, 48), (54, 12), (32, 1)),)
SIX: tuple[Points, ...] = (
    ((50, 0), (24, 22), (6, 56), (8, 86), (30, 101), (52, 88), (54, 66), (36, 54), (14, 62), (6, 76)),
)
EIGHT: tuple[Points, ...] = (
    (
        (50, 10),
        (28, 0),
        (8, 14),
        (16, 36),
        (40, 54),
        (58, 76),
        (46, 97),
        (24, 100),
        (6, 84),
        (18, 60),
        (44, 40),
        (56, 22),
        (48, 8),
    ),
)

FLAG = (-10.0, 30.0)  # where the flag of a 1 may begin, in hundredths of its height: at the left it is a 7
HALVINGS = 8  # of that range, until a reader is torn

DIGITS: tuple[tuple[Points, ...], ...] = (ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE)
"""The knots of each digit, as in make_samples."""


def chalk() -> Picture:
    """A 2, light on a dark board."""
    board = 34 + 10 * smooth_noise((96, 128), 5, seed=1)
    ink = drawn(TWO, (128, 96), height=62, left=44, top=16, pen=5, dark_on_light=False) / 255
    return as_picture(board + ink * (200 - board))


def long_flagged(tip: float) -> Picture:
    """A 1, or a 7, whose flag begins at ``tip``."""
    return drawn(
        (((tip, 22), (28, 19), (46, 4), (43, 52), (40, 101)),), (280, 280), height=150, left=100, top=60, pen=14
    )


def torn_tip(reader: Reader) -> float:
    """The tip at which ``reader`` gives 1 and 7 the same, nearly; in FLAG."""
    seven, one = FLAG
    for _ in range(HALVINGS):
        middle = (seven + one) / 2
        answers = reader.probabilities([long_flagged(middle)])[0]
        seven, one = (middle, one) if answers[7] > answers[1] else (seven, middle)
    return (seven + one) / 2


PICTURES: dict[str, Callable[[], Picture]] = {
    "0-fills-its-square": lambda: drawn(ZERO, (96, 96), height=80, left=20, top=8, pen=9),
    "1-flag-and-foot": lambda: drawn(ONE, (280, 280), height=150, left=90, top=60, pen=14),
    "2-chalk": chalk,
    "3-on-squared-paper": lambda: photographed(
        THREE, (120, 150), height=60, left=40, top=48, pen=4, ruling=20, seed=4, squared=True
    ),
    "4-thin": lambda: drawn(FOUR, (280, 280), height=170, left=80, top=50, pen=1.5),
    "5-on-ruled-paper": lambda: photographed(FIVE, (150, 120), height=56, left=60, top=34, pen=4, ruling=24, seed=3),
    "6-of-odd-size": lambda: drawn(SIX, (83, 57), height=41, left=31, top=7, pen=3.5),
    "7-small-in-a-corner": lambda: drawn(SEVEN, (480, 320), height=36, left=430, top=270, pen=4),
    "8-thick": lambda: drawn(EIGHT, (200, 240), height=150, left=50, top=45, pen=24),
    "9-of-28-px": lambda: drawn(NINE, (28, 28), height=20, left=8, top=4, pen=2.2),
    "K-a-letter": lambda: drawn(LETTER_K, (280, 280), height=150, left=82, top=62, pen=13),
    "empty-sheet": lambda: np.full((280, 280), 255, np.uint8),
    "one-pixel": lambda: np.zeros((1, 1), np.uint8),
}
"""By file name without its ending."""


def pictures(tip: float) -> dict[str, Callable[[], Picture]]:
    """All golden pictures: PICTURES, and what a reader is torn over, whose tip ``torn_tip`` finds."""
    return PICTURES | {"1-or-7": partial(long_flagged, tip)}


COLOURS = ((0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 30, 90), (17, 34, 51), (1, 2, 3))
"""Colours whose grey the page has to round as Python does."""


ENLARGED = (("9-of-28-px", 12.0), ("2-chalk", 1.5), ("one-pixel", 336.0))
"""Pictures that the page has to enlarge as Python does, and by how much."""


def golden(reader: Reader) -> dict[str, Any]:
    """The content of golden.json: the answers of ``reader``, and the grey of the colours."""
    labels, tip = reader.model.alphabet.labels, torn_tip(reader)
    answered = {}
    for name, make in pictures(tip).items():
        picture = make()
        (reading,), glyphs = reader.read_seen([picture])
        probabilities = reader.probabilities([picture])[0].tolist()
        answered[name] = {
            "probabilities": dict(zip(labels, probabilities, strict=True)),
            "reading": reading.to_dict(),
            "seen": seen(glyphs[0]) if reading.glyphs else None,
        }
    greys = [Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)) for colour in COLOURS]
    colours = [{"colour": colour, "grey": grey} for colour, grey in zip(COLOURS, greys, strict=True)]
    nearer = [{"name": name, "by": by, "pixels": in_base64(enlarged(PICTURES[name](), by))} for name, by in ENLARGED]
    about = {"model": reader.model.id, "sha256": reader.model.sha256}
    return {**about, "colours": colours, "enlarged": nearer, "torn_tip": tip, "pictures": answered}


def seen(glyph: NDArray[np.float32]) -> str:
    """What the network saw, 28x28 bytes in base64, 255 = ink."""
    return in_base64((glyph * 255).round().clip(0, 255).astype(np.uint8))


def in_base64(picture: Picture) -> str:
    """The px of a picture, row after row."""
    return base64.b64encode(picture.tobytes()).decode()


def strokes() -> list[list[list[list[float]]]]:
    """For each digit its strokes of [x, y, t, pressure], for tests that draw: 100 px high, 8 ms between points."""
    drawings = []
    for digit in DIGITS:
        now = 0.0  # ms
        drawing = []
        for knots in digit:
            stroke = []
            for x, y in smooth(knots):
                stroke.append([round(x, 2), round(y, 2), now, round(0.5 + 0.2 * math.sin(now / 60), 2)])
                now += 8
            drawing.append(stroke)
            now += 200
        drawings.append(drawing)
    return drawings


def save(folder: Path, reader: Reader) -> None:
    """Write the pictures, golden.json and strokes.json into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = golden(reader)
    for name, make in pictures(answers["torn_tip"]).items():
        Image.fromarray(make()).save(folder / f"{name}.png", optimize=True)
    write_atomically(folder / "golden.json", (json.dumps(answers, indent=1) + "\n").encode())
    write_atomically(folder / "strokes.json", (json.dumps(strokes()) + "\n").encode())


def main(arguments: Sequence[str] = ()) -> None:
    """Write tests/golden/ with the shipped model."""
    save(FOLDER, Reader.load())
    print(FOLDER)


if __name__ == "__main__":
    main()
