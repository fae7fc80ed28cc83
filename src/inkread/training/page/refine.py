"""Trains the refiner on what the trained finder finds of made pages."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.chance import seeded
from inkread.training.finder import overlap
from inkread.training.page.compose import Writer
from inkread.training.page.finder import batch_of, pages_written
from inkread.training.page.graph import PageFinder, PageGeometry, Refiner, peaks, seen_of, widened

IS_GLYPH, IS_NONE, IS_NEAR = 0.5, 0.35, 0.3
"""Overlap, widened, with a glyph's true box from which a found box is that glyph's, up to which it is none's, and from
which its edges are told. A box between two glyphs overlaps each by 0.3 or so: it must be known as none of both."""

SHAKEN = 0.1
"""Standard deviation by which the edges of found boxes are moved before, as a share of the longer side."""


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
            answers = finder(seen)
            looks, certainties, shifts, overlaps = [], [], [], []
            for i, page in enumerate(batch.pages):
                boxes, certainty = peaks(answers[i])
                boxes = _shaken(boxes, generator)
                inked = torch.sigmoid(answers[i, 5])
                looks.append(geometry.looks(batch.pictures[i], boxes, torch.ones(2), batch.polarity[i][None], inked))
                certainties.append(certainty)
                shift, most, _ = targets_of(boxes, torch.as_tensor(page.boxes))
                shifts.append(shift)
                overlaps.append(most)
        told, logits = refiner(torch.cat(looks), torch.cat(certainties))
        loss = _loss(told, logits, torch.cat(shifts), torch.cat(overlaps))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        watch(step, float(loss.detach()))
    refiner.eval()


def _shaken(boxes: Tensor, generator: Generator) -> Tensor:
    """Boxes (g, 4) with their edges moved: the finder errs more on hands it has not seen."""
    moves = torch.randn(boxes.shape, generator=generator) * (SHAKEN * boxes[:, 2:].amax(1, keepdim=True))
    return torch.cat([boxes[:, :2] + moves[:, :2], (boxes[:, 2:] + moves[:, 2:]).clamp(min=4.0)], 1)


def targets_of(boxes: Tensor, true: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of found boxes (g, 4): shifts (g, 4) to the true one (t, 4) each overlaps most, that overlap, its index (g,)."""
    if not len(true):
        return torch.zeros(len(boxes), 4), torch.zeros(len(boxes)), torch.zeros(len(boxes), dtype=torch.int64)
    g, t = len(boxes), len(true)
    pairs = widened(boxes)[:, None].expand(g, t, 4), widened(true)[None].expand(g, t, 4)
    shared = overlap(*(pair.reshape(-1, 4) for pair in pairs))
    most, which = shared.view(g, t).max(1)
    goal = true[which]
    first, last = goal[:, :2] - boxes[:, :2], goal[:, :2] + goal[:, 2:] - boxes[:, :2] - boxes[:, 2:]
    return torch.cat([first, last], 1) / boxes[:, 2:].amax(1, keepdim=True), most, which


def _loss(told: Tensor, logits: Tensor, shifts: Tensor, overlaps: Tensor) -> Tensor:
    glyph = overlaps >= IS_GLYPH
    clear = glyph | (overlaps <= IS_NONE)
    near = overlaps >= IS_NEAR
    edges = F.smooth_l1_loss(told[near], shifts[near], beta=0.03, reduction="sum") / near.sum().clamp(min=1)
    return 5 * edges + F.binary_cross_entropy_with_logits(logits[clear], glyph[clear].float())
