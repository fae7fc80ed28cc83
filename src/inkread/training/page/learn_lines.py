"""Trains the reader of lines on made lines of numbers.

made pages of numbers -> each line cut out by its glyphs' boxes, not quite rightly -> a share of the lines at a time,
        each learned from several times, altered -> LineReader -> CTC
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional as F

from inkread.training.chance import seeded
from inkread.training.fit import fast_arithmetic
from inkread.training.page.compose import Numbers, Writer
from inkread.training.page.finder import batch_of, descend, spare_cores
from inkread.training.page.graph import seen_of
from inkread.training.page.lines import OTHER, SIGNS, STEP, STEPS, Frames, LineReader, crops_of, frames_of
from inkread.training.wear import uniform

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

HELD = 64  # times that PAGE_PIXELS are written for the lines that are shuffled together, some 2,000
AGAIN = 4  # times that each line is learned from: to write one takes as long as to learn from four
TOGETHER = 48  # lines of a batch, of like widths
WIDTH = 32  # px, of whose multiples a batch is wide: convolutions of a new shape begin slowly (115, not 300 lines/s)
TOLD = {sign: column for column, sign in enumerate(SIGNS, 1)}


class Line(NamedTuple):
    """A crop (2, HIGH, w), its steps, and the columns of its signs; arrays, as they go from process to process."""

    crop: NDArray[np.float32]
    steps: int
    signs: list[int]


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
    for step, made in enumerate(batches_written(writer, steps, seed), 1):
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


def batches_written(writer: Writer, steps: int, seed: int) -> Iterator[Lines]:
    """A batch for each of ``steps``, of lines made by as many processes as there are cores, ahead of who reads.

    The same seed gives the same batches, however many processes there are.
    """
    processes = spare_cores() + 1  # to write takes longer than to learn
    torch.multiprocessing.set_sharing_strategy("file_system")  # type: ignore[no-untyped-call]
    generator = torch.Generator("cpu").manual_seed(seed)
    with ProcessPoolExecutor(processes, initializer=_take, initargs=(writer,)) as pool:
        waiting = deque(pool.submit(_write, (seed, i)) for i in range(HELD))
        done, asked = 0, HELD
        while True:
            held: list[Line] = []
            for _ in range(HELD):
                held += waiting.popleft().result()
                waiting.append(pool.submit(_write, (seed, asked)))
                asked += 1
            for batch in _shuffled(held, generator):
                yield batch
                done += 1
                if done == steps:
                    pool.shutdown(wait=False, cancel_futures=True)
                    return


def _shuffled(held: Sequence[Line], generator: Generator) -> Iterator[Lines]:
    """Batches of like widths, in any order, of each line AGAIN times, altered each time."""
    for _ in range(AGAIN):
        order = torch.randperm(len(held), generator=generator).tolist()
        order.sort(key=lambda i: -(-held[i].crop.shape[2] // WIDTH))
        batches = [order[i : i + TOGETHER] for i in range(0, len(order), TOGETHER)]
        for i in torch.randperm(len(batches), generator=generator).tolist():
            lines = together([held[j] for j in batches[i]])
            yield lines._replace(crops=altered(lines.crops, lines.steps, generator))


def altered(crops: Tensor, steps: Tensor, generator: Generator) -> Tensor:
    """Crops (l, 2, HIGH, w) stretched, leant, moved, paler or darker and noisier by a little; nothing is cut off."""
    count, _, high, wide = crops.shape

    def about(low: float, high: float) -> Tensor:
        return uniform(generator, count, low, high)  # (l, 1, 1)

    half = (steps * (STEP / 2))[:, None, None]  # px, the middle of the line
    x = torch.arange(wide) + 0.5 - half  # (l, 1, w)
    y = torch.arange(high)[:, None] + 0.5 - high / 2  # (HIGH, 1)
    stretched = torch.maximum(about(0.9, 1.15), 1.0 - 4.0 / half)
    x = x * stretched + about(-0.12, 0.12) * y + about(-3.0, 3.0)
    y = y * about(0.92, 1.08) + about(-1.0, 1.0) + 0.0 * x
    grid = torch.stack([(x + half) * (2 / wide) - 1, y * (2 / high)], -1)
    moved = F.grid_sample(crops, grid, padding_mode="zeros", align_corners=False)
    noise = torch.randn(crops.shape, generator=generator) * about(-0.04, 0.04).clamp(min=0.0)[:, None]
    return moved * about(0.85, 1.1)[:, None] + noise


_taken: list[Writer] = []


def _take(writer: Writer) -> None:
    torch.set_num_threads(1)
    if torch.get_default_device().type != "cpu":  # wherever the reader learns, lines are made here
        torch.set_default_device("cpu")
    _taken[:] = [writer]


def _write(seed: tuple[int, int]) -> list[Line]:
    random = np.random.default_rng(seed)
    h, w = SHAPES[int(random.integers(len(SHAPES)))]
    pages = [_taken[0].numbers(h, w, random) for _ in range(PAGE_PIXELS // (h * w))]
    return lines_of_pages(pages, random)


def lines_of_pages(pages: list[Numbers], random: np.random.Generator) -> list[Line]:
    """The lines of made pages of one size."""
    generator = seeded(int(random.integers(2**62)))
    with torch.no_grad():
        seen, _ = seen_of(batch_of(list(pages), generator).pictures)
        written = [(own, page) for own, page in zip(seen, pages, strict=True) if page.lines]
        return [line for own, page in written for line in _cut(own, page, generator)]


def _cut(seen: Tensor, page: Numbers, generator: Generator) -> list[Line]:
    """Each line of a page (2, h, w) as the finder sees it."""
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
        Line(crop[..., : STEP * int(steps)].numpy().copy(), int(steps), [TOLD.get(sign, OTHER) for sign in text])
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


def together(lines: Sequence[Line]) -> Lines:
    """A batch, as wide as the longest line needs."""
    widest = -(-max(line.crop.shape[2] for line in lines) // WIDTH) * WIDTH
    crops = [F.pad(torch.from_numpy(line.crop), (0, widest - line.crop.shape[2])) for line in lines]
    return Lines(
        torch.stack(crops),
        torch.tensor([line.steps for line in lines]),
        torch.tensor([sign for line in lines for sign in line.signs], dtype=torch.int64),
        torch.tensor([len(line.signs) for line in lines]),
    )
