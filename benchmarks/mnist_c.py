"""MNIST-C: fifteen corruptions of 28x28 digits, generated here, never trained on.

Defined by Mu and Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision", 2019, arXiv 1906.02337; the
strengths are the defaults of their repository google-research/mnist-c (`corruptions.py`), named at each
function. Their randomness was never seeded, so nobody can draw their very pictures again: these follow the
same distributions, from a seed.

    pictures (n, 28, 28) uint8 -> ink 0-1 -> one function of CORRUPTIONS -> rounded (n, 28, 28) uint8

Where a library has changed its meaning since 2019, the meaning of 2019 is kept: scikit-image 0.15 took a
shear as an angle, and with `multichannel=True` it took the columns of a grey picture for its channels, so
that their glass blur smooths along columns only. Motion blur is ImageMagick's, whose kernel is one-sided.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import feature

Ink = NDArray[np.float64]
"""(n, 28, 28), 0-1, 1 = white ink."""

SIDE = 28  # px
_CHUNK = 1_000  # pictures at a time: 6 MB a float array
_CENTRE = (SIDE - 1) / 2  # px; turns and scalings keep this point
_FOG_MAP = 256  # px, side of the map of which fog shows a corner


def corrupt(corruption: str, pictures: NDArray[np.uint8], *, seed: int = 0) -> NDArray[np.uint8]:
    """Pictures (n, 28, 28) uint8 under one of CORRUPTIONS, as an array of the same shape and type.

    The same seed gives the same pictures; each corruption has its own random stream. Raises ValueError for an
    unknown name, or pictures of another shape or type.
    """
    if corruption not in CORRUPTIONS:
        raise ValueError(f"expected one of {', '.join(CORRUPTIONS)}; got {corruption!r}")
    if pictures.dtype != np.uint8 or pictures.ndim != 3 or pictures.shape[1:] != (SIDE, SIDE):
        raise ValueError(
            f"expected pictures (n, {SIDE}, {SIDE}) uint8, got {pictures.shape} {pictures.dtype}; "
            "MNIST-C is defined for MNIST's own pictures"
        )
    rng = np.random.default_rng([seed, list(CORRUPTIONS).index(corruption)])
    result = np.empty_like(pictures)
    for start in range(0, len(pictures), _CHUNK):
        part = slice(start, start + _CHUNK)
        ink = CORRUPTIONS[corruption](pictures[part] / 255.0, rng)
        result[part] = np.rint(np.clip(ink, 0, 1) * 255)
    return result


# Noise and blur


def shot_noise(ink: Ink, rng: np.random.Generator) -> Ink:
    """Each pixel counts photons; 3 is the mean count of full white."""
    return rng.poisson(ink * 3) / 3


def impulse_noise(ink: Ink, rng: np.random.Generator) -> Ink:
    """17 % of the pixels become black or white, each as likely."""
    hit = rng.random(ink.shape) < 0.17
    return np.where(hit, rng.integers(0, 2, ink.shape), ink)


def glass_blur(ink: Ink, rng: np.random.Generator) -> Ink:
    """Smooth by 0.7 px, let neighbours change places twice over, smooth again."""
    grey = np.floor(_smooth_columns(ink, 0.7) * 255)  # the swaps were made on whole grey levels
    pictures = np.arange(len(grey))
    for _ in range(2):
        for y in range(SIDE - 1, 1, -1):
            for x in range(SIDE - 1, 1, -1):  # in this order: a pixel may travel several places
                chosen = pictures[rng.random(len(grey)) < 0.5]
                step = rng.integers(-1, 1, (2, len(chosen)))  # px, -1 or 0, along each axis
                y2, x2 = y + step[0], x + step[1]
                grey[chosen, y, x], grey[chosen, y2, x2] = grey[chosen, y2, x2], grey[chosen, y, x]
    return _smooth_columns(grey / 255, 0.7)


def motion_blur(ink: Ink, rng: np.random.Generator) -> Ink:
    """Smear along a line at -45 to 45 degrees: ImageMagick's `-motion-blur 10x3`.

    Its kernel starts at the pixel and runs one way: 21 taps, a half Gaussian of 3 px, each tap from the
    nearest pixel, the border repeated (`MotionBlurImage` in ImageMagick's effect.c).
    """
    angles = np.deg2rad(rng.uniform(-45, 45, len(ink)))
    steps = np.arange(2 * 10 + 1)
    weights = np.exp(-(steps**2) / (2 * 3.0**2))
    weights /= weights.sum()
    pictures = np.arange(len(ink))[:, None, None]
    rows, columns = np.arange(SIDE)[None, :, None], np.arange(SIDE)[None, None, :]
    smeared = np.zeros_like(ink)
    for step, weight in zip(steps, weights, strict=True):
        y = rows + np.ceil(step * np.sin(angles) - 0.5).astype(int)[:, None, None]
        x = columns + np.ceil(step * np.cos(angles) - 0.5).astype(int)[:, None, None]
        smeared += weight * ink[pictures, y.clip(0, SIDE - 1), x.clip(0, SIDE - 1)]
    return smeared


# Geometry: where each pixel of the result comes from


def shear(ink: Ink, rng: np.random.Generator) -> Ink:
    """The vertical axis leans by 0.4 rad to the left or right and keeps its length."""
    return _either_way(ink, rng, lambda sign: np.array([[1, -np.sin(0.4 * sign)], [0, np.cos(0.4)]]))


def rotate(ink: Ink, rng: np.random.Generator) -> Ink:
    """A turn by 0.4 rad to the left or right."""
    c, s = np.cos(0.4), np.sin(0.4)
    return _either_way(ink, rng, lambda sign: np.array([[c, -s * sign], [s * sign, c]]))


def scale(ink: Ink, _: np.random.Generator) -> Ink:
    """Shrunk to 70 %."""
    return _warp(ink, np.eye(2) / 0.7)


def translate(ink: Ink, rng: np.random.Generator) -> Ink:
    """Moved 3 px left or right and 3 px up or down; what leaves the picture is lost."""
    padded = np.pad(ink, ((0, 0), (3, 3), (3, 3)))
    left, top = rng.choice([0, 6], (2, len(ink), 1, 1))
    pictures, rows, columns = np.ogrid[: len(ink), :SIDE, :SIDE]
    moved: Ink = padded[pictures, top + rows, left + columns]
    return moved


# Light and dirt


def brightness(ink: Ink, _: np.random.Generator) -> Ink:
    """Half of the range is added; of a grey picture, the value of HSV is the grey itself."""
    return ink + 0.5


def stripe(ink: Ink, _: np.random.Generator) -> Ink:
    """The outer quarters, 7 columns each, are inverted."""
    result = ink.copy()
    result[:, :, :7] = 1 - ink[:, :, :7]
    result[:, :, 21:] = 1 - ink[:, :, 21:]
    return result


def fog(ink: Ink, rng: np.random.Generator) -> Ink:
    """Three parts of plasma fractal (roughness decay 1.4) over one part of picture."""
    brightest: Ink = ink.max(axis=(1, 2), keepdims=True)
    clouds = np.zeros_like(ink)
    for i in range(0, len(ink), 50):  # 50 maps take 26 MB
        clouds[i : i + 50] = _plasma(len(ink[i : i + 50]), 1.4, rng)[:, :SIDE, :SIDE]
    return (ink + 3 * clouds) * brightest / (brightest + 3)


def spatter(ink: Ink, rng: np.random.Generator) -> Ink:
    """Mud of grey 63 covers what noise of mean 0.65, smoothed by 1 px, leaves above 0.65 in wide patches."""
    drops = _smooth(rng.normal(0.65, 0.3, ink.shape), 1) > 0.65
    mud = _smooth(drops.astype(np.float64), 1.5)
    mud[mud < 0.8] = 0
    return ink * (1 - mud) + 63 / 255 * mud


# Lines across


def dotted_line(ink: Ink, rng: np.random.Generator) -> Ink:
    """A line from a random row at the left to one at the right; every second pair of columns is gap."""
    lines: Ink = np.array([[_line((0, a), (SIDE - 1, b)) for b in range(27)] for a in range(27)])
    lines[..., np.arange(SIDE) // 2 % 2 == 0] = 0
    starts, ends = rng.integers(0, 27, (2, len(ink)))
    chosen: Ink = lines[starts, ends]
    return ink + chosen


def zigzag(ink: Ink, rng: np.random.Generator) -> Ink:
    """A zigzag of 2 px about a line from column 2 to 25 that rises or falls by up to 5 px."""
    lines: Ink = np.array([[_zigzag(row, rise) for rise in range(-5, 5)] for row in range(27)])
    chosen: Ink = lines[rng.integers(0, 27, len(ink)), rng.integers(0, 10, len(ink))]
    return ink + chosen


def canny_edges(ink: Ink, _: np.random.Generator) -> Ink:
    """Canny's edges with scikit-image's defaults: smoothed by 1 px, thresholds 0.1 and 0.2."""
    edges = np.zeros_like(ink)
    for i, picture in enumerate(ink):
        edges[i] = feature.canny(picture)  # type: ignore[no-untyped-call]
    return edges


CORRUPTIONS: dict[str, Callable[[Ink, np.random.Generator], Ink]] = {
    f.__name__: f
    for f in (
        shot_noise,
        impulse_noise,
        glass_blur,
        motion_blur,
        shear,
        scale,
        rotate,
        brightness,
        translate,
        stripe,
        fog,
        spatter,
        dotted_line,
        zigzag,
        canny_edges,
    )
}
"""By name, in the paper's order."""


def _smooth(ink: Ink, sigma: float) -> Ink:
    return np.asarray(ndimage.gaussian_filter(ink, (0, sigma, sigma), mode="nearest"))


def _smooth_columns(ink: Ink, sigma: float) -> Ink:
    return np.asarray(ndimage.gaussian_filter(ink, (0, sigma, 0), mode="nearest"))


def _either_way(ink: Ink, rng: np.random.Generator, matrix: Callable[[int], NDArray[np.float64]]) -> Ink:
    """Each picture warped by ``matrix(-1)`` or ``matrix(1)``, as likely."""
    positive = rng.random(len(ink)) < 0.5
    return np.where(positive[:, None, None], _warp(ink, matrix(1)), _warp(ink, matrix(-1)))


def _warp(ink: Ink, matrix: NDArray[np.float64]) -> Ink:
    """The pixel at (x, y) px from the centre is read, bilinearly, at ``matrix @ (x, y)``; black outside."""
    offsets = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1) - _CENTRE  # (y, x, 2) as x, y
    source = offsets @ matrix.T + _CENTRE
    whole = np.floor(source).astype(int)
    part = source - whole
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    result = np.zeros_like(ink)
    for dy in (0, 1):
        for dx in (0, 1):
            weight = (part[..., 1] if dy else 1 - part[..., 1]) * (part[..., 0] if dx else 1 - part[..., 0])
            y = (whole[..., 1] + dy + 1).clip(0, SIDE + 1)  # +1: the black frame
            x = (whole[..., 0] + dx + 1).clip(0, SIDE + 1)
            result += weight * padded[:, y, x]
    return result


def _plasma(n: int, decay: float, rng: np.random.Generator) -> Ink:
    """n height maps (n, 256, 256), 0-1, by the diamond-square algorithm on a torus.

    The noise at the first level is uniform in +-100^2; from level to level it falls by ``decay`` squared,
    since the published code scales the range and the draw alike.
    """
    heights = np.zeros((n, _FOG_MAP, _FOG_MAP))
    step, roughness = _FOG_MAP, 100.0
    while step >= 2:
        half = step // 2
        noise = rng.uniform(-(roughness**2), roughness**2, (3, n, _FOG_MAP // step, _FOG_MAP // step))
        corners = heights[:, ::step, ::step]
        to_right = corners + np.roll(corners, -1, axis=2)
        heights[:, half::step, half::step] = (to_right + np.roll(to_right, -1, axis=1)) / 4 + noise[0]
        middles = heights[:, half::step, half::step]
        heights[:, ::step, half::step] = (to_right + middles + np.roll(middles, 1, axis=1)) / 4 + noise[1]
        to_below = corners + np.roll(corners, -1, axis=1)
        heights[:, half::step, ::step] = (to_below + middles + np.roll(middles, 1, axis=2)) / 4 + noise[2]
        step, roughness = half, roughness / decay
    heights -= heights.min(axis=(1, 2), keepdims=True)
    heights /= heights.max(axis=(1, 2), keepdims=True)
    return heights


def _line(start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float64]:
    """A soft line (28, 28) 0-1 between two points (x, y) px: 1 + ln(1 - d/2.3) at d px above or below it."""
    (x0, y0), (x1, y1) = start, end
    columns, rows = np.arange(SIDE), np.arange(SIDE)[:, None]
    height = (y1 - y0) / (x1 - x0) * (columns - x0) + y0
    distance = np.abs(rows - height).clip(0, 2.3 - 1e-10)
    inside = (columns >= np.floor(x0)) & (columns < np.ceil(x1))
    return np.where(inside, (1 + np.log(1 - distance / 2.3)).clip(0, 1), 0)


def _zigzag(row: int, rise: int) -> NDArray[np.float64]:
    """The zigzag (28, 28), 0 or more, that starts at (2, row) px and ends ``rise`` px lower at column 25."""
    along = 25 - 2
    angle = np.arctan(rise / along)
    length = along / np.cos(angle)
    peaks = np.arange(2, length, 4)  # px along the line, one every 4
    sides = np.where(np.arange(len(peaks)) % 2, -2.0, 2.0)
    rest = length % 4  # px from the last full period to the end
    points = np.array([[0, *peaks, length], [0, *sides, sides[-1] / (2 * rest)]])
    x, y = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ points
    x, y = x + 2, y + row
    corners = list(zip(x.tolist(), y.tolist(), strict=True))
    return sum((_line(a, b) for a, b in pairwise(corners)), np.zeros((SIDE, SIDE)))
