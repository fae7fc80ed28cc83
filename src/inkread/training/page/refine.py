"""Trains the refiner on what the trained finder finds of made pages."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.chance import seeded
from inkread.training.finder import apart, overlap
from inkread.training.fit import fast_arithmetic
from inkread.training.page.boxes import peaks, refined, widened
from inkread.training.page.compose import Writer
from inkread.training.page.finder import batch_of, pages_written
from inkread.training.page.graph import PageGeometry, cells_of, seen_of
from inkread.training.page.networks import PageFinder, Refiner

IS_GLYPH, IS_NONE, IS_NEAR = 0.5, 0.35, 0.3
"""Overlap, widened, with a glyph's true box from which a found box is that glyph's, up to which it is none's, and from
which its edges are told. A box between two glyphs overlaps each by 0.3 or so: it must be known as none of both."""

SHAKEN = 0.08
"""Standard deviation by which the edges of found boxes are moved before, as a share of the box's own side. By a share
of the longer one a 1 was moved by half of its width, and the refiner learned to draw it to the glyph beside it."""


def train_refiner(
    refiner: Refiner, finder: PageFinder, writer: Writer, steps: int, seed: int, watch: Callable[[int, float], None]
) -> None:
    """Trains ``refiner`` in place; ``watch`` is told the step and the loss. The same seed gives the same weights."""
    geometry = PageGeometry().eval()
    refiner.train()
    optimizer = torch.optim.AdamW(refiner.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)
    for step, pages in enumerate(pages_written(writer, steps, (seed, 2)), 1):
        generator = seeded(seed * 1_000_003 + step)
        batch = batch_of(pages, generator)
        with torch.no_grad():
            seen, _ = seen_of(batch.pictures)
            with fast_arithmetic(seen.device.type):
                answers = finder(seen)
            answers = answers.float()
            found = [peaks(answer) for answer in answers]
        boxes = [_shaken(box, generator) for box, _ in found]
        with torch.no_grad():
            looks = [
                geometry.looks(picture, own, torch.ones(2), light[None], cells_of(answer))
                for picture, own, light, answer in zip(batch.pictures, boxes, batch.polarity, answers, strict=True)
            ]
        with fast_arithmetic(seen.device.type):
            parts = refiner(torch.cat(looks), torch.cat([certainty for _, certainty in found]))
        told, glyph, fit = (part.float() for part in parts)
        wanted = [goals(own, torch.as_tensor(page.boxes)) for own, page in zip(boxes, batch.pages, strict=True)]
        loss = _loss(torch.cat(boxes), told, glyph, fit, wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        watch(step, float(loss.detach()))
    refiner.eval()


def _shaken(boxes: Tensor, generator: Generator) -> Tensor:
    """Boxes (g, 4) with their edges moved: the finder errs more on hands it has not seen."""
    moves = torch.randn(boxes.shape, generator=generator) * (SHAKEN * boxes[:, 2:].repeat(1, 2))
    return torch.cat([boxes[:, :2] + moves[:, :2], (boxes[:, 2:] + moves[:, 2:]).clamp(min=4.0)], 1)


def goals(boxes: Tensor, true: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of found boxes (g, 4): the true one (g, 4) of (t, 4) that each overlaps most, that overlap, its index (g,)."""
    if not len(true):
        return boxes, torch.zeros(len(boxes)), torch.zeros(len(boxes), dtype=torch.int64)
    g, t = len(boxes), len(true)
    pairs = widened(boxes)[:, None].expand(g, t, 4), widened(true)[None].expand(g, t, 4)
    shared = overlap(*(pair.reshape(-1, 4) for pair in pairs))
    most, which = shared.view(g, t).max(1)
    return true[which], most, which


def shifts_to(goal: Tensor, boxes: Tensor) -> Tensor:
    """What moves the edges of boxes (g, 4) to those of ``goal`` (g, 4), as ``refined`` takes it."""
    first, last = goal[:, :2] - boxes[:, :2], goal[:, :2] + goal[:, 2:] - boxes[:, :2] - boxes[:, 2:]
    return torch.cat([first, last], 1) / boxes[:, 2:].amax(1, keepdim=True)


def _loss(
    boxes: Tensor, told: Tensor, glyph: Tensor, fit: Tensor, wanted: list[tuple[Tensor, Tensor, Tensor]]
) -> Tensor:
    """``told``, ``glyph`` and ``fit``: what the refiner says of ``boxes``; ``wanted``: their ``goals``, by page."""
    goal, overlaps = torch.cat([goal for goal, _, _ in wanted]), torch.cat([most for _, most, _ in wanted])
    is_glyph, near = overlaps >= IS_GLYPH, overlaps >= IS_NEAR
    clear = is_glyph | (overlaps <= IS_NONE)
    shifts = shifts_to(goal, boxes)
    edges = F.smooth_l1_loss(told[near], shifts[near], beta=0.03, reduction="sum") / near.sum().clamp(min=1)
    moved = refined(boxes, told)
    outside = apart(moved[near], goal[near]).sum() / near.sum().clamp(min=1)
    reached = overlap(widened(moved.detach()), widened(goal)) * (overlaps > 0)
    return (
        5 * edges
        + outside
        + F.binary_cross_entropy_with_logits(glyph[clear], is_glyph[clear].float())
        + F.binary_cross_entropy_with_logits(fit, reached)
    )
