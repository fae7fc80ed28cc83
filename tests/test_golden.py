"""The golden pictures: Python reads them as it did when they were written; web/src/readers tests the same files."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkread import Reader
from inkread.picture import decode
from tools import make_golden

GOLDEN: dict[str, Any] = json.loads((make_golden.FOLDER / "golden.json").read_text("utf-8"))
PICTURES = make_golden.pictures(GOLDEN["torn_tip"])
ANEW = "run `python -m tools.make_golden`"
TOLERANCE = 1e-4  # other processors round differently


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_they_were_read_with_the_shipped_model_file(reader: Reader) -> None:
    assert (GOLDEN["model"], GOLDEN["sha256"]) == (reader.model.id, reader.model.sha256), ANEW


def test_there_is_an_answer_for_each_picture_and_no_other() -> None:
    drawn = {path.stem for path in make_golden.FOLDER.glob("*.png")}
    assert drawn == set(GOLDEN["pictures"]) == set(PICTURES), ANEW


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_one_its_program_draws(name: str) -> None:
    kept, fresh = decode(picture(name)), PICTURES[name]()
    assert kept.shape == fresh.shape, ANEW
    assert abs(kept.astype(float) - fresh).mean() < 1, ANEW  # Pillow's filters differ by release


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_read_as_it_was(reader: Reader, name: str) -> None:
    golden, reading = GOLDEN["pictures"][name], reader.read(picture(name)).to_dict()
    _, glyphs = reader.read_seen([decode(picture(name))])
    probabilities = reader.probabilities([picture(name)])[0]
    assert probabilities == pytest.approx(list(golden["probabilities"].values()), abs=TOLERANCE)
    for exact in ("text", "unsure", "model"):
        assert reading[exact] == type(reading[exact])(golden["reading"][exact]), ANEW
    assert reading["confidence"] == pytest.approx(golden["reading"]["confidence"], abs=TOLERANCE)
    for glyph, expected in zip(reading["glyphs"], golden["reading"]["glyphs"], strict=True):
        assert glyph["box"] == pytest.approx(expected["box"], abs=0.01)  # px

    if golden["seen"]:
        seen = np.frombuffer(base64.b64decode(golden["seen"]), np.uint8).reshape(28, 28)
        assert abs(glyphs[0].reshape(28, 28) * 255 - seen).max() < 1


def test_between_them_they_hold_every_kind_of_answer() -> None:
    readings = [entry["reading"] for entry in GOLDEN["pictures"].values()]
    assert {reading["text"] for reading in readings} == {"", *"0123456789"}
    reasons = {reason.split(" between")[0] for reading in readings for reason in reading["unsure"]}
    assert {"nothing drawn", "not a digit", "torn"} <= reasons


def test_the_strokes_are_those_of_the_digits() -> None:
    assert json.loads((make_golden.FOLDER / "strokes.json").read_text("utf-8")) == make_golden.strokes(), ANEW


def picture(name: str) -> Path:
    return make_golden.FOLDER / f"{name}.png"
