"""Recipes: what is in the folder is right, and what is wrong is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from inkread.errors import RecipeError
from inkread.modelfile import ModelFile
from inkread.training.recipe import parse_recipe, read_recipe

RECIPES = sorted(Path("recipes").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_in_the_folder_is_valid_and_named_as_its_file_or_as_what_it_starts_from(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.name == (ModelFile.open(recipe.start).card.name if recipe.start else path.stem)
    assert recipe.description


def test_the_classics_are_all_there() -> None:
    assert {path.stem for path in RECIPES} >= {
        "inkread",
        "small",
        "medium",
        "wide",
        "deep",
        "lenet5",
        "resnet20",
        "mobile",
    }


WRONG = {
    "an unknown field": ({"learning_rate": 1e-3}, "unknown field 'learning_rate'; known are name"),
    "an unknown field of a table": ({"optimizer": {"rate": 1}}, "optimizer: unknown field 'rate'"),
    "an unknown network": ({"network": "vgg"}, "network: expected one of inkread, small"),
    "an unknown schedule": (
        {"schedule": {"name": "step"}},
        "schedule: name: expected one of cosine, one-cycle",
    ),
    "a table that names no teacher": ({"teacher": {"files": []}}, "teacher: files: expected one at least, got none"),
    "a teacher on sheets that are not made": (
        {"teacher": {"files": ["digits"], "on_sheets": ["page"]}},
        "teacher: on_sheets: expected with a [sheets] table, got none",
    ),
    "a letter like no digit": ({"sheets": {"twins": ["O", "K"]}}, "expected letters written like a digit, got 'K'"),
    "a start of pages": (
        {"start": "page", "preprocessing": "page", "pages": {}},
        "start: expected without a [pages] table, got 'page'",
    ),
    "a number as text": ({"epochs": "5"}, "epochs: expected a int, got '5'"),
    "a truth value as number": ({"epochs": True}, "epochs: expected a int, got True"),
    "no epochs": ({"epochs": 0}, "expected epochs >= 1"),
    "a table that is none": ({"optimizer": "adam"}, "optimizer: expected a table of name"),
    "a list that is none": ({"sheets": {"digits": "mnist"}}, "sheets: digits: expected a list of names"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_recipe_is_refused_by_field_for(what: str) -> None:
    change, message = WRONG[what]
    with pytest.raises(RecipeError) as error:
        parse_recipe({"name": "x", "network": "small", "epochs": 1, **change}, "x.toml")
    assert str(error.value).startswith("x.toml: ")
    assert message in str(error.value)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(RecipeError, match="network"):
        parse_recipe({"name": "x", "epochs": 1}, "x.toml")


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("name = ")
    with pytest.raises(RecipeError, match=r"broken\.toml: expected TOML"):
        read_recipe(path)
