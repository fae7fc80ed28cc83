"""The graph of a page file: a raw picture in, every glyph's probabilities, box and 28x28 out.

    picture (1, h, w) uint8, number (1,) bool: whether only digits and separators are asked for
      | reduced    longer side WORK px, padded to whole cells of the coarsest scale; and twice as fine for the crops
      | seen       local background removed, polarity told by its skew, contrast to the page's and to the place's own
      v finder     where glyphs are centred, how far their boxes reach, which cells hold ink
    boxes (g, 4)   peaks of the centres, overlapping ones suppressed
      v refiner    looks at each from near: the box's true edges, and whether a glyph is in it at all
      | joined     of letters: few boxes that all reach into each other are one letter's
      v lines      of a number: lines of boxes are read as a whole, and what they say are the boxes from here on
      | crops      48x48 around each box, from the scale that suits it; background flattened, ink beside the box faded
      | glyphs     20x20 box in the middle of 28x28 (a glyph file centres by mass)
      v network    logits -> temperature -> probabilities; not asked of a sign that its line says surely

Training runs these same modules, so that training and serving cannot differ.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.alphabet import Alphabet
from inkread.training.graph import (
    CROP,
    GLYPH,
    GLYPH_BOX,
    LEAST_CONTRAST,
    Geometry,
    extent,
    resample_square,
)
from inkread.training.page.boxes import LEAST_PEAK, joined, peaks, places, refined, suppressed
from inkread.training.page.lines import OTHER, SIGNS, LineReader, signs_of
from inkread.training.page.networks import CELL, COARSEST, LOOK, PageFinder, Refiner

WORK = (224, 640)  # px, longer side of what the finder sees: of small pictures, and at most
FINE = 2  # px of the picture crops are cut from for each of these
LEAST_SURE = 0.1  # of which the refiner is less sure is no glyph
LOOK_MARGIN = 2.0  # side of what the refiner sees / longer side of the box
LEVELS = 4  # scales that crops are cut from, each half as fine as the one before
PAGE_MARGIN = 1.7  # side of the crop / longer side of the box
ASTRAY = 0.3  # of the longer side: so far beside its box ink may still be a glyph's, where no other box is nearer
NEIGHBOURS = 6  # boxes looked at for that
UNREAD = 0.5  # certainty from which a box is read in which its line says nothing
LINE_SURE = (0.95, 0.99)  # probability from which a sign of a line is less and less the network's, and not at all
STROKES = ("1", "/")  # a line alone tells them apart: a crop of one shows nothing of its height beside the others
LEAST_STROKE = (0.1, 0.3)  # probability of both together from which it does so in part, and wholly
SHARE = 0.65  # of a sign's probabilities is the network's, where the sign has a box of its own
FADE = 0.12  # of the box's longer side: ink fades out over this distance beside the box


def seen_of(page: Tensor) -> tuple[Tensor, Tensor]:
    """Pages (n, h, w) 0-1 -> what the finder sees (n, 2, h, w), and +1 for light ink or -1 for dark (n, 1, 1)."""
    detail = page - _background(page)
    # ink covers less of a page than paper does, so its side of the local background has the longer tail
    polarity = torch.where((detail * detail * detail).mean((1, 2), keepdim=True) >= 0, 1.0, -1.0)
    detail = detail * polarity
    power = detail * detail
    overall = power.mean((1, 2), keepdim=True).sqrt()
    local = _background(power).clamp(min=0.0).sqrt()
    size = detail.abs()
    return torch.stack(
        [detail / (size + 2 * overall + LEAST_CONTRAST), detail / (size + 2 * local + LEAST_CONTRAST)], 1
    ), polarity


def _background(page: Tensor) -> Tensor:
    """(n, h, w), blurred widely: a mean over 72 px or so, on a grid of 8 px."""
    small = F.avg_pool2d(page[:, None], 8)
    for _ in range(2):
        small = F.avg_pool2d(small, 5, 1, 2, count_include_pad=False)
    return F.interpolate(small, scale_factor=8.0, mode="bilinear", align_corners=False)[:, 0]


class PageGeometry(Geometry):
    """Boxes on a page -> glyphs; the ink of a crop and the glyph in it are those of a glyph file's geometry."""

    at: Tensor

    def __init__(self) -> None:
        super().__init__()
        del self.finder
        self.register_buffer("at", (torch.arange(CROP) + 0.5) / CROP - 0.5, persistent=False)

    def glyphs(
        self, fine: Tensor, boxes: Tensor, scale: Tensor, polarity: Tensor, inked: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Glyphs (g, 1, 28, 28) 0-1 and boxes (g, 4) of their ink, in px of ``fine``.

        ``fine``: one picture (h, w) 0-1; ``boxes`` (g, 4) in px of the page the finder saw, of which one is ``scale``
        (2,) of fine's; ``polarity`` (1, 1, 1); ``inked`` 0-1: does a cell of that page hold a glyph's ink?
        """
        page_middle = boxes[:, :2] + boxes[:, 2:] / 2
        page_side = boxes[:, 2:].amax(1).clamp(min=4.0) * PAGE_MARGIN  # (g,) px of the page
        boxes = boxes * scale.repeat(2)
        middle, side = page_middle * scale, page_side * scale.mean()
        crop = self._cut(fine, middle, side, self.at)
        step = (side / CROP)[:, None]
        marked = self._cut_level(inked, page_middle / CELL, page_side / CELL, self.at)
        gate = self._gate(boxes, side, marked)
        glyph, first, last, contrast = self.glyph_of(crop * polarity, gate, marked)
        found = contrast > LEAST_CONTRAST  # (g, 1, 1)
        corner = middle.flip(1)[:, :, None] + (first - CROP / 2) * step[:, :, None]
        own = torch.cat([corner, (last - first) * step[:, :, None]], 1)[:, [1, 0, 3, 2], 0]
        return torch.where(found[:, None], glyph, 0.0), torch.where(found[:, 0], own, 0.0)

    def glyph_of(self, crop: Tensor, gate: Tensor, marked: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Crops of light ink, where the glyph may be and where any ink is, (g, 48, 48) each -> glyphs (g, 1, 28, 28),
        first and last px of their ink, down and right (g, 2, 1), and its contrast (g, 1, 1).
        """
        ink, contrast = self.page_ink(crop, gate, marked)
        first, last = extent(ink[:, None], 0.4)
        unit = (last - first).amax(1, keepdim=True).clamp(min=1.0) * (1 / GLYPH_BOX)
        centre = (first + last) * 0.5
        glyph = resample_square(ink[:, None], centre - unit * (0.5 * (GLYPH - 1)), unit, GLYPH)
        return glyph, first, last, contrast

    def _gate(self, boxes: Tensor, side: Tensor, marked: Tensor) -> Tensor:
        """``gate`` of boxes (g, 4) of one page, whose crops are ``side`` (g,) px wide."""
        far = torch.full((NEIGHBOURS, 4), -1e6, device=boxes.device)
        others = torch.cat([boxes, far])
        middles, middle = others[:, :2] + others[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2
        apart = (middle[:, None] - middles).abs().amax(2)
        nearest = (-apart).topk(NEIGHBOURS + 1, dim=1).indices[:, 1:]  # the first is the glyph itself, or lies on it
        return self.gate(boxes, others[nearest], middle[:, :, None] + self.at * side[:, None, None], side, marked)

    def gate(self, boxes: Tensor, others: Tensor, points: Tensor, side: Tensor, marked: Tensor) -> Tensor:
        """Where ink is the glyph's own, 0-1 (g, 48, 48): in its box (g, 4), fading beside it; further off where the
        finder saw ink (``marked``, (g, 48, 48)) and none of the ``others`` (g, k, 4) is nearer.

        ``points`` (g, 2, 48): x and y of the crops' samples; ``side`` (g,): of the crops, in px as the boxes.
        """
        every = torch.cat([boxes[:, None], others], 1)
        beyond = ((points[:, None] - (every[:, :, :2] + every[:, :, 2:] / 2)[..., None]).abs()
                  - every[:, :, 2:, None] / 2).clamp(min=0.0)  # fmt: skip
        distance = torch.maximum(beyond[:, :, 1, :, None], beyond[:, :, 0, None, :])  # (g, boxes, 48, 48)
        own, other = distance[:, 0], distance[:, 1:].amin(1)
        longer = side[:, None, None] / PAGE_MARGIN
        inside = (1.0 - own / (FADE * longer)).clamp(0.0, 1.0)
        stray = ((marked - 0.3) / 0.3).clamp(0.0, 1.0) * (own < other) * (own < ASTRAY * longer)
        return torch.maximum(inside, stray)

    def looks(self, fine: Tensor, boxes: Tensor, scale: Tensor, polarity: Tensor, cells: Tensor) -> Tensor:
        """What the refiner sees of boxes (g, 4): contrast, centres, ink, and the box itself, (g, 4, 48, 48).

        ``cells`` (2, h / 4, w / 4) 0-1: where the finder says centres are, and ink; else as of ``glyphs``.
        """
        middle = boxes[:, :2] + boxes[:, 2:] / 2
        side = boxes[:, 2:].amax(1).clamp(min=4.0) * LOOK_MARGIN
        at = (torch.arange(LOOK, device=fine.device) + 0.5) / LOOK - 0.5
        crop = self._cut(fine, middle * scale, side * scale.mean(), at) * polarity
        crop = crop - crop.mean((1, 2), keepdim=True)
        crop = crop / ((crop * crop).mean((1, 2), keepdim=True).sqrt() + LEAST_CONTRAST)
        told = self._cut_levels(cells, middle / CELL, side / CELL, at).unbind(1)
        inside = ((at * side[:, None])[:, None, :].abs() < boxes[:, 2, None, None] / 2) & (
            (at * side[:, None])[:, :, None].abs() < boxes[:, 3, None, None] / 2
        )
        return torch.stack([crop, *told, inside.to(crop.dtype)], 1)

    def page_ink(self, crop: Tensor, gate: Tensor, marked: Tensor) -> tuple[Tensor, Tensor]:
        """Crop (g, 48, 48), where the glyph may be and where any ink is (same, 0-1) -> ink 0-1, contrast (g, 1, 1)."""
        paper_there = (1.0 - marked).clamp(min=0.0) + 1e-3
        weighted = torch.cat([crop * paper_there, paper_there])
        blurred = self.blur_crop @ weighted @ self.blur_crop.T
        g = crop.shape[0]
        paper = blurred[:g] / blurred[g:]
        height = F.relu(crop - paper) * gate
        total = height.sum((1, 2), keepdim=True).clamp(min=1e-6)
        contrast = (height * height).sum((1, 2), keepdim=True) / total
        ink = height / (0.8 * contrast).clamp(min=1e-6) - 0.125
        return ink.clamp(0.0, 1.0), contrast

    def _cut(self, fine: Tensor, middle: Tensor, side: Tensor, at: Tensor) -> Tensor:
        """Squares around ``middle`` (g, 2) x, y, from the scale of ``fine`` (h, w) where a sample is 0.7 to 1.4 px.

        ``at`` (s,): where samples stand, -0.5 to 0.5 of ``side`` (g,) px; (g, s, s).
        """
        wanted = torch.log2((side / (1.4 * at.shape[0])).clamp(min=1.0)).ceil().clamp(max=LEVELS - 1)  # (g,)
        crop = torch.zeros(1, device=fine.device)
        level = fine
        for i in range(LEVELS):
            here = self._cut_level(level, middle / 2**i, side / 2**i, at)
            crop = torch.where((wanted == i)[:, None, None], here, crop)
            if i + 1 < LEVELS:
                level = F.avg_pool2d(level[None, None], 2, ceil_mode=True)[0, 0]
        return crop

    def _cut_level(self, level: Tensor, middle: Tensor, side: Tensor, at: Tensor) -> Tensor:
        """(h, w) sampled in squares of ``side`` (g,) px around ``middle`` (g, 2); edges repeated: (g, s, s)."""
        return self._cut_levels(level[None], middle, side, at)[:, 0]

    def _cut_levels(self, levels: Tensor, middle: Tensor, side: Tensor, at: Tensor) -> Tensor:
        """(c, h, w) sampled as by ``_cut_level``, all at the same places: (g, c, s, s)."""
        c, h, w = levels.shape
        count = at.shape[0]
        x = (middle[:, :1] + at * side[:, None]) * (2 / w) - 1
        y = (middle[:, 1:] + at * side[:, None]) * (2 / h) - 1
        grid = torch.stack([x[:, None].expand(-1, count, -1), y[:, :, None].expand(-1, -1, count)], -1)
        found = F.grid_sample(levels[None], grid.reshape(1, -1, count, 2), padding_mode="border", align_corners=False)
        return found.reshape(c, -1, count, count).transpose(0, 1)


class PageGraph(nn.Module):
    """A whole page file: reduction, finder, geometry, network and temperature."""

    temperature: Tensor

    told: Tensor

    def __init__(
        self, finder: PageFinder, refiner: Refiner, lines: LineReader, network: nn.Sequential, alphabet: Alphabet
    ) -> None:
        super().__init__()
        self.finder, self.refiner, self.lines = finder, refiner, lines
        self.geometry = PageGeometry()
        self.network = network
        self.reject = alphabet.index(alphabet.reject or "")
        self.strokes = [alphabet.index(label) for label in STROKES]
        self.register_buffer("told", _columns(alphabet), persistent=False)
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, picture: Tensor, number: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(1, h, w) uint8, (1,) bool -> probabilities (g, classes), boxes (g, 4) px, glyphs (g, 1, 28, 28)."""
        page, fine, scale = reduced_page(picture)
        seen, polarity = seen_of(page)
        answer = self.finder(seen)[0]
        boxes, certainty = joined(*self.near(fine[0], answer, scale, polarity), ~number)
        boxes, certainty, told, share = self.read(seen[0], boxes, certainty, number)
        glyphs, own = self.geometry.glyphs(fine[0], boxes, scale, polarity, torch.sigmoid(answer[5]))
        probabilities = self.weighed(glyphs, told, share)
        # where it is doubted that there is a glyph, so is what it says
        nothing = F.one_hot(torch.tensor(self.reject), probabilities.shape[1]).to(probabilities.dtype)
        one = torch.ones((), device=picture.device)
        sure = (certainty * (own[:, 2] > 0))[:, None]
        probabilities = probabilities * sure + nothing * (1 - sure)
        to_picture = picture.shape[2] / (one * fine.shape[2]), picture.shape[1] / (one * fine.shape[1])
        own = own * torch.stack([*to_picture, *to_picture])
        there = torch.nonzero((certainty > LEAST_SURE) & (own[:, 2] > 0))[:, 0]
        return probabilities[there], own[there], glyphs[there]

    def weighed(self, glyphs: Tensor, told: Tensor, share: Tensor) -> Tensor:
        """What the line says (g, classes) and, by its ``share`` (g,), what the network says of the glyphs."""
        place = places(share > 0)
        probabilities, line = F.softmax(self.network(glyphs[place]) / self.temperature, 1), told[place]
        weighed = told.index_copy(0, place, line + share[place, None] * (probabilities - line))
        strokes = torch.tensor(self.strokes)
        by_line, both = told[:, strokes], weighed[:, strokes]
        known = by_line.sum(1, keepdim=True)
        parted = both.sum(1, keepdim=True) * by_line / known.clamp(min=1e-6)
        return weighed.index_copy(1, strokes, both + _ramp(known, LEAST_STROKE) * (parted - both))

    def read(
        self, seen: Tensor, boxes: Tensor, certainty: Tensor, number: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Found boxes (g, 4) and their certainty (g,), or of a ``number`` those of its signs (r, 4), (r,); what the
        line says of each (r, classes); and how much the network's word weighs against that (r,). At least one.
        """
        signs = signs_of(self.lines, seen, boxes, certainty, number)
        one = torch.ones((), device=boxes.device)
        by_network = ~number | (signs.unread & (certainty > UNREAD))
        place = places(torch.cat([by_network, number & (signs.certainty > LEAST_SURE)]))
        told = torch.cat(
            [torch.zeros_like(boxes[:, :1]).expand(-1, self.told.shape[1]), signs.probabilities @ self.told]
        )
        # who stands first for want of anything is certain of nothing
        certainty = torch.cat([certainty * by_network.to(certainty.dtype), signs.certainty])
        # what stands alone has nothing beside it that bears it out: of faces without the network 2 were surely a 0
        doubt = torch.where(signs.alone, 1.0, 1 - _ramp(signs.probabilities.amax(1), LINE_SURE))
        share = torch.cat([one.expand(boxes.shape[0]), SHARE * doubt * signs.found.to(boxes.dtype)])
        boxes = torch.cat([boxes, signs.boxes])
        return boxes[place], certainty[place], told[place], share[place]

    def near(self, fine: Tensor, answer: Tensor, scale: Tensor, polarity: Tensor) -> tuple[Tensor, Tensor]:
        """Boxes (g, 4) that the refiner makes of the finder's ``answer``, and how sure it is of them (g,), doubles
        dropped; at least one.
        """
        boxes, certainty = peaks(answer)
        looks = self.geometry.looks(fine, boxes, scale, polarity, cells_of(answer))
        shifts, glyph, fit = self.refiner(looks, certainty)
        boxes = refined(boxes, shifts)
        sure = torch.sigmoid(glyph) * (certainty > LEAST_PEAK)
        _, order = (sure * torch.sigmoid(fit)).sort(descending=True)
        boxes, sure = boxes[order], sure[order]
        place = places((sure > LEAST_SURE) & ~suppressed(boxes))
        return boxes[place], sure[place]


def _ramp(x: Tensor, ends: tuple[float, float]) -> Tensor:
    """0 up to the first of ``ends``, 1 from the second on, even between: where a step would hang on the last bits."""
    return ((x - ends[0]) / (ends[1] - ends[0])).clamp(0.0, 1.0)


def _columns(alphabet: Alphabet) -> Tensor:
    """(signs of a line's reader, classes): 1 where a sign is that class; what is none is the reject class."""
    columns = torch.zeros(OTHER + 1, len(alphabet))
    for row, label in enumerate((alphabet.reject or "", *SIGNS, alphabet.reject or "")):
        columns[row, alphabet.index(label)] = 1.0
    return columns


def cells_of(answer: Tensor) -> Tensor:
    """Where the finder's answer (6, h, w) says centres are, and ink: (2, h, w) 0-1."""
    return torch.sigmoid(torch.stack([answer[0], answer[5]]))


def reduced_page(picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(1, h, w) uint8 -> the page (1, h', w') 0-1 the finder sees, the one crops are cut from (1, h'', w''), and how
    many px of the latter a px of the former has (2,), right and down.
    """
    _, h, w = picture.shape
    longer = _max(h, w)
    work = _min(_max(longer, WORK[0]), WORK[1])
    rows, columns = _share(h, work, longer), _share(w, work, longer)
    most = _min(longer, FINE * work)
    fine_rows, fine_columns = _share(h, most, longer), _share(w, most, longer)
    grey = picture[:, None].to(torch.float32) * (1 / 255)
    fine = F.interpolate(grey, (fine_rows, fine_columns), mode="bilinear", antialias=True, align_corners=False)
    page = F.interpolate(fine, (rows, columns), mode="bilinear", antialias=True, align_corners=False)
    # the last row and column again, up to whole cells of the coarsest scale
    down, right = (COARSEST - rows % COARSEST) % COARSEST, (COARSEST - columns % COARSEST) % COARSEST
    page = F.pad(page, (0, right, 0, down), mode="replicate")
    one = torch.ones((), device=picture.device)
    return page[:, 0], fine[:, 0], torch.stack([one * fine_columns / columns, one * fine_rows / rows])


def _max(a: int, b: int) -> int:
    """The larger of two sizes that may be known only when a picture comes."""
    larger: int = torch.sym_max(a, b)  # type: ignore[no-untyped-call]
    return larger


def _min(a: int, b: int) -> int:
    smaller: int = torch.sym_min(a, b)  # type: ignore[no-untyped-call]
    return smaller


def _share(side: int, work: int, longer: int) -> int:
    """``side`` px of the picture in px of the page; at least 8."""
    return _max((side * work + longer // 2) // longer, 8)
