"""Handwriting to learn from and to measure on: readers, the catalogue, splits by writer.

    load("unipen-digits", "train")  ->  Samples(items, labels, writers, name)

A name of the catalogue, or the path of your own: a folder of pictures by label, ``.npz``, ``.jsonl`` or
``.jsonl.gz``.
"""

from __future__ import annotations

from pathlib import Path

from inkread.data.catalogue import CATALOGUE, Entry, File, data_folder
from inkread.data.folders import read_folder
from inkread.data.jsonl import read_jsonl
from inkread.data.packed import read_npz
from inkread.data.samples import Samples
from inkread.data.splits import SPLITS, Rule, Split, only_measured, whole_letters
from inkread.errors import DataError

__all__ = ["CATALOGUE", "SPLITS", "Entry", "File", "Samples", "Split", "data_folder", "load", "whole_letters"]


def load(name: str, split: Split = "all") -> Samples:
    """The samples of a data set that belong to ``split``, in the order of the file.

    ``name``: of the catalogue, or a path of your own. Your own data are only measured on: "test" and "all"
    are all of them. Raises DataError where the set is unknown, missing or damaged, or lacks that split.
    """
    if split not in SPLITS:
        raise DataError(f"{name}: expected a split out of {', '.join(SPLITS)}, got {split!r}")
    samples, rule = _read(name)
    if split == "all":
        return samples
    parts = rule(samples)
    if split not in parts:
        having = ", ".join(part for part in SPLITS if part in parts)
        raise DataError(f"{name}: expected one of the splits it has ({having}, all), got {split!r}")
    chosen = [i for i, part in enumerate(parts) if part == split]
    return samples.select(chosen, f"{samples.name} {split}")


def _read(name: str) -> tuple[Samples, Rule]:
    if name in CATALOGUE:
        return _read_entry(CATALOGUE[name]), CATALOGUE[name].rule
    path = Path(name).expanduser()
    if path.is_dir():
        return read_folder(path), only_measured
    if path.suffix == ".npz":
        return read_npz(path), only_measured
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return read_jsonl(path), only_measured
    raise DataError(f"{name}: expected a folder, a .npz or .jsonl file, or one of the data sets {', '.join(CATALOGUE)}")


def _read_entry(entry: Entry) -> Samples:
    folder = data_folder()
    missing = entry.missing(folder)
    if missing:
        get = f"run `inkread data get {entry.name}`" if missing[0].mirrors else f"take it from {entry.source}"
        raise DataError(
            f"{entry.name}: expected {missing[0].path} in {folder}, found nothing; {get}, or set INKREAD_DATA"
        )
    samples = entry.read(folder)
    return Samples(samples.items, samples.labels, samples.writers, entry.name)
