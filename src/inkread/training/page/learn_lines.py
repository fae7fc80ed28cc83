"""Trains the reader of lines on made lines of numbers.

made pages of numbers -> each line cut out by its glyphs' boxes, not quite rightly -> LineReader -> CTC
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.chance import seeded
from inkread.training.fit import fast_arithmetic
from inkread.training.page.compose import Numbers, Writer
from inkread.training.page.finder import batch_of, descend, spare_cores
from inkread.training.page.graph import seen_of
from inkread.training.page.lines import OTHER, SIGNS, STEP, STEPS, Frames, LineReader, crops_of, frames_of

SHAPES = (
    *((128, 384), (192, 384), (256, 256), (256, 384), (64, 320), (64, 576), (128, 256), (64, 192), (128, 640)),
    (256, 640),
)
"""Sizes (h, w) px of made pages of numbers, each as often as it stands here."""

PAGE_PIXELS = 1_000_000
"""Pixels of the pages that lines are cut off at a time; they make some 30 lines."""

EMPTY = 0.04  # of the lines are places where nothing is written
MISSED = 0.1  # of the boxes say nothing of where their line is, as boxes that the finder does not find
INSIDE = (0.3, 0.8)  # of a sign's width: with less of it in the crop it is not asked for, with more it is
TOLD = {sign: column for column, sign in enumerate(SIGNS, 1)}


class Lines(NamedTuple):
    """Crops (l, 2, HIGH, w), each with its steps, and the columns of the signs in each, one after the other."""

    crops: Tensor
    steps: Tensor  # (l,)
    signs: Tensor  # (all signs,)
    counts: Tensor  # (l,) signs of each


def train_lines(reader: LineReader, writer: Writer, steps: int, seed: int, watch: Callable[[int, float], None]) -> None:
    """Trains ``reader`` in place; ``watch`` is told the step and the loss. The same seed gives the same weights."""
    reader.train()
    optimizer = torch.optim.AdamW(reader.parameters(), 3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.08)
    device = next(reader.parameters()).device
    for step, made in enumerate(lines_written(writer, steps, seed), 1):
        lines = Lines(*(part.to(device) for part in made))
        with fast_arithmetic(device.type):
            answer = reader(lines.crops.to(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), lines)
        descend(reader, loss, optimizer, schedule)
        watch(step, float(loss.detach()))
    reader.eval()


def loss_of(answer: Tensor, lines: Lines) -> Tensor:
    """Connectionist temporal classification of logits (l, signs, t)."""
    told = answer.log_softmax(1).permute(2, 0, 1)
    return F.ctc_loss(told, lines.signs, lines.steps, lines.counts, zero_infinity=True)


def lines_written(writer: Writer, steps: int, seed: int) -> Iterator[Lines]:
    """Lines for each of ``steps``, made by as many processes as there are cores, ahead of who reads.

    The same seed gives the same lines, however many processes there are.
    """
    processes = spare_cores() + 1  # to write takes longer than to learn: 0.10 s a batch on two cores, not 0.145
    torch.multiprocessing.set_sharing_strategy("file_system")  # type: ignore[no-untyped-call]
    with ProcessPoolExecutor(processes, initializer=_take, initargs=(writer,)) as pool:
        waiting: deque[Future[list[Lines]]] = deque(pool.submit(_write, (seed, i)) for i in range(2 * processes))
        done, asked = 0, len(waiting)
        while done < steps:
            for lines in waiting.popleft().result()[: steps - done]:
                yield lines
                done += 1
            waiting.append(pool.submit(_write, (seed, asked)))
            asked += 1


_taken: list[Writer] = []


def _take(writer: Writer) -> None:
    torch.set_num_threads(1)
    torch.set_default_device("cpu")  # wherever the reader learns, lines are made here
    _taken[:] = [writer]


def _write(seed: tuple[int, int]) -> list[Lines]:
    random = np.random.default_rng(seed)
    h, w = SHAPES[int(random.integers(len(SHAPES)))]
    pages = [_taken[0].numbers(h, w, random) for _ in range(PAGE_PIXELS // (h * w))]
    return lines_of_pages(pages, random)


def lines_of_pages(pages: list[Numbers], random: np.random.Generator) -> list[Lines]:
    """The lines of made pages of one size, in two batches: the shorter ones, and the longer ones."""
    generator = seeded(int(random.integers(2**62)))
    with torch.no_grad():
        seen, _ = seen_of(batch_of(list(pages), generator).pictures)
        cut: list[tuple[Tensor, int, list[int]]] = []
        for own, page in zip(seen, pages, strict=True):
            if page.lines:
                cut += _cut(own, page, generator)
    cut.sort(key=lambda line: line[1])
    half = math.ceil(len(cut) / 2)
    return [_together(part) for part in (cut[:half], cut[half:]) if part]


def _cut(seen: Tensor, page: Numbers, generator: Generator) -> list[tuple[Tensor, int, list[int]]]:
    """Crop (2, HIGH, w), steps and signs of each line of a page (2, h, w) as the finder sees it."""
    boxes = torch.as_tensor(page.boxes)
    frames, texts = framed(boxes, page.lines, generator)
    if torch.rand((), generator=generator) < EMPTY * len(texts):
        # as high as the first line, somewhere above or below all of them
        beyond = 0.75 * float(frames.high[0])
        edge = boxes[:, 1].min() - beyond, (boxes[:, 1] + boxes[:, 3]).max() + beyond
        away = edge[int(torch.randint(2, (), generator=generator))]
        middle = torch.cat([frames.middle, away[None]])
        frames = Frames(*(torch.cat([part, part[:1]]) for part in frames))._replace(middle=middle)
        texts = [*texts, ""]
    crops = crops_of(seen, frames)
    return [
        (crop[..., : STEP * int(steps)], int(steps), [TOLD.get(sign, OTHER) for sign in text])
        for crop, steps, text in zip(crops, frames.steps, texts, strict=True)
    ]


def framed(boxes: Tensor, lines: Sequence[tuple[int, int, str]], generator: Generator) -> tuple[Frames, list[str]]:
    """Frames of a page's ``lines`` by most of their boxes (g, 4), and the text inside of each.

    A line's end beyond a box that was missed may be cut off; what is cut through is not, for nobody could say what
    it is.
    """
    number = torch.arange(len(boxes))
    member = torch.stack([(number >= first) & (number < end) for first, end, _ in lines])
    found = member & (torch.rand(len(boxes), generator=generator) > MISSED)
    found = torch.where(found.any(1, keepdim=True), found, member)
    frames = _shaken(frames_of(boxes, found), generator)
    inside = _inside(boxes, frames)
    halved = (member & (inside > INSIDE[0]) & (inside < INSIDE[1])).any(1)
    if halved.any():
        whole = _shaken(frames_of(boxes, member), generator)
        frames = Frames(*(torch.where(halved, new, old) for new, old in zip(whole, frames, strict=True)))
        inside = torch.where(halved[:, None], 1.0, inside)
    texts = [
        "".join(sign for sign, share in zip(text, shares[first:end].tolist(), strict=True) if share >= INSIDE[1])
        for (first, end, text), shares in zip(lines, inside, strict=True)
    ]
    return frames, texts


def _inside(boxes: Tensor, frames: Frames) -> Tensor:
    """Share of the width of each box (g, 4) that each frame holds, (l, g) 0-1."""
    start, end = frames.start[:, None], (frames.start + frames.steps * STEP * frames.px)[:, None]
    left, right = boxes[:, 0], boxes[:, 0] + boxes[:, 2]
    return ((torch.minimum(right, end) - torch.maximum(left, start)) / boxes[:, 2]).clamp(min=0.0)


def _shaken(frames: Frames, generator: Generator) -> Frames:
    """Frames a little wrong, as those of found boxes are."""

    def about(deviation: float) -> Tensor:
        return torch.randn(frames.high.shape, generator=generator) * deviation

    px = frames.px * about(0.06).exp()
    start = frames.start + about(0.08).clamp(-0.2, 0.2) * frames.high
    longer = about(0.08).clamp(-0.2, 0.2) * frames.high / (STEP * px)
    steps = (frames.steps * frames.px / px + longer).round().clamp(*STEPS)
    return frames._replace(
        px=px,
        start=start,
        middle=frames.middle + about(0.04) * frames.high,
        slope=frames.slope + about(0.02),
        steps=steps,
    )


def _together(cut: list[tuple[Tensor, int, list[int]]]) -> Lines:
    widest = max(crop.shape[2] for crop, _, _ in cut)
    return Lines(
        torch.stack([F.pad(crop, (0, widest - crop.shape[2])) for crop, _, _ in cut]),
        torch.tensor([steps for _, steps, _ in cut]),
        torch.tensor([sign for _, _, signs in cut for sign in signs], dtype=torch.int64),
        torch.tensor([len(signs) for _, _, signs in cut]),
    )
