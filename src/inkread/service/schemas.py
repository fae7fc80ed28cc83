"""What goes in and out as JSON, for checking and for the API's description."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from inkread.service.problems import Problem

MAX_POINTS = 20_000
"""Most points of a drawing sent to the service: three minutes of an unbroken line."""

MAX_CANVAS = 2_048
"""Longest side of the canvas that strokes are drawn on, in px."""

# A list stops at its first wrong element: a hostile one would else cost an error for each of its numbers
Point = Annotated[list[FiniteFloat], Field(min_length=2, max_length=4, fail_fast=True)]
Stroke = Annotated[list[Point], Field(fail_fast=True)]
Asked = Annotated[
    str | None,
    Query(
        description="Reads all that is written, in this alphabet: digits, number (digits and separators), upper, "
        "lower, letters, characters (digits and letters) or anything. Without it one digit is read in each picture."
    ),
]
Digit = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]


class Answered(BaseModel):
    """Base of what is answered."""


class BoxOut(Answered):
    """Where a glyph stands, in px of the picture: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float


class CandidateOut(Answered):
    """One label a glyph may be, with its calibrated probability 0-1."""

    label: str
    probability: float


class GlyphOut(Answered):
    """One written character: its box and every label by falling probability."""

    box: BoxOut
    candidates: list[CandidateOut]


class LineOut(Answered):
    """One line of writing."""

    text: str = Field(description="Its text, spaces included.")
    first: int = Field(description="Position of its first glyph in `glyphs`.")
    end: int = Field(description="Position after its last one.")


class ReadingOut(Answered):
    """The answer to one picture, page or drawing."""

    text: str = Field(
        description='What was read, lines joined by a line feed; "" where nothing was, or where it is not a digit.'
    )
    glyphs: list[GlyphOut] = Field(description="In reading order.")
    confidence: float = Field(description="Probability of the text, 0-1.")
    unsure: list[str] = Field(
        description='Why not to rely on it: "nothing drawn", "not a digit", "nothing to read", "torn between 1 and 7". '
        "Empty when sure."
    )
    model: str = Field(description="Id of the model file.")
    lines: list[LineOut] = Field(description="From top to bottom.")
    seen: str | None = Field(
        description="What the network saw of the one digit: data URL of a PNG, 28x28, white ink on black; null where "
        "nothing is drawn, and with an alphabet."
    )
    milliseconds: float = Field(description="Time from the request's arrival to its answer, in ms.")
    saved: str | None = Field(None, description="Id in the history, where `save` asked for it.")
    not_saved: str | None = Field(None, description="Why it could not be saved; the reading is as good.")


class Prediction(Answered):
    """The answer to one picture in the form of the common demo programs."""

    digit: int | None = Field(description="The digit; null where there is none.")
    text: str
    confidence: float = Field(description="Probability of the digit, 0-1.")
    probabilities: list[float] = Field(description="Of the digits 0 to 9, 0-1.", min_length=10, max_length=10)
    not_a_digit: float = Field(description="Probability that it is no digit, 0-1.")
    unsure: list[str]
    model: str
    milliseconds: float
    saved: str | None = Field(None, description="Id in the history, where `save` asked for it.")
    not_saved: str | None = Field(None, description="Why it could not be saved; the reading is as good.")


class BatchEntry(Answered):
    """One file of a batch: its reading, or why it could not be read."""

    name: str = Field(description="Name of the file, without folders.")
    reading: ReadingOut | None
    problem: Problem | None


class Batch(Answered):
    """The files of a batch, in the order sent."""

    results: list[BatchEntry]


class PageEntry(Answered):
    """One page of a document: its reading, or why it could not be read."""

    page: int = Field(description="Its number, from 1.")
    reading: ReadingOut | None
    problem: Problem | None


class DocumentOut(Answered):
    """The pages of a document, in order."""

    pages: list[PageEntry]


class ModelOut(Answered):
    """A model file and what it says about itself."""

    id: str
    sha256: str
    bytes: int
    default: bool = Field(description="Whether it reads where no alphabet is named.")
    card: dict[str, Any]


class Models(Answered):
    """The model files this service reads with."""

    models: list[ModelOut]


class Kept(Answered):
    """A correction was kept."""

    kept: Literal[True]


class State(Answered):
    """How the service is."""

    status: Literal["ok"]
    model: str


class Sent(BaseModel):
    """Base of what is sent: strict types, no other fields."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Drawing(Sent):
    """A drawing as strokes, or a picture; one of the two."""

    strokes: Annotated[list[Stroke], Field(fail_fast=True)] | None = Field(
        None, description="Strokes of points [x px, y px, t ms, pressure 0-1]; t and pressure may be left out."
    )
    picture: str | None = Field(None, description="A picture file: a data URL, or its base64 alone.")
    width: int | None = Field(
        None, ge=1, le=MAX_CANVAS, description="Canvas in px; without it the strokes are centred on a canvas."
    )
    height: int | None = Field(None, ge=1, le=MAX_CANVAS)
    pen: float | None = Field(None, gt=0, le=200, description="Width of the pen in px of that canvas.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.strokes is None) == (self.picture is None):
            raise ValueError("expected strokes or picture, one of the two")
        if (self.width is None) != (self.height is None):
            raise ValueError("expected width and height together, or neither")
        if self.pen is not None and self.width is None:
            raise ValueError("expected width and height with pen")
        return self


class ReadingBefore(Sent):
    """What was answered before it was corrected."""

    text: str = Field(max_length=100, pattern=r"^[^\x00]*$")
    confidence: float = Field(ge=0, le=1)
    model: str = Field(max_length=200, pattern=r"^[^\x00]*$")


class Correction(Drawing):
    """A drawing or picture with its right label."""

    label: Digit | Literal["not a digit"]
    reading: ReadingBefore | None = None
    consent: bool = Field(False, description="Whether the reader may learn from it; without, it is only kept.")
    saved: str | None = Field(None, pattern="^[0-9a-f]{32}$", description="Id of the saved reading that it corrects.")
