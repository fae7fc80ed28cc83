"""The page's icons in web/public/, a crossed 7: `python -m tools.make_icons`.

icon.svg               the tab
icon-192, icon-512     installed, rounded corners
icon-maskable-512      installed where the system cuts the shape: the 7 stays within the middle 80 %
apple-touch-icon       180 px, square: iOS rounds it itself
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from inkread.files import write_atomically
from inkread.strokes import Strokes

FOLDER = Path(__file__).resolve().parents[1] / "web" / "public"

INK, PAPER = "#2a3a9e", "#fffdf8"  # as in web/src/style.css

# On a square of 64: each stroke a start, then the control points of its cubic Bézier curves.
SIDE = 64
SEVEN = (
    ((20, 18.5), (29, 17), (38, 17), (45, 18.5), (36.5, 27), (30.5, 37), (28, 48)),
    ((25.5, 33.5), (30.5, 32.3), (35, 32), (39, 32.5)),
)
PEN = 6
ROUNDING = 15  # radius of the corners


def svg() -> str:
    """The icon as paths."""
    path = " ".join(f"M{x:g} {y:g}C" + " ".join(f"{cx:g} {cy:g}" for cx, cy in controls) for (x, y), *controls in SEVEN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">\n'
        "  <title>Inkread</title>\n"
        f'  <rect width="{SIDE}" height="{SIDE}" rx="{ROUNDING}" fill="{INK}" />\n'
        f'  <path d="{path}" fill="none" stroke="{PAPER}" stroke-width="{PEN}" '
        'stroke-linecap="round" stroke-linejoin="round" />\n'
        "</svg>\n"
    )


def png(side: int, *, zoom: float = 1.0, rounded: bool = True) -> bytes:
    """The icon as a PNG file of ``side`` px, its 7 ``zoom`` times as large around the middle."""
    scale, edge = side / SIDE * zoom, side * (1 - zoom) / 2
    strokes = Strokes.parse([[[x * scale + edge, y * scale + edge] for x, y in _points(stroke)] for stroke in SEVEN])
    mask = strokes.draw(side, side, PEN * scale, dark_on_light=False)
    icon = Image.composite(
        Image.new("RGBA", (side, side), PAPER), Image.new("RGBA", (side, side), INK), Image.fromarray(mask)
    )
    if rounded:
        icon.putalpha(_rounded_square(side))
    file = io.BytesIO()
    icon.convert("RGBA" if rounded else "RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def icons() -> dict[str, bytes]:
    """Each icon by its file name."""
    return {
        "icon.svg": svg().encode(),
        "icon-192.png": png(192),
        "icon-512.png": png(512),
        "icon-maskable-512.png": png(512, zoom=0.85, rounded=False),
        "apple-touch-icon.png": png(180, rounded=False),
    }


def _points(stroke: tuple[tuple[float, float], ...], steps: int = 24) -> list[list[float]]:
    """Points along the curves of a stroke."""
    t = np.linspace(0, 1, steps)[:, None]
    knots = np.array(stroke)
    points: list[list[float]] = []
    for i in range(0, len(knots) - 1, 3):
        a, b, c, d = knots[i : i + 4]
        points += ((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d).tolist()
    return points


def _rounded_square(side: int) -> Image.Image:
    """A mask, drawn at four times the size for smooth corners."""
    large = Image.new("L", (side * 4, side * 4), 0)
    radius = side * 4 * ROUNDING / SIDE
    ImageDraw.Draw(large).rounded_rectangle((0, 0, side * 4 - 1, side * 4 - 1), radius, fill=255)
    return large.reduce(4)


def main() -> None:
    """Write the icons into web/public/."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in icons().items():
        write_atomically(FOLDER / name, content)
    print(FOLDER)


if __name__ == "__main__":
    main()
