from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkread.data import load
from inkread.data.folders import read_folder
from inkread.errors import DataError, PictureError


def _picture(path: Path, grey: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (3, 2), grey).save(path)


def test_a_folder_is_read_by_label_and_number(tmp_path: Path) -> None:
    for i, name in enumerate(
        ["upper_A/1.png", "lower_a/1.png", "digit_7/10.png", "digit_7/2.png", "3/x.png", "plus/1.png"]
    ):
        _picture(tmp_path / name, i)
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "readme.txt").touch()
    samples = read_folder(tmp_path)
    assert samples.labels == ("3", "7", "7", "A", "a", "plus")
    assert [int(item[0, 0]) for item in samples.items] == [4, 3, 2, 0, 1, 5]
    assert samples.items[0].shape == (2, 3)
    assert samples.items[0].dtype == np.uint8


def test_only_some_labels_can_be_read(tmp_path: Path) -> None:
    _picture(tmp_path / "digit_7/1.png", 7)
    _picture(tmp_path / "upper_A/1.png", 0)
    assert read_folder(tmp_path, only="0123456789").labels == ("7",)


def test_your_own_folder_is_only_measured_on(tmp_path: Path) -> None:
    _picture(tmp_path / "7/1.png", 7)
    assert load(str(tmp_path), "test").labels == load(str(tmp_path)).labels == ("7",)
    with pytest.raises(DataError, match=r"test, all.*'train'"):
        load(str(tmp_path), "train")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    with pytest.raises(DataError, match="got none"):
        read_folder(tmp_path)


def test_a_file_that_is_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7/notes.txt").write_text("hello")
    with pytest.raises(PictureError, match=r"notes\.txt"):
        read_folder(tmp_path)
