"""Teachers: the networks of the shipped files, as they answer another network's glyphs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inkread.errors import RecipeError
from inkread.modelfile import ModelFile
from inkread.picture import decode
from inkread.training.fit import batch_counts
from inkread.training.graph import extent
from inkread.training.recipe import Pages, Recipe, Sheets, Teacher
from inkread.training.teachers import centred, stood_on, teachers_of
from inkread.training.weights import geometry_of

DIGITS = sorted((Path(__file__).parents[1] / "golden").glob("[0-9]-*.png"))


def taught_by(*files: str) -> Recipe:
    return Recipe("taught", "inkread", 1, sheets=Sheets(), teacher=Teacher(files))


@pytest.fixture(scope="module")
def read() -> tuple[torch.Tensor, torch.Tensor]:
    """What the shipped file for digits sees in the golden ones (n, 1, 28, 28), and what it answers (n, 11)."""
    session = ModelFile.open("digits").session()
    answers = [session.run(["glyphs", "probabilities"], {"picture": decode(path)[None]}) for path in DIGITS]
    glyphs, probabilities = (
        torch.cat([torch.from_numpy(part) for part in parts]) for parts in zip(*answers, strict=True)
    )
    return glyphs, probabilities


def test_a_glyph_file_teaches_what_it_answers(read: tuple[torch.Tensor, torch.Tensor]) -> None:
    glyphs, probabilities = read
    (teacher,) = teachers_of(taught_by("digits"), "cpu")
    with torch.no_grad():
        assert torch.allclose(torch.softmax(teacher(glyphs), 1), probabilities, atol=1e-4)


def test_a_page_file_teaches_the_digits_it_would_read_when_asked_for_them(
    read: tuple[torch.Tensor, torch.Tensor],
) -> None:
    glyphs, _ = read
    first, second = teachers_of(taught_by("digits", "page"), "cpu")
    with torch.no_grad():
        answers = second(glyphs).exp()
    assert answers.shape == first(glyphs).shape
    assert torch.allclose(answers.sum(1), torch.ones(len(glyphs)), atol=1e-3)
    labels = torch.tensor([int(path.stem[0]) for path in DIGITS])
    assert int((answers.argmax(1) == labels).sum()) >= len(labels) - 1  # one of them is torn between 1 and 7


def test_a_teacher_on_sheets_says_nothing_of_mnists_own_pictures(read: tuple[torch.Tensor, torch.Tensor]) -> None:
    glyphs, _ = read
    recipe = replace(taught_by("digits"), batch=len(glyphs), teacher=Teacher(("digits",), on_sheets=("digits",)))
    of_all, on_sheets = teachers_of(recipe, "cpu")
    mnist, *_ = batch_counts(recipe)
    with torch.no_grad():
        answers, wanted = on_sheets(glyphs), of_all(glyphs)
    assert 0 < mnist < len(glyphs)
    assert answers[:mnist].isnan().all()
    assert torch.allclose(answers[mnist:], wanted[mnist:], atol=1e-4)


def test_a_glyph_file_cannot_teach_a_page_file() -> None:
    recipe = Recipe("taught", "inkread", 1, preprocessing="page", pages=Pages(), teacher=Teacher(("digits",)))
    with pytest.raises(RecipeError, match=r"teacher: expected a file that answers 0, 1, .*digits\.onnx answers 0, 1"):
        teachers_of(recipe, "cpu")


def test_a_recipe_without_the_table_has_no_teachers() -> None:
    assert teachers_of(Recipe("alone", "inkread", 1), "cpu") == []


def test_a_card_names_each_file_that_its_model_stands_on_once() -> None:
    teacher = Teacher(("digits",), on_sheets=("page", "digits"))
    recipe = Recipe("taught", "inkread", 1, sheets=Sheets(finder="digits"), teacher=teacher)
    assert stood_on(recipe) == [ModelFile.open("digits").id, ModelFile.open("page").id]
    assert stood_on(Recipe("alone", "inkread", 1)) == []


def test_a_finder_is_taken_as_it_is_in_its_file(read: tuple[torch.Tensor, torch.Tensor]) -> None:
    geometry = geometry_of(ModelFile.open("digits"))
    with torch.no_grad():
        glyphs = torch.cat([geometry(torch.from_numpy(decode(path).copy())[None])[0] for path in DIGITS])
    assert torch.allclose(glyphs, read[0], atol=1e-3)


@given(st.integers(0, 12), st.integers(0, 18), st.integers(4, 9), st.integers(8, 15))
def test_a_centred_glyph_has_its_box_in_the_middle(left: int, top: int, width: int, height: int) -> None:
    glyph = torch.zeros(1, 1, 28, 28)
    glyph[..., top : top + min(height, 27 - top), left : left + width] = 1
    first, last = extent(centred(glyph), 0.4)
    assert ((first + last) / 2 - 14).abs().max() < 0.3


def test_an_empty_glyph_stays_where_it_is() -> None:
    assert not centred(torch.zeros(2, 1, 28, 28)).any()
