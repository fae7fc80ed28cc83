from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkread.data.listed import read_listed
from inkread.errors import DataError, PictureError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.fromarray(np.full((20, 60), 200, np.uint8)).save(tmp_path / "a.png")
    return tmp_path


def _list(folder: Path, *lines: str) -> Path:
    (folder / "labels.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_pictures_come_in_the_order_of_the_list_with_their_texts(folder: Path) -> None:
    rows = ['{"file": "a.png", "text": "52063", "boxes": []}', "", '{"file": "a.png", "text": "12"}']
    samples = read_listed(_list(folder, *rows))
    assert samples.labels == ("52063", "12")
    assert [item.shape for item in samples.items] == [(20, 60)] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "line", ["7", "{", '{"file": "a.png"}', '{"file": "a.png", "text": ""}', '{"file": 1, "text": "7"}']
)
def test_a_line_that_is_no_entry_is_refused_by_its_number(folder: Path, line: str) -> None:
    with pytest.raises(DataError, match=r"labels\.jsonl, line 1: expected"):
        read_listed(_list(folder, line))


def test_a_file_outside_of_the_folder_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="a file of the folder"):
        read_listed(_list(folder, '{"file": "../a.png", "text": "7"}'))


def test_a_picture_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(PictureError):
        read_listed(_list(folder, '{"file": "b.png", "text": "7"}'))


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.jsonl"):
        read_listed(tmp_path)
