from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkread.data.unipen import read_unipen, unipen_samples
from inkread.errors import DataError

THREE = """\
.COORD X Y
.WRITER_ID amy
.PEN_DOWN
 0 0
 10 20
 20 30
.PEN_UP
 99 99
.DT 120
.PEN_DOWN
 20 0
.DT 5
 30 10
.PEN_UP
.DT 100
.PEN_DOWN
 40 40
"""


def _write(folder: Path, text: str, name: str = "a.dat") -> Path:
    path = folder / name
    path.write_text(text, encoding="latin-1")
    return path


def _points(path: Path, *, y_up: bool = False) -> list[list[list[float]]]:
    samples = unipen_samples(path, "DIGIT", y_up=y_up)
    return [stroke[:, :2].tolist() for stroke in samples.items[0].strokes]


@pytest.mark.parametrize(
    ("delineation", "expected"),
    [
        ("0", [[[0, 0], [10, 20], [20, 30]]]),
        # component 1 is the pen-up run: never drawn; an empty pen-up is no component
        ("0-2", [[[0, 0], [10, 20], [20, 30]], [[20, 0], [30, 10]]]),
        ("0:1-2:0", [[[0, 20], [10, 30]], [[10, 0]]]),
        ("0:2-2", [[[0, 30]], [[0, 0], [10, 10]]]),
        ("2-3", [[[0, 0], [10, 10]], [[20, 40]]]),
        ("0,3", [[[0, 0], [10, 20], [20, 30]], [[40, 40]]]),
        ("3", [[[0, 0]]]),
    ],
)
def test_a_delineation_picks_components_and_points(
    tmp_path: Path, delineation: str, expected: list[list[list[float]]]
) -> None:
    path = _write(tmp_path, f'{THREE}.SEGMENT DIGIT {delineation} ? "7"\n')
    assert _points(path) == expected


@pytest.mark.parametrize("delineation", ["?", "x", "4", "2-0", "0:3-0:3", "0:0-0:3", "0:2-0:1", "1", "0-", "-1", "3:0"])
def test_a_delineation_that_points_to_nothing_is_refused(tmp_path: Path, delineation: str) -> None:
    path = _write(tmp_path, f'{THREE}.SEGMENT DIGIT {delineation} ? "7"\n')
    with pytest.raises(DataError, match=r"a\.dat: segment"):
        unipen_samples(path, "DIGIT")


def test_a_segment_may_stand_before_its_points(tmp_path: Path) -> None:
    assert _points(_write(tmp_path, f'.SEGMENT DIGIT 3 ? "7"\n{THREE}')) == [[[0, 0]]]


def test_y_upwards_is_turned(tmp_path: Path) -> None:
    path = _write(tmp_path, f'{THREE}.SEGMENT DIGIT 0 ? "7"\n')
    assert _points(path, y_up=True) == [[[0, 30], [10, 10], [20, 0]]]


def test_coord_says_which_column_is_which(tmp_path: Path) -> None:
    path = _write(tmp_path, '.COORD T Y P X\n.PEN_DOWN\n 500 1 9 2\n 510 3 9 4\n.SEGMENT DIGIT 0 ? "7"\n')
    stroke = unipen_samples(path, "DIGIT", y_up=False).items[0].strokes[0]
    assert stroke.tolist() == [[0, 0, 0, 0.5], [2, 2, 10, 0.5]]


def test_labels_writers_and_comments_belong_to_their_segment(tmp_path: Path) -> None:
    text = (
        f'{THREE}.SEGMENT DIGIT 0 OK "\\""\n.COMMENT first  one\n.COMMENT second\n'
        '.WRITER_ID ben\n.SEGMENT DIGIT 3 ? "4"\n.SEGMENT WORD 0-3 ? "74"\n.SEGMENT DIGIT 2\n'
    )
    path = _write(tmp_path, text)
    file = read_unipen(path)
    assert [(s.level, s.label, s.writer, s.comment) for s in file.segments] == [
        ("DIGIT", '"', "amy", "first  one"),
        ("DIGIT", "4", "ben", ""),
        ("WORD", "74", "ben", ""),
        ("DIGIT", "", "ben", ""),
    ]
    samples = unipen_samples(path, "DIGIT")
    assert (samples.labels, samples.writers) == (('"', "4"), ("amy", "ben"))


def test_an_include_is_read_beside_its_file_and_counts_its_own_components(tmp_path: Path) -> None:
    _write(tmp_path, ".COORD Y X\n.WRITER_ID cleo\n.PEN_DOWN\n 1 1\n", "head.doc")
    path = _write(tmp_path, '.INCLUDE head.doc\n.PEN_DOWN\n 0 5\n 3 5\n.SEGMENT DIGIT 0 ? "1"\n')
    samples = unipen_samples(path, "DIGIT", y_up=False)
    assert samples.writers == ("cleo",)
    assert samples.items[0].strokes[0][:, :2].tolist() == [[0, 0], [0, 3]]


def test_a_new_set_counts_from_zero(tmp_path: Path) -> None:
    path = _write(tmp_path, f'{THREE}.START_SET two\n.PEN_DOWN\n 7 7\n 8 8\n.SEGMENT DIGIT 0 ? "1"\n')
    assert _points(path) == [[[0, 0], [1, 1]]]


def test_a_missing_include_is_skipped_and_named(tmp_path: Path) -> None:
    path = _write(tmp_path, f".INCLUDE dene.doc\n{THREE}")
    assert read_unipen(path).missing == ("dene.doc",)


@pytest.mark.parametrize("name", ["../other/secret", "/etc/hostname", "a\0b"])
def test_an_include_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="INCLUDE"):
        read_unipen(_write(tmp_path, f".INCLUDE {name}\n"))


def test_includes_in_a_circle_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="circle"):
        read_unipen(_write(tmp_path, ".INCLUDE a.dat\n"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (".PEN_DOWN\n 1 2 3\n", "got 3 numbers"),
        (".PEN_DOWN\n 1 two\n", "numbers"),
        (".PEN_DOWN\n 1 nan\n", "finite"),
        (".PEN_DOWN\n 1 1e300\n", "finite"),
        (".COORD X T\n", "expected X, Y"),
    ],
)
def test_bad_coordinates_are_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        read_unipen(_write(tmp_path, text))
    assert "a.dat" in str(caught.value)
    assert says in str(caught.value)


COORDINATES = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=5)


@given(strokes=st.lists(COORDINATES, min_size=1, max_size=4))
def test_what_a_pen_wrote_comes_back(
    tmp_path_factory: pytest.TempPathFactory, strokes: list[list[tuple[int, int]]]
) -> None:
    runs = (".PEN_DOWN\n" + "".join(f" {x} {y}\n" for x, y in stroke) + ".PEN_UP\n" for stroke in strokes)
    path = _write(tmp_path_factory.mktemp("unipen"), "".join(runs) + f'.SEGMENT DIGIT 0-{len(strokes) - 1} ? "7"\n')
    left = min(x for stroke in strokes for x, _ in stroke)
    top = min(y for stroke in strokes for _, y in stroke)
    assert _points(path) == [[[x - left, y - top] for x, y in stroke] for stroke in strokes]


WORDS = st.sampled_from(
    [
        "\n.PEN_DOWN\n",
        "\n.PEN_UP\n",
        "\n.SEGMENT DIGIT",
        "\n.COORD",
        "\n.DT",
        "\n.INCLUDE",
        "\n.COMMENT",
        "\n.START_SET",
        *(" 0", " 0-1", " 1:0-2:3", " X", " Y", ' "7"', " ?", " 1e400", "\n", "\r", '"', "\\", ".", " nan"),
    ]
)


@given(text=st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("unipen") / "any.dat"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        samples = unipen_samples(path, "DIGIT")
    except DataError:
        return
    assert all(len(stroke) for item in samples.items for stroke in item.strokes)
