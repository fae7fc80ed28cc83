"""What a network learns from: MNIST as it is, and glyph tiles of other hands to be placed on sheets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.alphabet import Alphabet, digit_like, looks_like_a_digit
from inkread.data import Samples, Split, load, whole_letters
from inkread.data.canvas import drawn_anywhere
from inkread.strokes import Strokes
from inkread.training.augment import TILE, TILE_GLYPH, Augmentation, Made, sheets_of, uniform, vary_pen
from inkread.training.chance import seeded
from inkread.training.hands import another_hand, with_custom
from inkread.training.pens import LINES, drawn, lines_of
from inkread.training.recipe import Recipe, Sheets
from inkread.training.shapes import filled_shapes

PENS = (0.03, 0.26)
"""Thinnest and thickest pen, as a share of the glyph's longer side: 8-24 px on digits of 98-224 px is 0.036-0.245."""

OTHER_HANDS = 1 / 3
"""Share of the drawings of the same strokes that are as another hand would have made them."""

CUSTOM, CUSTOM_OF_OTHERS = 0.2, 0.6
"""Share of zeros, ones, sevens and eights with a custom stroke: of those as they were written, and by other hands."""

CANVAS = 140  # px, side of a canvas: reads as 280 px do, at a quarter of the memory
OTHERS_EVERY = 3  # one non-digit in so many is drawn on a canvas, once
CHUNK = 1000  # samples a process is asked to draw at a time
DRAWN_AT_ONCE = 8192  # tiles

PICTURES = 15_000
"""Most tiles from a set of pictures, so that pen strokes of many writers stay the larger part."""


@dataclass(frozen=True)
class Tiles:
    """Glyph tiles (n, TILE, TILE) uint8, 255 = ink, with their class indices (n,)."""

    pictures: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.targets)

    def where(self, chosen: Tensor) -> Tiles:
        """The tiles at which ``chosen`` (n,) is True."""
        return Tiles(self.pictures[chosen], self.targets[chosen])


@dataclass(frozen=True)
class Drawings:
    """Pen strokes as lines (n, LINES, 4) float16 in px of a tile, with their class indices (n,)."""

    lines: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.targets)

    def drawn(self, chosen: Tensor, generator: Generator) -> Tensor:
        """Those at ``chosen`` (k,), each by a pen of its own: ink (k, TILE, TILE) 0-1."""
        thinnest, thickest = (math.log(pen) for pen in PENS)
        # thin pens are harder and more common than an even choice would make them
        pens = torch.exp(uniform(generator, len(chosen), thinnest, thickest)) * TILE_GLYPH
        return drawn(self.lines[chosen], pens)


def drawings_of(samples: Samples, alphabet: Alphabet, copies: int = 1, seed: int = 0) -> Drawings:
    """The strokes the alphabet has a class for, ``copies`` times, the last third of them by another hand."""
    classes = [class_of(label, alphabet) for label in samples.labels]
    kept = [i for i, item in enumerate(samples.items) if classes[i] is not None and isinstance(item, Strokes)]
    jobs = [(samples.items[i], samples.labels[i], (seed, i)) for i in kept]
    with ProcessPoolExecutor() as pool:
        parts = list(pool.map(partial(_lines_of_chunk, copies=copies), _chunks(jobs)))
    lines = np.concatenate(parts) if parts else np.zeros((0, LINES, 4), np.float16)
    targets = np.repeat(np.array([classes[i] for i in kept], np.int64), copies)
    return Drawings(torch.as_tensor(lines), torch.as_tensor(targets))


def tiles_of(samples: Samples, alphabet: Alphabet, copies: int = 1, seed: int = 0) -> Tiles:
    """Tiles of the samples the alphabet has a class for.

    Strokes are drawn ``copies`` times by different pens; of pictures at most PICTURES are taken, once, evenly.
    """
    drawings, generator = drawings_of(samples, alphabet, copies, seed), seeded(seed)
    every = torch.arange(len(drawings))
    inked = [
        (drawings.drawn(some, generator) * 255).round().to(torch.uint8) for some in torch.split(every, DRAWN_AT_ONCE)
    ]
    classes = [class_of(label, alphabet) for label in samples.labels]
    kept = [i for i, item in enumerate(samples.items) if classes[i] is not None and not isinstance(item, Strokes)]
    kept = kept[:: math.ceil(len(kept) / PICTURES) or 1]
    seen = [_tile_of_picture(item) for i in kept if not isinstance(item := samples.items[i], Strokes)]
    pictures = np.stack(seen) if seen else np.zeros((0, TILE, TILE), np.uint8)
    return Tiles(
        torch.cat([*inked, torch.as_tensor(pictures)]),
        torch.cat([drawings.targets, torch.as_tensor(np.array([classes[i] for i in kept], np.int64))]),
    )


def with_twins(samples: Samples, letters: Sequence[str]) -> Samples:
    """The samples, those of ``letters`` labelled as the digit that is written like them."""
    digits = {letter: digit_like(letter) for letter in letters}
    return replace(samples, labels=tuple(digits.get(label) or label for label in samples.labels))


def class_of(label: str, alphabet: Alphabet) -> int | None:
    """Class index of a label; the reject class for what looks like no digit; None for what must not teach."""
    if label in alphabet.labels:
        return alphabet.index(label)
    if alphabet.reject is None or looks_like_a_digit(label):
        return None
    return alphabet.index(alphabet.reject)


Job = tuple[NDArray[np.uint8] | Strokes, str, tuple[int, int]]  # item, label, seed


def _chunks(jobs: list[Job]) -> Iterator[tuple[Job, ...]]:
    """Jobs in parts of CHUNK, so that a process is asked seldom."""
    for start in range(0, len(jobs), CHUNK):
        yield tuple(jobs[start : start + CHUNK])


def _lines_of_chunk(jobs: tuple[Job, ...], copies: int) -> NDArray[np.float16]:
    lines = []
    for item, label, seed in jobs:
        assert isinstance(item, Strokes)
        random = np.random.default_rng(seed)
        lines += [lines_of(_written(item, label, i, copies, random)) for i in range(copies)]
    return np.stack(lines)


def _written(strokes: Strokes, label: str, copy: int, copies: int, random: np.random.Generator) -> Strokes:
    """Drawing ``copy`` of ``copies``: the first as written but for custom strokes, the last as by another hand."""
    if copy < copies * (1 - OTHER_HANDS):
        return with_custom(strokes, label, random, CUSTOM)
    return another_hand(with_custom(strokes, label, random, CUSTOM_OF_OTHERS), random)


def _tile_of_picture(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture that is cut close or has MNIST's margin; the paper is the side that covers the border."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    ink = 255 - picture if np.median(border) > 127 else picture
    rows, columns = np.flatnonzero(ink.max(1) > 64), np.flatnonzero(ink.max(0) > 64)
    if not len(rows):
        return np.zeros((TILE, TILE), np.uint8)
    glyph = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    scale = TILE_GLYPH / max(glyph.size)
    width, height = (max(1, round(side * scale)) for side in glyph.size)
    tile = Image.new("L", (TILE, TILE), 0)
    tile.paste(glyph.resize((width, height), Image.Resampling.BILINEAR), ((TILE - width) // 2, (TILE - height) // 2))
    return np.asarray(tile)


@dataclass(frozen=True)
class Glyphs:
    """Glyphs (n, 28, 28) uint8, 255 = ink, with their class indices (n,)."""

    pictures: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.targets)

    def with_(self, others: Glyphs) -> Glyphs:
        """These and the others."""
        return Glyphs(torch.cat([self.pictures, others.pictures]), torch.cat([self.targets, others.targets]))


@dataclass(frozen=True)
class Material:
    """Glyphs as the network sees them (n, 28, 28) uint8 with class indices: MNIST's own, and read off sheets."""

    mnist: Glyphs
    digits: Glyphs  # of other hands, empty for recipes without sheets
    others: Glyphs  # not a digit, likewise

    def to(self, device: str) -> Material:
        """The same, on ``device``."""
        parts = (self.mnist, self.digits, self.others)
        return Material(*(Glyphs(part.pictures.to(device), part.targets.to(device)) for part in parts))


def mnist_pictures(split: Split) -> tuple[Tensor, Tensor]:
    """MNIST as it is: pictures (n, 28, 28) uint8 and targets (n,)."""
    samples = load("mnist", split)
    pictures = np.stack([np.asarray(item) for item in samples.items])
    return torch.as_tensor(pictures), torch.tensor([int(label) for label in samples.labels])


def sheet_tiles(recipe: Recipe, sheets: Sheets, seed: int) -> tuple[Tiles, Tiles]:
    """Tiles of digits and of others from the training parts of the recipe's sets; DataError where one is missing."""
    alphabet = recipe.alphabet
    no_digit = alphabet.index(alphabet.reject or "")
    digits, others = [], []
    for name in dict.fromkeys(sheets.digits + sheets.others):
        samples = _teaching(name, sheets)
        copies = sheets.copies if name in sheets.digits else max(1, sheets.copies // 2)
        tiles = tiles_of(samples, alphabet, copies, seed)
        reject = tiles.targets == no_digit
        if name in sheets.digits or sheets.twins:  # twins are in the sets of others
            digits.append(tiles.where(~reject))
        if name in sheets.others:
            others.append(tiles.where(reject))
    shapes = round(sheets.shapes * sum(map(len, others)))
    others.append(tiles_of_shapes(shapes, no_digit, seed))
    return joined(digits), joined(others)


def tiles_of_shapes(count: int, target: int, seed: int) -> Tiles:
    """``count`` filled shapes of class ``target``."""
    generator = seeded(seed)
    shapes = [filled_shapes(len(some), generator) for some in torch.split(torch.arange(count), DRAWN_AT_ONCE)]
    inked = torch.cat([(ink * 255).round().to(torch.uint8) for ink in shapes])
    return Tiles(inked, torch.full((count,), target))


def _teaching(name: str, sheets: Sheets) -> Samples:
    """The training part of a set, as it is taught."""
    return with_twins(whole_letters(load(name, "train")), sheets.twins)


def training_canvases(recipe: Recipe, sheets: Sheets, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """What canvases_of makes of the recipe's training strokes: ``sheets.canvases`` of each digit, few of the others."""
    for name in dict.fromkeys(sheets.digits + sheets.others):
        samples = _teaching(name, sheets)
        if name not in sheets.digits:
            samples = samples.select(range(0, len(samples), OTHERS_EVERY), samples.name)
        yield from canvases_of(samples, recipe.alphabet, sheets.canvases if name in sheets.digits else 1, seed)


def canvases_of(samples: Samples, alphabet: Alphabet, copies: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Strokes as users draw them: pictures (n, CANVAS, CANVAS) uint8 and class indices (n,), some thousands at a time.

    Each of the samples the alphabet has a class for is drawn ``copies`` times; pictures are left out.
    """
    targets = {i: class_of(label, alphabet) for i, label in enumerate(samples.labels)}
    kept = [i for i, item in enumerate(samples.items) if isinstance(item, Strokes) and targets[i] is not None]
    jobs = [(samples.items[i], samples.labels[i], (seed, i)) for i in kept]
    with ProcessPoolExecutor() as pool:
        drawn = pool.map(partial(_canvases_of_chunk, copies=copies), _chunks(jobs))
        for start, pictures in zip(range(0, len(kept), CHUNK), drawn, strict=True):
            classes = [targets[i] for i in kept[start : start + CHUNK] for _ in range(copies)]
            yield torch.as_tensor(pictures), torch.tensor(classes)


def _canvases_of_chunk(jobs: tuple[Job, ...], copies: int) -> NDArray[np.uint8]:
    pictures = []
    for item, label, seed in jobs:
        assert isinstance(item, Strokes)
        random = np.random.default_rng((*seed, 1))  # another stream than the tiles'
        for i in range(copies):
            pictures.append(drawn_anywhere(_written(item, label, i, copies, random), (*seed, i), size=CANVAS))
    return np.stack(pictures)


def make_sheets(
    digits: Tiles, others: Tiles, count: int, others_share: float, reject: int, generator: Generator, wear: float
) -> tuple[Made, Tensor]:
    """``count`` sheets of one size, a share of ``wear`` worn in each way, and their class indices (n,).

    Of the ``others_share`` that are no digit, a tenth are two digits side by side and a twentieth are empty.
    """

    def pick(tiles: Tiles, n: int) -> tuple[Tensor, Tensor]:
        chosen = torch.randint(len(tiles), (n,), generator=generator)
        return tiles.pictures[chosen].float() / 255, tiles.targets[chosen]

    n = round(count * others_share)
    doubles, empty = n // 10, n // 20
    digit_tiles, digit_targets = pick(digits, count - n)
    other_tiles, _ = pick(others, n - doubles - empty)
    pairs = torch.cat([pick(digits, doubles)[0], pick(digits, doubles)[0]], 2)
    pairs = F.interpolate(pairs[:, None], (TILE // 2, TILE), mode="area")
    tiles = torch.cat(
        [
            digit_tiles,
            other_tiles,
            F.pad(pairs, (0, 0, TILE // 4, TILE // 4))[:, 0],
            torch.zeros(empty, TILE, TILE),
        ]
    )
    tiles = vary_pen(tiles, 0.1, generator)
    neighbours = tiles[torch.randperm(count, generator=generator)]
    made = sheets_of(tiles, neighbours, SHEET_BEND, generator, wear=wear)
    return made, torch.cat([digit_targets, torch.full((n,), reject)])


SHEET_BEND = Augmentation(rotation=8, shear=0.1, zoom=0.1, elastic=0.4)
"""How far glyphs are bent on sheets; the recipe's own augmentation comes on top, glyph by glyph."""


def joined(parts: list[Tiles]) -> Tiles:
    """One after the other; none of none."""
    if not parts:
        return Tiles(torch.zeros(0, TILE, TILE, dtype=torch.uint8), torch.zeros(0, dtype=torch.int64))
    return Tiles(torch.cat([part.pictures for part in parts]), torch.cat([part.targets for part in parts]))
