"""The page model file: `python -m benchmarks.pages`, or rows of `make bench`.

    numbers, cheques, composed pages -> Reader.read_many(pictures, alphabet) -> the whole text
    single characters                -> the network's answers, masked        -> the glyph least doubted
    photo, bad input, files          -> time, glyphs invented, size

Measured on test writers. `--split validation` answers from the writers that choices are made on, which is what a
model file is chosen by; sets that are only measured on have none. `--split train --only numbers`: five times as many
numbers as of validation writers, which no model has learned from, though it may have from these writers' single digits.
"""

from __future__ import annotations

import argparse
import functools
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.bench import mean_of, pooled, samples_of, share_of
from benchmarks.nonsense import nonsense
from benchmarks.report import Row, with_unit
from benchmarks.timing import load_words, pinned_to
from inkread.data import Samples, Split, whole_letters
from inkread.data.canvas import drawn_anywhere, drawn_whole
from inkread.data.composed import Composed, composed_page
from inkread.errors import InkreadError
from inkread.layout import Mask
from inkread.modelfile import shipped_path
from inkread.picture import Picture
from inkread.reader import Reader
from inkread.reading import Reading
from inkread.strokes import Strokes

COMPOSED = 1_000
"""Composed pages, by the seeds (0, 0), (0, 1), ..."""

DIGIT_SETS = ("unipen-digits", "pendigits")
CHARACTER_SETS = ("unipen-digits", "unipen-upper", "unipen-lower")

PHOTO, PHOTO_LINES = (1_200, 1_600), (8, 8, 8, 8, 8)
"""Height and width in px, and digits in each line, of the photo that is timed."""

SURE = 0.9
"""A glyph is invented at high confidence where its label's probability is higher."""


@dataclass(frozen=True)
class Pages:
    """What is measured: the page file and the glyph file beside it; on ``split``, on about ``n`` items of a set."""

    page: Path
    digits: Path
    split: Split = "test"
    n: int | None = None

    @property
    def reader(self) -> Reader:
        """The page file's reader."""
        return _reader(self.page)

    def samples(self, name: str) -> Samples:
        """The items of a set; every k-th where it has more than ``n``."""
        samples = samples_of(name, self.split)
        step = -(-len(samples) // self.n) if self.n else 1
        return samples.select(range(0, len(samples), step), samples.name)


def cheques(bench: Pages) -> Row:
    """All digits of the amount right, in order; dots and dashes are not labelled and not asked for."""
    samples = bench.samples("cheques")
    right = _right(bench.reader.read_many(_pictures(samples), "digits"), samples.labels)
    promise = Row("cheques, real amounts: whole string right", "%", "at least", 75, 90)
    return replace(share_of(promise, right), note="measured only; alphabet `digits`")


def numbers(bench: Pages) -> Row:
    """All digits of the string right, in order: of what is read and of the label, only the digits are compared."""
    samples = bench.samples("unipen-numbers")
    pictures = [drawn_whole(_strokes(item), (0, i)) for i, item in enumerate(samples.items)]
    asked = {name: bench.reader.read_many(pictures, name) for name in ("number", "digits")}
    right = {name: _right(readings, samples.labels, only=digits_of) for name, readings in asked.items()}
    plain = np.array([label.isdecimal() for label in samples.labels])
    promise = Row("UNIPEN numbers, unseen writers: digits right in order", "%", "at least", 85, 95)
    parts = {
        "separators right too": mean_of(_right(asked["number"], samples.labels)),
        "labels without a separator": mean_of(right["number"][plain]),
        "labels with separators": mean_of(right["number"][~plain]),
        "all, asked for digits": mean_of(right["digits"]),
    }
    note = "a string counts where all its digits are read in order; drawn whole, seed 0; alphabet `number`"
    return replace(share_of(promise, right["number"]), note=note, parts=parts)


def composed(bench: Pages) -> Row:
    """All digits of the page right, in reading order."""
    pages = composed_pages(bench.split, bench.n or COMPOSED)
    readings = bench.reader.read_many([page.picture for page in pages], "digits")
    right = _right(readings, [page.text for page in pages])
    lines = [read.text.replace(" ", "") == "\n".join(page.lines) for read, page in zip(readings, pages, strict=True)]
    groups = {f"lines: {count}": [len(page.lines) == count for page in pages] for count in range(1, 5)}
    groups |= {"none touch": [not page.touching for page in pages], "some touch": [page.touching for page in pages]}
    groups |= {paper: [page.paper == paper for page in pages] for paper in sorted({page.paper for page in pages})}
    parts = {"lines right too": mean_of(np.array(lines))}
    parts |= {name: mean_of(right[np.array(rows)]) for name, rows in groups.items() if any(rows)}
    promise = Row("composed pages, unseen writers, 1 to 12 digits: whole string right", "%", "at least", 95, 98)
    return replace(share_of(promise, right), note="inkread.data.composed, seed 0; alphabet `digits`", parts=parts)


def single(bench: Pages) -> Row:
    """Points by which the page file gets fewer single digits right than the glyph file, on the same drawings.

    What is compared is the text, "" where a digit is rejected and two digits where two were found.
    """
    glyph_file = _reader(bench.digits)
    right: dict[str, list[NDArray[np.bool_]]] = {}
    for name in DIGIT_SETS:
        samples = bench.samples(name)
        drawn = list(_pictures(samples))
        likeliest = glyph_file.probabilities(drawn)[:, :10].argmax(1).astype(str)
        answers = {
            "page file: text right": _right(bench.reader.read_many(drawn, "digits"), samples.labels),
            "glyph file: text right": _right(glyph_file.read_many(drawn), samples.labels),
            "page file: glyph least doubted right": _hits(_least_doubted(bench.reader, drawn, "digits"), samples),
            "glyph file: likeliest digit right": _hits(likeliest.tolist(), samples),
        }
        for what, hits in answers.items():
            right.setdefault(what, []).append(hits)
    parts = {what: mean_of(np.concatenate(hits)) for what, hits in right.items()}
    page, glyph, *_ = parts.values()
    promise = Row("one digit by the page file, behind the glyph file", "% points", "at most", 0.3, 0)
    return replace(promise, value=glyph - page, n=sum(map(len, right["page file: text right"])), parts=parts)


def upper(bench: Pages) -> Row:
    promise = Row("UNIPEN capital letters, unseen writers", "%", "at least", 97, 98)
    return _letters(bench, promise, "upper")


def lower(bench: Pages) -> Row:
    promise = Row("UNIPEN small letters, unseen writers", "%", "at least", 93.5, 95.5)
    return _letters(bench, promise, "lower")


def characters(bench: Pages) -> Row:
    """Digits and letters as 36 classes: case does not count, but O for 0, and l or I for 1, are errors."""
    hits = {}
    for name in CHARACTER_SETS:
        samples = whole_letters(bench.samples(name))
        read = _least_doubted(bench.reader, _pictures(samples), "characters")
        hits[name] = _hits(read, samples, folded=True)
    promise = Row("UNIPEN digits and letters, unseen writers, 36 classes by folding case", "%", "at least", 89, 92)
    parts = {name: mean_of(right) for name, right in hits.items()}
    note = "pooled; ibm/ letters left out; alphabet `characters`"
    return replace(share_of(promise, np.concatenate(list(hits.values()))), note=note, parts=parts)


def hand62_letters(bench: Pages) -> Row:
    samples = bench.samples("hand62-letters")
    read = _least_doubted(bench.reader, _pictures(samples), "letters")
    promise = Row("hand62 letters, photo crops as they come, case folded", "%", "at least", 85, 93)
    return replace(share_of(promise, _hits(read, samples, folded=True)), note="measured only; alphabet `letters`")


def photo(bench: Pages) -> Row:
    """A photo of squared paper with 40 digits, from array to reading: median of 30 after 5 for warming up."""
    pages = [
        composed_page(_digits(bench.split), (1, i), lines=PHOTO_LINES, size=PHOTO, paper="squared") for i in range(5)
    ]
    file = io.BytesIO()
    Image.fromarray(pages[0].picture).save(file, "JPEG", quality=85)
    with pinned_to(1) as pinned:
        times = _milliseconds(lambda i: bench.reader.read(pages[i % 5].picture, "digits"), 30)
        from_file = _milliseconds(lambda _: bench.reader.read(file.getvalue(), "digits"), 10)
    right = _right([bench.reader.read(page.picture, "digits") for page in pages], [page.text for page in pages])
    low, median, high = np.percentile(times, [5, 50, 95]).tolist()
    return Row(
        "1,600x1,200 photo with 40 digits to reading, one core, median", "ms", "at most", 400, 150,
        value=median,
        n=len(times),
        interval=(low, high),
        note=f"{right.sum()} of {len(pages)} pages wholly right; {pinned}; interval: 5th to 95th percentile; "
        + load_words(),
        parts={"from the JPEG's bytes": float(np.median(from_file))},
    )  # fmt: skip


def all_files(bench: Pages) -> Row:
    sizes = {path.name: path.stat().st_size / 1e6 for path in (bench.digits, bench.page)}
    return Row("all model files together", "MB", "at most", 8, 4, value=sum(sizes.values()), n=len(sizes), parts=sizes)


def bad_input(bench: Pages) -> Row:
    """Glyphs of a probability above SURE in 50 pictures in which nobody wrote."""
    pictures = nonsense()
    invented = {
        alphabet: {
            kind: sum(_sure_glyphs(bench.reader.read(picture, alphabet)) for picture in made)
            for kind, made in pictures.items()
        }
        for alphabet in ("characters", "digits")
    }
    counts = {alphabet: sum(by_kind.values()) for alphabet, by_kind in invented.items()}
    parts = {f"{alphabet}: {kind}": count for alphabet, by_kind in invented.items() for kind, count in by_kind.items()}
    return Row(
        "print, faces, noise, empty pages and lines: glyphs read at over 90 %", "glyphs", "at most", 1, 0,
        value=max(counts.values()),
        n=sum(map(len, pictures.values())),
        note="by the alphabet that invents more: " + ", ".join(f"{name} {count}" for name, count in counts.items()),
        parts={name: float(count) for name, count in parts.items()},
    )  # fmt: skip


ROWS: dict[str, Callable[[Pages], Row]] = {
    row.__name__: row
    for row in (
        cheques,
        numbers,
        composed,
        single,
        upper,
        lower,
        characters,
        hand62_letters,
        photo,
        all_files,
        bad_input,
    )
}
"""By name, in the order of the table."""


# Pictures


@functools.cache
def composed_pages(split: Split, n: int) -> list[Composed]:
    """The first n composed pages of this part of the writers of UNIPEN and pendigits."""
    digits = _digits(split)
    return [composed_page(digits, (0, i)) for i in range(n)]


@functools.cache
def _digits(split: Split) -> Samples:
    """The digits of UNIPEN and pendigits."""
    return pooled([samples_of(name, split) for name in DIGIT_SETS])


def _pictures(samples: Samples) -> Iterator[Picture]:
    """The pictures of a set; strokes as they are drawn anywhere, item i by the seed (0, i)."""
    for i, item in enumerate(samples.items):
        yield drawn_anywhere(item, (0, i)) if isinstance(item, Strokes) else item


def _strokes(item: Picture | Strokes) -> Strokes:
    assert isinstance(item, Strokes)
    return item


# Readings and scores


@functools.cache
def _reader(path: Path) -> Reader:
    return Reader.load(path)


def _least_doubted(reader: Reader, pictures: Iterable[Picture], alphabet: str) -> list[str]:
    """The likeliest label of the glyph that is least rejected, whatever the thresholds; "" where none is found."""
    card, session = reader.model.card, reader.model.session()
    mask = Mask(card.alphabet, card.alphabets[alphabet], card.twins)

    def label(picture: Picture) -> str:
        found = mask(
            session.run(["probabilities"], {"picture": np.ascontiguousarray(picture)[None], "number": mask.number})[0]
        )
        if not len(found):
            return ""
        best = found[found[:, -1].argmin()]
        return mask.labels.labels[int(best[:-1].argmax())]

    with ThreadPoolExecutor() as pool:
        return list(pool.map(label, pictures))


def _letters(bench: Pages, promise: Row, case: str) -> Row:
    samples = whole_letters(bench.samples(f"unipen-{case}"))
    read = _least_doubted(bench.reader, _pictures(samples), case)
    note = f"ibm/ left out; the glyph least doubted; alphabet `{case}`"
    return replace(share_of(promise, _hits(read, samples)), note=note)


def digits_of(text: str) -> str:
    """Its digits alone."""
    return "".join(character for character in text if character.isdecimal())


def _flat(text: str) -> str:
    """Without spaces and line feeds."""
    return "".join(text.split())


def _right(readings: Sequence[Reading], wanted: Sequence[str], only: Callable[[str], str] = _flat) -> NDArray[np.bool_]:
    """Which texts are as wanted, of both what ``only`` leaves."""
    return np.array([only(read.text) == only(text) for read, text in zip(readings, wanted, strict=True)])


def _hits(read: Sequence[str], samples: Samples, *, folded: bool = False) -> NDArray[np.bool_]:
    """Which labels are right; ``folded``: as capitals."""
    pairs = zip(read, samples.labels, strict=True)
    return np.array([a.upper() == b.upper() if folded else a == b for a, b in pairs])


def _sure_glyphs(reading: Reading) -> int:
    """Glyphs whose likeliest label is above SURE."""
    return sum(glyph.candidates[0].probability > SURE for glyph in reading.glyphs)


def _milliseconds(work: Callable[[int], object], times: int) -> list[float]:
    """Of each of ``times`` calls, after five that are not counted."""
    taken = []
    for i in range(times + 5):
        began = time.perf_counter()
        work(i)
        taken.append(1e3 * (time.perf_counter() - began))
    return taken[5:]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Measure a page model file.")
    add = parser.add_argument
    add("--model", type=Path, default=shipped_path("page"), help="page file; by default the shipped one")
    add("--digits", type=Path, default=shipped_path(), help="glyph file to compare with; by default the shipped one")
    add("--split", choices=("train", "validation", "test"), default="test", help="whose writing; by default test")
    add("--only", default=",".join(ROWS), help="rows, separated by commas: " + ", ".join(ROWS))
    add("--n", type=int, help="about as many items of each set")
    options = parser.parse_args(arguments)
    bench = Pages(options.model, options.digits, options.split, options.n)
    failed = 0
    for name in options.only.split(","):
        try:
            row = ROWS[name](bench)
        except (InkreadError, KeyError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        assert row.value is not None
        shown = f"{row.interval[0]:.1f} to {row.interval[1]:.1f}" if row.interval else ""
        print(f"{name:16} {with_unit(row.value, row.unit):>14}  {row.reached:4} {shown:16} n {row.n:,}", flush=True)
        for part, value in row.parts.items():
            print(f"    {part:40} {with_unit(value, row.unit):>14}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
