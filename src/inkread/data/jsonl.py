"""Strokes as JSON lines, gzipped or plain: one drawing a line.

    {"label": "7", "writer": "aga/amy", "strokes": [[[x, y], [x, y], …], …]}

y goes downwards; a point may also be ``[x, y, t]`` or ``[x, y, t, pressure]``; ``writer`` may be missing.
"""

from __future__ import annotations

import gzip
import json
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from inkread.data.plain import read_bytes
from inkread.data.samples import Samples
from inkread.errors import DataError
from inkread.strokes import MAX_POINTS, Strokes

_FARTHEST = 1e9  # px, the bound of Strokes.parse


def read_jsonl(path: Path) -> Samples:
    """Every drawing of a ``.jsonl`` or ``.jsonl.gz`` file, in its order; blank lines are passed over.

    Raises DataError, naming the line, where the file is missing or damaged or a line is not as above, and
    StrokesError where its strokes are not.
    """
    strokes: list[Strokes] = []
    labels: list[str] = []
    writers: list[str] = []
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        drawing, label, writer = _parse_line(line, f"{path}, line {number}")
        strokes.append(drawing)
        labels.append(label)
        writers.append(writer)
    return Samples(tuple(strokes), tuple(labels), tuple(writers), path.name)


def write_jsonl(path: Path, samples: Samples) -> None:
    """Write stroke samples as above with x, y, t and pressure, gzipped where ``path`` ends in ``.gz``.

    Raises DataError where a sample is a picture.
    """
    lines = (_format(*row, path) for row in zip(samples.items, samples.labels, samples.writers, strict=True))
    data = "".join(lines).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _parse_line(line: bytes, place: str) -> tuple[Strokes, str, str]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: expected a JSON object, got {line[:60]!r}: {error}") from error
    if not isinstance(value, dict):
        raise DataError(f'{place}: expected an object with "label" and "strokes", got {line[:60]!r}')
    label, writer = value.get("label"), value.get("writer", "")
    if not isinstance(label, str) or not label:
        raise DataError(f'{place}: expected a text as "label", got {label!r:.60}')
    if not isinstance(writer, str):
        raise DataError(f'{place}: expected a text as "writer", got {writer!r:.60}')
    strokes = value.get("strokes")
    return _quick(strokes) or Strokes.parse(strokes, place), label, writer


def _quick(strokes: object) -> Strokes | None:
    """Strokes of well-formed ``[x, y]`` points; None sends everything else to Strokes.parse.

    Strokes.parse looks at every number in turn; this asks the same of all of a drawing's numbers at once, and
    reads UNIPEN's 47,677 small letters in about 2.5 s.
    """
    if not isinstance(strokes, list) or set(map(type, strokes)) != {list}:
        return None
    points = list(chain.from_iterable(strokes))
    if len(points) > MAX_POINTS or set(map(type, points)) != {list} or set(map(len, points)) != {2}:
        return None
    numbers = list(chain.from_iterable(points))
    if not set(map(type, numbers)) <= {int, float}:  # bool is a type of its own here
        return None
    try:
        xy = np.array(numbers, np.float64)
    except OverflowError:  # an int too large for a float
        return None
    if not (np.abs(xy) < _FARTHEST).all():  # false for NaN too
        return None
    rows = np.zeros((len(points), 4))
    rows[:, :2] = xy.reshape(-1, 2)
    rows[:, 3] = 0.5
    ends = np.cumsum([0, *map(len, strokes)]).tolist()
    return Strokes(tuple(rows[a:b] for a, b in pairwise(ends) if b > a))


def _format(item: object, label: str, writer: str, path: Path) -> str:
    if not isinstance(item, Strokes):
        raise DataError(f"{path}: expected strokes to write as JSON lines, got a picture")
    strokes = [stroke.tolist() for stroke in item.strokes]
    return json.dumps({"label": label, "writer": writer, "strokes": strokes}, ensure_ascii=False) + "\n"
