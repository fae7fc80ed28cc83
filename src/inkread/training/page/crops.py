"""Glyphs as a page file's crops show them, made directly: some thousand a second, where whole pages give two hundred.

    glyph tile -> crop 48x48, bent | neighbours beside it, paper, light -> the box a refiner would find, a little off
               -> the very gate, ink and 28x28 of PageGeometry

Pages teach what this leaves out: what is found where no glyph is, lines above and below, what is written over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.alphabet import PAGE
from inkread.data import Samples, load, whole_letters
from inkread.training.augment import TILE, Augmentation, uniform, warp
from inkread.training.chance import seeded
from inkread.training.finder import as_uint8, boxes_of
from inkread.training.graph import CROP
from inkread.training.material import Drawings, Glyphs, Tiles, drawings_of, joined, tiles_of
from inkread.training.page.graph import PAGE_MARGIN, PageGeometry
from inkread.training.page.handwriting import PICTURE_SETS, SIGNS
from inkread.training.page.networks import CELL

COPIES = {"unipen-digits": 6, "pendigits": 6, "unipen-upper": 5, "unipen-lower": 4, "unipen-symbols": 3}
"""Hands that each glyph is written by, by set, the pen being another each time; pictures are taken as they are."""

CHUNK = 400  # crops made at a time
CHUNK_ELSEWHERE = 4096  # on an accelerator, which waits for calls

BEND = Augmentation(rotation=6, shear=0.12, zoom=0.08, elastic=0.35)
LONGER = CROP / PAGE_MARGIN  # px, longer side of a found box in its crop
OFF = 0.03  # of it: standard deviation of what a refined box's edges err
GAPS = (-0.08, 0.0, 0.06, 0.15, 0.35)  # from one box to the next, as a share of the height
BESIDE = 0.35  # chance of a neighbour on either side


@dataclass(frozen=True)
class Characters:
    """Glyphs to make crops of: drawings, then tiles of pictures."""

    drawings: Drawings
    tiles: Tiles

    @classmethod
    def to_learn_from(cls, seed: int) -> Characters:
        """All sets' training parts, with class indices of PAGE; ibm/ letters are left out, as on pages."""
        drawings = [
            drawings_of(whole_letters(load(name, "train")), PAGE, copies, seed) for name, copies in COPIES.items()
        ]
        tiles = joined([tiles_of(_named(load(name, "train")), PAGE) for name in PICTURE_SETS])
        lines, targets = torch.cat([d.lines for d in drawings]), torch.cat([d.targets for d in drawings])
        return cls(Drawings(lines, targets), tiles)

    @property
    def targets(self) -> Tensor:
        """Class indices (n,)."""
        return torch.cat([self.drawings.targets, self.tiles.targets])

    def inked(self, chosen: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Those of ``chosen`` (k,), in another order: ink (k, TILE, TILE) 0-1, class indices (k,)."""
        strokes, pictures = chosen[chosen < len(self.drawings)], chosen[chosen >= len(self.drawings)]
        seen = self.tiles.pictures[pictures - len(self.drawings)].float() / 255
        return (
            torch.cat([self.drawings.drawn(strokes, generator), seen]),
            torch.cat([self.drawings.targets[strokes], self.tiles.targets[pictures - len(self.drawings)]]),
        )


def glyphs_off_crops(
    characters: Characters, rounds: int, seed: int, watch: Callable[[int, int], None] = lambda done, of: None
) -> Glyphs:
    """Each seen in ``rounds`` crops, each time by another pen, among others on other paper.

    ``watch`` is told how many of how many.
    """
    geometry, generator = PageGeometry().eval(), seeded(seed)
    pictures, targets, done, each = [], [], 0, len(characters.targets)
    at_once = CHUNK if generator.device.type == "cpu" else CHUNK_ELSEWHERE
    for _ in range(rounds):
        for chosen in torch.split(torch.randperm(each, generator=generator), at_once):
            inked, classes = characters.inked(chosen, generator)
            inked = inked[order := torch.randperm(len(inked), generator=generator)]
            with torch.no_grad():
                glyphs, found = _seen(geometry, inked, generator)
            pictures.append(as_uint8(glyphs[found]))
            targets.append(classes[order][found])
            done += len(chosen)
            watch(done, rounds * each)
    return Glyphs(torch.cat(pictures), torch.cat(targets))


def _seen(geometry: PageGeometry, tiles: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """What the network would see of tiles (n, t, t) 0-1: glyphs (n, 1, 28, 28), and where any ink was found (n,)."""
    n = len(tiles)
    enlargement = LONGER / boxes_of(tiles)[:, 2:].amax(1).clamp(min=1) * uniform(generator, n, 0.92, 1.08)
    middle = CROP / 2 + torch.randn(n, 2, generator=generator) * (0.6 * OFF * LONGER)
    own = warp(tiles, (CROP, CROP), enlargement, middle, BEND, generator)
    boxes = boxes_of(own)
    others, beside = _neighbours(tiles, boxes, generator)
    ink = torch.maximum(own, others.amax(0))
    off = torch.randn(n, 4, generator=generator) * (OFF * LONGER * uniform(generator, n, 0.3, 1.7)[:, None])
    found = torch.cat([boxes[:, :2] + off[:, :2], (boxes[:, 2:] + off[:, 2:] - off[:, :2]).clamp(min=1.0)], 1)
    marked = _marked(ink, generator)
    points = (torch.arange(CROP) + 0.5).expand(n, 2, CROP)
    gate = geometry.gate(found, beside, points, torch.full((n,), float(CROP)), marked)
    glyph, _, _, contrast = geometry.glyph_of(_papered(ink, generator), gate, marked)
    return glyph, (contrast[:, 0, 0] > 0.02) & (boxes[:, 2] > 0)


def _neighbours(tiles: Tensor, boxes: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Ink (2, n, 48, 48) of a glyph on either side or none, and their boxes (n, 2, 4), far away where there is none."""
    n = len(tiles)
    inks, places = [], []
    gap = torch.tensor(GAPS)[torch.randint(len(GAPS), (n,), generator=generator)]
    for side in (-1, 1):
        other = tiles[torch.randperm(n, generator=generator)]
        size = boxes[:, 3].clamp(min=0.35 * LONGER) * uniform(generator, n, 0.75, 1.25)
        box = boxes_of(other)
        enlargement = size / box[:, 2:].amax(1).clamp(min=1)
        wide, tall = box[:, 2] * enlargement, box[:, 3] * enlargement
        apart = (gap + torch.randn(n, generator=generator) * 0.04) * LONGER
        edge = boxes[:, 0] if side < 0 else boxes[:, 0] + boxes[:, 2]
        x = edge + side * (apart + wide / 2)
        y = boxes[:, 1] + boxes[:, 3] - tall / 2 + torch.randn(n, generator=generator) * 0.08 * LONGER
        there = torch.rand(n, generator=generator) < BESIDE
        # a tile's glyph may stand beside the tile's middle
        off = (box[:, :2] + box[:, 2:] / 2 - TILE / 2) * enlargement[:, None]
        ink = warp(other, (CROP, CROP), enlargement, torch.stack([x, y], 1) - off, Augmentation(), generator)
        inks.append(ink * there[:, None, None])
        place = torch.stack([x - wide / 2, y - tall / 2, wide, tall], 1)
        places.append(torch.where(there[:, None], place, torch.tensor([-1e6, -1e6, 1.0, 1.0])))
    return torch.stack(inks), torch.stack(places, 1)


def _marked(ink: Tensor, generator: Generator) -> Tensor:
    """The finder's "ink here" (n, 48, 48) 0-1, as coarse as its cells are beside glyphs of 12 to 250 px."""
    cell = float(torch.exp(uniform(generator, 1, 2.5, 5.5)))  # px of the page a glyph is long; a chunk is of one size
    size = max(1, round(CELL * CROP / (PAGE_MARGIN * cell)))
    cells = F.max_pool2d(ink[:, None], size, ceil_mode=True)
    cells = (cells > 0.3).float() * uniform(generator, len(ink), 0.7, 1.0)[:, None, None, None]
    whole = (cells.shape[2] * size, cells.shape[3] * size)
    return F.interpolate(cells, whole, mode="bilinear", align_corners=False)[:, 0, :CROP, :CROP]


def _papered(ink: Tensor, generator: Generator) -> Tensor:
    """Light ink (n, 48, 48) on dark paper, as if seen on a screen (half) or by a camera."""
    n = len(ink)

    def each(low: float, high: float) -> Tensor:
        return uniform(generator, n, low, high)[:, None, None]

    photographed = each(0, 1) < 0.5
    marks = torch.maximum(ink * each(0.5, 1.0), _rules(n, generator) * (each(0, 1) < 0.3) * each(0.1, 0.5))
    soft = F.avg_pool2d(marks[:, None], 3, 1, 1)[:, 0]
    coarse = float(uniform(generator, 1, 1.0, 2.6))
    small = F.interpolate(soft[:, None], (round(CROP / coarse),) * 2, mode="area")
    low = F.interpolate(small, (CROP, CROP), mode="bilinear", align_corners=False)[:, 0]
    kind = each(0, 1)
    marks = torch.where(kind < 0.3, soft, torch.where(kind < 0.5, low, marks))
    light = F.interpolate(torch.randn(n, 1, 3, 3, generator=generator), (CROP, CROP), mode="bicubic")[:, 0]
    noise = torch.randn(n, CROP, CROP, generator=generator) * each(-0.06, 0.06).clamp(min=0.0)
    photo = 0.2 + light * each(0, 0.05) + marks * each(0.25, 0.75) + noise
    return torch.where(photographed, photo, ink * each(0.6, 1.0)).clamp(0.0, 1.0)


def _rules(n: int, generator: Generator) -> Tensor:
    """One or two of the paper's lines (n, 48, 48) 0-1, level or upright."""
    at = torch.arange(float(CROP))
    spacing, start = uniform(generator, n, 14, 70)[:, None, None], uniform(generator, n, 0, 70)[:, None, None]
    thick, tilt = uniform(generator, n, 0.3, 1.4)[:, None, None], uniform(generator, n, -0.06, 0.06)[:, None, None]
    level = (torch.remainder(at[:, None] + tilt * at + start, spacing) - spacing / 2).abs()
    lines = (thick + 0.5 - level).clamp(0.0, 1.0)
    upright = (torch.rand(n, generator=generator) < 0.25)[:, None, None]
    return torch.where(upright, lines.transpose(1, 2), lines)


def _named(samples: Samples) -> Samples:
    """With the labels that PAGE has for what bhmsds calls its signs."""
    labels = tuple(SIGNS.get(label, label) for label in samples.labels)
    return Samples(samples.items, labels, samples.writers, samples.name)
