import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_model import CARD, SHARPNESS, flat, save_tiny_model

from inkread.errors import ModelFileError, PictureError
from inkread.reader import Reader, to_picture
from inkread.reading import Box
from inkread.strokes import Strokes


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader.load(save_tiny_model(tmp_path_factory.mktemp("models") / "tiny.onnx"))


def test_a_sure_digit_is_read_with_its_box_and_candidates(reader: Reader) -> None:
    reading = reader.read(flat(0.7, height=10, width=30))
    assert (reading.text, reading.unsure, reading.model) == ("7", (), reader.model.id)
    assert reading.confidence > 0.98
    (glyph,) = reading.glyphs
    assert glyph.box == Box(0, 0, 30, 10)
    assert glyph.candidates[0].label == "7"
    assert {candidate.label for candidate in glyph.candidates[1:3]} == {"6", "8"}
    assert glyph.candidates[0].probability == reading.confidence
    assert sum(candidate.probability for candidate in glyph.candidates) == pytest.approx(1)


def test_between_two_digits_it_is_torn_and_says_which(reader: Reader) -> None:
    reading = reader.read(flat(0.752))
    assert reading.text == "8"  # 191.8 -> level 63, darkness 0.7529
    assert reading.unsure == ("torn between 8 and 7",)
    d = 1 - 63 / 255
    odds = np.exp(-SHARPNESS * (d - np.linspace(0, 1, 11)) ** 2)
    assert reading.confidence == pytest.approx(odds[8] / odds.sum(), abs=1e-4)


def test_what_is_no_digit_is_not_read(reader: Reader) -> None:
    reading = reader.read(flat(1.0))
    assert (reading.text, reading.unsure) == ("", ("not a digit",))
    assert reading.confidence > 0.98
    assert reading.glyphs[0].candidates[0].label == "not a digit"


def test_below_the_reject_threshold_the_best_digit_is_read_but_torn(tmp_path: Path) -> None:
    card = {**CARD, "thresholds": {"reject": 0.9999, "sure": 0.9}}
    reading = Reader.load(save_tiny_model(tmp_path / "m.onnx", card)).read(flat(1.0))
    assert (reading.text, reading.unsure) == ("9", ("torn between 9 and 8",))
    assert reading.confidence < 0.01


def test_a_model_without_a_reject_label_reads_every_label(tmp_path: Path) -> None:
    card = {**CARD, "alphabet": [*"0123456789", "A"], "reject": None}
    assert Reader.load(save_tiny_model(tmp_path / "m.onnx", card)).read(flat(1.0)).text == "A"


def test_an_empty_picture_says_so(reader: Reader) -> None:
    reading = reader.read(flat(0.0))
    assert (reading.text, reading.confidence, reading.glyphs) == ("", 0.0, ())
    assert reading.unsure == ("nothing drawn",)


def test_a_reading_is_ready_for_json(reader: Reader) -> None:
    fields = json.loads(json.dumps(reader.read(flat(0.7)).to_dict()))
    assert fields["text"] == "7"
    assert fields["glyphs"][0]["box"] == {"x": 0, "y": 0, "width": 20, "height": 20}


def test_every_kind_of_source_is_read_the_same(reader: Reader, tmp_path: Path) -> None:
    array = flat(0.4)
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    path = tmp_path / "four.png"
    path.write_bytes(buffer.getvalue())
    expected = reader.read(array)
    assert expected.text == "4"
    for source in (
        path,
        str(path),
        buffer.getvalue(),
        bytearray(buffer.getvalue()),
        Image.open(path),
        Image.fromarray(array).convert("RGB"),
        np.dstack([array] * 3),
        array / np.float32(255),
        np.asfortranarray(array),
        np.repeat(array, 2, axis=0)[::2],
    ):
        assert reader.read(source) == expected, type(source)


@pytest.mark.parametrize("source", [None, 7, [[0, 1], [1, 0]], object()])
def test_any_other_source_is_refused(reader: Reader, source: Any) -> None:
    with pytest.raises(PictureError, match="expected a path, bytes, an array, a PIL image or Strokes, got"):
        reader.read(source)


def test_strokes_are_drawn_in_the_middle_at_60_percent() -> None:
    picture = to_picture(Strokes.parse([[[1000, 5], [1000, 5.5]]]))
    assert picture.shape == (280, 280)
    rows, columns = np.nonzero(picture < 128)
    assert rows.min() == pytest.approx(140 - 84 - 8, abs=1)  # half of 168 px, and half the pen
    assert rows.max() == pytest.approx(140 + 84 + 8, abs=1)
    assert columns.min() == pytest.approx(140 - 8, abs=1)
    assert columns.max() == pytest.approx(140 + 8, abs=1)


def test_a_dot_is_drawn_as_a_dot() -> None:
    ink = to_picture(Strokes.parse([[[3, 3]]])) < 128
    assert ink.sum() == pytest.approx(np.pi * 8**2, rel=0.1)
    assert ink[140, 140]


def test_empty_strokes_are_nothing_drawn(reader: Reader) -> None:
    assert reader.read(Strokes(())).unsure == ("nothing drawn",)


def test_many_are_read_in_order_whatever_their_sizes(reader: Reader) -> None:
    rng = np.random.default_rng(0)
    sizes = [tuple(int(side) for side in rng.choice([5, 20, 900], 2)) for _ in range(150)]
    pictures = [flat(rng.integers(0, 11) / 10, height, width) for height, width in sizes]
    many = reader.read_many(pictures)
    for got, picture in zip(many, pictures, strict=True):
        expected = reader.read(picture)
        assert (got.text, got.unsure, got.model) == (expected.text, expected.unsure, expected.model)
        assert got.confidence == pytest.approx(expected.confidence, abs=1e-5)  # sums are added in another order
        assert [glyph.box for glyph in got.glyphs] == [glyph.box for glyph in expected.glyphs]
    assert {reading.text for reading in many} == {"", *"123456789"}


def test_many_may_be_a_generator_of_mixed_sources(reader: Reader, tmp_path: Path) -> None:
    Image.fromarray(flat(0.4)).save(tmp_path / "four.png")

    def sources() -> Iterator[Any]:
        for _ in range(200):
            yield tmp_path / "four.png"
            yield flat(0.5)

    assert [reading.text for reading in reader.read_many(sources())] == ["4", "5"] * 200


def test_none_are_read_as_none(reader: Reader) -> None:
    assert reader.read_many([]) == []
    assert reader.probabilities([]).shape == (0, 11)


def test_an_unreadable_one_among_many_is_raised(reader: Reader) -> None:
    with pytest.raises(PictureError, match="none of them"):
        reader.read_many([flat(0.5)] * 300 + [b"no picture"] + [flat(0.5)] * 300)


def test_an_endless_input_stops_at_the_first_error(reader: Reader) -> None:
    def sources() -> Iterator[Any]:
        while True:
            yield flat(0.5)
            yield b"no picture"

    with pytest.raises(PictureError, match="none of them"):
        reader.read_many(sources())


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=140))
@settings(max_examples=20, deadline=None)
def test_a_batch_gives_the_probabilities_of_the_single_ones(reader: Reader, sizes: list[tuple[int, int, int]]) -> None:
    pictures = [np.full((height, width), grey, np.uint8) for grey, height, width in sizes]
    single = [reader.probabilities([picture])[0] for picture in pictures]
    assert reader.probabilities(pictures) == pytest.approx(np.array(single), abs=1e-6)


def test_a_missing_model_file_is_named() -> None:
    with pytest.raises(ModelFileError, match=r"none\.onnx: .*no such file"):
        Reader.load("none.onnx")


def test_reading_an_array_loads_neither_pil_nor_the_command_line_nor_torch(tmp_path: Path) -> None:
    path = save_tiny_model(tmp_path / "tiny.onnx")
    code = (
        "import sys, numpy, inkread\n"
        f"inkread.Reader.load({str(path)!r}).read(numpy.zeros((9, 9), numpy.uint8))\n"
        "print([name for name in ('PIL', 'typer', 'rich', 'torch', 'onnx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
