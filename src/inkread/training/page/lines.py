"""Reads whole lines of a number: what stands close together is told apart by what it says, not by where a gap is.

    boxes of the page (g, 4)
      | lines_of      boxes beside each other, as lines
      | frames_of     each line's slope, height and ends
      | crops_of      the line upright, HIGH px high, off what the finder saw
      v LineReader    every STEP px: which sign, or none
    signs             one for each run of the same likeliest sign

A 12 or a 14 that touch are an R and an H4 to who looks for letters in boxes. Read as a line they are numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.alphabet import SEPARATORS
from inkread.training.networks import convolution
from inkread.training.page.boxes import places, reaching

SIGNS = (*"0123456789", *SEPARATORS)
"""What a line holds; columns 1 to 18 of its reader's answer. Column 0 is none, the last one what is no such sign."""

OTHER = len(SIGNS) + 1
HIGH = 32  # px of a line's crop, its height
STEP = 2  # px of it for each answer
STEPS = (16, 450)  # answers for a line
ROOM = 1.22  # height of the crop / height of the line
MARGIN = 0.5  # of a line's height: what is read left and right of its first and last box
SMALL = 0.3  # of the tallest box's height: a lower one is a dot or a dash
LIKE = (0.6, 1.6)  # of the usual height: boxes that tell where the digits stand
OVER = 0.2  # of the usual height: so much of what reaches beyond those is read
RIDGE = 2.0  # squared heights of a line: what holds its slope to 0 until it is longer than that
STEEPEST = 0.35  # px down per px to the right
APART = 0.9  # of the taller one's height: boxes farther apart are two lines
BESIDE = 0.4  # of the lower one's height: so much two boxes of a line share
LEVELS = 4  # scales that lines are cut from, each half as fine as the one before
COUNTED = 0.3  # certainty from which a box tells where its line is
WIDEST = 0.45  # of the line's height: a sign without a box reaches no farther to either side
BEYOND = 0.2  # of the line's height: so far its box may reach over the middle between it and the next


class Frames(NamedTuple):
    """Where l lines stand on a page, in px: all (l,)."""

    start: Tensor  # x of the left end
    pivot: Tensor  # x at which ``middle`` is the y
    middle: Tensor
    slope: Tensor  # px down per px to the right
    high: Tensor
    px: Tensor  # of the page, for each px of the crop
    steps: Tensor  # answers


class Signs(NamedTuple):
    """What r signs of the lines are, and where on the page: ``boxes`` (r, 4) px, the others (r,).

    ``probabilities`` (r, signs): the columns of the reader's answer. ``found``: whether a box of the page is that of
    this sign and of no other. ``certainty`` 0-1: of that box, else of the surest one in the line; 0 of what is none.
    ``alone``: whether its line has no other. ``unread`` (g,): boxes of the page in which the line says nothing.
    """

    boxes: Tensor
    probabilities: Tensor
    found: Tensor
    certainty: Tensor
    alone: Tensor
    unread: Tensor


class LineReader(nn.Module):
    """Crops (l, 2, HIGH, w) of light ink -> logits (l, signs, w / STEP) for each STEP px.

    Convolutions alone, trained by what the line says as a whole: CTC (Graves et al. 2006, doi 10.1145/1143844.1143891).
    """

    def __init__(self, a: int = 16, b: int = 32, c: int = 64, d: int = 96, e: int = 128) -> None:
        super().__init__()
        self.signs = nn.Sequential(
            convolution(2, a), nn.MaxPool2d(2), convolution(a, b), nn.MaxPool2d((2, 1)),
            convolution(b, c), nn.MaxPool2d((2, 1)), convolution(c, d),
            nn.Conv2d(d, e, (HIGH // 8, 3), padding=(0, 1), bias=False), nn.BatchNorm2d(e), nn.ReLU(),
        )  # fmt: skip
        self.near, self.far = _along(e), _along(e)
        self.dropout = nn.Dropout(0.1)
        self.answer = nn.Conv1d(e, OTHER + 1, 1)

    def forward(self, crops: Tensor) -> Tensor:
        """Column 0: no sign begins or goes on here; 1 to 18: SIGNS; 19: a sign that is none of them."""
        x = self.signs(crops)[:, :, 0]
        x = x + self.near(x)
        x = x + self.far(x)
        answer: Tensor = self.answer(self.dropout(x))
        return answer


def _along(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv1d(channels, channels, 7, padding=3, bias=False), nn.BatchNorm1d(channels), nn.ReLU())


def lines_of(boxes: Tensor) -> Tensor:
    """Boxes (g, 4) -> which of them make a line, (g, g): a row for each box, the same for all of one line."""
    across, shared = reaching(boxes)
    height = boxes[:, 3:]
    beside = (-across < APART * torch.maximum(height, height.T)) & (shared > BESIDE * torch.minimum(height, height.T))
    together = beside.to(boxes.dtype)
    for _ in range(8):  # what is joined by up to 2**8 others
        together = (together @ together > 0).to(boxes.dtype)
    return together > 0


def frames_of(boxes: Tensor, member: Tensor) -> Frames:
    """Frames of lines of boxes (g, 4), of which ``member`` (l, g) says which are in each; at least one in each.

    By the boxes that are about as high as most: a slash reaches far beyond the digits beside it and is not needed
    whole.
    """
    x, y, w, h = boxes.T
    cx, cy = x + w / 2, y + h / 2
    usual = _usual(h, member)[:, None]
    like = member & (h > LIKE[0] * usual) & (h < LIKE[1] * usual)
    weight = like.to(boxes.dtype)
    count = weight.sum(1)
    pivot, level = (weight * cx).sum(1) / count, (weight * cy).sum(1) / count
    off = (cx - pivot[:, None]) * weight
    slope = (off * (cy - level[:, None])).sum(1) / ((off * off).sum(1) + RIDGE * usual[:, 0] ** 2)
    slope = slope.clamp(-STEEPEST, STEEPEST)
    lift = slope[:, None] * (cx - pivot[:, None])
    over, under = lift - y, y + h - lift
    top = -torch.minimum(_most(over, member), _most(over, like) + OVER * usual[:, 0])
    bottom = torch.minimum(_most(under, member), _most(under, like) + OVER * usual[:, 0])
    high = (bottom - top).clamp(min=6.0)
    start, end = -_most(-x, member) - MARGIN * high, _most(x + w, member) + MARGIN * high
    px = high * (ROOM / HIGH)
    steps = ((end - start) / (px * STEP)).round().clamp(*STEPS)
    return Frames(start, pivot, (top + bottom) / 2, slope, high, px, steps)


def _usual(heights: Tensor, member: Tensor) -> Tensor:
    """The height (l,) that a third of each line's boxes (g,) do not reach, dots and dashes left out: slashes are the
    high ones.
    """
    counted = member & (heights > SMALL * _most(heights, member)[:, None])
    ordered = torch.where(counted, heights, 1e6).sort(1).values
    return ordered.gather(1, ((counted.sum(1) - 1) // 3)[:, None])[:, 0]


def _most(values: Tensor, member: Tensor) -> Tensor:
    """The most of values (g,) or (l, g) among the members (l, g) of each line: (l,)."""
    return torch.where(member, values, -1e6).amax(1)


def crops_of(seen: Tensor, frames: Frames) -> Tensor:
    """Lines of a page (2, h, w) upright: (l, 2, HIGH, STEP * the most steps), 0 beyond a line's own steps."""
    steps = torch.nonzero(torch.arange(STEPS[1], device=seen.device) < frames.steps.amax(0))[:, 0]
    count = steps.shape[0]
    torch._check(count >= STEPS[0])  # type: ignore[no-untyped-call]  # known to whoever exports this
    torch._check(count <= STEPS[1])  # type: ignore[no-untyped-call]
    column = torch.stack([STEP * steps + i for i in range(STEP)], 1).reshape(-1) + 0.5
    x = frames.start[:, None] + column * frames.px[:, None]  # (l, columns)
    row = torch.arange(HIGH, device=seen.device) + 0.5 - HIGH / 2
    y = (frames.middle[:, None] + row * frames.px[:, None])[:, :, None]
    y = y + (frames.slope[:, None] * (x - frames.pivot[:, None]))[:, None]  # (l, HIGH, columns)
    x = x[:, None].expand_as(y)
    wanted = torch.log2((frames.px / 1.4).clamp(min=1.0)).ceil().clamp(max=LEVELS - 1)
    crops = torch.zeros(1, device=seen.device)
    level = seen[None]
    for i in range(LEVELS):
        h, w = level.shape[2:]
        grid = torch.stack([x / 2**i * (2 / w) - 1, y / 2**i * (2 / h) - 1], -1)
        here = F.grid_sample(level, grid.reshape(1, -1, x.shape[2], 2), padding_mode="zeros", align_corners=False)
        here = here.reshape(2, -1, HIGH, x.shape[2]).transpose(0, 1)
        crops = torch.where((wanted == i)[:, None, None, None], here, crops)
        if i + 1 < LEVELS:
            level = F.avg_pool2d(level, 2, ceil_mode=True)
    return crops * (column < STEP * frames.steps[:, None])[:, None, None].to(seen.dtype)


def signs_of(reader: LineReader, seen: Tensor, boxes: Tensor, certainty: Tensor, wanted: Tensor) -> Signs:
    """The signs in the lines that boxes (g, 4) of a page make, whose certainty is (g,), on the page as seen (2, h, w).

    Where they are not ``wanted`` (1,), only the first box's line is read, so that there is something. At least one.
    """
    member = _members(boxes, certainty, wanted)
    frames = frames_of(boxes, member)
    line, x, told = _signs(F.softmax(reader(crops_of(seen, frames)), 1), frames)
    own = Frames(*(part[line] for part in frames))
    off = torch.where(member[line], (x[:, None] - boxes[:, 0] - boxes[:, 2] / 2).abs(), 1e6)  # (r, g)
    nearest, box = off.min(1)
    found = (off.argmin(0)[box] == torch.arange(x.shape[0])) & (nearest < WIDEST * own.high)
    unread = (off - BEYOND * own.high[:, None] > boxes[:, 2] / 2).all(0)
    surest = torch.where(member, certainty, 0.0).amax(1)[line]
    said = told.argmax(1) > 0
    sure = torch.where(found, certainty[box], surest) * said
    alone = ((line[:, None] == line) & said).sum(1) == 1
    return Signs(_boxes(x, line, own, boxes[box], found), told, found, sure, alone, unread)


def _members(boxes: Tensor, certainty: Tensor, wanted: Tensor) -> Tensor:
    """Which boxes (g, 4) are in each line (l, g); doubtful ones only where a line has no other."""
    together = lines_of(boxes)
    number = torch.arange(boxes.shape[0])
    first = together.to(torch.uint8).argmax(1) == number
    member = together[places(first & wanted)]
    counted = member & (certainty > COUNTED)
    return member & (counted | ~counted.any(1, keepdim=True))


def _boxes(x: Tensor, line: Tensor, own: Frames, nearest: Tensor, found: Tensor) -> Tensor:
    """Boxes (r, 4) of signs at x (r,) in lines (r,), whose frames are ``own``: the ``nearest`` ones (r, 4) where these
    were ``found``, but no farther than a little over the middles between signs; otherwise all up to the middles.
    """
    left, right = _reach(x, line, WIDEST * own.high)
    start = torch.maximum(nearest[:, 0], left - BEYOND * own.high)
    end = torch.minimum(nearest[:, 0] + nearest[:, 2], right + BEYOND * own.high)
    cut = torch.stack([start, nearest[:, 1], (end - start).clamp(min=1.0), nearest[:, 3]], 1)
    top = own.middle + own.slope * (x - own.pivot) - own.high / 2
    return torch.where(found[:, None], cut, torch.stack([left, top, right - left, own.high], 1))


def _signs(probabilities: Tensor, frames: Frames) -> tuple[Tensor, Tensor, Tensor]:
    """Answers (l, signs, t) -> each sign's line (r,), x of its middle (r,) px, probabilities (r, signs) at its surest.

    A sign is a run of steps with the same likeliest column. The first is always there, even where it is none.
    """
    step = torch.arange(probabilities.shape[2])
    likely, best = probabilities.max(1)
    best = torch.where(step < frames.steps[:, None], best, 0)
    begins = (best > 0) & (best != F.pad(best[:, :-1], (1, 0)))
    run = begins.to(torch.int64).cumsum(1)
    corner = (step == 0) & (torch.arange(begins.shape[0]) == 0)[:, None]
    line, at = torch.nonzero(begins | corner).unbind(1)
    torch._check(line.shape[0] > 0)  # type: ignore[no-untyped-call]
    alike = (run[line] == run[line, at][:, None]) & (best[line] == best[line, at][:, None])
    score = torch.where(alike, likely[line], 0.0)
    middle = (score * (step + 0.5)).sum(1) / score.sum(1)
    x = frames.start[line] + middle * STEP * frames.px[line]
    told = probabilities[line, :, score.argmax(1)]
    return line, torch.where(told.argmax(1) > 0, x, -1e6), told  # what is none stands in nobody's way


def _reach(x: Tensor, line: Tensor, widest: Tensor) -> tuple[Tensor, Tensor]:
    """Left and right end (r,) of signs whose middles are at x (r,), in lines (r,), one after the other."""
    middle, beside = (x[1:] + x[:-1]) / 2, line[1:] == line[:-1]
    left = torch.where(beside, torch.maximum(middle, (x - widest)[1:]), (x - widest)[1:])
    right = torch.where(beside, torch.minimum(middle, (x + widest)[:-1]), (x + widest)[:-1])
    return torch.cat([(x - widest)[:1], left]), torch.cat([right, (x + widest)[-1:]])
