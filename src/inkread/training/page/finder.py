"""Trains the page finder on made pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.page.compose import Page, Writer
from inkread.training.page.graph import CELL, COARSEST, PageFinder, seen_of
from inkread.training.page.paper import papered

SHAPES = ((128, 384), (192, 384), (256, 256), (256, 384), (320, 320), (384, 256), (64, 320), (384, 384), (128, 256))
"""Sizes (h, w) px of made pages; multiples of COARSEST."""

BATCH_PIXELS = 1_400_000
"""Pixels of a batch: 9 of 384x384."""

REUSED, POOL = 3, 60
"""Every page is used so often, each time on other paper, at most this many batches later: writing it takes longest."""


class Batch(NamedTuple):
    """Made pages as pictures (n, h, w) 0-1, the pages themselves, their glyphs' ink (n, h, w) 0-1, and polarity."""

    pictures: Tensor
    pages: list[Page]
    ink: Tensor
    polarity: Tensor  # (n, 1, 1), +1 for light ink


def written(writer: Writer, random: np.random.Generator) -> list[Page]:
    """Made pages of one size, as many as make a batch."""
    h, w = SHAPES[int(random.integers(len(SHAPES)))]
    # a page may end before the cells do; its last rows are then repeated, as the graph does
    short = int(random.integers(h - COARSEST // 2, h + 1)) if h > COARSEST else h
    return [writer.page(short, w, random) for _ in range(BATCH_PIXELS // (h * w))]


def batch_of(pages: list[Page], generator: Generator) -> Batch:
    """Pages of one size on paper."""
    ink = _stack([page.ink for page in pages])
    marks = _stack([page.marks for page in pages])
    pad = (0, 0, 0, -ink.shape[1] % COARSEST)
    pictures, polarity = papered(ink, marks, generator)
    return Batch(F.pad(pictures[:, None], pad, mode="replicate")[:, 0], pages, F.pad(ink, pad), polarity)


def _stack(pictures: list[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).float() / 255


class Pool:
    """Pages to learn from: written, used REUSED times in all, the later ones among those of other batches."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._pages: list[list[Page]] = []
        self._taken = 0

    def take(self, random: np.random.Generator) -> list[Page]:
        """Pages of one size, every REUSED-th time new ones."""
        self._taken += 1
        if (self._taken - 1) % REUSED:
            return self._pages[int(random.integers(len(self._pages)))]
        self._pages = [*self._pages[1 - POOL :], written(self._writer, random)]
        return self._pages[-1]


class Targets(NamedTuple):
    """What the finder should answer: centres (n, h, w) 0-1, boxes (n, 4, h, w), where (n, h, w) bool, ink (n, h, w)."""

    centres: Tensor
    boxes: Tensor
    at: Tensor
    ink: Tensor


def targets_of(batch: Batch) -> Targets:
    """A bump on each centre, wider on larger boxes; boxes are told around it."""
    n, height, width = batch.pictures.shape
    h, w = height // CELL, width // CELL
    centres = np.zeros((n, h, w), np.float32)
    boxes = np.zeros((n, 4, h, w), np.float32)
    at = np.zeros((n, h, w), bool)
    ys, xs = np.arange(h) + 0.5, np.arange(w) + 0.5
    for i, page in enumerate(batch.pages):
        for x, y, bw, bh in page.boxes / CELL:
            cx, cy = x + bw / 2, y + bh / 2
            across = np.exp(-0.5 * ((xs - cx) / max(0.55, 0.11 * bw)) ** 2)
            down = np.exp(-0.5 * ((ys - cy) / max(0.55, 0.11 * bh)) ** 2)
            bump = (down[:, None] * across[None]).astype(np.float32)
            row, column = min(int(cy), h - 1), min(int(cx), w - 1)
            bump[row, column] = 1.0
            near = (bump > 0.4) & (bump > centres[i])
            centres[i] = np.maximum(centres[i], bump)
            at[i] |= near
            boxes[i, 0][near] = np.broadcast_to(cx - xs[None], (h, w))[near]
            boxes[i, 1][near] = np.broadcast_to(cy - ys[:, None], (h, w))[near]
            boxes[i, 2][near] = np.log(max(bw, 0.3))
            boxes[i, 3][near] = np.log(max(bh, 0.3))
    return Targets(torch.from_numpy(centres), torch.from_numpy(boxes), torch.from_numpy(at), inked_cells(batch.ink))


def inked_cells(ink: Tensor) -> Tensor:
    """Where the finder should say "ink": (n, h, w) 0-1 -> cells (n, h / 4, w / 4) of 0 or 1."""
    return (F.max_pool2d(ink[:, None], CELL)[:, 0] > 0.3).float()


def loss_of(answer: Tensor, targets: Targets) -> Tensor:
    """Quality focal loss of the centres (Li et al. 2020, arXiv 2006.04388, equation 3), smooth L1 of boxes, and ink.

    CornerNet's focal loss, which calls one cell a centre and none beside it, left large glyphs at a certainty of 0.2:
    nobody can tell which of the cells in the middle of one is it.
    """
    likely = torch.sigmoid(answer[:, 0])
    centres = F.binary_cross_entropy_with_logits(answer[:, 0], targets.centres, reduction="none")
    centres = ((likely - targets.centres).abs() ** 2 * centres).sum() / targets.at.sum().clamp(min=1)
    where = targets.at[:, None].expand(-1, 4, -1, -1)
    off = F.smooth_l1_loss(answer[:, 1:5][where], targets.boxes[where], beta=0.1, reduction="sum")
    ink = F.binary_cross_entropy_with_logits(answer[:, 5], targets.ink)
    return 10 * centres + 2 * off / targets.at.sum().clamp(min=1) + ink


def train_page_finder(
    finder: PageFinder, writer: Writer, steps: int, seed: int, watch: Callable[[int, float], None]
) -> None:
    """Trains ``finder`` in place; ``watch`` is told the step and the loss. The same seed gives the same weights."""
    finder.train()
    optimizer = torch.optim.AdamW(finder.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.1)
    finder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pool = Pool(writer)
    for step in range(1, steps + 1):
        random = np.random.default_rng((seed, step))
        batch = batch_of(pool.take(random), Generator().manual_seed(int(random.integers(2**62))))
        with torch.no_grad():
            seen, _ = seen_of(batch.pictures)
        with torch.autocast("cpu", torch.bfloat16):
            answer = finder(seen.to(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), targets_of(batch))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(finder.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        watch(step, float(loss.detach()))
    finder.eval()
