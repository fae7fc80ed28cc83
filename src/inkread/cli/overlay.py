"""A picture with what was read in it drawn over: a box around each glyph, its label above it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from inkread.picture import Picture
from inkread.reading import Glyph, Reading

SURE, TORN = (13, 110, 124), (200, 80, 20)
"""Colours of a glyph that is sure and of one that is not."""

_MOST = 4_000  # px; a longer picture is drawn smaller, because nobody looks at its single pixels
_FADED = 0.55  # of the picture's contrast stays, so that the labels stand out


def overlay(picture: Picture, reading: Reading, sure: float) -> bytes:
    """The PNG; glyphs whose label has less than the probability ``sure`` are in the colour TORN."""
    image = Image.fromarray(picture)
    scale = min(1.0, _MOST / max(image.size))
    if scale < 1:
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    image = image.point(lambda grey: 255 - _FADED * (255 - grey)).convert("RGB")
    draw = ImageDraw.Draw(image)
    labels = [label for line in reading.lines for label in line.text if label != " "]
    for glyph, label in zip(reading.glyphs, labels, strict=False):  # a rejected glyph has no label
        likely = any(candidate.label == label and candidate.probability >= sure for candidate in glyph.candidates)
        _draw_glyph(draw, glyph, label, SURE if likely else TORN, scale)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _draw_glyph(
    draw: ImageDraw.ImageDraw, glyph: Glyph, label: str, colour: tuple[int, int, int], scale: float
) -> None:
    left, top = glyph.box.x * scale, glyph.box.y * scale
    right, bottom = left + glyph.box.width * scale, top + glyph.box.height * scale
    size = min(max(0.45 * (bottom - top), 11), 48)  # px
    draw.rectangle((left, top, right, bottom), outline=colour, width=max(1, round(size / 12)))
    font = ImageFont.load_default(size)
    above = top - size * 1.25
    place = (left, above if above >= 0 else bottom + 0.1 * size)  # below, where there is no room above
    draw.text(place, label, fill=colour, font=font, stroke_width=max(1, round(size / 10)), stroke_fill=(255, 255, 255))
