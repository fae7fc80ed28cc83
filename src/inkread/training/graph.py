"""The graph of a model file: a raw picture in, probabilities, boxes and glyphs out.

    picture (n, h, w) uint8
      | overview   area-resampled to 64x64, local background removed, polarity told by its skew
      | finder     a small network marks the cells of the one glyph (not lines, dirt, neighbours), and those where
      |            the ink is on the other side of its paper than the polarity says
      | crop       48x48 around the marked cells, from the full picture; background flattened; contrast fixed
      | glyph      20x20 box, centred by mass in 28x28, as MNIST was made
      v network    logits -> temperature -> probabilities

Training runs these same modules, so that training and serving cannot differ. The overview is an antialiased
Resize; what is cut out later is a product with small matrices, which is exact antialiasing at any scale and at any
place, and reads only the px near its samples. A node costs about half a microsecond however little it does: that is
why squares keep their channel, and both axes and both edges are computed as one.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

OVERVIEW = 64  # px, side of the picture the finder sees
MASK = 32  # cells, side of the finder's answer
CROP = 48  # px, side of the crop
RUN = 12  # samples in a row that share a window of the picture
GLYPH = 28  # px, side of what the network sees
GLYPH_BOX = 20  # px, longer side of the ink in it, as in MNIST (LeCun et al. 1998, section III.A)
CROP_MARGIN = 1.4  # side of the crop / longer side of the marked cells
LEAST_MARK = 0.02  # a cell less likely the glyph's than this is never
LEAST_CONTRAST = 4 / 255  # ink fainter than this against its paper is no ink

Preprocessing = Literal["finder", "resize", "page"]


def reduced(picture: Tensor, side: int) -> Tensor:
    """The whole of (n, h, w), uint8 or 0-1, as (n, 1, side, side) 0-1, whatever its proportions."""
    small = F.interpolate(picture.to(torch.float32)[:, None], (side, side), mode="bilinear", antialias=True)
    return small * (1 / _white(picture))


def cut_square(picture: Tensor, first: Tensor, step: Tensor, count: int) -> Tensor:
    """(n, h, w), uint8 or 0-1, -> (n, 1, count, count) 0-1; beyond the edge: the edge px again.

    Sample i stands at ``first + i * step`` px, where the centre of px j is j + 0.5; ``first`` is (n, 2, 1), down and
    right, ``step`` (n, 1, 1). The filter is a triangle ``max(1, step)`` px wide to each side: bilinear when
    enlarging, antialiased when reducing (Pillow's BILINEAR does the same).

    Each RUN of samples reads one window of px. To multiply with weights for the whole side, most of them 0, for the
    overview and the crop took 190 of the 780 µs of a picture of 280x280 px.
    """
    n, h, w = picture.shape
    sides = torch.tensor([h, w], device=picture.device)[:, None, None]
    first, step = first[..., None], step[..., None]
    wide = step.clamp(min=1.0)
    runs = torch.arange(count, device=picture.device, dtype=torch.float32).view(-1, RUN)
    position = (first - 0.5) + step * runs  # (n, 2, runs, RUN) px from the centre of px 0
    position = torch.minimum(position.clamp(min=0.0), sides - 1.0)
    # the widest window of all, and two px for rounding
    longest = (wide * (RUN + 1)).amax((0, 1, 2, 3)).to(torch.int64) + 3
    size = longest.item()
    torch._check(size > 2)  # type: ignore[no-untyped-call]  # known to whoever exports this
    begin = torch.minimum((position[..., :1] - wide).floor(), sides - longest).clamp(min=0.0)
    px = begin + torch.arange(size, device=picture.device, dtype=torch.float32)  # (n, 2, runs, size)
    weights = F.relu(wide[..., None] - (px[..., None, :] - position[..., None]).abs())
    # rows of all n pictures in one list
    rows = px.to(torch.int64) + torch.arange(n, device=picture.device)[:, None, None, None] * sides
    # a window is no longer than the side
    tall, broad = torch.sym_min(size, h), torch.sym_min(size, w)  # type: ignore[no-untyped-call]
    turned = _sampled_rows(picture.to(torch.float32), rows[:, 0, :, :tall], weights[:, 0, ..., :tall])
    square = _sampled_rows(turned, rows[:, 1, :, :broad], weights[:, 1, ..., :broad])
    return square[:, None] * (1 / _white(picture))


def _sampled_rows(picture: Tensor, rows: Tensor, weights: Tensor) -> Tensor:
    """(n, h, w), windows of its rows (n, runs, size), weights (n, runs, RUN, size) -> samples turned, (n, w, count)."""
    samples = (weights / weights.sum(-1, keepdim=True)) @ picture.flatten(0, 1)[rows]  # (n, runs, RUN, w)
    return samples.flatten(1, 2).transpose(1, 2)


def _white(picture: Tensor) -> float:
    """What stands for white. To divide by it what was made of a picture is cheaper than to divide the picture."""
    return 255.0 if picture.dtype == torch.uint8 else 1.0


def resample_square(picture: Tensor, first: Tensor, step: Tensor, count: int) -> Tensor:
    """(n, c, s, s) -> (n, c, count, count) as ``cut_square``, but 0 beyond the edge, and of few px, so with all."""
    first, step = first[..., None], step[..., None]
    position = first + step * torch.arange(count, device=first.device, dtype=first.dtype)[:, None]
    pixels = torch.arange(picture.shape[-1], device=first.device, dtype=first.dtype) + 0.5
    wide = step.clamp(min=1.0)
    weights = F.relu(wide - (pixels - position).abs())  # (n, 2, count, s)
    # a whole filter sums to its width squared; beyond the edge, where 0 is sampled, a part of one is not made up for
    weights = weights / torch.maximum(weights.sum(-1, keepdim=True), 0.5 * wide * wide)
    return weights[:, :1] @ picture @ weights[:, 1:].transpose(-1, -2)


def blur_matrix(size: int, sigma: float) -> Tensor:
    """Matrix (size, size) of a Gaussian blur of ``sigma`` px whose rows sum to 1 up to the edge."""
    at = torch.arange(size, dtype=torch.float32)
    weights = torch.exp(-0.5 * ((at[:, None] - at[None, :]) / sigma) ** 2)
    return weights / weights.sum(1, keepdim=True)


def extent(square: Tensor, level: float | Tensor) -> tuple[Tensor, Tensor]:
    """Where (n, 1, s, s) first rises above ``level`` and last falls below it: (n, 2, 1) px each, down and right.

    ``level``: one for all, or (n, 1, 1). Edges lie between px by interpolation: otherwise a rounding error could
    move an edge by a whole px, and with it the answer. Where nothing reaches the level: s and 0.
    """
    size, device = square.shape[-1], square.device
    rows, columns = square.amax(3), square.amax(2)
    profile = torch.cat([rows, columns, rows, columns], 1)  # (n, 4, s): for the first edges, and for the last
    outward = torch.tensor([[-1.0], [-1.0], [1.0], [1.0]], device=device)
    middle = outward * (torch.arange(size, device=device, dtype=torch.float32) + 0.5)
    before, after = [-1.0, 1.0, 0.0], [0.0, 1.0, -1.0]
    rise = F.conv1d(  # above the neighbour outside
        profile, torch.tensor([[before], [before], [after], [after]], device=device), padding=1, groups=4
    )
    above = profile - level
    # how far beyond the px's middle the level is crossed, as a share of the way to the neighbour's middle
    beyond = (above / rise.clamp(min=1e-3)).clamp(0.0, 1.0)
    outermost = torch.where(above >= 0, middle + beyond, outward.clamp(max=0.0) * size).amax(2, keepdim=True)
    return -outermost[:, :2], outermost[:, 2:]


class Finder(nn.Module):
    """Marks cells: overview (n, 2, 64, 64) -> logits (n, 2, 32, 32): the glyph's ink, and ink as the polarity says.

    A feature pyramid (Lin et al. 2017, arXiv 1612.03144) of three scales whose answers come as sub-pixels (Shi et
    al. 2016, arXiv 1609.05158), small enough to cost less than the network that reads the glyph.
    """

    def __init__(self, channels: int = 8) -> None:
        super().__init__()
        c = channels
        self.down1 = _convolution(2, c, 5, stride=2)  # 32x32
        self.down2 = _convolution(c, 2 * c, 3, stride=2)  # 16x16
        self.down3 = _convolution(2 * c, 4 * c, 3, stride=2)  # 8x8
        self.deep1 = _convolution(4 * c, 4 * c, 3)
        self.deep2 = _convolution(4 * c, 4 * c, 3)
        self.narrow = _convolution(4 * c, 2 * c, 1)
        self.up2 = _convolution(2 * c, 2 * c, 3)  # 16x16
        self.up1 = nn.Conv2d(2 * c, 8, 3, padding=1)  # 16x16, four cells of 32x32 each, twice

    def forward(self, overview: Tensor) -> Tensor:
        """(n, 2, 64, 64) -> (n, 2, 32, 32)."""
        b = self.down2(self.down1(overview))
        d = self.narrow(self.deep2(self.deep1(self.down3(b))))
        logits: Tensor = self.up1(self.up2(b + F.interpolate(d, scale_factor=2.0, mode="nearest")))
        return F.pixel_shuffle(logits, 2)


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Geometry(nn.Module):
    """Finds the one glyph of a picture: (n, h, w) -> glyphs (n, 1, 28, 28), boxes (n, 4)."""

    blur_overview: Tensor
    blur_crop: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.finder = Finder()
        self.register_buffer("blur_overview", blur_matrix(OVERVIEW, 8.0), persistent=False)
        self.register_buffer("blur_crop", blur_matrix(CROP, 8.5), persistent=False)

    def overview(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """What the finder sees (n, 2, 64, 64), and +1 for light ink or -1 for dark ink (n, 1, 1, 1).

        ``picture``: (n, h, w), uint8 or 0-1.
        """
        small = reduced(picture, OVERVIEW)
        detail = small - self.blur_overview @ small @ self.blur_overview.T
        power = detail * detail
        # ink covers less of a sheet than paper does, so its side of the local background has the longer tail
        polarity = torch.where((power * detail).mean((2, 3), keepdim=True) >= 0, 1.0, -1.0)
        detail = detail * polarity
        deviation = power.mean((2, 3), keepdim=True).sqrt()
        highest = detail.amax((2, 3), keepdim=True)
        seen = torch.cat(
            [torch.tanh(detail / (2 * deviation + LEAST_CONTRAST)), detail / (highest + LEAST_CONTRAST)], 1
        )
        return seen, polarity

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Glyphs (n, 1, 28, 28) 0-1 and boxes (n, 4) as x, y, width, height in px (width and height 0 where empty).

        ``picture``: (n, h, w), uint8 or 0-1.
        """
        _, h, w = picture.shape
        seen, polarity = self.overview(picture)
        cells = self.finder(seen)
        mask, side = torch.sigmoid(cells[:, :1]), cells[:, 1:].clamp(-1.0, 1.0)
        # crop: a square of px around the marked cells
        cell = torch.tensor([h, w], device=picture.device)[:, None] * (1 / MASK)  # (2, 1) px, down and right
        # where the finder is in doubt of all it sees, as of a small digit at the border, the likeliest is read
        likeliest = mask.amax((2, 3))[..., None]  # (n, 1, 1)
        level = (0.6 * likeliest).clamp(LEAST_MARK, 0.5)
        first, last = extent(mask, level)
        # (n, 1, 1) px of the picture that a px of the crop has
        step = ((last - first) * cell).amax(1, keepdim=True).clamp(min=1.0) * (CROP_MARGIN / CROP)
        start = (first + last) * (0.5 * cell) - step * (0.5 * (CROP - 1))
        crop = cut_square(picture, start, step, CROP) * polarity
        gates = resample_square(torch.cat([mask, side], 1), start / cell, step / cell, CROP)
        ink, contrast = self.ink(crop, (gates[:, :1] / level[..., None]).clamp(max=1.0), gates[:, 1:])
        found = (likeliest > LEAST_MARK) & (contrast > LEAST_CONTRAST)  # (n, 1, 1)
        # the ink's own box, finer than cells, and its centre of mass, both in px of the crop
        ink_first, ink_last = extent(ink, 0.4)
        extents = ink_last - ink_first
        unit = extents.amax(1, keepdim=True).clamp(min=1.0) * (1 / GLYPH_BOX)  # (n, 1, 1)
        middle, reach = (ink_first + ink_last) * 0.5, (GLYPH - GLYPH_BOX) / 2 * unit
        # at most so far from the middle that the box stays in the frame
        centre = torch.minimum(torch.maximum(_centre_of_mass(ink), middle - reach), middle + reach)
        glyph = resample_square(ink, centre - unit * (0.5 * (GLYPH - 1)), unit, GLYPH)
        corner = start + (ink_first - 0.5) * step
        x_first = torch.tensor([1, 0, 3, 2], device=picture.device)
        boxes = torch.cat([corner, extents * step], 1).index_select(1, x_first)  # (n, 4, 1)
        return torch.where(found[..., None], glyph, 0.0), torch.where(found, boxes, 0.0)[..., 0]

    def ink(self, crop: Tensor, gate: Tensor, side: Tensor) -> tuple[Tensor, Tensor]:
        """Crop (n, 1, 48, 48) and where the glyph may be (same, 0-1) -> ink (same, 0-1), its contrast (n, 1, 1).

        ``side`` (same as crop): 1 where ink is lighter than its paper, -1 where it is darker.

        The paper under the ink is interpolated from the paper around it by normalised convolution (Knutsson and
        Westin 1993). The contrast of a pen is the mean of ink weighted by ink, which noise hardly moves.
        """
        around = (1.0 + 1e-3) - gate
        blurred = self.blur_crop @ torch.cat([crop * around, around], 1) @ self.blur_crop.T
        paper = blurred[:, :1] / blurred[:, 1:]
        height = F.relu((crop - paper) * side) * gate
        total = height.sum((2, 3), keepdim=True).clamp(min=1e-6)
        contrast = (height * height).sum((2, 3), keepdim=True) / total
        ink = height / (0.8 * contrast).clamp(min=1e-6) - 0.125  # paper at 0 even where it is a tenth of the ink
        return ink.clamp(0.0, 1.0), contrast[..., 0]


def _centre_of_mass(ink: Tensor) -> Tensor:
    """(n, 1, s, s) -> (n, 2, 1) px, down and right."""
    profile = torch.cat([ink.sum(3), ink.sum(2)], 1)
    at = torch.arange(ink.shape[-1], device=ink.device, dtype=ink.dtype) + 0.5
    return (profile * at).sum(2, keepdim=True) / profile.sum(2, keepdim=True).clamp(min=1e-6)


class Resize(nn.Module):
    """What common digit apps do instead: the whole picture averaged down to 28x28; light ink is assumed."""

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(n, h, w), uint8 or 0-1, -> glyphs (n, 1, 28, 28), and the whole picture as box (n, 4)."""
        n, h, w = picture.shape
        one = torch.ones(n, device=picture.device)
        return reduced(picture, GLYPH), torch.stack([one * 0, one * 0, one * w, one * h], 1)


class Graph(nn.Module):
    """A whole model file: geometry, network and temperature."""

    temperature: Tensor

    def __init__(self, network: nn.Sequential, preprocessing: Preprocessing, reject: int | None) -> None:
        super().__init__()
        self.geometry: Geometry | Resize = Geometry() if preprocessing == "finder" else Resize()
        self.network = network
        self.reject = reject
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n, h, w) uint8 -> probabilities (n, classes), boxes (n, 4), glyphs (n, 1, 28, 28)."""
        glyphs, boxes = self.geometry(picture)
        probabilities = F.softmax(self.network(glyphs) / self.temperature, 1)
        if self.reject is not None:  # an empty picture is surely no digit
            nothing = F.one_hot(torch.tensor(self.reject), probabilities.shape[1]).to(probabilities.dtype)
            probabilities = torch.where(boxes[:, 2:3] > 0, probabilities, nothing)
        return probabilities, boxes, glyphs
