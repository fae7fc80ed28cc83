"""Pictures with their texts in a list beside them: ``labels.jsonl``, one picture a line.

    {"file": "images/1.jpg", "text": "52063"}

``file`` is a path inside of the folder; other keys are passed over.
"""

from __future__ import annotations

import json
from pathlib import Path

from inkread import picture
from inkread.data.plain import read_bytes
from inkread.data.samples import Picture, Samples
from inkread.errors import DataError


def read_listed(folder: Path) -> Samples:
    """Every picture that the folder's ``labels.jsonl`` lists, in its order, labelled with its text.

    Raises DataError, naming the line, where the list is missing or a line is not as above, and PictureError where
    a file is no readable picture.
    """
    path = folder / "labels.jsonl"
    rows = [
        _parse_line(line, folder, f"{path}, line {number}")
        for number, line in enumerate(read_bytes(path).split(b"\n"), start=1)
        if line.strip()
    ]
    return Samples(tuple(item for item, _ in rows), tuple(text for _, text in rows), ("",) * len(rows), folder.name)


def _parse_line(line: bytes, folder: Path, place: str) -> tuple[Picture, str]:
    try:
        value = json.loads(line)
        file, text = value["file"], value["text"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(f'{place}: expected an object with "file" and "text", got {line[:60]!r}') from error
    if not isinstance(file, str) or not isinstance(text, str) or not text:
        raise DataError(f'{place}: expected texts as "file" and "text", got {file!r:.60} and {text!r:.60}')
    target = folder / file
    if not target.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"{place}: expected a file of the folder, got {file!r:.60}")
    return picture.decode(target), text
