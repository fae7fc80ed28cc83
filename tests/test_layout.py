"""What lines of text are made of the glyphs of a page; tests/golden/layout.json holds the page's twin to the same."""

import itertools
import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkread.alphabet import ALPHABETS, NOT_A_CHARACTER, PAGE, TWINS
from inkread.layout import Mask, lay_out
from tools import make_layout
from tools.make_layout import CASES, Found, arrays, laid_out, likely, single, written

GOLDEN: dict[str, Any] = json.loads(make_layout.FILE.read_text("utf-8"))


def text_of(found: list[Found], alphabet: str = "characters") -> str:
    return "\n".join(line.text for line in laid_out(found, alphabet).lines)


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_read_as_it_was_written(name: str) -> None:
    assert text_of(CASES[name].found, CASES[name].alphabet) == CASES[name].text


def test_the_golden_cases_are_those_of_the_program() -> None:
    fresh = json.loads(json.dumps(make_layout.golden()))
    assert fresh["cases"] == GOLDEN["cases"], "run `python -m tools.make_layout`"
    assert fresh == GOLDEN


@pytest.mark.parametrize("angle", [-15, -8, 0, 8, 15])
@pytest.mark.parametrize("seed", range(5))
def test_unsteady_lines_of_any_slope_stay_lines(angle: float, seed: int) -> None:
    chance = random.Random(seed)
    lines = [
        " ".join("".join(chance.choices("0123456789", k=chance.randint(2, 6))) for _ in range(2)) for _ in range(4)
    ]
    text = "\n".join(lines)
    found = written(text, left=400, top=300, angle=angle, space=2.4, unsteady=0.1, seed=seed)
    assert text_of(chance.sample(found, len(found)), "digits") == text


def test_lines_that_fan_out_are_followed_each_along_its_own_slope() -> None:
    found = written("314159 26535", top=100, angle=-8, known=1) + written("897932 38462", top=230, angle=10, known=1)
    assert text_of(found) == "314159 26535\n897932 38462"


@pytest.mark.parametrize("sign", ".,-:")
def test_a_small_sign_belongs_to_the_line_it_is_level_with(sign: str) -> None:
    text = f"12{sign}5\n34\n6{sign}78"
    assert text_of(written(text, spacing=1.25, known=1), "number") == text


@pytest.mark.parametrize("sign", "-.(")
def test_a_line_may_begin_with_a_small_sign(sign: str) -> None:
    assert text_of(written(f"{sign}12\n{sign}34", known=1), "number") == f"{sign}12\n{sign}34"


def test_raised_cents_stay_in_the_line() -> None:
    cents = [([60 + 16 * i, 8, 12, 18], likely(sign, 1)) for i, sign in enumerate("50")]
    assert text_of([*written("12", left=0, top=10, known=1), *cents], "number") == "1250"


@pytest.mark.parametrize("alphabet", ["letters", "characters", "anything"])
def test_a_wide_gap_is_a_space_among_letters(alphabet: str) -> None:
    assert text_of(written("HAT END", known=1), alphabet) == "HAT END"


@pytest.mark.parametrize("alphabet", ["digits", "number"])
def test_only_a_very_wide_gap_is_a_space_among_digits(alphabet: str) -> None:
    assert text_of(written("437 437", space=1, known=1), alphabet) == "437437"
    assert text_of(written("437 437", space=2.5, known=1), alphabet) == "437 437"


@pytest.mark.parametrize(
    ("twin", "digits", "letters"), [("0", "304", "AOE"), ("1", "314", "AIE"), ("2", "324", "AZE"), ("5", "354", "ASE")]
)
def test_a_twin_is_a_digit_among_digits_and_a_letter_among_letters(twin: str, digits: str, letters: str) -> None:
    assert text_of(written(digits), "characters") == digits
    assert text_of(written(letters), "characters") == letters
    assert twin in digits


def test_a_letter_taken_for_likely_gives_way_to_its_word() -> None:
    digits = written("3_4", known=1)
    found = [digits[0], ([80, 60, 24, 40], {"O": 0.8, "0": 0.15, NOT_A_CHARACTER: 0.05}), digits[2]]
    assert text_of(found) == "304"


def test_what_has_no_twin_is_not_changed_by_its_word() -> None:
    assert text_of(written("R2D2", known=1)) == "R2D2"


@pytest.mark.parametrize("word", ["cave", "Cave", "CAVE", "Sand", "sand", "move", "Move", "wax", "Zebra"])
def test_the_case_of_twins_is_settled_by_their_height(word: str) -> None:
    assert text_of(written(word), "letters") == word


def test_a_glyph_alone_keeps_its_best_label() -> None:
    for label, other in itertools.permutations(["0", "O", "o"], 2):
        assert text_of([single("0", 10, 10, **{f"_{label}": 0.5, f"_{other}": 0.3})]) == label


def test_what_context_decides_shows_in_the_probabilities() -> None:
    page = laid_out(written("304"), "characters")
    zero = page.probabilities[1]
    assert zero[PAGE.index("0")] > 0.8
    assert zero.sum() == pytest.approx(laid_out([written("304")[1]], "characters").probabilities.sum())


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_mask_keeps_the_whole_probability(alphabet: str) -> None:
    mask = Mask(PAGE, ALPHABETS[alphabet], TWINS)
    shares = mask(np.eye(len(PAGE), dtype=np.float32))
    assert shares.shape == (71, len(ALPHABETS[alphabet]) + 1)
    assert (shares >= 0).all()
    assert shares.sum(1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("alphabet", "number"), [("digits", True), ("number", True), ("upper", False), ("anything", False)]
)
def test_a_mask_tells_whether_only_a_number_is_asked_for(alphabet: str, number: bool) -> None:
    assert Mask(PAGE, ALPHABETS[alphabet], TWINS).number.tolist() == [number]


def test_a_mask_gives_a_label_to_its_twins_or_to_reject() -> None:
    mask = Mask(PAGE, ALPHABETS["letters"], TWINS)
    zero, four, letter = mask(np.eye(len(PAGE), dtype=np.float32)[[PAGE.index(label) for label in "04R"]])
    assert {label: p for label, p in zip(mask.labels.labels, zero, strict=True) if p} == {"O": 0.5, "o": 0.5}
    assert four[-1] == 1
    assert letter[mask.labels.index("R")] == 1


def test_a_four_that_looks_like_a_letter_is_a_four_among_digits_and_a_letter_alone_is_none() -> None:
    mask = Mask(PAGE, ALPHABETS["digits"], TWINS)
    glyphs = np.zeros((3, len(PAGE)))
    for row, label, p in ((0, "Y", 0.75), (0, "4", 0.2), (0, "7", 0.05), (1, "K", 0.99), (1, "4", 0.01),
                          (2, "/", 0.9), (2, "1", 0.1)):  # fmt: skip
        glyphs[row, PAGE.index(label)] = p
    four, letter, slash = mask(glyphs)
    assert (four[4], four[7], four[-1]) == pytest.approx((0.8, 0.2, 0))
    assert (letter[4], letter[-1]) == pytest.approx((0.01, 0.99))
    assert (slash[1], slash[-1]) == pytest.approx((0.1, 0.9))


def test_an_i_that_may_be_a_one_is_an_i_among_small_letters() -> None:
    mask = Mask(PAGE, ALPHABETS["lower"], TWINS)
    glyph = np.zeros((1, len(PAGE)))
    for label, p in (("i", 0.4), ("1", 0.3), ("I", 0.2), ("l", 0.1)):
        glyph[0, PAGE.index(label)] = p
    (row,) = mask(glyph)
    assert row[mask.labels.index("i")] == pytest.approx(0.8, abs=1e-4)
    assert row[mask.labels.index("l")] == pytest.approx(0.2, abs=1e-4)


def test_twins_are_known_labels_and_none_has_two_shapes() -> None:
    twins = [label for group in TWINS for label in group]
    assert len(set(twins)) == len(twins)
    assert set(twins) <= set(PAGE.labels)


BOXES = st.tuples(*[st.integers(0, 2000)] * 2, *[st.integers(1, 200)] * 2)
LABELS = st.dictionaries(st.sampled_from(PAGE.labels), st.floats(0, 1, width=16), max_size=4)
PAGES = st.lists(st.tuples(BOXES.map(list), LABELS), max_size=40, unique_by=lambda found: tuple(found[0]))


@settings(max_examples=200, deadline=None)
@given(PAGES, st.sampled_from(list(ALPHABETS)), st.randoms(use_true_random=False))
def test_any_boxes_in_any_order_are_each_read_once(found: list[Found], alphabet: str, chance: random.Random) -> None:
    page = laid_out(found, alphabet)
    assert len(set(page.order)) == len(page.order) == len(page.chosen) == len(page.probabilities)
    _, probabilities = arrays(found)
    rejected = Mask(PAGE, ALPHABETS[alphabet], TWINS)(probabilities)[:, -1] >= make_layout.REJECT
    assert set(page.order) == set(np.flatnonzero(~rejected).tolist())
    assert [line.first for line in page.lines] + [len(page.order)] == [0, *(line.end for line in page.lines)]
    assert [len(line.text.replace(" ", "")) for line in page.lines] == [line.end - line.first for line in page.lines]
    shuffled = chance.sample(found, len(found))
    again = laid_out(shuffled, alphabet)
    assert [line.text for line in again.lines] == [line.text for line in page.lines]
    assert [shuffled[row] for row in again.order] == [found[row] for row in page.order]


@settings(max_examples=100, deadline=None)
@given(PAGES, st.sampled_from([0.25, 1.0, 8.0]), st.integers(-500, 500), st.integers(0, 3000))
def test_scaling_or_moving_a_page_changes_nothing(found: list[Found], scale: float, right: int, down: int) -> None:
    moved: list[Found] = [
        ([scale * (x + right), scale * (y + down), scale * width, scale * height], labels)
        for (x, y, width, height), labels in found
    ]
    assert laid_out(moved, "anything").lines == laid_out(found, "anything").lines


@pytest.mark.parametrize("shape", ["row", "column", "rows", "scattered"])
def test_500_glyphs_are_all_laid_out(shape: str) -> None:
    chance = random.Random(0)
    places = {
        "row": [(40 * i, 10) for i in range(500)],
        "column": [(10, 60 * i) for i in range(500)],
        "rows": [(40 * (i % 25), 60 * (i // 25)) for i in range(500)],
        "scattered": [(chance.randint(0, 4000), chance.randint(0, 4000)) for _ in range(500)],
    }[shape]
    boxes, probabilities = arrays([([x, y, 24, 40], likely("5")) for x, y in places])
    mask = Mask(PAGE, ALPHABETS["characters"], TWINS)
    page = lay_out(boxes, mask(probabilities), mask.labels, TWINS, 0.5)
    assert sorted(page.order) == list(range(500))
