"""The icons of the page are those its program draws, and what the manifest says of them."""

import io

import numpy as np
import pytest
from PIL import Image

from tools import make_icons


@pytest.mark.parametrize("name", make_icons.icons())
def test_an_icon_is_as_drawn(name: str) -> None:
    kept, fresh = (make_icons.FOLDER / name).read_bytes(), make_icons.icons()[name]
    if name.endswith(".svg"):
        assert kept == fresh, "run `python -m tools.make_icons`"
        return
    with Image.open(io.BytesIO(kept)) as one, Image.open(io.BytesIO(fresh)) as other:
        assert (one.size, one.mode) == (other.size, other.mode)
        assert abs(np.asarray(one, float) - np.asarray(other, float)).mean() < 1  # drawing differs by release


def test_a_system_may_cut_a_circle_out_of_the_maskable_icon() -> None:
    with Image.open(make_icons.FOLDER / "icon-maskable-512.png") as icon:
        light = np.argwhere(np.asarray(icon.convert("L")) > 128)
    assert np.hypot(*(light - 255.5).T).max() < 0.4 * 512  # w3.org/TR/appmanifest, "safe zone"
