"""What a Reader answers with a page file; the layout itself is tested in test_layout.py."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_model import save_tiny_model
from tiny_page import CARD, HEIGHT, WIDTH, page_of, save_tiny_page

from inkread import InkreadError, ModelFileError, Reader, Strokes
from inkread.alphabet import ALPHABETS, TWINS
from inkread.card import Card
from inkread.modelfile import ModelFile, shipped_path
from inkread.reading import NOTHING_DRAWN, NOTHING_TO_READ, Box, Line


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader.load(save_tiny_page(tmp_path_factory.mktemp("models") / "page.onnx"))


def test_a_page_is_read_line_by_line(reader: Reader) -> None:
    reading = reader.read(page_of("12.50\n7.25"), alphabet="number")
    assert reading.text == "12.50\n7.25"
    assert reading.lines == (Line("12.50", 0, 5), Line("7.25", 5, 9))
    assert [glyph.candidates[0].label for glyph in reading.glyphs] == list("12.507.25")
    assert reading.glyphs[0].box == Box(20 - WIDTH / 2, 25 - HEIGHT / 2, WIDTH, HEIGHT)
    assert reading.confidence == pytest.approx(0.9923**9, abs=0.01)  # 0.9705, and its share of what letters have
    assert reading.unsure == ()
    assert reading.model == reader.model.id


def test_the_characters_are_read_where_no_alphabet_is_named(reader: Reader) -> None:
    assert reader.read(page_of("R2")).text == "R2"
    assert reader.read(page_of("R2")) == reader.read(page_of("R2"), "characters")


def test_only_labels_of_the_alphabet_are_answered(reader: Reader) -> None:
    for name in reader.alphabets:
        reading = reader.read(page_of("R2SO0.x"), name)
        assert set(reading.text) - {" ", "\n"} <= set(ALPHABETS[name])
        labels = {candidate.label for glyph in reading.glyphs for candidate in glyph.candidates}
        assert labels <= {*ALPHABETS[name], "not a character"}


def test_nothing_drawn_and_nothing_to_read_are_told_apart(reader: Reader) -> None:
    empty, rejected = reader.read(np.full((60, 60), 255, np.uint8)), reader.read(page_of(" ", rejected=2))
    assert (empty.text, empty.unsure, empty.confidence, empty.glyphs) == ("", (NOTHING_DRAWN,), 0.0, ())
    assert (rejected.text, rejected.unsure, rejected.glyphs) == ("", (NOTHING_TO_READ,), ())
    assert rejected.confidence == pytest.approx(0.9705**2, abs=0.01)


def test_each_doubt_is_named_once_and_in_order(reader: Reader) -> None:
    reading = reader.read(page_of("73374", torn="37"), "digits")
    assert reading.unsure == ("torn between 7 and 8", "torn between 3 and 4")


def test_many_pages_of_any_sizes_are_read_as_one_by_one(reader: Reader) -> None:
    pages = [page_of("1" * length) for length in (1, 5, 2, 5)] * 20
    assert reader.read_many(pages, "digits") == [reader.read(page, "digits") for page in pages]


def test_what_was_seen_comes_glyph_by_glyph_in_reading_order(reader: Reader) -> None:
    readings, seen = reader.read_seen([page_of("12"), page_of(" "), page_of("5\n6")], "digits")
    assert [reading.text for reading in readings] == ["12", "", "5\n6"]
    assert seen.shape == (4, 28, 28)
    assert (seen[:, 0, 0] * 100).round().tolist() == [1, 2, 5, 6]


def test_strokes_are_drawn_large_enough_for_each_glyph(reader: Reader) -> None:
    sizes = []

    class Noting(Reader):
        def _run(self, batch, outputs, **asked):  # type: ignore[no-untyped-def]
            sizes.append(batch[0].shape)
            return super()._run(batch, outputs, **asked)

    row = Strokes.parse([[[100 * i, 0], [100 * i, 50]] for i in range(20)])
    noting = Noting(reader.model)
    noting.read(row)
    (height, width), *_ = sizes
    assert height < 150
    assert 1000 < width <= 2100
    assert noting.read(Strokes.parse([])).unsure == (NOTHING_DRAWN,)
    noting.read(Strokes.parse([[[5, 5]]]))  # a dot
    assert all(side < 300 for side in sizes[-1])


def test_an_alphabet_that_the_file_lacks_is_an_error(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(InkreadError, match=r"expected one of the alphabets digits, number, .*, got 'greek'"):
        reader.read(page_of("1"), "greek")
    with pytest.raises(InkreadError, match="greek"):
        reader.read_many([page_of("1")], "greek")
    glyph_reader = Reader.load(save_tiny_model(tmp_path / "tiny.onnx"))
    flat = np.full((20, 20), 255, np.uint8)
    assert glyph_reader.read(flat, "digits") == glyph_reader.read(flat)
    with pytest.raises(InkreadError, match=r"expected no alphabet.*got 'number'.*\"page\""):
        glyph_reader.read(flat, "number")


def test_a_glyph_file_answers_with_a_line_of_one_glyph(tmp_path: Path) -> None:
    reader = Reader.load(save_tiny_model(tmp_path / "tiny.onnx"))
    assert reader.alphabets == ()
    assert reader.read(np.full((20, 20), 178, np.uint8)).lines == (Line("3", 0, 1),)
    assert reader.read(np.full((20, 20), 0, np.uint8)).lines == ()
    assert reader.read(np.full((20, 20), 255, np.uint8)).lines == ()


def test_a_page_file_has_no_probabilities_by_picture(reader: Reader) -> None:
    with pytest.raises(InkreadError, match="got a page file"):
        reader.probabilities([page_of("1")])


def test_pages_of_a_document_are_read_in_order(reader: Reader, tmp_path: Path) -> None:
    first, *more = (Image.fromarray(page_of(text)) for text in ("1", "22", "333"))
    first.save(tmp_path / "scan.tiff", save_all=True, append_images=more)
    assert [reading.text for reading in reader.read_pages(tmp_path / "scan.tiff", "digits")] == ["1", "22", "333"]
    assert [reading.text for reading in reader.read_pages((tmp_path / "scan.tiff").read_bytes())] == ["1", "22", "333"]


def test_a_page_files_card_says_what_it_can_be_asked_for(reader: Reader) -> None:
    card = reader.model.card
    assert (card.reads, card.alphabets, card.twins) == ("page", ALPHABETS, TWINS)
    assert Card.parse(card.to_json(), "card") == card


def test_a_glyph_files_card_is_written_as_ever(tmp_path: Path) -> None:
    card = ModelFile.open(save_tiny_model(tmp_path / "tiny.onnx")).card
    assert (card.reads, card.alphabets, card.twins) == ("glyph", {}, ())
    assert not {"reads", "alphabets", "twins"} & set(json.loads(card.to_json()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reads": "word"},
        {"alphabets": {}},
        {"alphabets": {"greek": ["α"]}},
        {"alphabets": {"digits": []}},
        {"alphabets": {"digits": [["0"]]}},
        {"alphabets": {"all": ["0", "not a character"]}},
        {"twins": [["0", "O"], ["O", "o"]]},
        {"twins": ["0O"]},
        {"reject": None},
    ],
)
def test_a_page_files_card_that_contradicts_itself_is_refused(wrong: dict[str, object], tmp_path: Path) -> None:
    path = save_tiny_page(tmp_path / "wrong.onnx", {**CARD, **wrong})
    with pytest.raises(ModelFileError, match=r"wrong\.onnx: expected"):
        ModelFile.open(path)


def test_a_shipped_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Reader.load("digits").model.path == shipped_path()
    assert shipped_path("page").name == "page.onnx"
    monkeypatch.setattr("inkread.modelfile.shipped_path", lambda name="digits": tmp_path / f"{name}.onnx")
    with pytest.raises(ModelFileError, match=r"page\.onnx: expected the shipped model file 'page', got no such file"):
        Reader.load("page")


def test_alphabets_are_parts_of_one_another() -> None:
    for part, whole in itertools.pairwise(["upper", "letters", "characters", "anything"]):
        assert set(ALPHABETS[part]) < set(ALPHABETS[whole])
    assert set(ALPHABETS["digits"]) < set(ALPHABETS["number"]) < set(ALPHABETS["anything"])
