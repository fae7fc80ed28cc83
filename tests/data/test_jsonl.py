import gzip
import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkread.data.jsonl import read_jsonl, write_jsonl
from inkread.data.samples import Samples
from inkread.errors import DataError, StrokesError
from inkread.strokes import Strokes

LINE = '{"label": "7", "writer": "amy", "strokes": [[[0, 1], [2.5, 3]], [], [[4, 5]]]}\n'


def test_a_line_is_a_drawing(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text(LINE + "\n" + '{"label": "A", "strokes": [[[0, 0, 10, 0.25]]]}')
    samples = read_jsonl(path)
    assert samples.labels == ("7", "A")
    assert samples.writers == ("amy", "")
    assert [stroke.tolist() for stroke in samples.items[0].strokes] == [
        [[0, 1, 0, 0.5], [2.5, 3, 0, 0.5]],
        [[4, 5, 0, 0.5]],
    ]
    assert samples.items[1].strokes[0].tolist() == [[0, 0, 10, 0.25]]


def test_the_quick_way_reads_what_strokes_parse_reads(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(LINE)
    slow = Strokes.parse(json.loads(LINE)["strokes"])
    quick = read_jsonl(path).items[0]
    assert [s.tolist() for s in quick.strokes] == [s.tolist() for s in slow.strokes]


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("{", DataError, "JSON object"),
        ("[1]", DataError, '"label"'),
        ('{"strokes": []}', DataError, '"label"'),
        ('{"label": 7, "strokes": []}', DataError, "got 7"),
        ('{"label": "7", "writer": null, "strokes": []}', DataError, '"writer"'),
        ('{"label": "7"}', StrokesError, "list of strokes"),
        ('{"label": "7", "strokes": [[[0, NaN]]]}', StrokesError, "finite"),
        ('{"label": "7", "strokes": [[[0, true]]]}', StrokesError, "finite"),
        ('{"label": "7", "strokes": [[[0, "1"]]]}', StrokesError, "finite"),
        ('{"label": "7", "strokes": [[[0, 1e999]]]}', StrokesError, "finite"),
        ('{"label": "7", "strokes": [[[0, 1' + "0" * 400 + "]]]}", StrokesError, "finite"),
        ('{"label": "7", "strokes": [[[0, 1], [2]]]}', StrokesError, "point 1"),
        ("[" * 100_000, DataError, "JSON object"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(tmp_path: Path, line: str, error: type[Exception], says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(LINE + line)
    with pytest.raises(error) as caught:
        read_jsonl(path)
    assert f"{path}, line 2" in str(caught.value)
    assert says in str(caught.value)


def test_a_truncated_gzip_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(LINE.encode())[:-4])
    with pytest.raises(DataError, match="cut"):
        read_jsonl(path)


def test_pictures_cannot_be_written_as_strokes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="picture"):
        write_jsonl(tmp_path / "x.jsonl", Samples((np.zeros((1, 1), np.uint8),), ("7",), ("",), "x"))


NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
POINTS = st.tuples(NUMBERS, NUMBERS) | st.tuples(NUMBERS, NUMBERS, NUMBERS, st.floats(0, 1))
DRAWINGS = st.lists(st.lists(POINTS.map(list), max_size=4), max_size=3)


@given(
    rows=st.lists(st.tuples(DRAWINGS, st.text(min_size=1).filter(str.strip), st.text()), max_size=4),
    suffix=st.sampled_from([".jsonl", ".jsonl.gz"]),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[list[list[list[float]]], str, str]],
    suffix: str,
) -> None:
    items = tuple(Strokes.parse(strokes) for strokes, _, _ in rows)
    samples = Samples(items, tuple(row[1] for row in rows), tuple(row[2] for row in rows), "any")
    path = tmp_path_factory.mktemp("jsonl") / f"any{suffix}"
    write_jsonl(path, samples)
    came = read_jsonl(path)
    assert (came.labels, came.writers) == (samples.labels, samples.writers)
    for a, b in zip(came.items, items, strict=True):
        assert [s.tolist() for s in a.strokes] == [s.tolist() for s in b.strokes]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=12,
)


@given(strokes=JSON | st.lists(st.lists(st.lists(NUMBERS | JSON, max_size=4), max_size=3), max_size=3))
def test_any_json_as_strokes_is_read_as_strokes_parse_reads_it(
    tmp_path_factory: pytest.TempPathFactory, strokes: object
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "any.jsonl"
    path.write_text(json.dumps({"label": "7", "strokes": strokes}))
    try:
        expected = Strokes.parse(json.loads(json.dumps(strokes)))
    except StrokesError:
        with pytest.raises(StrokesError):
            read_jsonl(path)
    else:
        came = read_jsonl(path).items[0]
        assert [s.tolist() for s in came.strokes] == [s.tolist() for s in expected.strokes]


@given(data=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "any.jsonl"
    path.write_bytes(data)
    with suppress(DataError, StrokesError):
        read_jsonl(path)
