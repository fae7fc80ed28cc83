import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkread.data.idx import read_idx, write_idx
from inkread.errors import DataError

TWO_PICTURES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, *range(12)])


def test_idx_is_read_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "two-idx3-ubyte"
    path.write_bytes(TWO_PICTURES)
    assert read_idx(path).tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]


def test_emnist_is_set_upright_by_transposing_each_picture(tmp_path: Path) -> None:
    path = tmp_path / "two-idx3-ubyte"
    path.write_bytes(TWO_PICTURES)
    assert read_idx(path, transposed=True).tolist() == [[[0, 3], [1, 4], [2, 5]], [[6, 9], [7, 10], [8, 11]]]


def test_gzip_is_recognised_without_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "zipped"
    path.write_bytes(gzip.compress(TWO_PICTURES))
    assert read_idx(path).shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty file"),
        (b"\x89PNG\r\n", "89 50 4e 47"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 0]), "uint8"),  # 13 = float32
        (TWO_PICTURES[:9], "9 bytes in all"),
        (TWO_PICTURES[:-1], "expected 12 values for shape (2, 2, 3), got 11"),
        (TWO_PICTURES + b"!", "got 13"),
        (gzip.compress(TWO_PICTURES)[:-9], "fetch it again"),
        (bytes([0, 0, 8, 4, *[255] * 16]), "got 0"),  # a header that asks for 3e38 values
    ],
)
def test_a_damaged_idx_file_is_refused_by_name(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "bad-idx"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere"):
        read_idx(tmp_path / "nowhere")


def test_labels_cannot_be_transposed(tmp_path: Path) -> None:
    write_idx(tmp_path / "labels", np.zeros(3, np.uint8))
    with pytest.raises(DataError, match="pictures"):
        read_idx(tmp_path / "labels", transposed=True)


@given(
    values=hnp.arrays(np.uint8, hnp.array_shapes(min_side=0, max_dims=4, max_side=5)),
    suffix=st.sampled_from(["", ".gz"]),
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray, suffix: str) -> None:
    path = tmp_path_factory.mktemp("idx") / f"values{suffix}"
    write_idx(path, values)
    np.testing.assert_array_equal(read_idx(path), values)


@given(
    data=st.binary(max_size=60),
    start=st.sampled_from([b"", b"\0\0\x08", b"\0\0\x08\x01\0\0\0", b"\x1f\x8b\x08\0"]),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "any"
    path.write_bytes(start + data)
    with suppress(DataError):
        assert read_idx(path).dtype == np.uint8
