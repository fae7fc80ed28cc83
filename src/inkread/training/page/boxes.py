"""Boxes on a page, (g, 4): x, y, width, height in px: from the finder's answer, moved by the refiner, doubles told."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from inkread.training.page.networks import CELL

PEAKS = 256  # most glyphs considered
LEAST_PEAK = 0.15  # a centre less likely than this is none
NARROWEST = 0.4  # of the longer side: boxes are compared as if they were at least so wide
MOST_COVERED = 0.6  # of a box may be that of likelier ones
PARTS = 3  # most boxes that a letter is found in, on a page that has no other
INTO = 0.1  # of all their longer side: so far each reaches into another, right and down, where they are one letter's


def peaks(answer: Tensor) -> tuple[Tensor, Tensor]:
    """The finder's answer for one page (6, h, w) -> boxes (g, 4) px of what it saw, their certainty (g,) 0-1.

    A cell no less likely than its eight neighbours is a peak; of boxes that lie on each other, the likelier stays. The
    likeliest is always there, even where it is none.
    """
    _, h, w = answer.shape
    likely = torch.sigmoid(answer[0])
    highest = F.max_pool2d(likely[None, None], 3, 1, 1)[0, 0]
    likely = torch.where(likely >= highest, likely, 0.0)
    y = (torch.arange(h, dtype=torch.float32) + 0.5)[:, None].expand(-1, w)
    x = (torch.arange(w, dtype=torch.float32) + 0.5)[None].expand(h, -1)
    size = answer[3:5].clamp(-2.0, 6.0).exp() * CELL
    middle = torch.stack([x + answer[1], y + answer[2]]) * CELL
    columns = torch.cat([middle - size / 2, size, likely[None]]).flatten(1)  # (5, cells)
    # at least PEAKS cells, so that the smallest page has as many
    columns = F.pad(columns, (0, PEAKS))
    certainty, chosen = columns[4].topk(PEAKS)
    boxes = columns[:4, chosen].T
    place = places((certainty > LEAST_PEAK) & ~_doubles(boxes, 0.6, 0.95))  # the graph drops what is no peak
    return boxes[place], certainty[place]


def places(kept: Tensor) -> Tensor:
    """Rows (k,) int64 where ``kept`` (g,) is true, and in any case the first: no network is run on nothing."""
    place = torch.nonzero(kept | (torch.arange(kept.shape[0]) == 0))[:, 0]
    torch._check(place.shape[0] > 0)  # type: ignore[no-untyped-call]  # known to whoever exports this
    return place


def _doubles(boxes: Tensor, most_alike: float, most_inside: float) -> Tensor:
    """Boxes (g, 4), likeliest first -> True (g,) where a likelier one lies on it, or it mostly inside of that.

    ``most_alike``: of what both cover, widened, that may be shared; ``most_inside``: of the smaller one.
    """
    shared, area = _shared(boxes)
    smaller = torch.minimum(area, area.T)
    # a period may lie inside
    inside = (shared > most_inside * smaller) & (smaller > 0.06 * torch.maximum(area, area.T))
    wide_shared, wide_area = _shared(widened(boxes))
    alike = wide_shared > most_alike * (wide_area + wide_area.T - wide_shared)
    return ((alike | inside) & _likelier(boxes)).any(1)


def suppressed(boxes: Tensor) -> Tensor:
    """Boxes (g, 4), likeliest first -> True (g,) where likelier ones leave nothing to it.

    That are doubles, and boxes between two glyphs, of which each covers a half.
    """
    doubles = _doubles(boxes, 0.45, 0.8)
    shared, area = _shared(boxes)
    others = _likelier(boxes) & ~doubles
    covered = (shared / area.clamp(min=1e-6) * others.to(boxes.dtype)).sum(1)
    return doubles | (covered > MOST_COVERED)


def joined(boxes: Tensor, certainty: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes (g, 4) and their certainty (g,); where it is ``wanted`` (1,) and a page's few boxes all reach into each
    other, the one around them: an M in two halves, an H with its stem apart.

    Of 2,546 single letters 52 are found in parts, 21 of them in such; of 372 tight words of two or three letters 7 are.
    """
    across, down = reaching(boxes)
    number = torch.arange(boxes.shape[0])
    into = torch.where(number[:, None] == number, -1e6, torch.minimum(across, down)).amax(1)
    corner = boxes[:, :2].amin(0)
    whole = torch.cat([corner, (boxes[:, :2] + boxes[:, 2:]).amax(0) - corner])
    one = wanted & (into > INTO * whole[2:].amax(0)).all(0) & (number[-1] < PARTS)
    place = places(~one.expand(number.shape))
    return torch.where(one[:, None], whole, boxes)[place], torch.where(one, certainty.amax(0), certainty)[place]


def _likelier(boxes: Tensor) -> Tensor:
    """(g, g): True where the box of the column comes before that of the row."""
    rank = torch.arange(boxes.shape[0])
    return rank[:, None] > rank


def _shared(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes (g, 4) -> the area that each shares with each (g, g), and their own (g, 1)."""
    across, down = reaching(boxes)
    return across.clamp(min=0.0) * down.clamp(min=0.0), boxes[:, 2:3] * boxes[:, 3:]


def reaching(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """How far each of boxes (g, 4) reaches into each, right and down, (g, g) px; below 0 is the gap between them."""
    left, top, width, height = boxes.T[:, :, None]  # (g, 1) each
    across = torch.minimum(left + width, (left + width).T) - torch.maximum(left, left.T)
    down = torch.minimum(top + height, (top + height).T) - torch.maximum(top, top.T)
    return across, down


def widened(boxes: Tensor) -> Tensor:
    """Boxes (n, 4) around the same middles, no side shorter than NARROWEST of the other.

    By their own boxes, two that stand on one 1 but differ by the width of a pen would hardly overlap.
    """
    sides = torch.maximum(boxes[:, 2:], NARROWEST * boxes[:, 2:].amax(1, keepdim=True))
    return torch.cat([boxes[:, :2] + (boxes[:, 2:] - sides) / 2, sides], 1)


def refined(boxes: Tensor, shifts: Tensor) -> Tensor:
    """Boxes (g, 4) with their edges shifted by shares (g, 4) of their longer sides."""
    moves = shifts * boxes[:, 2:].amax(1, keepdim=True)
    first = boxes[:, :2] + moves[:, :2]
    return torch.cat([first, (boxes[:, :2] + boxes[:, 2:] + moves[:, 2:] - first).clamp(min=1.0)], 1)
