"""Which samples teach, which choose and which measure. By writer wherever the writer is known.

A hash of the writer's name decides, so the parts depend on no file's order, no seed and no other writer, and
one writer falls into the same part of every UNIPEN file.

Some people stand in UNIPEN under several names, with many drawings the same point by point. By name alone,
359 of the test drawings would also teach or choose. Such a person goes as a whole where the first of their
names in the order train, validation, test goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

from inkread.data.samples import Samples

Split = Literal["train", "validation", "test", "all"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test", "all")

_SAME_HAND = (
    ("gmd/alek", "gmd/kast"),
    ("ibm/r01-04", "ibm/r02-04", "ibm/r03-04", "ibm/r04-04"),
    ("ibm/r00-07", "ibm/r02-07"),
    ("ibm/r00-11", "ibm/r02-11", "ibm/r04-11"),
    ("ibm/r01-12", "ibm/r03-12"),
    ("ibm/r01-13", "ibm/r03-13"),
    ("apb/Irene_Castro", "apd/Irene_Castro"),
    ("apb/Laura_Holloway", "apd/Laura_Holloway"),
    ("cea/gb2911", "ceb/gb2911", "cec/gb2911"),
)
"""UNIPEN writers who share drawings of 12 points and more; IBM's names end in the writer's number.

The last three wrote single characters that teach and, under another name, some of the numbers.
"""

Rule = Callable[[Samples], Sequence[Split]]
"""The part of each sample, index by index: "train", "validation" or "test"."""


def by_writer(samples: Samples) -> list[Split]:
    """About a fifth of the writers test, a tenth validate: folds 0-3 and 4-5 of 20, by sha256 of the name."""
    parts = {writer: _part_of(writer) for writer in set(samples.writers)}
    return [parts[writer] for writer in samples.writers]


def chosen_by_writer(samples: Samples) -> list[Split]:
    """The same test writers; all others validate, for sets that teach nothing."""
    return ["test" if part == "test" else "validation" for part in by_writer(samples)]


def by_few_writers(samples: Samples, *, test: int = 6, validation: int = 3) -> list[Split]:
    """Exactly ``test`` and ``validation`` writers, the first ones by sha256 of the name."""
    order = sorted(set(samples.writers), key=_hash)
    parts: dict[str, Split] = dict.fromkeys(order, "train")
    parts.update(dict.fromkeys(order[:test], "test"))
    parts.update(dict.fromkeys(order[test : test + validation], "validation"))
    return [parts[writer] for writer in samples.writers]


def every_tenth(samples: Samples) -> list[Split]:
    """Every tenth sample validates and the others train: for sets whose writers are unknown; none tests."""
    return ["validation" if i % 10 == 9 else "train" for i in range(len(samples))]


def only_measured(samples: Samples) -> list[Split]:
    """All of it tests: for sets that nothing is trained or chosen on."""
    return ["test"] * len(samples)


def whole_letters(samples: Samples) -> Samples:
    """Without the letters of UNIPEN's ibm/ writers, of which about one in ten lacks a stroke."""
    pairs = zip(samples.labels, samples.writers, strict=True)
    kept = [i for i, (label, writer) in enumerate(pairs) if not (label.isalpha() and writer.startswith("ibm/"))]
    return samples.select(kept, samples.name)


def _part_of(writer: str) -> Split:
    names = next((names for names in _SAME_HAND if writer in names), (writer,))
    fold = max(_hash(name) % 20 for name in names)
    if fold < 4:
        return "test"
    return "validation" if fold < 6 else "train"


def _hash(writer: str) -> int:
    return int(hashlib.sha256(writer.encode()).hexdigest(), 16)
