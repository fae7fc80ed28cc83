"""Layout: the glyphs that a page file found, in no order, to lines of text.

    probabilities (g, classes) -> mask     to the labels asked for
    boxes (g, 4)               -> lines    by a sweep from left to right, along the slope of the writing
                               -> words    by the gaps between the glyphs of a line
                               -> context  labels of one shape, by their height in the line and by their word
                               -> numbers  what is a separator and what a digit, by how numbers are written

The page does the same in TypeScript; tests/golden/layout.json holds the two together. Lengths are in sizes, the
median over all glyphs of the longer side of their boxes, so that the scale of a picture makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inkread.alphabet import Alphabet
from inkread.layout.context import CHARACTERS, LETTERS, Context, Twins
from inkread.layout.lines import Array, lines_of, part_words, placed
from inkread.layout.numbers import settle_numbers
from inkread.reading import Line

_LEAST_ASKED = 0.05  # of a glyph's probability, for it to be one of the labels asked for
_LEAST_TWIN = 1e-6  # of a twin's, which counts as a label's own: where no label asked for has any, its twins share it


@dataclass(frozen=True)
class Page:
    """Glyphs in reading order. ``order``: their rows in the input; ``chosen``: the column of each one's label."""

    order: tuple[int, ...]
    lines: tuple[Line, ...]
    probabilities: Array  # (glyphs, labels), after context
    chosen: tuple[int, ...]


@dataclass(frozen=True)
class Mask:
    """From the labels of a page file to those asked for.

    An excluded label's probability goes to all labels asked for, in proportion to their own: who asks for small letters
    and has an i that may be a 1 has no l for that. Always so where the label has a twin among them; that of another
    digit or letter only where these, with their twins, have at least _LEAST_ASKED: who asks for digits may well have
    written a 4 that looks like a Y, but hardly a K. All else goes to the reject label, which always stays.
    """

    alphabet: Alphabet  # of the page file, with a reject label
    asked: tuple[str, ...]
    twins: Twins

    @cached_property
    def labels(self) -> Alphabet:
        """Those asked for, then the reject label."""
        reject = self.alphabet.reject
        if reject is None:
            raise ValueError("expected an alphabet with a reject label, got none")
        return Alphabet((*self.asked, reject), reject)

    @cached_property
    def number(self) -> NDArray[np.bool_]:
        """Whether no letter is asked for, (1,): a page file's input."""
        return np.array([LETTERS.isdisjoint(self.asked)])

    def __call__(self, probabilities: NDArray[np.floating]) -> Array:
        """Probabilities (g, classes) to (g, labels)."""
        every = probabilities.astype(np.float64)
        split = every @ self._shares
        masked, unasked = split[:, :-1], split[:, -1:]
        asked = masked[:, :-1].sum(1, keepdims=True)
        given = np.where(asked >= _LEAST_ASKED, unasked, 0.0)
        weights = every[:, self._own] + _LEAST_TWIN * masked[:, :-1]  # all 0 where nothing of it is asked for
        masked[:, :-1] = weights * ((asked + given) / np.maximum(weights.sum(1, keepdims=True), 1e-300))
        masked[:, -1:] += unasked - given
        return masked

    @cached_property
    def _own(self) -> list[int]:
        """The columns of the labels asked for."""
        return [self.alphabet.index(label) for label in self.asked]

    @cached_property
    def _shares(self) -> Array:
        """(classes, labels and one more): how much of each label goes to which, among twins evenly; last, to those
        asked for.
        """
        columns = {label: column for column, label in enumerate(self.labels.labels)}
        shares = np.zeros((len(self.alphabet), len(columns) + 1))
        for row, label in enumerate(self.alphabet.labels):
            alike = [twin for group in self.twins if label in group for twin in group if twin in columns]
            heirs = [label] if label in columns else alike
            for heir in heirs:
                shares[row, columns[heir]] = 1 / len(heirs)
            if not heirs:
                shares[row, -1 if label in CHARACTERS else -2] = 1
        return shares


def lay_out(boxes: NDArray[np.floating], probabilities: Array, labels: Alphabet, twins: Twins, reject: float) -> Page:
    """Lines of text of boxes (g, 4), x, y, width, height in px, and masked probabilities (g, labels).

    The last of ``labels`` is the reject label; glyphs that have it at ``reject`` or above are left out. The order
    of the rows makes no difference.
    """
    rows = np.flatnonzero(probabilities[:, -1] < reject)
    if not len(rows):
        return Page((), (), probabilities[rows], ())
    lines = lines_of(placed(boxes, probabilities, labels, rows))
    part_words(lines, numbers=LETTERS.isdisjoint(labels.labels))
    order = tuple(glyph.row for line in lines for glyph in line.glyphs)
    settled = Context(labels, twins).settle(probabilities[list(order)], lines)
    settle_numbers(settled, lines, labels)
    chosen = tuple(settled[:, :-1].argmax(1).tolist())
    read = [labels.labels[column] for column in chosen]
    texts = (" ".join("".join(read[word.start : word.stop]) for word in line.words) for line in lines)
    answered = [Line(text, line.first, line.first + len(line.glyphs)) for text, line in zip(texts, lines, strict=True)]
    return Page(order, tuple(answered), settled, chosen)
