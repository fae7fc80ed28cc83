from pathlib import Path

import numpy as np
import pytest

from inkread.data.packed import read_npz
from inkread.errors import DataError

IMAGES = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)


def test_an_archive_is_read_with_its_labels_and_writers(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=np.array([7, 1]), writers=np.array(["amy", "ben"]))
    samples = read_npz(tmp_path / "a.npz")
    assert samples.items[1].tolist() == [[6, 7, 8], [9, 10, 11]]
    assert (samples.labels, samples.writers) == (("7", "1"), ("amy", "ben"))


def test_an_archive_without_writers_has_unknown_ones(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=np.array(["A", "plus"]))
    samples = read_npz(tmp_path / "a.npz")
    assert (samples.labels, samples.writers) == (("A", "plus"), ("", ""))


@pytest.mark.parametrize(
    "arrays",
    [
        {"labels": np.array([1, 2])},
        {"images": IMAGES},
        {"images": IMAGES.astype(float), "labels": np.array([1, 2])},
        {"images": IMAGES[0], "labels": np.array([1, 2])},
        {"images": IMAGES, "labels": np.array([1])},
        {"images": IMAGES, "labels": np.array([1.5, 2])},
        {"images": IMAGES, "labels": np.array([1, None])},  # pickled
        {"images": IMAGES, "labels": np.array([1, 2]), "writers": np.array(["amy"])},
    ],
)
def test_an_archive_of_other_arrays_is_refused_by_name(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(DataError, match=r"bad\.npz"):
        read_npz(tmp_path / "bad.npz")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x93NUMPY", b"hello"])
def test_bytes_that_are_no_archive_are_refused_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(data)
    with pytest.raises(DataError, match=r"bad\.npz"):
        read_npz(tmp_path / "bad.npz")


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "bad.npz").open("wb") as file:
        np.save(file, IMAGES)
    with pytest.raises(DataError, match="single array"):
        read_npz(tmp_path / "bad.npz")
