"""MNIST-C, checked by hand on a few drawn digits."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="needs scipy: pip install 'inkread[bench]'")
pytest.importorskip("skimage", reason="needs scikit-image: pip install 'inkread[bench]'")

from benchmarks.mnist_c import CORRUPTIONS, corrupt  # after the skips: it needs both

Pictures = NDArray[np.uint8]

STEADY = ("scale", "brightness", "stripe", "canny_edges")  # chance plays no part in them


def seven() -> Pictures:
    """A 7 of strokes 3 px wide and grey 250, white on black, as MNIST places it; (28, 28)."""
    picture = np.zeros((28, 28), np.uint8)
    picture[6:9, 8:20] = 250
    for step in range(13):
        picture[9 + step, 17 - step // 2 : 20 - step // 2] = 250
    return picture


def sevens(n: int) -> Pictures:
    return np.repeat(seven()[None], n, axis=0)


def centre(picture: Pictures) -> tuple[float, float]:
    """Centre of mass, (y, x) px."""
    y, x = np.mgrid[:28, :28]
    return float((y * picture).sum() / picture.sum()), float((x * picture).sum() / picture.sum())


def test_the_fifteen_are_those_of_the_paper() -> None:
    assert list(CORRUPTIONS) == [
        "shot_noise",
        "impulse_noise",
        "glass_blur",
        "motion_blur",
        "shear",
        "scale",
        "rotate",
        "brightness",
        "translate",
        "stripe",
        "fog",
        "spatter",
        "dotted_line",
        "zigzag",
        "canny_edges",
    ]


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_every_corruption_changes_the_picture_and_keeps_shape_and_type(corruption: str) -> None:
    before = sevens(5)
    after = corrupt(corruption, before)
    assert after.shape == (5, 28, 28) and after.dtype == np.uint8
    assert all((picture != seven()).any() for picture in after)
    assert (before == seven()).all(), "the input was written to"


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_the_same_seed_gives_the_same_pictures(corruption: str) -> None:
    assert (corrupt(corruption, sevens(5), seed=3) == corrupt(corruption, sevens(5), seed=3)).all()


@pytest.mark.parametrize("corruption", [c for c in CORRUPTIONS if c not in STEADY])
def test_another_seed_gives_other_pictures_where_chance_plays_a_part(corruption: str) -> None:
    assert (corrupt(corruption, sevens(20), seed=1) != corrupt(corruption, sevens(20), seed=2)).any()


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_no_pictures_give_no_pictures(corruption: str) -> None:
    assert corrupt(corruption, sevens(0)).shape == (0, 28, 28)


def test_shot_noise_leaves_black_black_and_white_in_thirds() -> None:
    after = corrupt("shot_noise", np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)]))
    assert not after[0].any()
    assert set(np.unique(after[1])) == {0, 85, 170, 255}


def test_impulse_noise_hits_a_sixth_of_the_pixels_with_black_or_white() -> None:
    grey = np.full((50, 28, 28), 100, np.uint8)
    after = corrupt("impulse_noise", grey)
    assert np.mean(after != 100) == pytest.approx(0.17, abs=0.01)  # 39,200 pixels: standard error 0.002
    assert np.mean(after == 255) == pytest.approx(0.085, abs=0.01)
    assert set(np.unique(after)) == {0, 100, 255}


def test_glass_blur_keeps_the_ink_near_its_place() -> None:
    after = corrupt("glass_blur", sevens(50)).mean(axis=0)
    assert after.sum() == pytest.approx(seven().sum(), rel=0.05)
    assert np.hypot(*np.subtract(centre(after), centre(seven()))) < 1


def test_motion_blur_smears_a_dot_to_the_left_only() -> None:
    dot = np.zeros((40, 28, 28), np.uint8)
    dot[:, 14, 14] = 255
    after = corrupt("motion_blur", dot)
    assert not after[:, :, 15:].any()
    # weight of the first tap of a half Gaussian of 3 px over 21 taps: 1 / (sum of exp(-i^2 / 18))
    first = 1 / sum(np.exp(-(i**2) / 18) for i in range(21))
    assert (after[:, 14, 14] == round(255 * first)).all()
    assert (abs(after.sum(axis=(1, 2), dtype=int) - 255) <= 6).all()  # rounded at each of 21 taps


def test_translate_moves_the_mass_by_three_px_along_both_axes() -> None:
    moves = {
        tuple(np.subtract(centre(picture), centre(seven())).round(6)) for picture in corrupt("translate", sevens(30))
    }
    assert moves == {(3, 3), (3, -3), (-3, 3), (-3, -3)}


def test_scale_shrinks_to_seven_tenths_about_the_centre() -> None:
    block = np.zeros((1, 28, 28), np.uint8)
    block[0, 4:24, 4:24] = 200
    after = corrupt("scale", block)
    assert np.sqrt(after.sum() / 200) == pytest.approx(0.7 * 20, abs=0.2)
    assert centre(after[0]) == pytest.approx((13.5, 13.5))


def test_rotate_and_shear_agree_with_scikit_image() -> None:
    from skimage.transform import AffineTransform, warp

    turn, lean = np.cos(0.4), np.sin(0.4)
    matrices = {"rotate": [[turn, -lean], [lean, turn]], "shear": [[1, -lean], [0, turn]]}
    for corruption, matrix in matrices.items():
        linear = np.array(matrix, dtype=np.float64)
        affine = np.eye(3)
        affine[:2, :2] = linear
        affine[:2, 2] = 13.5 - linear @ [13.5, 13.5]
        expected = np.rint(warp(seven() / 255, AffineTransform(affine)) * 255)  # type: ignore[no-untyped-call]
        found = corrupt(corruption, sevens(20)).astype(float)
        assert any(abs(picture - expected).max() <= 1 for picture in found), corruption
        assert len(np.unique(found, axis=0)) == 2, "one for each direction"


def test_brightness_adds_half_of_the_range() -> None:
    after = corrupt("brightness", np.stack([np.full((28, 28), 40, np.uint8), np.full((28, 28), 250, np.uint8)]))
    assert (after[0] == 168).all()  # 40 + 127.5, to the even neighbour
    assert (after[1] == 255).all()


def test_stripe_inverts_the_outer_quarters() -> None:
    after = corrupt("stripe", sevens(1))[0]
    assert (after[:, 7:21] == seven()[:, 7:21]).all()
    assert (after[:, :7] == 255 - seven()[:, :7]).all()
    assert (after[:, 21:] == 255 - seven()[:, 21:]).all()


def test_fog_leaves_a_quarter_of_the_contrast() -> None:
    """Over 200 pictures the fog evens out, and ink stands out of it by 1 / (1 + 3) of its grey."""
    after = corrupt("fog", sevens(200)).mean(axis=0)
    ink = after[6:9, 8:20].mean() - after[3:6, 8:20].mean()
    brightest = 250 / 255
    assert ink == pytest.approx(250 * brightest / (brightest + 3), abs=6)


def test_fog_over_a_black_picture_is_black() -> None:
    assert not corrupt("fog", np.zeros((2, 28, 28), np.uint8)).any()


def test_spatter_is_never_brighter_than_mud_where_there_is_no_ink() -> None:
    after = corrupt("spatter", np.zeros((20, 28, 28), np.uint8))
    assert after.max() == 63 and after[after > 0].min() >= 50  # 0.8 of the mud, at least
    assert 0.05 < np.mean(after > 0) < 0.5


def test_the_dotted_line_has_gaps_two_columns_wide() -> None:
    after = corrupt("dotted_line", np.zeros((20, 28, 28), np.uint8))
    drawn = after.max(axis=1) > 0  # (n, columns)
    assert not drawn[:, np.arange(28) // 2 % 2 == 0].any()
    assert drawn[:, 2:27][:, np.arange(2, 27) // 2 % 2 == 1].all()


def test_the_zigzag_spans_columns_2_to_25() -> None:
    after = corrupt("zigzag", np.zeros((20, 28, 28), np.uint8))
    drawn = after.max(axis=1) > 0  # (n, columns)
    assert not drawn[:, :2].any() and not drawn[:, 26:].any()
    assert drawn[:, 2:25].mean() > 0.8  # one that runs out at the top or bottom misses columns


def test_canny_gives_thin_binary_edges_around_the_strokes() -> None:
    after = corrupt("canny_edges", sevens(1))[0]
    assert set(np.unique(after)) == {0, 255}
    assert after[:4].sum() == 0 and after[5:8, 8:20].any() and after[8:11, 8:14].any()


def test_other_pictures_and_names_are_refused_with_what_is_expected() -> None:
    with pytest.raises(ValueError, match=r"shot_noise, impulse_noise.*got 'snow'"):
        corrupt("snow", sevens(1))
    with pytest.raises(ValueError, match=r"expected pictures \(n, 28, 28\) uint8, got \(1, 32, 32\)"):
        corrupt("fog", np.zeros((1, 32, 32), np.uint8))
    with pytest.raises(ValueError, match="float64"):
        corrupt("fog", np.zeros((1, 28, 28)))  # type: ignore[arg-type]
