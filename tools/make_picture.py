"""docs/picture.png: each sample, what the network saw of it, and the answer: `python -m tools.make_picture`.

Give a model file to draw with it instead of the shipped one, and a path to write elsewhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkread import figures
from inkread.files import write_atomically
from inkread.picture import Picture, decode
from inkread.reader import Reader
from inkread.reading import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
_INK, _QUIET = "#23282d", "#6b747c"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the samples and write the picture."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_picture", description=__doc__)
    parser.add_argument("--model", type=Path, help="model file; by default the shipped one")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "picture.png")
    options = parser.parse_args(arguments)
    reader = Reader.load(options.model)
    pictures = [decode(path) for path in sorted((ROOT / "samples").iterdir())]
    write_atomically(options.out, figures.png(grid(reader, pictures)))
    print(options.out)


def grid(reader: Reader, pictures: Sequence[Picture]) -> Figure:
    """A column for each picture: itself with the box found, the glyph 28x28, the answer."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.5 * len(pictures), 4.4), dpi=150, facecolor="white", layout="constrained")
    rows = figure.subplots(3, len(pictures), height_ratios=[1.3, 1, 0.9], squeeze=False)
    session = reader.model.session()
    for column, picture in zip(rows.T, pictures, strict=True):
        reading = reader.read(picture)
        (glyphs,) = session.run(["glyphs"], {"picture": picture[None]})
        _show_picture(column[0], picture, reading)
        _show_glyph(column[1], glyphs[0, 0])
        _show_answer(column[2], reading)
    for axes, name in zip(rows[:, 0], ("the picture", "what the network sees", "the answer"), strict=True):
        axes.text(-0.12, 0.5, name, rotation=90, ha="right", va="center", color=_QUIET, transform=axes.transAxes)
    return figure


def _show_picture(axes: Axes, picture: Picture, reading: Reading) -> None:
    height, width = picture.shape
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0))
    _bare(axes)
    for glyph in reading.glyphs:
        x, y, w, h = glyph.box.x, glyph.box.y, glyph.box.width, glyph.box.height
        axes.plot(
            [x, x + w, x + w, x, x],
            [y, y, y + h, y + h, y],
            color=figures.ACCENT,
            linewidth=1.5,
            clip_on=False,
        )


def _show_glyph(axes: Axes, glyph: NDArray[np.float32]) -> None:
    axes.imshow(glyph, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    _bare(axes)


def _show_answer(axes: Axes, reading: Reading) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.62, reading.text or "–", ha="center", va="center", fontsize=34, color=figures.ACCENT)
    sure = f"{min(reading.confidence, 0.999):.1%}".replace("%", " %") if reading.text else ""
    text = "\n".join(filter(None, (*reading.unsure, sure)))
    axes.text(0.5, 0.18, text, ha="center", va="top", fontsize=10, color=_INK)


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#d5dade")


if __name__ == "__main__":
    main()
