"""Trains the page finder on made pages."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.chance import seeded
from inkread.training.finder import apart
from inkread.training.fit import fast_arithmetic
from inkread.training.page.compose import Page, Writer
from inkread.training.page.graph import seen_of
from inkread.training.page.networks import CELL, COARSEST, PageFinder
from inkread.training.page.paper import papered

SHAPES = (
    *((128, 384), (192, 384), (256, 256), (256, 384), (320, 320), (384, 256), (64, 320), (384, 384), (128, 256)),
    *((256, 256), (128, 640), (256, 640), (448, 640), (640, 448), (64, 576)),
)
"""Sizes (h, w) px of made pages, each as often as it stands here; multiples of COARSEST."""

BATCH_PIXELS = 1_800_000
"""Pixels of a batch: 12 of 384x384."""

AHEAD = 4  # batches that each process may write before they are read


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
    return torch.as_tensor(np.stack(pictures)).float() / 255


def pages_written(writer: Writer, steps: int, seed: tuple[int, ...]) -> Iterator[list[Page]]:
    """What ``written`` makes for each of ``steps``, by as many processes as there are cores, ahead of who reads.

    The same seed gives the same pages, however many processes there are.
    """
    processes = spare_cores()
    with ProcessPoolExecutor(processes, initializer=_take, initargs=(writer,)) as pool:
        waiting: deque[Future[list[Page]]] = deque()
        for step in range(steps + AHEAD * processes):
            if step < steps:
                waiting.append(pool.submit(_write, (*seed, step)))
            if step >= AHEAD * processes and waiting:
                yield waiting.popleft().result()


def spare_cores() -> int:
    """Processes that write pages while another one learns from them."""
    return max(1, len(os.sched_getaffinity(0)) - 1) if hasattr(os, "sched_getaffinity") else 1


_taken: list[Writer] = []


def _take(writer: Writer) -> None:
    """What a process keeps to write pages with."""
    _taken[:] = [writer]


def _write(seed: tuple[int, ...]) -> list[Page]:
    return written(_taken[0], np.random.default_rng(seed))


class Targets(NamedTuple):
    """What the finder should answer: centres (n, h, w) 0-1, boxes (n, 4, h, w), where (n, h, w) bool, ink (n, h, w)."""

    centres: Tensor
    boxes: Tensor
    at: Tensor
    ink: Tensor


def targets_of(batch: Batch) -> Targets:
    """A bump on each centre, wider on larger boxes; around it a cell is told the box whose bump is highest there."""
    _, height, width = batch.pictures.shape
    h, w = height // CELL, width // CELL
    most = max(1, *(len(page.boxes) for page in batch.pages))
    nowhere = np.array([-1e4, -1e4, 1.0, 1.0], np.float32)  # px
    padded = [np.concatenate([page.boxes, np.tile(nowhere, (most - len(page.boxes), 1))]) for page in batch.pages]
    x, y, bw, bh = (torch.as_tensor(np.stack(padded)) / CELL).permute(2, 0, 1)[..., None]  # (n, most, 1) each
    cx, cy = x + bw / 2, y + bh / 2
    xs, ys = torch.arange(w) + 0.5, torch.arange(h) + 0.5
    across = torch.exp(-0.5 * ((xs - cx) / (0.11 * bw).clamp(min=0.55)) ** 2)
    down = torch.exp(-0.5 * ((ys - cy) / (0.11 * bh).clamp(min=0.55)) ** 2)
    bumps = down[..., None] * across[:, :, None]  # (n, most, h, w)
    # the cell that holds the centre
    own = (ys - 0.5 == cy.floor().clamp(max=h - 1))[..., None] & (xs - 0.5 == cx.floor().clamp(max=w - 1))[:, :, None]
    centres, which = torch.where(own, 1.0, bumps).max(1)
    cx, cy, bw, bh = (side[..., 0].gather(1, which.flatten(1)).view_as(centres) for side in (cx, cy, bw, bh))
    sizes = bw.clamp(min=0.3).log(), bh.clamp(min=0.3).log()
    boxes = torch.stack([cx - xs, cy - ys[:, None], *sizes], 1)
    return Targets(centres, boxes, centres > 0.4, inked_cells(batch.ink))


def inked_cells(ink: Tensor) -> Tensor:
    """Where the finder should say "ink": (n, h, w) 0-1 -> cells (n, h / 4, w / 4) of 0 or 1."""
    return (F.max_pool2d(ink[:, None], CELL)[:, 0] > 0.3).float()


def loss_of(answer: Tensor, targets: Targets) -> Tensor:
    """Quality focal loss of the centres (Li et al. 2020, arXiv 2006.04388, equation 3), smooth L1 and overlap of
    boxes (GIoU, Rezatofighi et al. 2019, arXiv 1902.09630), and ink.

    CornerNet's focal loss, which calls one cell a centre and none beside it, left large glyphs at a certainty of 0.2:
    nobody can tell which of the cells in the middle of one is it.
    """
    likely = torch.sigmoid(answer[:, 0])
    centres = F.binary_cross_entropy_with_logits(answer[:, 0], targets.centres, reduction="none")
    centres = ((likely - targets.centres).abs() ** 2 * centres).sum() / targets.at.sum().clamp(min=1)
    told, wanted = (sides.permute(0, 2, 3, 1)[targets.at] for sides in (answer[:, 1:5], targets.boxes))
    off = F.smooth_l1_loss(told, wanted, beta=0.1, reduction="sum")
    outside = apart(_boxes(told), _boxes(wanted)).sum()
    ink = F.binary_cross_entropy_with_logits(answer[:, 5], targets.ink)
    return 10 * centres + (2 * off + outside) / targets.at.sum().clamp(min=1) + ink


def _boxes(told: Tensor) -> Tensor:
    """Middle and logarithms of the sides (n, 4), in cells, as the finder tells them -> boxes (n, 4)."""
    sides = told[:, 2:].clamp(-2.0, 6.0).exp()
    return torch.cat([told[:, :2] - sides / 2, sides], 1)


def train_page_finder(
    finder: PageFinder, writer: Writer, steps: int, seed: int, watch: Callable[[int, float], None]
) -> None:
    """Trains ``finder`` in place; ``watch`` is told the step and the loss. The same seed gives the same weights."""
    finder.train()
    optimizer = torch.optim.AdamW(finder.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.1)
    finder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for step, pages in enumerate(pages_written(writer, steps, (seed,)), 1):
        batch = batch_of(pages, seeded(seed * 1_000_003 + step))
        with torch.no_grad():
            seen, _ = seen_of(batch.pictures)
        with fast_arithmetic(seen.device.type):
            answer = finder(seen.to(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), targets_of(batch))
        descend(finder, loss, optimizer, schedule)
        watch(step, float(loss.detach()))
    finder.eval()


def descend(
    model: torch.nn.Module,
    loss: Tensor,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    """One step down the loss, its gradients no longer than 5."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    schedule.step()
