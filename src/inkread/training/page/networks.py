"""The networks that find glyphs on a page: the finder sees all of it, the refiner each found box from near."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.training.networks import convolution

CELL = 4  # px of what the finder sees, side of a cell of its answer
COARSEST = 64  # px of that, side of a cell of its coarsest scale
ANSWERS = 6  # of the finder for each cell
LOOK = 48  # px, side of what the refiner sees of a glyph


class PageFinder(nn.Module):
    """Finds glyphs: seen (n, 2, h, w) -> (n, 6, h / 4, w / 4), see ``forward``.

    Centres as peaks of a map and boxes as a regression there: CenterNet (Zhou et al. 2019, arXiv 1904.07850), on a
    feature pyramid (Lin et al. 2017, arXiv 1612.03144) down to 64 px a cell, so that a glyph as large as the page
    has a middle too.
    """

    def __init__(self, a: int = 16, b: int = 32, c: int = 48, d: int = 64, e: int = 96) -> None:
        super().__init__()
        self.stem1 = convolution(2, a, 5, stride=2)  # 2 px
        self.stem2 = convolution(a, b, stride=2)  # 4 px
        self.down8 = convolution(b, c, stride=2)
        self.down16 = nn.Sequential(convolution(c, d, stride=2), convolution(d, d))
        self.down32 = nn.Sequential(convolution(d, e, stride=2), convolution(e, e))
        self.down64 = nn.Sequential(convolution(e, e, stride=2), convolution(e, e))
        self.up32 = convolution(e, e)
        self.narrow32, self.up16 = convolution(e, d, 1), convolution(d, d)
        self.narrow16, self.up8 = convolution(d, c, 1), convolution(c, c)
        self.narrow8, self.up4 = convolution(c, b, 1), nn.Sequential(convolution(b, b), convolution(b, b))
        self.head8 = nn.Conv2d(c, 4 * ANSWERS, 1)  # four cells of 4 px each, as sub-pixels
        self.head4 = nn.Conv2d(2 * b, ANSWERS, 1)
        nn.init.constant_(self.head4.bias[0], -4.0)  # type: ignore[index]  # most cells are no centre

    def forward(self, seen: Tensor) -> Tensor:
        """Logit of a centre; its place in the cell, right and down of the middle; log width and height, cells; ink."""
        x4: Tensor = self.stem2(self.stem1(seen))
        x8 = self.down8(x4)
        x16 = self.down16(x8)
        x32 = self.down32(x16)
        y = self.up32(x32 + _doubled(self.down64(x32)))
        y = self.up16(x16 + _doubled(self.narrow32(y)))
        y = self.up8(x8 + _doubled(self.narrow16(y)))
        # what touches is told apart by a few px, which a cell of 8 px does not show
        z = self.up4(x4 + _doubled(self.narrow8(y)))
        answer: Tensor = F.pixel_shuffle(self.head8(y), 2) + self.head4(torch.cat([x4, z], 1))
        return answer


class Refiner(nn.Module):
    """Looks at each found box from near, as the second stage of Faster R-CNN does (Ren et al. 2015, arXiv 1506.01497).

    The finder tells the edges of a large glyph only to a tenth of its size, which costs letters 8 points; and nobody
    can tell from one cell of the map how sure it is. It tells how well the box it leaves fits, too: of two that claim
    the same ink, the better one stays (IoU-Net, Jiang et al. 2018, arXiv 1807.11590).
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(4, 24, 5, stride=2), convolution(24, 48, stride=2), convolution(48, 48),
            convolution(48, 48, stride=2), nn.Flatten(),
        )  # fmt: skip
        self.hidden = nn.Linear(48 * (LOOK // 8) ** 2 + 1, 96)
        self.answer = nn.Linear(96, 6)

    def forward(self, looks: Tensor, certainty: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Looks (g, 4, 48, 48), the finder's certainty (g,) -> shifts of the left, top, right and bottom edge (g, 4),
        shares of the longer side; logit of being a glyph (g,), and of how far the shifted box overlaps it (g,).
        """
        x = torch.cat([self.layers(looks), torch.logit(certainty, eps=1e-3)[:, None]], 1)
        x = self.answer(F.relu(self.hidden(x)))
        return x[:, :4], x[:, 4], x[:, 5]


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")
