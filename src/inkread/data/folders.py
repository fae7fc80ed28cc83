"""Pictures in folders named by their label: ``7/``, ``A/``, or ``digit_7/``, ``upper_A/``, ``lower_a/``.

The long form exists because file systems that ignore case cannot hold ``A`` and ``a`` side by side.
"""

from __future__ import annotations

from pathlib import Path

from inkread import picture
from inkread.data.samples import Samples
from inkread.errors import DataError

_KINDS = {"digit": str.isdecimal, "upper": str.isupper, "lower": str.islower}


def read_folder(path: Path, *, only: str | None = None) -> Samples:
    """Every picture of the folders in ``path``, ordered by label, then by number, then by name.

    ``only``: labels to read, one character each; None reads all. Names that begin with a dot are passed over.
    Raises DataError where there is no such folder or no picture in it,
    and PictureError where a file is no readable picture.
    """
    if not path.is_dir():
        raise DataError(f"{path}: expected a folder with a folder of pictures for each label")
    folders = sorted((_label(folder), folder) for folder in path.iterdir() if _counts(folder) and folder.is_dir())
    chosen = [(label, folder) for label, folder in folders if only is None or label in only]
    files = [(file, label) for label, folder in chosen for file in _files(folder)]
    if not files:
        raise DataError(f"{path}: expected pictures in folders named by their label, e.g. 7/ or upper_A/; got none")
    items = tuple(picture.decode(file) for file, _ in files)
    return Samples(items, tuple(label for _, label in files), ("",) * len(files), path.name)


def _label(folder: Path) -> str:
    kind, _, label = folder.name.partition("_")
    return label if kind in _KINDS and len(label) == 1 and _KINDS[kind](label) else folder.name


def _files(folder: Path) -> list[Path]:
    """Its files, 2.png before 10.png."""
    files = [file for file in folder.iterdir() if _counts(file) and file.is_file()]
    return sorted(files, key=lambda file: (int(file.stem) if file.stem.isdecimal() else -1, file.name))


def _counts(path: Path) -> bool:
    return not path.name.startswith(".")
