"""Whether the data sets that are there are what the catalogue says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal, NamedTuple

from inkread.data.catalogue import Entry
from inkread.data.fetch import digest
from inkread.errors import InkreadError


class Check(NamedTuple):
    """``state`` of a data set, and ``detail``: what was expected and what came, "" where it is right."""

    state: Literal["right", "missing", "damaged"]
    detail: str


def check(entry: Entry, folder: Path) -> Check:
    """Compare the digests of an entry's files, then its samples split by split, with the catalogue."""
    missing = entry.missing(folder)
    if missing:
        return Check("missing", f"expected {', '.join(file.path for file in missing)} in {folder}")
    try:
        for file in entry.files:
            came = digest(folder / file.path)
            if came != file.sha256:
                return Check("damaged", f"{folder / file.path}: expected sha256 {file.sha256}, got {came}")
        counts = dict(Counter(entry.rule(entry.read(folder))))
    except InkreadError as error:
        return Check("damaged", str(error))
    if counts != entry.counts:
        return Check("damaged", f"{entry.name}: expected {entry.counts} samples, got {counts}")
    return Check("right", "")
