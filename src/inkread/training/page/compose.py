"""Made pages: where each glyph of a text stands, and the ink of it all.

text     lines of digits, numbers, words or single characters; zeros often end an amount
hand     one writer's glyphs where they wrote all of them, else several writers'
layout   a baseline for each line, slanted up to 15 degrees; gaps from overlapping to wide; a column; scattered
ink      one pen for the page, drawn; or small pictures pasted
marks    what is no glyph: underlines, frames, crosses, scribbles, print
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from inkread.alphabet import NOT_A_CHARACTER, PAGE
from inkread.strokes import Strokes
from inkread.training.hands import another_hand, with_custom
from inkread.training.page.handwriting import Handwriting
from inkread.training.page.marks import K, marks_on
from inkread.training.page.texts import DIGITS, LOWER, OTHERS, UPPER, a_number, a_text, some_of

LOW = 128  # px: a page no higher has one line

HEIGHT = {
    **dict.fromkeys("acemnorsuvwxz", 0.62), **dict.fromkeys("gpqy", 0.95), "i": 0.85, "t": 0.9, "j": 1.1,
    ".": 0.09, ",": 0.27, "-": 0.06, "/": 1.1, ":": 0.5, "(": 1.2, ")": 1.2, "+": 0.55,
    **dict.fromkeys("\"'`^", 0.3), "_": 0.06, "~": 0.15, "*": 0.4, "=": 0.35, "<": 0.6, ">": 0.6,
}  # fmt: skip
"""Height of a glyph, the height of capitals and digits being 1."""

WIDTH = {"-": 0.45, "_": 0.7, "~": 0.5}
"""Width of what has hardly a height."""

BELOW = {**dict.fromkeys("gpqyj", 0.33), ",": 0.15, "(": 0.1, ")": 0.1, "/": 0.05, "_": 0.1}
"""How far below the baseline it ends."""

ABOVE = {"-": 0.42, "+": 0.2, "*": 0.55, **dict.fromkeys("\"'`^", 0.75), "=": 0.25, "~": 0.35, "<": 0.15, ">": 0.15}
"""How far above the baseline it ends."""

UNEVEN = (0.04, 0.22)
"""Standard deviation of the logarithm of a digit's height in a line of numbers: 0.18 over all lines that people of
UNIPEN's training part wrote."""

WANDER = (0.02, 0.1)
"""Standard deviation of where a digit of such a line ends, in its heights: 0.075 there."""

CLOSEST = -0.25
"""From the box of one glyph to that of the next, in heights of a capital: 1 % of them are closer than -0.16 there."""

SLASH = (0.45, 0.35)
"""Mean and standard deviation of the logarithm of a slash's height, the height of digits being 1: 1.7 there, 0.6 to 2.6
in nine of ten, and as far below the digits as above."""


@dataclass(eq=False)
class Page:
    """A made page: ink of its glyphs and other marks (h, w) 0-255, boxes (g, 4) px and class indices (g,)."""

    ink: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    targets: NDArray[np.int64]


@dataclass(eq=False)
class Numbers(Page):
    """A page of numbers alone. ``lines``: first and last but one of its boxes, and the text, of each line."""

    lines: list[tuple[int, int, str]]


class Writer:
    """Writes pages with the glyphs of ``hands``."""

    def __init__(self, hands: Handwriting) -> None:
        self.everyone = hands.by_label()
        self.hands = hands
        self.digit_writers = hands.writers_of(DIGITS, 10)
        self.letter_writers = hands.writers_of(UPPER + LOWER, 30)
        self.picture_sets = list(hands.pictures)
        self.classes = {label: i for i, label in enumerate(PAGE.labels)}
        self.reject = self.classes[NOT_A_CHARACTER]

    def page(self, h: int, w: int, random: Generator, *, one: bool = False) -> Page:
        """One page of h x w px; with a single character where ``one``."""
        sheet = _Sheet(h, w, self, random)
        kind = 0.0 if one else random.random()
        if kind < 0.16:
            sheet.write_one()
        elif kind < 0.62:
            sheet.write_line()
        elif kind < 0.80:
            sheet.write_lines()
        elif kind < 0.95:
            sheet.scatter()
        return sheet.finished(empty=kind >= 0.95)

    def numbers(self, h: int, w: int, random: Generator) -> Numbers:
        """A page of h x w px with lines of numbers, in which here and there stands another character."""
        sheet = _Sheet(h, w, self, random, numbers=True)
        kind = random.random()
        if kind < 0.15:
            sheet.write_line(most=2)
        elif kind < 0.5 or h <= LOW:
            sheet.write_line()
        else:
            sheet.write_lines()
        page = sheet.finished(empty=False)
        return Numbers(page.ink, page.marks, page.boxes, page.targets, sheet.lines)


class _Sheet:
    """A page while it is being written."""

    def __init__(self, h: int, w: int, writer: Writer, random: Generator, *, numbers: bool = False) -> None:
        self.h, self.w, self.by, self.random = h, w, writer, random
        self.image = Image.new("L", (w * K, h * K), 0)
        self.draw = ImageDraw.Draw(self.image)
        self.boxes: list[tuple[float, float, float, float]] = []
        self.labels: list[str] = []
        self.lines: list[tuple[int, int, str]] = []
        self.numbers = numbers
        self.text = a_number if numbers else a_text
        self.pen = math.exp(random.uniform(math.log(0.035), math.log(0.18)))  # share of the height of a capital
        self.slant = random.normal(0, 0.12)
        self.hand = random.random()
        self.writer = ""
        self.pictures = ""

    def choose_hand(self, text: str) -> None:
        """Whose glyphs this page is written with."""
        random, by = self.random, self.by
        letters = any(c.isalpha() for c in text)
        if self.hand < (0.3 if self.numbers else 0.2):
            name = by.picture_sets[int(random.integers(len(by.picture_sets)))]
            if all(c in by.hands.pictures[name] for c in text if c != " "):
                self.pictures = name
        writers = by.letter_writers if letters else by.digit_writers
        if self.hand < 0.8 and writers:
            self.writer = writers[int(random.integers(len(writers)))]

    # ---- where it stands

    def write_one(self) -> None:
        """One character of any size anywhere."""
        random = self.random
        kind = random.random()
        label = some_of(DIGITS if kind < 0.3 else DIGITS + UPPER + LOWER if kind < 0.93 else OTHERS, 1, random)
        self.choose_hand(label)
        longest = random.uniform(0.2, 0.97) * min(self.h, self.w)
        self.pen = math.exp(random.uniform(math.log(0.03), math.log(0.25)))
        glyph = self.glyph(label, longest, longest)
        gw, gh = self.size(glyph)
        self.put(label, glyph, random.uniform(0, max(1, self.w - gw)), random.uniform(0, max(1, self.h - gh)), longest)

    def write_line(self, most: int = 12) -> None:
        """One line, filling a page that is wide, anywhere on one that is not."""
        random = self.random
        text = self.text(int(random.integers(1, most + 1)), random)
        self.choose_hand(text)
        room = self.w * random.uniform(0.4, 1.0)
        tall = min(self.h * random.uniform(0.3, 0.95), room / max(1.0, 0.5 * len(text)))
        self.line(text, tall, room, None, None)

    def write_lines(self) -> None:
        """Several lines, or a column of amounts with a common right edge."""
        random = self.random
        count = int(random.integers(2, 7 if self.h > 0.6 * self.w else 4))
        pitch = self.h / (count + random.uniform(0, 0.6))
        tall = pitch * random.uniform(0.4, 0.82)
        if tall < 9:
            return self.write_line()
        most = int(np.clip(self.w / (0.75 * tall), 1, 12))
        texts = [self.text(int(random.integers(1, most + 1)), random) for _ in range(count)]
        if random.random() < 0.25:  # of numbers
            texts = [some_of(DIGITS, len(text), random) for text in texts]
        self.choose_hand("".join(texts))
        right = self.w * random.uniform(0.6, 0.98) if random.random() < 0.4 else None
        slope = self.slope()
        for i, text in enumerate(texts):
            base = (i + 1) * pitch - 0.15 * pitch
            self.line(text, tall * random.uniform(0.9, 1.1), self.w * 0.98, base, right, slope)
        return None

    def scatter(self) -> None:
        """Characters here and there, apart from each other."""
        random = self.random
        count = int(random.integers(2, 22))
        kind = random.random()
        labels = some_of(DIGITS if kind < 0.35 else DIGITS + UPPER + LOWER, count, random)
        self.choose_hand(labels)
        tall = min(self.h, self.w) * random.uniform(0.09, 0.4)
        for label in labels:
            own = max(9.0, tall * random.uniform(0.75, 1.3))
            glyph = self.glyph(label, own * HEIGHT.get(label, 1.0), own * 1.6)
            gw, gh = self.size(glyph)
            for _ in range(6):
                x, y = random.uniform(0, max(1.0, self.w - gw)), random.uniform(0, max(1.0, self.h - gh))
                if not any(
                    x < bx + bw and bx < x + gw and y < by + bh and by < y + gh for bx, by, bw, bh in self.boxes
                ):
                    self.put(label, glyph, x, y, own)
                    break

    def slope(self) -> float:
        """Rise of a baseline, px per px: mostly little, at most 15 degrees."""
        return float(np.clip(self.random.normal(0, 0.06 if self.random.random() < 0.7 else 0.15), -0.27, 0.27))

    def line(
        self, text: str, tall: float, room: float, base: float | None, right: float | None, slope: float | None = None
    ) -> None:
        """Writes ``text``, capitals ``tall`` px high, in at most ``room`` px of width; the baseline at ``base``."""
        random = self.random
        slope = self.slope() if slope is None else slope
        closest = -0.08 if text.isdigit() else 0.0  # letters pushed into each other cannot be told apart by anyone
        spread = random.choice([closest, 0.03, 0.1, 0.2, 0.4], p=[0.2, 0.3, 0.25, 0.15, 0.1])
        jitter, uneven, wander = random.uniform(0.02, 0.12), 0.07, 0.04
        if self.numbers:
            spread += random.uniform(0, 0.3) * (random.random() < 0.4)
            jitter, uneven, wander = random.uniform(0.02, 0.2), random.uniform(*UNEVEN), random.uniform(*WANDER)
        placed: list[tuple[str, Strokes | Image.Image, float, float]] = []  # and x, and how far below the baseline
        x = 0.0
        for label in text:
            if label == " ":
                x += 0.6 * tall
                continue
            high, below = self.stature(label)
            glyph = self.glyph(label, tall * math.exp(random.normal(0, uneven)) * high, self.width_of(label) * tall)
            gw, _ = self.size(glyph)
            placed.append((label, glyph, x, (below + random.normal(0, wander)) * tall))
            x += gw + tall * max(CLOSEST, spread + random.normal(0, jitter))
        width = max(x, 1.0)
        if width > room and tall * room / width > 8:  # smaller, once
            return self.line(text, 0.97 * tall * room / width, room * 1.5, base, right, slope)
        rise = slope * width
        left = (
            (right - width) if right is not None else random.uniform(min(0.0, self.w - width), max(0.0, self.w - width))
        )
        if base is None:
            lowest, highest = self.h - max(0.0, rise) - 0.05 * tall, tall - min(0.0, rise)
            base = random.uniform(min(lowest, highest), max(lowest, highest))
        joined = random.random() < (0.2 if self.numbers else 0.12)
        before: tuple[float, float] | None = None
        first = len(self.labels)
        for label, glyph, at, below in placed:
            gh = self.size(glyph)[1]
            foot = base + slope * at + below
            before = self.put(label, glyph, left + at, foot - gh, tall, before if joined else None)
        if len(self.labels) - first == len(placed):  # all of it is on the page
            self.lines.append((first, len(self.labels), "".join(label for label, *_ in placed)))

    def stature(self, label: str) -> tuple[float, float]:
        """Height of a glyph, and how far below the baseline it ends, in heights of a capital."""
        if self.numbers and label == "/":
            high = float(np.exp(self.random.normal(*SLASH)).clip(0.6, 2.8))
            return high, 0.5 * (high - 1) + self.random.normal(0, 0.15)
        return HEIGHT.get(label, 1.0), BELOW.get(label, 0.0) - ABOVE.get(label, 0.0)

    def width_of(self, label: str) -> float:
        """Width of a glyph at most, in heights of a capital."""
        varied = self.random.uniform(0.4, 1.7) if self.numbers and label in WIDTH else 1.0
        return WIDTH.get(label, 1.5) * varied

    # ---- the ink

    def glyph(self, label: str, high: float, widest: float) -> Strokes | Image.Image:
        """A glyph of ``label`` ``high`` px high, or as wide as ``widest`` where that is less."""
        random, by = self.random, self.by
        if self.pictures:
            images = by.hands.pictures[self.pictures].get(label)
            if images:
                ink = images[int(random.integers(len(images)))]
                scale = min(high / ink.shape[0], widest / ink.shape[1])
                size = (max(2, round(ink.shape[1] * scale * K)), max(2, round(ink.shape[0] * scale * K)))
                return Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR)
        own = by.hands.strokes[self.writer].get(label) if self.writer else None
        drawn = own or by.everyone[label]
        strokes = drawn[int(random.integers(len(drawn)))]
        if random.random() < 0.5:
            strokes = another_hand(with_custom(strokes, label, random), random)
        left, top, right, bottom = strokes.bounds
        wide, tall = max(right - left, 1e-3), max(bottom - top, 1e-3)
        if label in WIDTH:
            scale = widest / wide
        elif label == ".":
            scale = high / max(wide, tall) * random.uniform(0.1, 1.0)
        else:
            scale = min(high / tall, widest / wide)
        slanted = []
        for stroke in strokes.strokes:
            at = (stroke[:, :2] - (left, bottom)) * scale
            at[:, 0] -= self.slant * at[:, 1]
            slanted.append(at)
        everything = np.concatenate(slanted)
        corner = everything.min(0)
        return Strokes(tuple(at - corner for at in slanted))

    def size(self, glyph: Strokes | Image.Image) -> tuple[float, float]:
        """Width and height of a glyph in px, without the pen."""
        if isinstance(glyph, Strokes):
            _, _, right, bottom = glyph.bounds
            return right, bottom
        return glyph.width / K, glyph.height / K

    def put(
        self, label: str, glyph: Strokes | Image.Image, x: float, y: float, tall: float,
        before: tuple[float, float] | None = None,
    ) -> tuple[float, float] | None:  # fmt: skip
        """Draws a glyph with the top left of its path at (x, y) px; answers where its last stroke ends."""
        if not isinstance(glyph, Strokes):
            at = (round(x * K), round(y * K))
            under = self.image.crop((*at, at[0] + glyph.width, at[1] + glyph.height))
            self.image.paste(ImageChops.lighter(under, glyph), at)
            self.note(label, x, y, glyph.width / K, glyph.height / K)
            return None
        pen = max(1.0, self.pen * tall)
        width = max(1, round(pen * K))
        paths = [(stroke[:, :2] + (x, y)) * K for stroke in glyph.strokes]
        for path in paths:
            points = [tuple(point) for point in path.tolist()]
            if len(points) > 1:
                self.draw.line(points, fill=255, width=width, joint="curve")
            for px, py in (points[0], points[-1]):
                r = width / 2
                self.draw.ellipse((px - r, py - r, px + r, py + r), fill=255)
        if before is not None:
            fx, fy = paths[0][0].tolist()
            self.draw.line([(before[0] * K, before[1] * K), (fx, fy)], fill=255, width=max(1, round(0.8 * width)))
        w, h = self.size(glyph)
        self.note(label, x - pen / 2, y - pen / 2, w + pen, h + pen)
        ex, ey = paths[-1][-1].tolist()
        return ex / K, ey / K

    def note(self, label: str, x: float, y: float, w: float, h: float) -> None:
        """Remembers what stands where, if most of it is on the page."""
        left, top, right, bottom = max(0.0, x), max(0.0, y), min(float(self.w), x + w), min(float(self.h), y + h)
        if right - left > 0.6 * w and bottom - top > 0.6 * h:
            self.boxes.append((left, top, right - left, bottom - top))
            self.labels.append(label)

    def finished(self, *, empty: bool) -> Page:
        """The page, with marks; glyphs that print or scribbles cover stay as they are."""
        marks = marks_on(self.image.size, self.random, empty=empty, glyphs=bool(self.boxes))
        targets = [self.by.classes.get(label, self.by.reject) for label in self.labels]
        return Page(
            np.asarray(self.image.reduce(K)),
            np.asarray(marks.reduce(K)),
            np.array(self.boxes, np.float32).reshape(-1, 4),
            np.array(targets, np.int64),
        )
