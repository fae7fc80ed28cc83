import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_model import CARD, flat, save_foreign_model, save_tiny_model

from inkread.alphabet import DIGITS
from inkread.card import Card, Source
from inkread.errors import ModelFileError
from inkread.foreign import ForeignModel, open_any
from inkread.modelfile import ModelFile, shipped_path


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny.onnx")


def test_a_model_file_tells_its_card_and_its_id(tiny: Path) -> None:
    model = ModelFile.open(tiny)
    assert model.sha256 == hashlib.sha256(tiny.read_bytes()).hexdigest()
    assert model.id == f"tiny@{model.sha256[:12]}"
    assert model.alphabet == DIGITS
    assert model.card.thresholds.reject == 0.5
    assert model.card.trained_on == (Source("nothing", "CC0", "", 0),)
    assert (model.path, model.size) == (tiny, tiny.stat().st_size)


def test_a_session_answers_pictures_of_one_size_together(tiny: Path) -> None:
    picture = np.stack([flat(0.3), flat(0.0)])
    probabilities, boxes, glyphs = ModelFile.open(tiny).session(2).run(None, {"picture": picture})
    assert probabilities[0].argmax() == 3
    assert boxes.tolist() == [[0, 0, 20, 20], [0, 0, 0, 0]]
    assert glyphs.shape == (2, 1, 28, 28)


def test_the_shipped_file_is_opened_by_default_or_its_path_is_named() -> None:
    if shipped_path().exists():
        assert ModelFile.open().path == shipped_path()
    else:
        with pytest.raises(ModelFileError, match=r"digits\.onnx: expected a model file"):
            ModelFile.open()


def test_a_card_survives_being_written() -> None:
    card = Card.parse(json.dumps(CARD), "card")
    assert Card.parse(card.to_json(), "again") == card
    assert json.loads(card.to_json()) == CARD


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": 2}, "expected a card of format 1, got 2"),
        ({"format": None}, "expected the card's 'format' as int, got None"),
        ({"alphabet": "0123456789"}, "expected the card's 'alphabet' as list"),
        ({"alphabet": ["0", "0", "1"], "reject": None}, "expected distinct labels"),
        ({"alphabet": ["0", "1"], "reject": "x"}, "expected the reject label among"),
        ({"alphabet": ["0", "x"], "reject": "x"}, "expected at least two labels to read"),
        ({"alphabet": [0, 1, 2]}, "expected at least two labels to read, all text"),
        ({"temperature": "warm"}, "expected the card's 'temperature' as a number, got 'warm'"),
        ({"temperature": 0}, "expected a temperature above 0"),
        ({"thresholds": {"reject": 0.5}}, "expected the card's 'sure' as a number, got None"),
        ({"parameters": True}, "expected the card's 'parameters' as int, got True"),
        ({"trained_on": ["mnist"]}, "expected the card's 'trained_on' as objects, got 'mnist'"),
        ({"trained_on": [{"name": "mnist"}]}, "expected the card's 'licence' as str, got None"),
    ],
)
def test_a_wrong_card_is_refused_by_field(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ModelFileError, match=complaint):
        Card.parse(json.dumps({**CARD, **change}), "card")


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)


@given(st.text(max_size=80) | VALUES.map(json.dumps))
@settings(max_examples=50)
def test_a_random_card_is_refused(text: str) -> None:
    with pytest.raises(ModelFileError, match=r"model\.onnx: expected"):
        Card.parse(text, "model.onnx")


@given(st.sampled_from(sorted(CARD)), VALUES)
@settings(max_examples=100)
def test_a_card_with_one_random_field_parses_or_is_refused(key: str, value: object) -> None:
    try:
        Card.parse(json.dumps({**CARD, key: value}), "model.onnx")
    except ModelFileError as error:
        assert str(error).startswith("model.onnx: ")


def test_a_missing_an_empty_and_a_foreign_file_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"none\.onnx: expected a model file .*no such file"):
        ModelFile.open(tmp_path / "none.onnx")
    with pytest.raises(ModelFileError, match="got a folder"):
        ModelFile.open(tmp_path)
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(ModelFileError, match=r"empty\.onnx: .*got 0 bytes"):
        ModelFile.open(tmp_path / "empty.onnx")
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(ModelFileError, match=r"text\.onnx: .*got 5 bytes that ONNX Runtime cannot load"):
        ModelFile.open(tmp_path / "text.onnx")


@given(share=st.floats(0, 0.999))
@settings(max_examples=25, deadline=None)
def test_a_truncated_model_file_is_refused(tiny: Path, tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    data = tiny.read_bytes()
    cut = tmp_path_factory.mktemp("cut") / "cut.onnx"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelFileError, match=r"cut\.onnx: expected"):
        ModelFile.open(cut)


def test_an_onnx_file_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"bare\.onnx: .*without its card.*inkread evaluate"):
        ModelFile.open(save_tiny_model(tmp_path / "bare.onnx", card=None))


def test_an_onnx_file_with_a_damaged_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"bad\.onnx: expected a card in JSON, got '{'"):
        ModelFile.open(save_tiny_model(tmp_path / "bad.onnx", card="{"))


def test_a_file_with_other_outputs_is_refused(tmp_path: Path) -> None:
    path = save_tiny_model(tmp_path / "half.onnx", outputs=("probabilities", "boxes"))
    with pytest.raises(ModelFileError, match=r"half\.onnx: expected the outputs .*glyphs.*, got probabilities"):
        ModelFile.open(path)


def test_a_file_with_fewer_probabilities_than_labels_is_refused(tmp_path: Path) -> None:
    card = {**CARD, "alphabet": [*CARD["alphabet"], "A"]}
    with pytest.raises(ModelFileError, match="expected 12 probabilities, as its alphabet has, got 11"):
        ModelFile.open(save_tiny_model(tmp_path / "short.onnx", card=card))


def half_lit() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """56x56: the upper left 2x2 block half white, so that the first of 28x28 pixels is 127.5 / 255."""
    picture = np.zeros((56, 56), np.uint8)
    picture[0, :2] = 255
    return picture


@pytest.mark.parametrize(
    "shape", [("n", 1, 28, 28), ("n", 28, 28, 1), ("n", 28, 28), ("n", 784), (1, 1, 28, 28), (None, 784)]
)
def test_a_foreign_classifier_sees_28x28_pixels_from_0_to_1(
    tmp_path: Path, shape: tuple[str | int | None, ...]
) -> None:
    model = ForeignModel.open(save_foreign_model(tmp_path / "net.onnx", shape))
    probabilities = model.probabilities([half_lit(), np.full((28, 28), 255, np.uint8)])
    e = np.exp(128 / 255)  # PIL rounds 127.5 up
    assert probabilities[0] == pytest.approx([e / (e + 9)] + [1 / (e + 9)] * 9, abs=1e-6)
    assert probabilities[1] == pytest.approx([0.1] * 10)
    assert model.alphabet.labels == tuple("0123456789")


def test_a_foreign_classifiers_probabilities_are_left_alone(tmp_path: Path) -> None:
    logits = ForeignModel.open(save_foreign_model(tmp_path / "logits.onnx"))
    chances = ForeignModel.open(save_foreign_model(tmp_path / "chances.onnx", logits=False))
    pictures = [half_lit(), flat(0.2)]
    assert chances.probabilities(pictures) == pytest.approx(logits.probabilities(pictures))


def test_no_pictures_give_no_probabilities(tmp_path: Path) -> None:
    assert ForeignModel.open(save_foreign_model(tmp_path / "net.onnx")).probabilities([]).shape == (0, 10)


def test_a_foreign_classifiers_parameters_are_counted(tmp_path: Path) -> None:
    assert ForeignModel.open(save_foreign_model(tmp_path / "net.onnx")).parameters == 100  # the 10x10 identity


@pytest.mark.parametrize("shape", [("n", 3, 28, 28), ("n", 32, 32), (2, 784), ("n", 1, "h", "w")])
def test_a_foreign_model_of_other_pictures_is_refused(tmp_path: Path, shape: tuple[str | int | None, ...]) -> None:
    with pytest.raises(ModelFileError, match=r"net\.onnx: expected one float input .*got x tensor\(float\)"):
        ForeignModel.open(save_foreign_model(tmp_path / "net.onnx", shape))


def test_a_foreign_model_with_other_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"expected an output of shape \(n, 10\).* got scores \(1, 26\)"):
        ForeignModel.open(save_foreign_model(tmp_path / "letters.onnx", answers=26))


def test_open_any_tells_model_files_from_foreign_ones(tiny: Path, tmp_path: Path) -> None:
    assert isinstance(open_any(tiny), ModelFile)
    assert isinstance(open_any(save_foreign_model(tmp_path / "net.onnx")), ForeignModel)
