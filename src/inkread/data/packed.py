"""Pictures of one size in a NumPy archive.

images (n, H, W) uint8 | labels (n,) text or whole numbers | writers (n,), may be missing
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkread.data.samples import Samples
from inkread.errors import DataError

# what np.load and zipfile raise: an array larger than memory, an encrypted member and an unknown packing too
_UNREADABLE = (OSError, EOFError, ValueError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error)


def read_npz(path: Path) -> Samples:
    """Every picture of an archive, in its order; labels that are whole numbers become text.

    Raises DataError where the file is missing, damaged, pickled, or its arrays are not as above.
    """
    try:
        with path.open("rb") as file:  # np.load leaves a broken file open when it opens it itself
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise DataError(f"{path}: expected a .npz of named arrays, got a single array")
            arrays = {name: archive[name] for name in ("images", "labels", "writers") if name in archive}
    except _UNREADABLE as error:
        raise DataError(f"{path}: expected a readable .npz without pickles, got: {error}") from error
    images, labels = arrays.get("images"), arrays.get("labels")
    if images is None or images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(f'{path}: expected "images" (n, H, W) uint8, got {_describe(images)}')
    if labels is None or labels.shape != images.shape[:1] or labels.dtype.kind not in "Uiu":
        raise DataError(f'{path}: expected "labels" ({len(images)},) of text or whole numbers, got {_describe(labels)}')
    writers = arrays.get("writers", np.full(len(images), ""))
    if writers.shape != labels.shape or writers.dtype.kind not in "Uiu":
        raise DataError(f'{path}: expected "writers" ({len(images)},) of text, got {_describe(writers)}')
    return Samples(tuple(images), tuple(map(str, labels)), tuple(map(str, writers)), path.name)


def _describe(array: NDArray[np.generic] | None) -> str:
    return "nothing" if array is None else f"{array.shape} {array.dtype}"
