"""A second look, from nearer: where writing is small in a small picture, it is enlarged and read again.

    boxes (g, 4) of the first look -> enlargement -> enlarged picture -> boxes of the second look, in px of the first

A page file sees 224 to 640 px of a picture's longer side; how large the writing is in it shows after the first look
only. The page does the same in TypeScript; tests/golden/golden.json holds the two together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkread.picture import Picture

SEEN = (224, 640)
"""px, longer side of what a page file sees: of small pictures, and at most."""

SMALL = 30.0
"""px of what it sees: where the median height of the glyphs is less, a second look pays. Of 500 composed pages in the
hands of validation writers 70 have 12 to 30 px; 54 of them were read with one look, 60 with two. From 30 to 40 px
nothing is gained."""

NEARER = 1.5
"""Times as large; twice as large 58 of those 70 were read."""


def enlargement(picture: Picture, boxes: NDArray[np.floating]) -> float:
    """By how much a picture (H, W) is to be enlarged for a second look, of which the first found ``boxes`` (g, 4);
    1 where one look is enough.
    """
    longer: int = max(picture.shape)
    seen = max(longer, SEEN[0])
    if not len(boxes) or seen * NEARER > SEEN[1] or np.median(boxes[:, 3]) * (seen / longer) >= SMALL:
        return 1.0
    return NEARER * seen / longer


def enlarged(picture: Picture, by: float) -> Picture:
    """A picture (H, W) ``by`` times as large, linear between its px."""
    from PIL import Image  # reading an array of large writing does without

    height, width = (int(side * by + 0.5) for side in picture.shape)
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR))
