"""Whose glyphs are written on made pages: strokes by writer and label, and small pictures by label."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from inkread.data import Samples, Split, load, whole_letters
from inkread.strokes import Strokes

STROKE_SETS = ("unipen-digits", "pendigits", "unipen-upper", "unipen-lower", "unipen-symbols")
PICTURE_SETS = ("mnist", "bhmsds", "nist-vowels")
SIGNS = {"plus": "+", "minus": "-", "slash": "/", "dot": "."}
"""What bhmsds calls the separators."""


@dataclass(eq=False)
class Handwriting:
    """Glyphs to write pages with: ``strokes[writer][label]`` and ``pictures[set][label]``, ink light on 0."""

    # partial, not lambda: processes that write pages are given these
    strokes: dict[str, dict[str, list[Strokes]]] = field(
        default_factory=partial(defaultdict, partial(defaultdict, list))
    )
    pictures: dict[str, dict[str, list[NDArray[np.uint8]]]] = field(
        default_factory=partial(defaultdict, partial(defaultdict, list))
    )

    @classmethod
    def of(cls, split: Split) -> Handwriting:
        """All sets' part of that name, without letters that lack a stroke."""
        everything = cls()
        for name in (*STROKE_SETS, *PICTURE_SETS):
            everything.add(whole_letters(load(name, split)))
        return everything

    def add(self, samples: Samples) -> None:
        """Takes samples in: strokes by writer, pictures by set."""
        for item, label, writer in zip(samples.items, samples.labels, samples.writers, strict=True):
            if isinstance(item, Strokes):
                self.strokes[writer][label].append(item)
            elif (ink := _ink(item)) is not None:
                self.pictures[samples.name][SIGNS.get(label, label)].append(ink)

    def by_label(self) -> dict[str, list[Strokes]]:
        """All strokes by label, whoever wrote them."""
        everyone: dict[str, list[Strokes]] = defaultdict(list)
        for own in self.strokes.values():
            for label, drawn in own.items():
                everyone[label] += drawn
        return everyone

    def writers_of(self, labels: str, least: int) -> list[str]:
        """Writers who wrote at least ``least`` of these labels."""
        return [writer for writer, own in self.strokes.items() if sum(label in own for label in labels) >= least]


def _ink(picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The picture cut to its ink, light on 0; None where there is none."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    ink = 255 - picture if np.median(border) > 127 else picture
    rows, columns = np.flatnonzero(ink.max(1) > 64), np.flatnonzero(ink.max(0) > 64)
    if not len(rows):
        return None
    return np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
