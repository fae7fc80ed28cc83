"""Which corrections may teach: people err, jest and flood.

    corrections -> glyphs, as a model file reads them -> choose() -> to teach | to measure on | left out, and why

What contradicts itself, repeats itself or comes in masses from one source is left out before it teaches or
measures anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkread.data.feedback import Correction
from inkread.picture import Picture
from inkread.reader import Reader, to_picture
from inkread.strokes import Strokes

SAME = 0.98
"""Cosine of two glyphs (28, 28) from which on they count as one drawing sent twice."""

PER_SOURCE = 50
"""Most corrections of one label by one source."""

LABEL_SHARE, LABEL_FREE = 0.4, 50
"""A label may make up this share of all corrections; so many it may have in any case."""


@dataclass(frozen=True)
class Choice:
    """Corrections that may teach, those held out to measure on, and why others are left out, by id."""

    teach: tuple[Correction, ...]
    held_out: tuple[Correction, ...]
    left_out: dict[str, str]

    @property
    def reasons(self) -> dict[str, int]:
        """How many are left out for each reason, most first."""
        return dict(Counter(self.left_out.values()).most_common())


def picture_of(correction: Correction) -> Picture:
    """The picture that was read: a drawing on its canvas, or centred on one where that is unknown."""
    if isinstance(correction.item, Strokes) and correction.canvas is not None:
        width, height, pen = correction.canvas
        return correction.item.draw(width, height, pen)
    return to_picture(correction.item)


def choose(corrections: Sequence[Correction], reader: Reader) -> Choice:
    """Sorts out duplicates, contradictions and floods; ``reader`` says what a network would see of each.

    The order in which corrections came decides nothing but which of two equal ones stays.
    """
    left_out: dict[str, str] = {}
    known = [c for c in corrections if c.label in reader.model.alphabet.labels]
    left_out |= {c.id: "a label that the model lacks" for c in corrections if c not in known}
    glyphs = _glyphs(reader, known)
    drawn = np.flatnonzero(glyphs.max(axis=1, initial=0)).tolist()
    left_out |= {known[i].id: "nothing is drawn" for i in set(range(len(known))) - set(drawn)}
    known, glyphs = [known[i] for i in drawn], glyphs[drawn]
    left_out |= _repeated(known, glyphs)
    left = sorted((c for c in known if c.id not in left_out), key=lambda c: c.content)
    left_out |= _too_many(left)
    kept = [c for c in corrections if c.id not in left_out]
    return Choice(
        teach=tuple(c for c in kept if not c.held_out),
        held_out=tuple(c for c in kept if c.held_out),
        left_out=left_out,
    )


def _glyphs(reader: Reader, corrections: Sequence[Correction]) -> NDArray[np.float32]:
    """(n, 784) of length 1, or 0 where nothing is drawn."""
    rows = [np.zeros((0, 784), np.float32)]
    for start in range(0, len(corrections), 64):
        _, glyphs = reader.read_seen([picture_of(c) for c in corrections[start : start + 64]])
        rows.append(glyphs.reshape(len(glyphs), -1))
    glyphs = np.concatenate(rows)
    lengths = np.maximum(np.linalg.norm(glyphs, axis=1, keepdims=True), 1e-6)
    unit: NDArray[np.float32] = glyphs / lengths
    return unit


def _repeated(corrections: Sequence[Correction], glyphs: NDArray[np.float32]) -> dict[str, str]:
    """Reasons by id for those that an earlier one equals, and for both where their labels differ."""
    order = sorted(range(len(corrections)), key=lambda i: (corrections[i].made, corrections[i].id))
    contents = np.array([c.content for c in corrections])
    reasons: dict[str, str] = {}
    seen = np.zeros(len(corrections), bool)
    for i in order:
        one = corrections[i]
        same = np.flatnonzero(seen & ((glyphs @ glyphs[i] >= SAME) | (contents == one.content))).tolist()
        against = [j for j in same if corrections[j].label != one.label]
        if against:
            reasons |= {corrections[j].id: "another label for the same drawing" for j in (i, *against)}
        elif same:
            reasons[one.id] = "the same drawing again"
        seen[i] = True
    return reasons


def _too_many(corrections: Sequence[Correction]) -> dict[str, str]:
    """Reasons by id for those beyond the caps; ``corrections`` in an order that nobody chooses."""
    reasons: dict[str, str] = {}
    by_source: Counter[tuple[str, str]] = Counter()
    for one in corrections:
        by_source[one.source, one.label] += 1
        if by_source[one.source, one.label] > PER_SOURCE:
            reasons[one.id] = f"more than {PER_SOURCE} of a label from one source"
    left = [c for c in corrections if c.id not in reasons]
    most = max(LABEL_FREE, int(LABEL_SHARE * len(left)))
    by_label: Counter[str] = Counter()
    for one in left:
        by_label[one.label] += 1
        if by_label[one.label] > most:
            reasons[one.id] = f"more than {LABEL_SHARE:.0%} of all are of its label"
    return reasons
