"""An exported folder of corrections: what is written is read again, and nothing else is."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkread.data.feedback import HELD_OUT, Correction, read_feedback, write_feedback
from inkread.errors import DataError, InkreadError
from inkread.strokes import Strokes

SEVEN = Correction(
    id="a1",
    label="7",
    item=Strokes.parse([[[20, 40, 0, 0.5], [80, 40, 30, 0.6], [40, 120, 80, 0.5]]]),
    source="somebody",
    made="2026-11-21T10:00:00+00:00",
    canvas=(280, 200, 12.0),
    model="digits@0123456789ab",
    read="1",
)
PHOTO = Correction("a2", "not a digit", np.arange(600, dtype=np.uint8).reshape(20, 30), "else", SEVEN.made)


def plain(correction: Correction) -> tuple[object, ...]:
    c = correction
    return c.id, c.label, c.source, c.made, c.canvas, c.model, c.read


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    assert write_feedback(tmp_path, [SEVEN, PHOTO]) == 2
    seven, photo = read_feedback(tmp_path)
    assert isinstance(seven.item, Strokes) and isinstance(photo.item, np.ndarray)
    assert seven.item.strokes[0].tolist() == SEVEN.item.strokes[0].tolist()  # type: ignore[union-attr]
    assert (photo.item == PHOTO.item).all()
    assert [plain(seven), plain(photo)] == [plain(SEVEN), plain(PHOTO)]


def test_a_line_has_the_documented_fields(tmp_path: Path) -> None:
    write_feedback(tmp_path, [SEVEN, PHOTO])
    drawing, photo = map(json.loads, (tmp_path / "metadata.jsonl").read_text().splitlines())
    fields = ["id", "label", "picture", "strokes", "width", "height", "pen", "source", "made", "model", "read"]
    assert list(drawing) == list(photo) == fields
    assert drawing["picture"] is None and photo["strokes"] is None
    assert (tmp_path / photo["picture"]).is_file()


def test_a_picture_that_is_exported_no_more_is_removed(tmp_path: Path) -> None:
    write_feedback(tmp_path, [SEVEN, PHOTO])
    (tmp_path / "pictures" / "mine.png").write_bytes(b"not of an export")
    write_feedback(tmp_path, [SEVEN])
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["mine.png"]


def test_the_same_drawing_elsewhere_larger_or_under_another_label_has_the_same_content() -> None:
    assert isinstance(SEVEN.item, Strokes)
    again = replace(SEVEN, id="b", label="1", item=SEVEN.item.placed(2.5, 7, 9))
    other = replace(SEVEN, item=Strokes.parse([[[20, 40], [80, 40], [20, 120]]]))
    assert again.content == SEVEN.content != other.content
    assert again.held_out == SEVEN.held_out


def test_about_one_in_five_is_held_out() -> None:
    drawings = [Strokes.parse([[[0, 0], [100, i], [i, 100]]]) for i in range(100)]
    held_out = sum(Correction(str(i), "7", drawing, "", "").held_out for i, drawing in enumerate(drawings))
    assert 8 <= held_out <= 35
    assert HELD_OUT == 5


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"label": 7}, "line 1: expected a text as 'label'"),
        ({"strokes": None}, "expected a picture or strokes, one of the two"),
        ({"strokes": []}, "expected at least one point"),
        ({"strokes": [[[0, "x"]]]}, "expected finite numbers"),
        ({"strokes": None, "picture": "../../etc/passwd"}, "expected the picture as pictures/<sha256>.png"),
        ({"strokes": None, "picture": f"pictures/{'0' * 64}.png"}, "no such file"),
        ({"width": -3}, "expected width, height and pen"),
        ({"pen": True}, "expected width, height and pen"),
        ({"read": 7}, "expected a text as 'read'"),
    ],
)
def test_a_damaged_line_is_refused_by_its_number(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    write_feedback(tmp_path, [SEVEN])
    path = tmp_path / "metadata.jsonl"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InkreadError, match=expected):
        read_feedback(tmp_path)


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff"])
def test_a_line_that_is_no_object_is_refused(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "metadata.jsonl").write_bytes(line)
    with pytest.raises(DataError, match="line 1: expected a JSON object"):
        read_feedback(tmp_path)


def test_a_folder_without_corrections_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="inkread feedback export"):
        read_feedback(tmp_path)
