"""A part of the real handwriting: enough where a test claims that something is done, not how well."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np

from inkread.data import data_folder
from inkread.data.idx import read_idx, write_idx
from inkread.data.packed import read_npz

EVERY = 10  # of MNIST, UNIPEN and BHMSDS; with 746 of pendigits, 1,470 digits are left to judge a challenger on


def write_fewer(folder: Path) -> Path:
    """Writes a data folder to ``folder``, with every tenth drawing in the split it always was in, and all pendigits."""
    whole = data_folder()
    shutil.copytree(whole / "pendigits", folder / "pendigits")  # small, and its drawings stand by number in one list
    for name in ("mnist", "unipen", "bhmsds"):
        (folder / name).mkdir()
    for path in (whole / "mnist").glob("*-ubyte.gz"):
        write_idx(folder / "mnist" / path.name, read_idx(path)[::EVERY])
    for path in (whole / "unipen").glob("*.jsonl.gz"):
        lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        (folder / "unipen" / path.name).write_bytes(gzip.compress(b"".join(lines[::EVERY]), compresslevel=1))
    bhmsds = read_npz(whole / "bhmsds/bhmsds.npz")
    np.savez(folder / "bhmsds/bhmsds.npz", images=np.stack(bhmsds.items[::EVERY]), labels=bhmsds.labels[::EVERY])
    return folder
