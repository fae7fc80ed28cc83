"""What every reader of handwriting answers with: drawings, what they mean, and who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkread.strokes import Strokes

Picture = NDArray[np.uint8]
"""(H, W) grey, 0-255."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Drawings with their labels and writers, index by index.

    ``items``: pictures (H, W) uint8 of any sizes and either polarity, or Strokes. ``labels``: text, e.g. "7",
    "A", "+". ``writers``: "" where unknown. ``name``: where they come from, for messages and reports.
    """

    items: Sequence[Picture | Strokes]
    labels: tuple[str, ...]
    writers: tuple[str, ...]
    name: str

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        if not len(self.items) == len(self.labels) == len(self.writers):
            lengths = f"{len(self.items)}, {len(self.labels)} and {len(self.writers)}"
            raise ValueError(f"expected as many items as labels and writers, got {lengths}")

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, indices: Iterable[int], name: str) -> Samples:
        """The samples at ``indices``, in that order, under a new name."""
        chosen = tuple(indices)
        return Samples(
            tuple(self.items[i] for i in chosen),
            tuple(self.labels[i] for i in chosen),
            tuple(self.writers[i] for i in chosen),
            name,
        )
