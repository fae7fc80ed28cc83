"""Corrections are kept, marked where they look wrong, and teach only once and after review."""

import pytest

from inkread.errors import Conflict, Missing, StorageError, StoreFull
from inkread.storage import Drawn, Store
from inkread.storage import corrections as module

SEVEN = [[[0, 0, 0, 0.5], [70, 0, 90, 0.5], [25, 110, 200, 0.6]]]
ONE = [[[40, 0], [40, 120]]]


def add(store: Store, strokes: list[list[list[float]]] = SEVEN, label: str = "7", **more: object) -> str:
    return store.add_correction(Drawn(strokes=strokes), **{"label": label, "source": "s", **more}).id  # type: ignore[arg-type]


def marks(store: Store) -> list[str | None]:
    return [found.mark for found in store.corrections()]


def test_what_was_sent_is_what_is_found_with_its_drawing(store: Store) -> None:
    drawn = Drawn(picture=b"\x89PNG...", width=28, height=20, thumbnail=b"small")
    sent = store.add_correction(drawn, label="not a digit", source="abc", consent=False, model="m@1", read="7")
    found = store.correction(sent.id)
    assert (found.label, found.source, found.consent, found.state, found.mark) == (
        "not a digit", "abc", False, "waiting", None,
    )  # fmt: skip
    assert (found.model, found.read, found.made.utcoffset() is not None) == ("m@1", "7", True)
    assert (found.drawing.picture, found.drawing.strokes, found.drawing.thumbnail) == (b"\x89PNG...", None, b"small")


def test_they_come_oldest_first_and_after_an_id(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    ids = [add(store, [[[0, 0], [i, 7], [3, i]]]) for i in range(5)]
    assert [found.id for found in store.corrections()] == ids
    assert [found.id for found in store.corrections(after=ids[2])] == ids[3:]
    assert [found.id for found in store.corrections(most=3)] == ids[:3]
    store.review(ids[1], "accepted")
    assert [found.id for found in store.corrections(state="accepted")] == [ids[1]]


def test_the_same_shape_with_the_same_label_is_a_duplicate_wherever_it_was_drawn(store: Store) -> None:
    moved = [[[2 * x + 50, 2 * y + 9] for x, y, *_ in stroke] for stroke in SEVEN]
    add(store)
    add(store, moved, source="another")
    add(store, ONE, "1")
    assert marks(store) == [None, "duplicate", None]


def test_the_same_shape_with_two_labels_marks_both_sides(store: Store) -> None:
    add(store)
    add(store, label="1", source="another")
    assert marks(store) == ["contradiction", "contradiction"]


def test_what_was_refused_contradicts_nothing(store: Store) -> None:
    store.review(add(store, label="1"), "refused")
    add(store)
    assert marks(store) == [None, None]


def test_a_flood_of_one_source_is_marked_and_others_are_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLOOD", 3)
    for i in range(5):
        add(store, [[[0, 0], [i, 7], [3, i]]], source="loud")
    add(store, ONE, "1", source="quiet")
    assert marks(store) == [None, None, None, "flood", "flood", None]
    assert [found.mark for found in store.corrections(marked=False)] == [None] * 4
    assert store.count_corrections() == {("waiting", None): 4, ("waiting", "flood"): 2}


def test_a_shape_teaches_once_and_with_one_label(store: Store) -> None:
    first, same, other = add(store), add(store), add(store, label="1")
    store.review(first, "accepted")
    for id in (same, other):
        with pytest.raises(Conflict, match="the same shape teaches already"):
            store.review(id, "accepted")
    store.review(first, "refused")
    store.review(other, "accepted")
    assert [found.label for found in store.corrections(state="accepted")] == ["1"]


def test_without_consent_nothing_is_accepted(store: Store) -> None:
    id = add(store, consent=False)
    with pytest.raises(Conflict, match="did not agree"):
        store.review(id, "accepted")
    store.review(id, "refused")


def test_reviewing_what_is_not_there_or_into_no_state_says_so(store: Store) -> None:
    with pytest.raises(Missing, match="no correction 'ffff'"):
        store.review("ffff", "accepted")
    with pytest.raises(StorageError, match="expected one of waiting, accepted, refused, got 'taught'"):
        store.review(add(store), "taught")  # type: ignore[arg-type]


def test_corrections_of_nobody_have_bounded_room(store: Store) -> None:
    add(store, most_bytes=1)
    with pytest.raises(StoreFull, match="of 1 bytes are taken"):
        add(store, ONE, most_bytes=1)
    assert len(list(store.corrections())) == 1


def test_a_drawing_is_strokes_or_a_picture() -> None:
    with pytest.raises(StorageError, match="one of the two"):
        Drawn()
    with pytest.raises(StorageError, match="one of the two"):
        Drawn(strokes=SEVEN, picture=b"")
