"""What corrections may teach: each drawing once, with one label, and no flood."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from inkread import Reader
from inkread.data.feedback import Correction
from inkread.feedback import LABEL_FREE, PER_SOURCE, choose, picture_of
from inkread.strokes import Strokes

READER = Reader.load()


def drawing(seed: int) -> Strokes:
    """Some closed curve like no other."""
    chance = random.Random(seed)
    waves = [(chance.uniform(5, 30), chance.uniform(0, 6), k) for k in range(1, 5)]
    points = []
    for step in range(40):
        angle = 2 * math.pi * step / 40
        radius = 60 + sum(size * math.sin(k * angle + phase) for size, phase, k in waves)
        points.append([140 + radius * math.cos(angle), 140 + radius * math.sin(angle)])
    return Strokes.parse([points])


def correction(seed: int, label: str = "0", source: str = "a", *, id: str = "", of: int | None = None) -> Correction:
    made = f"2026-11-21T{seed // 3600:02}:{seed // 60 % 60:02}:{seed % 60:02}Z"
    item = drawing(seed if of is None else of)
    return Correction(id or f"{seed}", label, item, source, made, canvas=(280, 280, 10.0))


def test_what_is_in_order_teaches_or_is_held_out() -> None:
    given = [correction(i, str(i % 10)) for i in range(40)]
    choice = choose(given, READER)
    assert not choice.left_out
    assert sorted(c.id for c in (*choice.teach, *choice.held_out)) == sorted(c.id for c in given)
    assert {c.held_out for c in choice.held_out} == {True} and {c.held_out for c in choice.teach} == {False}


def test_the_first_of_equal_drawings_stays_wherever_it_was_drawn_and_whoever_sent_it() -> None:
    first = correction(1)
    assert isinstance(first.item, Strokes)
    moved = replace(correction(2, source="b"), item=first.item.placed(0.7, 3, 5))
    choice = choose([moved, first, correction(3)], READER)
    assert choice.left_out == {"2": "the same drawing again"}


def test_a_drawing_that_was_hardly_changed_is_the_same() -> None:
    first = correction(1)
    shaken = [[[x + 0.4, y - 0.3] for x, y, *_ in stroke.tolist()] for stroke in first.item.strokes]  # type: ignore[union-attr]
    shaken[0][5][0] += 1.5
    choice = choose([first, replace(first, id="2", made="2026-11-22", item=Strokes.parse(shaken))], READER)
    assert choice.left_out == {"2": "the same drawing again"}


def test_one_drawing_with_two_labels_teaches_neither() -> None:
    choice = choose([correction(1, "0"), correction(2, "6", of=1), correction(3, "0", of=1), correction(4)], READER)
    reason = "another label for the same drawing"
    assert {id for id, why in choice.left_out.items() if why == reason} == {"1", "2", "3"}
    assert [c.id for c in (*choice.teach, *choice.held_out)] == ["4"]


def test_a_flood_of_one_label_from_one_source_is_cut_off() -> None:
    flood = [correction(i, "0", "flooder") for i in range(PER_SOURCE + 30)]
    others = [correction(1000 + i, str(1 + i % 9), f"source {i}") for i in range(80)]
    choice = choose([*flood, *others], READER)
    kept = Counted(choice.teach + choice.held_out)
    assert kept.of_source("flooder") == PER_SOURCE
    assert choice.reasons == {f"more than {PER_SOURCE} of a label from one source": 30}


def test_a_flood_of_one_label_from_many_sources_is_cut_off() -> None:
    flood = [correction(i, "0", f"source {i}") for i in range(LABEL_FREE + 20)]
    choice = choose(flood, READER)
    assert len(choice.teach) + len(choice.held_out) == LABEL_FREE


def test_the_order_in_which_a_flood_came_decides_nothing() -> None:
    flood = [correction(i, "0", "flooder") for i in range(PER_SOURCE + 10)]
    assert choose(flood, READER).left_out.keys() == choose(flood[::-1], READER).left_out.keys()


def test_what_shows_nothing_or_means_what_the_model_cannot_say_is_left_out() -> None:
    white = Correction("white", "7", np.full((50, 50), 255, np.uint8), "a", "2026")
    choice = choose([white, correction(1, "Q"), correction(2)], READER)
    assert choice.left_out == {"1": "a label that the model lacks", "white": "nothing is drawn"}


def test_no_corrections_teach_nothing() -> None:
    choice = choose([], READER)
    assert not choice.teach and not choice.held_out and not choice.left_out


@pytest.mark.parametrize("canvas", [(280, 200, 10.0), None])
def test_a_drawing_is_seen_on_its_canvas_or_centred(canvas: tuple[int, int, float] | None) -> None:
    assert picture_of(replace(correction(1), canvas=canvas)).shape == ((200, 280) if canvas else (280, 280))


class Counted:
    def __init__(self, corrections: tuple[Correction, ...]) -> None:
        self.corrections = corrections

    def of_source(self, source: str) -> int:
        return sum(c.source == source for c in self.corrections)
