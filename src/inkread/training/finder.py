"""Trains the finder, then reads every training sheet's glyph off with it, once, for the network to learn from.

The finder is done before the network starts: its answers then are fixed, so that an epoch of the network costs
no geometry (measured: 2.9 times as fast as training both together).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.augment import WEAR, Made, light_cells, marked_cells
from inkread.training.chance import seeded
from inkread.training.graph import Geometry
from inkread.training.material import Glyphs, Tiles, make_sheets
from inkread.training.wear import worn_small

BATCH = 96
RECALL = 2.0  # weight of a glyph's cell against an empty one: a lost stroke costs more than a kept speck
MNIST_EVERY = 3  # steps; the finder must also leave MNIST's own 28x28 pictures alone, half of them worn
READ_WEAR = WEAR / 2  # of the sheets the network learns from: worn glyphs take from what it has for the others
SPARED_EVERY = 4  # MNIST picture is not worn for the network
SIDES = 0.3  # weight of telling light ink from dark against telling glyph from paper


def train_finder(
    geometry: Geometry,
    mnist: Tensor,
    tiles: tuple[Tiles, Tiles],
    steps: int,
    seed: int,
    watch: Callable[[int, float], None],
) -> None:
    """Trains ``geometry.finder`` in place on sheets of ``tiles`` (digits, others) and MNIST pictures (n, 28, 28).

    ``watch`` is told the step and the loss. The same seed gives the same weights.
    """
    generator = seeded(seed)
    finder = geometry.finder.train()
    optimizer = torch.optim.AdamW(finder.parameters(), 3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=steps, pct_start=0.15)
    weight = torch.tensor(RECALL)
    for step in range(1, steps + 1):
        if step % MNIST_EVERY == 0:
            made = _mnist_made(mnist, generator)
        else:
            made, _ = make_sheets(*tiles, BATCH, 0.3, 0, generator, WEAR)
        with torch.no_grad():
            seen, polarity = geometry.overview(made.pictures)
        cells = finder(seen)
        marked, light = marked_cells(made.ink), light_cells(made.light, polarity)
        loss = F.binary_cross_entropy_with_logits(cells[:, 0], marked, pos_weight=weight)
        loss = loss + SIDES * F.binary_cross_entropy_with_logits(cells[:, 1], light)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        watch(step, float(loss.detach()))
    geometry.eval()


def _mnist_made(mnist: Tensor, generator: Generator) -> Made:
    """A batch of MNIST's own pictures, half of them worn."""
    pictures = mnist[torch.randint(len(mnist), (BATCH,), generator=generator)].float() / 255
    half = BATCH // 2
    plain = Made(pictures[:half], pictures[:half], torch.ones_like(pictures[:half], dtype=torch.bool))
    return Made(*(torch.cat(pair) for pair in zip(plain, worn_small(pictures[half:], generator), strict=True)))


def worn_glyphs(geometry: Geometry, mnist: Glyphs, seed: int) -> Glyphs:
    """Three in four of MNIST's own pictures, worn, as the finder reads them; those it did not find are left out."""
    generator = seeded(seed + 2)
    chosen = torch.arange(len(mnist)) % SPARED_EVERY > 0
    mnist = Glyphs(mnist.pictures[chosen], mnist.targets[chosen])
    pictures, kept = [], []
    for chunk in torch.split(mnist.pictures, 256):
        worn, ink, _ = worn_small(chunk.float() / 255, generator)
        with torch.no_grad():
            glyphs, boxes = geometry(worn)
        pictures.append(as_uint8(glyphs))
        kept.append(overlap(boxes, boxes_of(ink)) > 0.5)
    found = torch.cat(kept)
    return Glyphs(torch.cat(pictures)[found], mnist.targets[found])


def read_glyphs(geometry: torch.nn.Module, pictures: Tensor) -> Tensor:
    """Pictures (n, h, w) uint8 -> their glyphs (n, 28, 28) uint8."""
    with torch.no_grad():
        return torch.cat([as_uint8(geometry(chunk.float() / 255)[0]) for chunk in torch.split(pictures, 256)])


def as_uint8(glyphs: Tensor) -> Tensor:
    """Glyphs (n, 1, 28, 28) 0-1 -> (n, 28, 28) uint8."""
    return (glyphs[:, 0] * 255).round().to(torch.uint8)


def glyphs_off_sheets(
    geometry: Geometry,
    tiles: tuple[Tiles, Tiles],
    count: int,
    others_share: float,
    reject: int,
    seed: int,
    watch: Callable[[int, int], None],
) -> tuple[Glyphs, Glyphs]:
    """``count`` sheets as the finder reads them, digits and others apart; ``watch`` is told how many of how many.

    A digit that the finder did not find, mostly because its ink is fainter than the noise, is left out: what it
    took for the glyph would be taught under a wrong label.
    """
    generator = seeded(seed + 1)
    pictures, targets = [], []
    done = 0
    while done < count:
        made, classes = make_sheets(*tiles, 2 * BATCH, others_share, reject, generator, READ_WEAR)
        with torch.no_grad():
            glyphs, boxes = geometry(made.pictures)
        kept = (classes == reject) | (overlap(boxes, boxes_of(made.ink)) > 0.5)
        pictures.append(as_uint8(glyphs[kept]))
        targets.append(classes[kept])
        done += len(classes)
        watch(done, count)
    read, classes = torch.cat(pictures), torch.cat(targets)
    digit = classes != reject
    return Glyphs(read[digit], classes[digit]), Glyphs(read[~digit], classes[~digit])


def boxes_of(ink: Tensor) -> Tensor:
    """Where the ink (n, h, w) 0-1 is: (n, 4) x, y, width, height in px."""
    rows, columns = ink.amax(2) > 0.4, ink.amax(1) > 0.4
    sides = []
    for marked in (columns, rows):
        first = marked.int().argmax(1)
        last = marked.shape[1] - marked.flip(1).int().argmax(1)
        sides.append((first, (last - first) * marked.any(1)))
    (x, width), (y, height) = sides
    return torch.stack([x, y, width, height], 1).float()


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union (n,) of boxes (n, 4)."""
    shared, union = _shared(a, b)
    return shared / union.clamp(min=1e-6)


def apart(a: Tensor, b: Tensor) -> Tensor:
    """1 - GIoU (n,), 0-2, of boxes (n, 4) with sides above 0 (Rezatofighi et al. 2019, arXiv 1902.09630)."""
    shared, union = _shared(a, b)
    low, high = torch.minimum(a[:, :2], b[:, :2]), torch.maximum(a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:])
    return 2 - shared / union - union / (high - low).prod(1)


def _shared(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The area that boxes (n, 4) share, and that which they cover together, (n,) each."""
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:])
    shared = (high - low).clamp(min=0).prod(1)
    return shared, a[:, 2:].prod(1) + b[:, 2:].prod(1) - shared
