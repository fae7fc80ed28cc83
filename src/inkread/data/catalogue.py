"""The data sets Inkread is trained and measured on: where they lie, what they are, what they allow.

Every path below stands in the data folder: the one INKREAD_DATA names, else the user's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import starmap
from pathlib import Path
from string import ascii_letters

from inkread.data.cut import cut_digits
from inkread.data.folders import read_folder
from inkread.data.fonts import FONTS, PACKAGES, read_fonts
from inkread.data.idx import read_idx
from inkread.data.jsonl import read_jsonl
from inkread.data.listed import read_listed
from inkread.data.packed import read_npz
from inkread.data.samples import Samples
from inkread.data.splits import Rule, Split, by_few_writers, by_writer, chosen_by_writer, every_tenth, only_measured
from inkread.data.unipen import Segment, unipen_samples
from inkread.errors import DataError


@dataclass(frozen=True)
class File:
    """One file or folder of a set: its path in the data folder, its digest, and where it is served.

    ``mirrors``: URLs of the file, tried in order; empty where nobody serves it in this form.
    """

    path: str
    sha256: str
    mirrors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A data set of the catalogue.

    ``counts``: samples by split, without "all". ``use``: "train", or "measure" where it may teach nothing.
    ``source``: where people find it. ``read`` and ``rule`` turn its folder into samples and their splits.
    """

    name: str
    title: str
    files: tuple[File, ...]
    counts: dict[Split, int]
    licence: str
    citation: str
    source: str
    use: str
    read: Callable[[Path], Samples]
    rule: Rule

    @property
    def count(self) -> int:
        """All its samples."""
        return sum(self.counts.values())

    def missing(self, folder: Path) -> tuple[File, ...]:
        """Its files that are not in the data folder."""
        return tuple(file for file in self.files if not (folder / file.path).exists())


def data_folder() -> Path:
    """Where data sets lie: INKREAD_DATA, else ``inkread`` in XDG_CACHE_HOME, else ``~/.cache/inkread``."""
    named = os.environ.get("INKREAD_DATA")
    if named:
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "inkread"


def _mnist(folder: Path) -> Samples:
    """The 60,000 of the training files, then the 10,000 of the test files; white on black."""
    items, labels = [], []
    for part in ("train", "t10k"):
        images = read_idx(folder / f"mnist/{part}-images-idx3-ubyte.gz")
        numbers = read_idx(folder / f"mnist/{part}-labels-idx1-ubyte.gz")
        if images.ndim != 3 or numbers.shape != images.shape[:1] or numbers.max(initial=0) > 9:
            raise DataError(f"{folder / 'mnist'}: expected a digit per picture in {part}; fetch them again")
        items += list(images)
        labels += list(map(str, numbers.tolist()))
    return Samples(tuple(items), tuple(labels), ("",) * len(items), "mnist")


def _mnist_parts(samples: Samples) -> list[Split]:
    """The official test set, one in seven; the last 5,000 of the training set's 60,000 validate. Of a part as many."""
    test = len(samples) // 7
    validation = (len(samples) - test) // 12
    counts: dict[Split, int] = {"train": len(samples) - test - validation, "validation": validation, "test": test}
    return [part for part, count in counts.items() for _ in range(count)]


def _unipen(file: str, folder: Path) -> Samples:
    return read_jsonl(folder / file)


def _number_digits(file: str, folder: Path) -> Samples:
    return cut_digits(_unipen(file, folder), "unipen-number-digits")


def _pendigits(folder: Path) -> Samples:
    path = folder / "pendigits/pendigits-orig.tra.gz"
    return unipen_samples(path, "DIGIT", writer=_pendigits_writer)


def _pendigits_writer(segment: Segment) -> str:
    words = segment.comment.split()  # digit, writer, sample
    if len(words) != 3:
        raise DataError(f"{segment.place}: expected .COMMENT digit writer sample, got {segment.comment!r:.60}")
    return f"pendigits/{words[1]}"


_BHMSDS_SIGNS = {"plus": "+", "minus": "-", "slash": "/", "dot": "."}


def _bhmsds(folder: Path) -> Samples:
    samples = read_npz(folder / "bhmsds/bhmsds.npz")
    return replace(samples, labels=tuple(_BHMSDS_SIGNS.get(label, label) for label in samples.labels))


def _nist_vowels(folder: Path) -> Samples:
    return read_npz(folder / "nist-vowels/nist-vowels.npz")


def _fonts(folder: Path) -> Samples:
    return read_fonts(folder / "fonts", FONTS)


def _hand62(only: str | None, folder: Path) -> Samples:
    return read_folder(folder / "hand62", only=only)


def _cheques(folder: Path) -> Samples:
    return read_listed(folder / "cheques")


_UNIPEN_CITATION = (
    "I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet: UNIPEN project of on-line data exchange "
    "and recognizer benchmarks, ICPR 1994, doi:10.1109/ICPR.1994.576870"
)
_MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def _mnist_file(part: str, axes: int, sha256: str) -> File:
    name = f"{part}-idx{axes}-ubyte.gz"
    return File(f"mnist/{name}", sha256, tuple(mirror + name for mirror in _MNIST_MIRRORS))


def _font_file(name: str, sha256: str) -> File:
    path = f"@fontsource/{name}@{PACKAGES}/files/{name}-latin-400-normal.woff"
    return File(f"fonts/{name}.woff", sha256, (f"https://cdn.jsdelivr.net/npm/{path}", f"https://unpkg.com/{path}"))


def _unipen_entry(part: str, title: str, sha256: str, counts: dict[Split, int], use: str = "train") -> Entry:
    path = f"unipen/{part}.jsonl.gz"
    return Entry(
        name=f"unipen-{part}",
        title=title,
        files=(File(path, sha256),),
        counts=counts,
        licence="CC BY 4.0",
        citation=_UNIPEN_CITATION,
        source="https://doi.org/10.5281/zenodo.1195803",
        use=use,
        read=partial(_unipen, path),
        rule=by_writer,
    )


_NUMBERS = _unipen_entry(
    "numbers",
    "numbers of 2 to 19 characters, pen strokes",
    "55b4affcfeabebadf97f57327ba3235a1aa86989364ae6968eefaa7933eadd3f",
    {"train": 750, "validation": 151, "test": 170},
    use="measure",
)


def _hand62_entry(name: str, title: str, only: str | None, count: int) -> Entry:
    return Entry(
        name=name,
        title=title,
        files=(File("hand62", "4755686c4f935b36d28d8c7ea69d5396ed417f707ee843996095192ba039349f"),),
        counts={"test": count},
        licence="MIT",
        citation="T. I. Asif: Handwritten Letter Indentification, "
        "github.com/TasnimulIntazamAsif/Handwritten_Letter_Indentification",
        source="https://github.com/TasnimulIntazamAsif/Handwritten_Letter_Indentification",
        use="measure",
        read=partial(_hand62, only),
        rule=only_measured,
    )


_ENTRIES = (
    Entry(
        name="mnist",
        title="digits, scanned, American",
        files=(
            _mnist_file("train-images", 3, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            _mnist_file("train-labels", 1, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            _mnist_file("t10k-images", 3, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            _mnist_file("t10k-labels", 1, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ),
        counts={"train": 55_000, "validation": 5_000, "test": 10_000},
        licence="CC BY-SA 3.0",
        citation="Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, 1998",
        source="http://yann.lecun.com/exdb/mnist/",
        use="train",
        read=_mnist,
        rule=_mnist_parts,
    ),
    _unipen_entry(
        "digits",
        "digits, pen strokes, world-wide",
        "58640d0d0ebcae14ea7b725c9ce58af1c890765bf2f0896d38c3e6515097c98a",
        {"train": 7_651, "validation": 2_207, "test": 2_403},
    ),
    _unipen_entry(
        "upper",
        "capital letters, pen strokes",
        "6e3b906f39476997dc84a1fb8c00b75de6bee15df5f11259b71e0561105f7d1d",
        {"train": 13_407, "validation": 2_335, "test": 6_648},
    ),
    _unipen_entry(
        "lower",
        "small letters, pen strokes",
        "ab7e63e49fe81646939d08c6e1fb849134912d2aa222b0c174b960b71397b1db",
        {"train": 27_445, "validation": 8_140, "test": 12_092},
    ),
    _unipen_entry(
        "symbols",
        "punctuation and signs, pen strokes",
        "b1cd8485c6543da53b4b245f61c62aca5ef9931d6fa510dd947340bbb6821214",
        {"train": 6_974, "validation": 2_467, "test": 2_646},
    ),
    _NUMBERS,
    replace(
        _NUMBERS,
        name="unipen-number-digits",
        title="digits cut out of those numbers",
        counts={"validation": 2_706, "test": 549},
        read=partial(_number_digits, _NUMBERS.files[0].path),
        rule=chosen_by_writer,
    ),
    Entry(
        name="pendigits",
        title="digits, pen strokes, Turkish",
        files=(
            File(
                "pendigits/pendigits-orig.tra.gz",
                "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
            ),
        ),
        counts={"train": 5_248, "validation": 746, "test": 1_500},
        licence="CC BY 4.0",
        citation="E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI 1998, doi:10.24432/C5MG6K",
        source="https://doi.org/10.24432/C5MG6K",
        use="train",
        read=_pendigits,
        rule=by_few_writers,
    ),
    Entry(
        name="bhmsds",
        title="digits, w x y z and signs, photographed",
        files=(File("bhmsds/bhmsds.npz", "b7ba48dd5fbf6a3c2a271127c255dd04487f1850e901e9bb9ad85a03a478569e"),),
        counts={"train": 24_300, "validation": 2_700},
        licence="MIT",
        citation="W. Blachowski: Basic Handwritten Math Symbols Dataset, github.com/wblachowski/bhmsds",
        source="https://github.com/wblachowski/bhmsds",
        use="train",
        read=_bhmsds,
        rule=every_tenth,
    ),
    Entry(
        name="nist-vowels",
        title="vowels, scanned",
        files=(
            File(
                "nist-vowels/nist-vowels.npz",
                "b4df4625e5a076270060293db154eede8691c082a7300bc806da094384870528",
            ),
        ),
        counts={"train": 4_505, "validation": 500},
        licence="public domain",
        citation="P. J. Grother: NIST Special Database 19, Handprinted Forms and Characters Database, 1995",
        source="https://www.nist.gov/srd/nist-special-database-19",
        use="train",
        read=_nist_vowels,
        rule=every_tenth,
    ),
    Entry(
        name="fonts",
        title="digits and letters of fonts made of handwriting",
        files=tuple(starmap(_font_file, FONTS.items())),
        counts={"train": 3_926, "validation": 718},
        licence="OFL 1.1, Apache 2.0",
        citation="Fontsource, fontsource.org; each font's authors are named in its package",
        source="https://fontsource.org",
        use="train",
        read=_fonts,
        rule=partial(by_few_writers, test=0, validation=12),
    ),
    _hand62_entry("hand62", "digits and letters, photographed on paper", None, 2_900),
    _hand62_entry("hand62-digits", "its digits alone", "0123456789", 455),
    _hand62_entry("hand62-letters", "its letters alone", ascii_letters, 2_445),
    Entry(
        name="cheques",
        title="amounts of bank cheques, scanned",
        files=(File("cheques", "ba5ba75d66296cde3f0f076c0ec37de1d68802268fbc951a539f84bc874a0336"),),
        counts={"test": 615},
        licence="research (pictures), MIT (labels)",
        citation="M. Diem, S. Fiel, F. Kleber, R. Sablatnig, J. M. Saavedra et al.: ICFHR 2014 Competition on "
        "Handwritten Digit String Recognition in Challenging Datasets (HDSRC 2014), ICFHR 2014",
        source="https://github.com/Fzkuji/Labeled_ORAND-CAR-A",
        use="measure",
        read=_cheques,
        rule=only_measured,
    ),
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
"""Every data set by name."""
