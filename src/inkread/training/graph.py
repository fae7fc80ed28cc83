"""The graph of a model file: a raw picture in, probabilities, boxes and glyphs out.

    picture (n, h, w) uint8
      | overview   area-resampled to 64x64, local background removed, polarity told by its skew
      | finder     a small network marks the cells of the one glyph (not lines, dirt, neighbours)
      | crop       56x56 around the marked cells, from the full picture; background flattened; contrast fixed
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
from torch.nn import functional as F  # noqa: N812 - its usual name

OVERVIEW = 64  # px, side of the picture the finder sees
MASK = 32  # cells, side of the finder's answer
CROP = 56  # px, side of the crop: twice the glyph's 28
GLYPH = 28  # px, side of what the network sees
GLYPH_BOX = 20  # px, longer side of the ink in it, as in MNIST (LeCun et al. 1998, section III.A)
CROP_MARGIN = 1.45  # side of the crop / longer side of the marked cells
LEAST_CONTRAST = 4 / 255  # ink fainter than this against its paper is no ink

Preprocessing = Literal["finder", "resize"]


def sampling_weights(first: Tensor, step: Tensor, count: int, size: int, *, repeat_edge: bool) -> tuple[Tensor, Tensor]:
    """Weights (n, count, size) that sample ``count`` px from ``size`` px by a triangle filter, and their scale (n, count, 1).

    Sample i stands at ``first + i * step`` px, where the centre of px j is j + 0.5; ``first`` and ``step`` are (n,).
    The filter is ``max(1, step)`` px wide to each side: bilinear when enlarging, antialiased when reducing
    (Pillow's BILINEAR does the same). Beyond the edge: the edge px again, or 0.
    """
    position = first[:, None] + step[:, None] * torch.arange(count, device=first.device, dtype=first.dtype)
    pixels = torch.arange(size, device=first.device, dtype=first.dtype) + 0.5
    if repeat_edge:
        position = torch.minimum(position.clamp(min=0.5), pixels[-1])
    narrow = 1 / step.clamp(min=1.0)[:, None]
    weights = F.relu(1 - ((pixels * narrow)[:, None, :] - (position * narrow)[:, :, None]).abs())
    total = weights.sum(-1, keepdim=True)
    # a whole filter sums to its width; beyond the edge, where 0 is sampled, a part of one is not made up for
    return weights, 1 / (total if repeat_edge else torch.maximum(total, 0.5 / narrow[:, :, None]))


def resample(picture: Tensor, rows: tuple[Tensor, Tensor], columns: tuple[Tensor, Tensor]) -> Tensor:
    """(n, h, w) -> (n, i, j) by sampling weights over h and over w.

    The scales wait for the small result: dividing the weights themselves costs a pass over all of them.
    """
    small = rows[0] @ picture @ columns[0].transpose(1, 2)
    return small * rows[1] * columns[1].transpose(1, 2)


def reduced(picture: Tensor, side: int) -> Tensor:
    """The whole of (n, h, w) as (n, side, side), whatever its proportions."""
    _, h, w = picture.shape
    one = torch.ones(1, device=picture.device)  # the same weights for all n
    step_y, step_x = one * h * (1 / side), one * w * (1 / side)
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


def extent(marked: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last True along the last axis of (n, size); size and 0 where none is."""
    size = marked.shape[-1]
    index = torch.arange(size, device=marked.device, dtype=torch.float32)
    first = torch.where(marked, index, float(size)).amin(-1)
    last = torch.where(marked, index + 1, 0.0).amax(-1)
    return first, last


class Finder(nn.Module):
    """Marks the cells of the glyph: overview (n, 2, 64, 64) -> logits (n, 32, 32).

    A U-Net (Ronneberger et al. 2015, arXiv 1505.04597) of three scales, small enough to cost less than the
    network that reads the glyph.
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
        self.up2 = _convolution(4 * c, 2 * c, 3)  # 16x16
        self.up1 = nn.Conv2d(2 * c, 4, 3, padding=1)  # 16x16, four cells of 32x32 each

    def forward(self, overview: Tensor) -> Tensor:  # noqa: D102
        b = self.down2(self.down1(overview))
        d = self.narrow(self.deep2(self.deep1(self.down3(b))))
        logits: Tensor = self.up1(self.up2(torch.cat([b, F.interpolate(d, scale_factor=2.0, mode="nearest")], 1)))
        return F.pixel_shuffle(logits, 2)[:, 0]


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class Geometry(nn.Module):
    """Finds the one glyph of a picture: (n, h, w) -> glyphs (n, 1, 28, 28), boxes (n, 4)."""

    blur_overview: Tensor
    blur_crop: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.finder = Finder()
        self.register_buffer("blur_overview", blur_matrix(OVERVIEW, 8.0), persistent=False)
        self.register_buffer("blur_crop", blur_matrix(CROP, 10.0), persistent=False)

    def overview(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(n, h, w) 0-1 -> what the finder sees (n, 2, 64, 64), and +1 for light ink or -1 for dark ink (n, 1, 1)."""
        small = reduced(picture, OVERVIEW)
        detail = small - self.blur_overview @ small @ self.blur_overview.T
        # ink covers less of a sheet than paper does, so its side of the local background has the longer tail
        polarity = torch.where((detail**3).mean((1, 2), keepdim=True) >= 0, 1.0, -1.0)
        detail = detail * polarity
        deviation = (detail**2).mean((1, 2), keepdim=True).sqrt()
        highest = detail.amax((1, 2), keepdim=True)
        seen = torch.stack(
            [torch.tanh(detail / (2 * deviation + LEAST_CONTRAST)), detail / (highest + LEAST_CONTRAST)], 1
        )
        return seen, polarity

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Glyphs (n, 1, 28, 28) 0-1 and boxes (n, 4) as x, y, width, height in px (width and height 0 where empty)."""
        n, h, w = picture.shape
        seen, polarity = self.overview(picture)
        mask = torch.sigmoid(self.finder(seen))
        # crop: a square of px around the marked cells
        top, bottom = extent(mask.amax(2) > 0.5)
        left, right = extent(mask.amax(1) > 0.5)
        found = bottom > top
        one = torch.ones(n, device=picture.device)
        cell_h, cell_w = one * h * (1 / MASK), one * w * (1 / MASK)  # px
        side = torch.maximum((bottom - top) * cell_h, (right - left) * cell_w).clamp(min=1.0) * CROP_MARGIN
        step = side / CROP
        first_y = (top + bottom) * 0.5 * cell_h - step * (0.5 * (CROP - 1))
        first_x = (left + right) * 0.5 * cell_w - step * (0.5 * (CROP - 1))
        crop = resample(
            picture,
            sampling_weights(first_y, step, CROP, h, repeat_edge=True),
            sampling_weights(first_x, step, CROP, w, repeat_edge=True),
        )
        gate = resample(
            mask,
            sampling_weights(first_y / cell_h, step / cell_h, CROP, MASK, repeat_edge=False),
            sampling_weights(first_x / cell_w, step / cell_w, CROP, MASK, repeat_edge=False),
        )
        ink, contrast = self.ink(crop * polarity, (2 * gate).clamp(max=1.0))
        found = found & (contrast > LEAST_CONTRAST)
        # the ink's own box, finer than cells, and its centre of mass, both in px of the crop
        ink_top, ink_bottom = extent(ink.amax(2) > 0.4)
        ink_left, ink_right = extent(ink.amax(1) > 0.4)
        box_h, box_w = ink_bottom - ink_top, ink_right - ink_left
        unit = torch.maximum(box_h, box_w).clamp(min=1.0) / GLYPH_BOX
        centre_y = _centre_of_mass(ink.sum(2), (ink_top + ink_bottom) * 0.5, 4 * unit)
        centre_x = _centre_of_mass(ink.sum(1), (ink_left + ink_right) * 0.5, 4 * unit)
        half = unit * (0.5 * (GLYPH - 1))
        glyph = resample(
            ink,
            sampling_weights(centre_y - half, unit, GLYPH, CROP, repeat_edge=False),
            sampling_weights(centre_x - half, unit, GLYPH, CROP, repeat_edge=False),
        )
        glyph = torch.where(found[:, None, None], glyph, 0.0)
        origin_x, origin_y = first_x - 0.5 * step, first_y - 0.5 * step
        boxes = torch.stack([origin_x + ink_left * step, origin_y + ink_top * step, box_w * step, box_h * step], 1)
        return glyph[:, None], torch.where(found[:, None], boxes, 0.0)

    def ink(self, crop: Tensor, gate: Tensor) -> tuple[Tensor, Tensor]:
        """Crop with light ink (n, 56, 56) and where the glyph may be (same, 0-1) -> ink 0-1, its contrast (n,).

        The paper under the ink is interpolated from the paper around it by normalised convolution (Knutsson and
        Westin 1993). The contrast of a pen is the mean of ink weighted by ink, which noise hardly moves.
        """
        around = 1.0 - gate + 1e-3
        weighted = torch.cat([crop * around, around])
        blurred = self.blur_crop @ weighted @ self.blur_crop.T
        n = crop.shape[0]
        paper = blurred[:n] / blurred[n:]
        height = F.relu(crop - paper) * gate
        contrast = (height**2).sum((1, 2)) / height.sum((1, 2)).clamp(min=1e-6)
        ink = (height / contrast.clamp(min=1e-6)[:, None, None] - 0.1) / 0.8
        return ink.clamp(0.0, 1.0), contrast


def _centre_of_mass(profile: Tensor, box_centre: Tensor, reach: Tensor) -> Tensor:
    """Centre of mass of (n, size), at most ``reach`` from the box's centre so that the box stays in the frame."""
    at = torch.arange(profile.shape[1], device=profile.device, dtype=profile.dtype) + 0.5
    centre = (profile * at).sum(1) / profile.sum(1).clamp(min=1e-6)
    return torch.minimum(torch.maximum(centre, box_centre - reach), box_centre + reach)


class Resize(nn.Module):
    """What common digit apps do instead: the whole picture averaged down to 28x28; light ink is assumed."""

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:  # noqa: D102
        n, h, w = picture.shape
        one = torch.ones(n, device=picture.device)
        return reduced(picture, GLYPH)[:, None], torch.stack([one * 0, one * 0, one * w, one * h], 1)


class Graph(nn.Module):
    """A whole model file: geometry, network and temperature."""

    temperature: Tensor

    def __init__(self, network: nn.Module, preprocessing: Preprocessing, reject: int | None) -> None:
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
