"""Made pages: what to write, where each glyph stands, and the ink of it all.

text     lines of digits, numbers, words or single characters; zeros often end an amount
hand     one writer's glyphs where they wrote all of them, else several writers'
layout   a baseline for each line, slanted up to 15 degrees; gaps from overlapping to wide; a column; scattered
ink      one pen for the page, drawn; or small pictures pasted
marks    what is no glyph: underlines, frames, crosses, scribbles, print
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont

from inkread.alphabet import NOT_A_CHARACTER, PAGE, SEPARATORS, looks_like_a_digit
from inkread.strokes import Strokes
from inkread.training.hands import another_hand, with_custom
from inkread.training.page.handwriting import Handwriting

K = 2  # sub-pixels per px and axis in which pages are drawn

DIGITS, UPPER, LOWER = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
OTHERS = "\"';*=><!$?%#]}|[{_@&~^\\`"
"""Signs that UNIPEN has and no alphabet: written on pages, found, and rejected."""

UNLIKE_DIGITS = "".join(c for c in UPPER + LOWER if not looks_like_a_digit(c)) + OTHERS
STRANGE = 0.1  # of lines of numbers have one of these in them
PATTERNS = (
    *("0/0/00", "00/00/00", "0/00/00", "00/00/0000", "0-0-00", "00-00-00", "00.00.00", "0.0.0000", "00:00", "0:00"),
    *(
        "000-0000",
        "0-000-000-0000",
        "(000)000-0000",
        "00000-0000",
        "+00-000-0000",
        "0,000",
        "00,000.00",
        "00.00",
        "0/0",
    ),
)
"""Dates, times, telephone numbers, amounts: 0 is any digit."""

SHORT = 3  # signs: a shorter number is none of these
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
        marks = sheet.marked(empty=kind >= 0.95)
        return sheet.finished(marks)

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
        page = sheet.finished(sheet.marked(empty=False))
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

    # ---- what is written

    def text(self, length: int) -> str:  # noqa: PLR0911 - one for each kind
        """``length`` characters or so: a number, an amount, a date, a word."""
        random = self.random
        if self.numbers:
            return self.a_number(length)
        kind = random.random()
        if kind < 0.28:
            return _from(random, DIGITS, length)
        if kind < 0.36:  # amounts end in zeros, and zeros of an amount touch
            zeros = min(length, int(random.integers(1, 5)))
            return _from(random, DIGITS, length - zeros) + "0" * zeros
        if kind < 0.40:  # narrow ones among others are easily lost
            return _from(random, "11" + DIGITS, length)
        if kind < 0.54:
            return self.number(length)
        if kind < 0.67:
            return _from(random, UPPER, length)
        if kind < 0.85:
            word = _from(random, LOWER, length)
            return word.capitalize() if random.random() < 0.3 else word
        if kind < 0.98:
            return _from(random, DIGITS + UPPER + LOWER, length)
        return _from(random, DIGITS + UPPER + LOWER + OTHERS, length)

    def a_number(self, length: int) -> str:
        """Digits or a number, with a character that is none of both in one of ten."""
        random = self.random
        kind = random.random()
        if kind < 0.35:
            text = _from(random, DIGITS, length)
        elif kind < 0.45:
            text = _from(random, DIGITS, (length + 1) // 2) + "0" * (length // 2)
        elif kind < 0.6:
            text = _from(random, "111" + DIGITS, length)
        elif kind < 0.8 and length > SHORT:
            pattern = PATTERNS[int(random.integers(len(PATTERNS)))]
            text = "".join(_from(random, DIGITS, 1) if sign == "0" else sign for sign in pattern)
        else:
            text = self.number(length)
        if random.random() < STRANGE:
            at = int(random.integers(len(text)))
            text = text[:at] + _from(random, UNLIKE_DIGITS, 1) + text[at + 1 :]
        return text

    def number(self, length: int) -> str:
        """Digits with separators between, sometimes a bracketed or signed one."""
        random = self.random
        signs = _from(random, SEPARATORS, 2) if random.random() < 0.4 else _from(random, ".,-/:", 1) * 2
        text = ""
        while len(text) < length:
            text += _from(random, DIGITS, int(random.integers(1, 4))) + signs[int(random.integers(2))]
        text = text[: max(1, length)]
        if random.random() < 0.1:
            text = f"({text[1:-1]})"
        return text.rstrip("".join(SEPARATORS)) or "7" if random.random() < 0.6 else text

    # ---- where it stands

    def write_one(self) -> None:
        """One character of any size anywhere."""
        random = self.random
        kind = random.random()
        label = _from(random, DIGITS if kind < 0.3 else DIGITS + UPPER + LOWER if kind < 0.93 else OTHERS, 1)
        self.choose_hand(label)
        longest = random.uniform(0.2, 0.97) * min(self.h, self.w)
        self.pen = math.exp(random.uniform(math.log(0.03), math.log(0.25)))
        glyph = self.glyph(label, longest, longest)
        gw, gh = self.size(glyph)
        self.put(label, glyph, random.uniform(0, max(1, self.w - gw)), random.uniform(0, max(1, self.h - gh)), longest)

    def write_line(self, most: int = 12) -> None:
        """One line, filling a page that is wide, anywhere on one that is not."""
        random = self.random
        text = self.text(int(random.integers(1, most + 1)))
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
        texts = [self.text(int(random.integers(1, most + 1))) for _ in range(count)]
        if random.random() < 0.25:  # of numbers
            texts = [_from(random, DIGITS, len(text)) for text in texts]
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
        labels = _from(random, DIGITS if kind < 0.35 else DIGITS + UPPER + LOWER, count)
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
        jitter = random.uniform(0.02, 0.12)
        placed: list[tuple[str, Strokes | Image.Image, float, float]] = []
        x = 0.0
        for label in text:
            if label == " ":
                x += 0.6 * tall
                continue
            own = tall * math.exp(random.normal(0, 0.07)) * HEIGHT.get(label, 1.0)
            glyph = self.glyph(label, own, WIDTH.get(label, 1.5) * tall)
            gw, _ = self.size(glyph)
            placed.append((label, glyph, x, random.normal(0, 0.04) * tall))
            x += gw + tall * (spread + random.normal(0, jitter))
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
        for label, glyph, at, up in placed:
            gh = self.size(glyph)[1]
            foot = base + slope * at + up + (BELOW.get(label, 0.0) - ABOVE.get(label, 0.0)) * tall
            before = self.put(label, glyph, left + at, foot - gh, tall, before if joined else None)
        if len(self.labels) - first == len(placed):  # all of it is on the page
            self.lines.append((first, len(self.labels), "".join(label for label, *_ in placed)))

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

    # ---- what is no glyph

    def marked(self, *, empty: bool) -> Image.Image:
        """Underlines, frames, crosses, scribbles and print, more of them on a page without glyphs."""
        random = self.random
        marks = Image.new("L", self.image.size, 0)
        draw = ImageDraw.Draw(marks)
        w, h = marks.size
        chance = 0.45 if empty else 0.09
        thin = max(1, round(K * random.uniform(0.6, 3.0)))
        grey = int(random.integers(90, 256))
        if random.random() < 1.6 * chance:  # an underline, or a rule over and under
            for y in random.uniform(0, h, int(random.integers(1, 3))):
                tilt = random.normal(0, 0.02) * w
                draw.line([(random.uniform(-0.2, 0.2) * w, y), (random.uniform(0.8, 1.2) * w, y + tilt)], grey, thin)
        if random.random() < chance:  # boxes of a form
            x0, y0 = random.uniform(-0.1, 0.3) * w, random.uniform(-0.1, 0.4) * h
            cell = random.uniform(0.08, 0.4) * max(w, h)
            for i in range(int(random.integers(1, 9))):
                draw.rectangle((x0 + i * cell, y0, x0 + (i + 1) * cell, y0 + cell * 1.2), outline=grey, width=thin)
        if random.random() < chance:
            for _ in range(int(random.integers(1, 4))):
                self._scribble(draw, w, h, thin)
        if random.random() < chance:
            self._print(draw, w, h)
        return marks

    def _scribble(self, draw: ImageDraw.ImageDraw, w: int, h: int, thin: int) -> None:
        random = self.random
        if random.random() < 0.4:  # round things: coins, heads, eyes
            r = random.uniform(0.02, 0.5) * min(w, h)
            x, y = random.uniform(0, w), random.uniform(0, h)
            fill = int(random.integers(80, 256)) if random.random() < 0.3 else None
            draw.ellipse((x - r, y - r * random.uniform(0.6, 1.4), x + r, y + r), fill=fill, outline=200, width=thin)
            return
        n = int(random.integers(8, 60))
        steps = random.normal(0, random.uniform(0.02, 0.15) * max(w, h), (n, 2))
        path = np.cumsum(steps, 0) * (1, random.uniform(0.1, 1)) + random.uniform(0, 1, 2) * (w, h)
        draw.line([tuple(p) for p in path.tolist()], 230, thin, joint="curve")

    def _print(self, draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        random = self.random
        size = random.uniform(0.03, 0.14 if self.boxes else 0.3) * max(w, h)
        font = _font(int(random.integers(100)), max(8, round(size)))
        y = random.uniform(-0.1, 0.8) * h
        for _ in range(int(random.integers(1, 14))):
            words = " ".join(
                _from(random, LOWER if random.random() < 0.7 else DIGITS + UPPER, int(random.integers(1, 10)))
                for _ in range(8)
            )
            draw.text((random.uniform(-0.3, 0.3) * w, y), words, fill=int(random.integers(120, 256)), font=font)
            y += 1.3 * size

    def finished(self, marks: Image.Image) -> Page:
        """The page; glyphs that print or scribbles cover stay as they are."""
        targets = [self.by.classes.get(label, self.by.reject) for label in self.labels]
        return Page(
            np.asarray(self.image.reduce(K)),
            np.asarray(marks.reduce(K)),
            np.array(self.boxes, np.float32).reshape(-1, 4),
            np.array(targets, np.int64),
        )


def _from(random: Generator, labels: str | tuple[str, ...], count: int) -> str:
    return "".join(labels[i] for i in random.integers(len(labels), size=max(0, count)))


@cache
def _fonts() -> list[Path]:
    """Printed faces: those that come with matplotlib."""
    import matplotlib

    return sorted(
        path
        for path in (Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("*.ttf")
        if path.stem.startswith(("DejaVu", "STIXGeneral", "cmr", "cmtt", "cmss"))
    )


@cache
def _font(which: int, size: int) -> ImageFont.FreeTypeFont:
    paths = _fonts()
    return ImageFont.truetype(str(paths[which % len(paths)]), size)
