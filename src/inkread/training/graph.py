"""The graph of a model file: a raw picture in, probabilities, boxes and glyphs out.

    picture (n, h, w) uint8
      | overview   area-resampled to 64x64, local background removed, polarity told by its skew
      | finder     a small network marks the cells of the one glyph (not lines, dirt, neighbours), and those where
      |            the ink is on the other side of its paper than the polarity says
      | crop       48x48 around the marked cells, from the full picture; background flattened; contrast fixed
      | glyph      20x20 box, centred by mass in 28x28, as MNIST was made
      v network    logits -> temperature -> probabilities

Training runs these same modules, so that training and serving cannot differ. All resampling is a product with
two small matrices, which is exact antialiasing at any scale, one pass over the picture, and a plain MatMul
for every runtime.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

OVERVIEW = 64  # px, side of the picture the finder sees
MASK = 32  # cells, side of the finder's answer
CROP = 48  # px, side of the crop
GLYPH = 28  # px, side of what the network sees
GLYPH_BOX = 20  # px, longer side of the ink in it, as in MNIST (LeCun et al. 1998, section III.A)
CROP_MARGIN = 1.4  # side of the crop / longer side of the marked cells
LEAST_MARK = 0.02  # a cell less likely the glyph's than this is never
LEAST_CONTRAST = 4 / 255  # ink fainter than this against its paper is no ink

Preprocessing = Literal["finder", "resize"]


def sampling_weights(first: Tensor, step: Tensor, count: int, size: int, *, repeat_edge: bool) -> tuple[Tensor, Tensor]:
    """Weights (..., count, size) that sample ``count`` px from ``size`` px, and what to divide by (..., count, 1).

    Sample i stands at ``first + i * step`` px, where the centre of px j is j + 0.5; both are (..., 1, 1), so that
    no node of the graph is spent on reshaping. The filter is a triangle ``max(1, step)`` px wide to each side:
    bilinear when enlarging, antialiased when reducing (Pillow's BILINEAR does the same). Beyond the edge: the edge
    px again, or 0.
    """
    position = first + step * torch.arange(count, device=first.device, dtype=first.dtype)[:, None]
    pixels = torch.arange(size, device=first.device, dtype=first.dtype) + 0.5
    if repeat_edge:
        position = torch.minimum(position.clamp(min=0.5), pixels[-1])
    wide = step.clamp(min=1.0)
    weights = F.relu(1 - (pixels / wide - position / wide).abs())
    total = weights.sum(-1, keepdim=True)
    # a whole filter sums to its width; beyond the edge, where 0 is sampled, a part of one is not made up for
    return weights, total if repeat_edge else torch.maximum(total, 0.5 * wide)


def resample(picture: Tensor, rows: tuple[Tensor, Tensor], columns: tuple[Tensor, Tensor]) -> Tensor:
    """(..., h, w) -> (..., i, j) by sampling weights over h and over w.

    The division waits for the small result: dividing the weights themselves costs a pass over all of them.
    """
    small = rows[0] @ picture @ columns[0].transpose(-1, -2)
    return small / (rows[1] * columns[1].transpose(-1, -2))


def resample_square(picture: Tensor, first: Tensor, step: Tensor, count: int) -> Tensor:
    """(n, c, s, s) -> (n, c, count, count), 0 beyond the edge; ``first`` and ``step`` are (n, 2, 1), down and right."""
    weights, total = sampling_weights(first[..., None], step[..., None], count, picture.shape[-1], repeat_edge=False)
    return resample(picture, (weights[:, :1], total[:, :1]), (weights[:, 1:], total[:, 1:]))


def reduced(picture: Tensor, side: int) -> Tensor:
    """The whole of (n, h, w) as (n, side, side), whatever its proportions."""
    _, h, w = picture.shape
    one = torch.full((1, 1, 1), 1 / side, device=picture.device)  # the same weights for all n
    step_y, step_x = one * h, one * w
    return resample(
        picture,
        sampling_weights(step_y * 0.5, step_y, side, h, repeat_edge=True),
        sampling_weights(step_x * 0.5, step_x, side, w, repeat_edge=True),
    )


def blur_matrix(size: int, sigma: float) -> Tensor:
    """Matrix (size, size) of a Gaussian blur of ``sigma`` px whose rows sum to 1 up to the edge."""
    at = torch.arange(size, dtype=torch.float32)
    weights = torch.exp(-0.5 * ((at[:, None] - at[None, :]) / sigma) ** 2)
    return weights / weights.sum(1, keepdim=True)


def extent(square: Tensor, level: float | Tensor) -> tuple[Tensor, Tensor]:
    """Where (n, s, s) first rises above ``level`` and last falls below it: (n, 2, 1) px each, down and right.

    ``level``: one for all, or (n, 1, 1). Edges lie between px by interpolation: otherwise a rounding error could
    move an edge by a whole px, and with it the answer. Where nothing reaches the level: s and 0.
    """
    size = square.shape[-1]
    profile = torch.stack([square.amax(2), square.amax(1)], 1)
    middle = torch.arange(size, device=square.device, dtype=torch.float32) + 0.5
    padded = F.pad(profile, (1, 1))
    above = profile - level
    # how far beyond the px's middle the level is crossed, as a share of the way to the neighbour's middle
    before = (above / (profile - padded[..., :-2]).clamp(min=1e-3)).clamp(0.0, 1.0)
    after = (above / (profile - padded[..., 2:]).clamp(min=1e-3)).clamp(0.0, 1.0)
    reached = above >= 0
    first = torch.where(reached, middle - before, float(size)).amin(2, keepdim=True)
    last = torch.where(reached, middle + after, 0.0).amax(2, keepdim=True)
    return first, last


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
    down: Tensor
    right: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.finder = Finder()
        self.register_buffer("blur_overview", blur_matrix(OVERVIEW, 8.0), persistent=False)
        self.register_buffer("blur_crop", blur_matrix(CROP, 8.5), persistent=False)
        self.register_buffer("down", torch.tensor([[[1.0], [0.0]]]), persistent=False)
        self.register_buffer("right", torch.tensor([[[0.0], [1.0]]]), persistent=False)

    def overview(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(n, h, w) 0-1 -> what the finder sees (n, 2, 64, 64), and +1 for light ink or -1 for dark ink (n, 1, 1)."""
        small = reduced(picture, OVERVIEW)
        detail = small - self.blur_overview @ small @ self.blur_overview.T
        # ink covers less of a sheet than paper does, so its side of the local background has the longer tail
        polarity = torch.where((detail * detail * detail).mean((1, 2), keepdim=True) >= 0, 1.0, -1.0)
        detail = detail * polarity
        deviation = (detail * detail).mean((1, 2), keepdim=True).sqrt()
        highest = detail.amax((1, 2), keepdim=True)
        seen = torch.stack(
            [torch.tanh(detail / (2 * deviation + LEAST_CONTRAST)), detail / (highest + LEAST_CONTRAST)], 1
        )
        return seen, polarity

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Glyphs (n, 1, 28, 28) 0-1 and boxes (n, 4) as x, y, width, height in px (width and height 0 where empty)."""
        _, h, w = picture.shape
        seen, polarity = self.overview(picture)
        cells = self.finder(seen)
        gates = torch.cat([torch.sigmoid(cells[:, :1]), cells[:, 1:].clamp(-1.0, 1.0)], 1)
        mask = gates[:, 0]
        # crop: a square of px around the marked cells
        cell = (self.down * h + self.right * w) * (1 / MASK)  # (1, 2, 1) px, down and right
        # where the finder is in doubt of all it sees, as of a small digit at the border, the likeliest is read
        likeliest = mask.amax((1, 2), keepdim=True)
        level = (0.6 * likeliest).clamp(LEAST_MARK, 0.5)
        first, last = extent(mask, level)
        side = ((last - first) * cell).amax(1, keepdim=True).clamp(min=1.0) * CROP_MARGIN
        step = side * (1 / CROP)  # (n, 1, 1)
        start = (first + last) * (0.5 * cell) - step * (0.5 * (CROP - 1))
        crop = resample(
            picture,
            sampling_weights(start[:, :1], step, CROP, h, repeat_edge=True),
            sampling_weights(start[:, 1:], step, CROP, w, repeat_edge=True),
        )
        gates = resample_square(gates, start / cell, step / cell, CROP)
        ink, contrast = self.ink(crop * polarity, (gates[:, 0] / level).clamp(max=1.0), gates[:, 1])
        found = (likeliest > LEAST_MARK) & (contrast > LEAST_CONTRAST)  # (n, 1, 1)
        # the ink's own box, finer than cells, and its centre of mass, both in px of the crop
        ink_first, ink_last = extent(ink, 0.4)
        extents = ink_last - ink_first
        unit = extents.amax(1, keepdim=True).clamp(min=1.0) * (1 / GLYPH_BOX)  # (n, 1, 1)
        middle, reach = (ink_first + ink_last) * 0.5, (GLYPH - GLYPH_BOX) / 2 * unit
        # at most so far from the middle that the box stays in the frame
        centre = torch.minimum(torch.maximum(_centre_of_mass(ink), middle - reach), middle + reach)
        glyph = resample_square(ink[:, None], centre - unit * (0.5 * (GLYPH - 1)), unit, GLYPH)
        corner = start + (ink_first - 0.5) * step
        boxes = torch.cat([corner, extents * step], 1)[:, [1, 0, 3, 2]]  # (n, 4, 1)
        return torch.where(found[:, None], glyph, 0.0), torch.where(found, boxes, 0.0)[..., 0]

    def ink(self, crop: Tensor, gate: Tensor, side: Tensor) -> tuple[Tensor, Tensor]:
        """Crop (n, 48, 48) and where the glyph may be (same, 0-1) -> ink 0-1, its contrast (n, 1, 1).

        ``side`` (same as crop): 1 where ink is lighter than its paper, -1 where it is darker.

        The paper under the ink is interpolated from the paper around it by normalised convolution (Knutsson and
        Westin 1993). The contrast of a pen is the mean of ink weighted by ink, which noise hardly moves.
        """
        around = 1.0 - gate + 1e-3
        weighted = torch.cat([crop * around, around])
        blurred = self.blur_crop @ weighted @ self.blur_crop.T
        n = crop.shape[0]
        paper = blurred[:n] / blurred[n:]
        height = F.relu((crop - paper) * side) * gate
        total = height.sum((1, 2), keepdim=True).clamp(min=1e-6)
        contrast = (height * height).sum((1, 2), keepdim=True) / total
        ink = height / (0.8 * contrast).clamp(min=1e-6) - 0.125  # paper at 0 even where it is a tenth of the ink
        return ink.clamp(0.0, 1.0), contrast


def _centre_of_mass(ink: Tensor) -> Tensor:
    """(n, s, s) -> (n, 2, 1) px, down and right."""
    profile = torch.stack([ink.sum(2), ink.sum(1)], 1)
    at = torch.arange(ink.shape[-1], device=ink.device, dtype=ink.dtype) + 0.5
    return (profile * at).sum(2, keepdim=True) / profile.sum(2, keepdim=True).clamp(min=1e-6)


class Resize(nn.Module):
    """What common digit apps do instead: the whole picture averaged down to 28x28; light ink is assumed."""

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(n, h, w) 0-1 -> glyphs (n, 1, 28, 28), and the whole picture as box (n, 4)."""
        n, h, w = picture.shape
        one = torch.ones(n, device=picture.device)
        return reduced(picture, GLYPH)[:, None], torch.stack([one * 0, one * 0, one * w, one * h], 1)


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
        glyphs, boxes = self.geometry(picture.to(torch.float32) * (1 / 255))
        probabilities = F.softmax(self.network(glyphs) / self.temperature, 1)
        if self.reject is not None:  # an empty picture is surely no digit
            nothing = F.one_hot(torch.tensor(self.reject), probabilities.shape[1]).to(probabilities.dtype)
            probabilities = torch.where(boxes[:, 2:3] > 0, probabilities, nothing)
        return probabilities, boxes, glyphs
