"""Pages as a page file finds them, and what is to be read in them, in tests/golden/layout.json:
`python -m tools.make_layout`.

    words -> boxes, as a hand would write them; labels of one shape as likely as each other -> Mask, lay_out

The tests of Python and of the page lay out the same cases, so that both read the same. Each case says what was
written, and the program refuses to write a case that is read otherwise.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkread.alphabet import ALPHABETS, PAGE, TWINS
from inkread.files import write_atomically
from inkread.layout import Mask, Page, lay_out

FILE = Path(__file__).resolve().parents[1] / "tests" / "golden" / "layout.json"

REJECT = 0.5
"""Probability of the reject label from which a glyph is left out."""

Found = tuple[list[float], dict[str, float]]
"""A glyph: its box x, y, width, height in px, and its labels' probabilities; those not named have 0."""

_LOW = "acegmnopqrsuvwxyz"
_NARROW, _WIDE = "1Iijlft.,:()/-", "mwMW"
_SIGNS = {  # how far they rise above the baseline, and how far they hang below it, in heights of a capital
    ".": (0.1, 0.02), ",": (0.12, 0.18), "-": (0.52, -0.44), "+": (0.75, -0.2), ":": (0.6, 0.0),
    "/": (1.05, 0.08), "(": (1.1, 0.15), ")": (1.1, 0.15), "t": (0.85, 0.0), "i": (0.9, 0.0), "j": (0.9, 0.35),
}  # fmt: skip


def extent(sign: str) -> tuple[float, float]:
    """How far a sign rises above the baseline and hangs below it, in heights of a capital."""
    return _SIGNS.get(sign, (0.62 if sign in _LOW else 1.0, 0.35 if sign in "gpqy" else 0.0))


def likely(sign: str, known: float = 0.0) -> dict[str, float]:
    """Probabilities of a glyph: with ``known`` 0 the labels of its shape share 0.96, with 1 it alone has that."""
    alike = next((group for group in TWINS if sign in group), (sign,))
    shared = 0.96 * (1 - known) / len(alike)
    found = {label: shared + (0.96 * known if label == sign else 0) for label in alike}
    return {**found, PAGE.labels[-1]: 0.02}


def written(
    text: str, *, left: float = 50, top: float = 60, size: float = 40, angle: float = 0, spacing: float = 1.6,
    gap: float = 0.15, space: float = 0.8, unsteady: float = 0.0, known: float = 0.0, seed: int = 0,
) -> list[Found]:  # fmt: skip
    """The glyphs of a text of lines, from ``left``, ``top`` px, capitals ``size`` px high.

    ``angle``: degrees that the lines fall to the right. ``spacing``, ``gap``, ``space``: from line to line, between
    glyphs and between words. ``unsteady``: largest deviation of each place and length. All four in heights of a
    capital. ``known``: as in ``likely``.
    """
    chance = random.Random(seed)
    found: list[Found] = []
    slope = math.tan(math.radians(angle))
    for number, line in enumerate(text.split("\n")):
        x = 0.0
        for sign in line:
            if sign == " ":
                x += space
                continue
            width = 0.1 if sign == "." else 0.28 if sign in _NARROW else 0.85 if sign in _WIDE else 0.6
            rise, hang = extent(sign)
            wobble = [chance.uniform(-unsteady, unsteady) for _ in range(4)]
            baseline = 1 + number * spacing + (x + width / 2) * slope + wobble[0]
            box = [x + wobble[1], baseline - rise, max(width + wobble[2], 0.08), max(rise + hang + wobble[3], 0.08)]
            found.append(([left + size * box[0], top + size * box[1], *(size * side for side in box[2:])],
                          likely(sign, known)))  # fmt: skip
            x += width + gap
    return found


def leaning(text: str, ones: float = 0.05, slashes: float = 0.25) -> list[Found]:
    """As written by a hand whose 1 and / lean alike: the probability of / where it wrote 1, and where it wrote /."""
    alike = {"1": ones, "/": slashes}
    return [
        (box, {"1": 0.9 - alike[sign], "/": alike[sign], PAGE.labels[-1]: 0.1} if sign in alike else labels)
        for sign, (box, labels) in zip(text.replace(" ", ""), written(text, known=1), strict=True)
    ]


def doubtful(text: str, place: int, labels: dict[str, float]) -> list[Found]:
    """As written, but for the labels of the glyph at one place."""
    found = written(text, known=1)
    found[place] = (found[place][0], {**labels, PAGE.labels[-1]: 0.05})
    return found


def single(sign: str, x: float, y: float, size: float = 40, **others: float) -> Found:
    """One glyph with its corner at ``x``, ``y`` px; ``others`` are its labels' probabilities if not the usual ones."""
    return [x, y, 0.6 * size, size], {label.strip("_"): p for label, p in others.items()} or likely(sign, 1)


@dataclass(frozen=True)
class Case:
    """What was found, and what it is to be read as."""

    alphabet: str
    text: str
    found: list[Found] = field(default_factory=list)


AMOUNTS = "12.50\n7.25\n103.00\n0.99\n48.10"

CASES: Mapping[str, Case] = {
    "nothing": Case("anything", ""),
    "one digit": Case("digits", "7", written("7")),
    "a single glyph keeps its best label": Case(
        "characters", "o", [([10, 10, 30, 30], {"o": 0.4, "O": 0.35, "0": 0.2, "not a character": 0.05})]
    ),
    "one line": Case("digits", "2026", written("2026")),
    "an unsteady hand": Case("digits", "31415926", written("31415926", unsteady=0.12, seed=1)),
    "a phone number": Case("number", "+49(0)30-123/45", written("+49(0)30-123/45", known=1)),
    "a column of amounts": Case("number", AMOUNTS, written(AMOUNTS, unsteady=0.05, seed=2)),
    "a column of digits": Case("digits", "5\n8\n1\n3", written("5\n8\n1\n3", unsteady=0.1, spacing=1.3, seed=3)),
    "lines that nearly touch": Case("digits", "1234\n56789\n901", written("1234\n56789\n901", spacing=1.1)),
    "signs at their heights": Case("number", "-1.5,2:3\n4-5/6", written("-1.5,2:3\n4-5/6", spacing=1.4, known=1)),
    "falling lines": Case("number", AMOUNTS, written(AMOUNTS, angle=15, unsteady=0.04, seed=4)),
    "rising lines": Case("number", AMOUNTS, written(AMOUNTS, left=200, angle=-15, unsteady=0.04, seed=5)),
    "a falling sentence": Case(
        "characters", "we met at noon\nand went home", written("we met at noon\nand went home", angle=15, known=0.6)
    ),
    "scattered digits": Case(
        "digits", "4 7\n1\n9 2\n5",
        [single("4", 40, 30), single("7", 420, 44), single("1", 230, 120), single("9", 30, 210),
         single("2", 330, 195), single("5", 180, 300)],
    ),
    "digits of unlike size": Case(
        "digits", "123", [single("1", 10, 30, 120), single("2", 100, 60, 60), single("3", 150, 20, 150)]
    ),
    "a wide gap in a number": Case("number", "12 34", written("12 34", space=2.2)),
    "a narrow gap in a number": Case("number", "1234", written("12 34", space=0.7)),
    "words": Case("letters", "THE RED FAN", written("THE RED FAN", unsteady=0.05, known=0.5, seed=6)),
    "letters far apart": Case("letters", "HEAR ME", written("HEAR ME", gap=0.4, space=1.4, known=0.5)),
    "capitals by their height": Case("letters", "Cave Scan", written("Cave Scan", known=0.1)),
    "small letters by their height": Case("letters", "vows", written("vows", known=0.1)),
    "all capitals": Case("letters", "VOWELS", written("VOWELS", known=0.1)),
    "a capital among its likes": Case("letters", "Sco", written("Sco")),
    "twins among digits": Case("characters", "2056 1840", written("2056 1840", known=0.05)),
    "a year": Case("characters", "in 2018", written("in 2018")),
    "twins among capitals": Case("characters", "BOXING", written("BOXING")),
    "twins among small letters": Case("characters", "clouds", written("clouds")),
    "a word with l and I": Case("letters", "Illness", written("Illness", known=0.2)),
    "an evident digit among letters": Case("characters", "A4", written("A4", known=1)),
    "anything": Case("anything", "Room 7: (10+2)/3", written("Room 7: (10+2)/3", known=0.4)),
    "letters asked for as digits": Case("digits", "5018", written("SOlB", known=1)),
    "no twin asked for": Case("digits", "12", written("1K2", known=1)),
    "a four like a letter": Case("digits", "24", [*written("2"), ([90, 60, 24, 40], {"Y": 0.7, "4": 0.2, "y": 0.1})]),
    "a date whose strokes lean alike": Case("number", "4/27/92", leaning("4/27/92")),
    "a date with ones": Case("number", "11/11/2011", leaning("11/11/2011")),
    "ones where a date has no slash": Case("number", "4127192", leaning("4127192")),
    "a slash in a fraction": Case("number", "3/4", leaning("3/4", slashes=0.6)),
    "no slash ends a number": Case("number", "732-9521", leaning("732-9521", ones=0.55)),
    "a slash alone": Case("number", "/", leaning("/", slashes=0.6)),
    "a fraction by the height of its slash": Case("number", "6/8", leaning("6/8", slashes=0.3)),
    "no slash among dashes": Case("number", "510-874-3861", leaning("510-874-3861", ones=0.6)),
    "no bracket without its pair": Case(
        "number", "26257-4441", doubtful("26257-4441", 4, {")": 0.6, "7": 0.35})
    ),
    "a dash in a telephone number": Case("number", "367-4496", doubtful("367-4496", 3, {"1": 0.6, "-": 0.35})),
    "a dash that is a one": Case("number", "36714496", doubtful("36714496", 3, {"1": 0.9, "-": 0.05})),
    "a long word in doubt all along": Case(  # of 3**40 ways to read it few are tried
        "number", "1" * 40, [(box, {"1": 0.5, "/": 0.2, "-": 0.2}) for box, _ in written("1" * 40)]
    ),
    "what is sure stays": Case("number", "1,-2:", written("1,-2:", known=1)),
    "a date among anything": Case("anything", "on 4/27/92", leaning("on 4/27/92")),
    "not a character": Case("digits", "42", [*written("42"), ([300, 5, 80, 9], {"not a character": 0.9, "1": 0.1})]),
    "all rejected": Case("number", "", [([30, 5, 80, 9], {"not a character": 0.9, "1": 0.1})]),
    "a shuffled page": Case("digits", "271828\n314159\n161803", random.Random(7).sample(
        written("271828\n314159\n161803", unsteady=0.08, seed=7), 18)),
}  # fmt: skip
"""By what they show."""


def arrays(found: Sequence[Found]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes (g, 4) and probabilities (g, classes), as the outputs of a page file."""
    boxes = np.array([box for box, _ in found], np.float32).reshape(-1, 4)
    probabilities = np.zeros((len(found), len(PAGE)), np.float32)
    for row, (_, labels) in zip(probabilities, found, strict=True):
        for label, probability in labels.items():
            row[PAGE.index(label)] = probability
    return boxes, probabilities


def laid_out(found: Sequence[Found], alphabet: str) -> Page:
    """The page of what was found, read in an alphabet."""
    boxes, probabilities = arrays(found)
    mask = Mask(PAGE, ALPHABETS[alphabet], TWINS)
    return lay_out(boxes, mask(probabilities), mask.labels, TWINS, REJECT)


def golden() -> dict[str, Any]:
    """The content of layout.json; AssertionError where a case is read otherwise than it says."""
    cases = []
    for name, case in CASES.items():
        found = [
            ([round(side, 2) for side in box], {label: round(p, 4) for label, p in labels.items()})
            for box, labels in case.found
        ]
        page = laid_out(found, case.alphabet)
        text = "\n".join(line.text for line in page.lines)
        assert text == case.text, f"{name}: expected {case.text!r}, read {text!r}"
        cases.append(
            {
                "name": name,
                "alphabet": case.alphabet,
                "boxes": [box for box, _ in found],
                "probabilities": [labels for _, labels in found],
                "expected": {
                    "text": text,
                    "lines": [vars(line) for line in page.lines],
                    "order": page.order,
                    "chosen": [round(float(p), 3) for p in page.probabilities[range(len(page.order)), page.chosen]],
                },
            }
        )
    return {
        "labels": PAGE.labels,
        "reject": PAGE.reject,
        "threshold": REJECT,
        "alphabets": ALPHABETS,
        "twins": TWINS,
        "cases": cases,
    }


def main(arguments: Sequence[str] = ()) -> None:
    """Write tests/golden/layout.json."""
    write_atomically(FILE, (json.dumps(golden(), separators=(",", ":")) + "\n").encode())
    print(FILE)


if __name__ == "__main__":
    main()
