import subprocess
import sys

import pytest

import inkread


def test_the_public_names_are_these_and_all_can_be_imported() -> None:
    assert sorted(inkread.__all__) == [
        "Box",
        "Candidate",
        "DataError",
        "Glyph",
        "InkreadError",
        "Line",
        "ModelFileError",
        "PictureError",
        "Reader",
        "Reading",
        "RecipeError",
        "RunError",
        "Strokes",
        "StrokesError",
        "__version__",
    ]
    for name in inkread.__all__:
        assert getattr(inkread, name) is not None
        assert name in dir(inkread)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'inkread' has no attribute 'Writer'"):
        inkread.Writer  # noqa: B018


def test_importing_inkread_imports_nothing_heavy() -> None:
    code = "import sys, inkread; print({'numpy', 'onnxruntime', 'PIL', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
