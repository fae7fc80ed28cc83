"""The history: what was read is found again by its owner only, in pages, by text and by time."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from inkread.errors import Missing, SignedOut, StoreFull
from inkread.reading import Box, Candidate, Glyph, Reading
from inkread.storage import Drawn, Store, readings
from inkread.storage.accounts import Credential, Member
from inkread.storage.readings import Search
from inkread.storage.tables import Drawing, SavedReading, first_id

SEVEN = Drawn(strokes=[[[0, 0, 0, 0.5], [70, 0, 90, 0.5], [25, 110, 200, 0.6]]], width=200, height=200, thumbnail=b"t7")


def reading(text: str = "7", *unsure: str) -> Reading:
    glyph = Glyph(Box(1, 2, 3, 4.5), (Candidate(text, 0.98), Candidate("1", 0.02), Candidate("2", 1e-9)))
    return Reading(text, (glyph,), 0.98, unsure, "inkread@0123456789ab")


def drawing(i: int) -> Drawn:
    return Drawn(strokes=[[[0, 0], [i, 9]]], thumbnail=b"t")


def signed_up(store: Store, name: str = "Ada") -> tuple[Credential, Member]:
    credential = Credential(store.sign_up(name, "correct horse battery"))
    return credential, store.member(credential)


def texts(found: list[SavedReading]) -> list[str]:
    return [one.text for one in found]


def test_a_saved_reading_is_opened_with_its_strokes_and_probabilities(store: Store) -> None:
    credential, ada = signed_up(store)
    id = store.save(credential, SEVEN, reading("7", "torn between 7 and 1"), "ab" * 32)
    found = store.reading(ada, id)
    assert (found.text, found.label, found.confidence, found.unsure) == ("7", None, 0.98, True)
    assert (found.reasons, found.model, found.sha256) == ('["torn between 7 and 1"]', "inkread@0123456789ab", "ab" * 32)
    assert found.glyphs == '[{"box":[1,2,3,4.5],"candidates":[["7",0.98],["1",0.02]]}]'
    assert found.drawing.strokes == "[[[0,0,0,0.5],[70,0,90,0.5],[25,110,200,0.6]]]"
    assert (found.drawing.width, found.drawing.height, found.drawing.pen) == (200, 200, None)
    assert abs(datetime.now(UTC) - found.made) < timedelta(seconds=5)


def test_pages_follow_each_other_without_a_gap_while_more_is_saved(store: Store) -> None:
    credential, ada = signed_up(store)
    for i in range(7):
        store.save(credential, drawing(i), reading(str(i)), "")
    first = store.history(ada, most=3)
    store.save(credential, drawing(8), reading("8"), "")
    second = store.history(ada, before=first[-1].id, most=3)
    third = store.history(ada, before=second[-1].id, most=3)
    assert [texts(page) for page in (first, second, third)] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert {one.drawing.thumbnail for one in first} == {b"t"}


def test_it_is_searched_by_part_of_the_text_or_of_the_label_as_written(store: Store) -> None:
    credential, ada = signed_up(store)
    for text in ("Hello", "50%", "507", "a_b", "a\\b", "'; DROP TABLE readings; --", "<b>"):
        store.save(credential, SEVEN, reading(text), "")
    corrected = store.save(credential, SEVEN, reading("1"), "")
    store.add_correction(SEVEN, label="Hallo", source=ada.id, user_id=ada.id, reading_id=corrected)

    def found(text: str) -> list[str]:
        return texts(store.history(ada, Search(text=text)))

    assert found("hel") == ["Hello"]
    assert found("50") == ["507", "50%"]
    assert found("0%") == ["50%"]
    assert found("_") == ["a_b"]
    assert found("\\") == ["a\\b"]
    assert found("'; DROP") == ["'; DROP TABLE readings; --"]
    assert found("<B>") == ["<b>"]
    assert found("hallo") == ["1"]
    assert found("no such text") == []


def test_it_is_searched_by_time(store: Store) -> None:
    credential, ada = signed_up(store)
    store.save(credential, drawing(1), reading("1"), "")
    time.sleep(0.01)
    between = datetime.now(UTC)
    store.save(credential, drawing(2), reading("2"), "")
    assert texts(store.history(ada, Search(since=between))) == ["2"]
    assert texts(store.history(ada, Search(until=between))) == ["1"]
    assert texts(store.history(ada, Search(since=between - timedelta(days=1), until=between))) == ["1"]


def test_unsure_and_corrected_ones_are_found(store: Store) -> None:
    credential, ada = signed_up(store)
    store.save(credential, drawing(1), reading("1"), "")
    store.save(credential, drawing(2), reading("", "not a digit"), "")
    wrong = store.save(credential, drawing(3), reading("3"), "")
    store.add_correction(drawing(3), label="8", source=ada.id, user_id=ada.id, reading_id=wrong)
    assert texts(store.history(ada, Search(unsure=True))) == [""]
    assert texts(store.history(ada, Search(unsure=False))) == ["3", "1"]
    assert [(one.text, one.label) for one in store.history(ada, Search(corrected=True))] == [("3", "8")]
    assert texts(store.history(ada, Search(corrected=False))) == ["", "1"]


def test_all_are_gone_through_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST", 2)
    credential, ada = signed_up(store)
    for i in range(5):
        store.save(credential, drawing(i), reading(str(i)), "")
    assert [one.text for one in store.all_readings(ada)] == ["4", "3", "2", "1", "0"]
    assert [one.text for one in store.all_readings(ada, Search(text="3"))] == ["3"]


def test_nobody_sees_corrects_or_deletes_what_is_somebody_elses(store: Store) -> None:
    credential, ada = signed_up(store)
    _, bob = signed_up(store, "Bob")
    id = store.save(credential, SEVEN, reading(), "")
    assert store.history(bob) == []
    with pytest.raises(Missing, match="you have no reading of that id"):
        store.reading(bob, id)
    with pytest.raises(Missing):
        store.add_correction(SEVEN, label="1", source=bob.id, user_id=bob.id, reading_id=id)
    assert list(store.corrections()) == []  # all or nothing
    assert store.delete_readings(bob, [id]) == 0
    assert store.reading(ada, id).label is None


def test_who_is_not_signed_in_keeps_nothing(store: Store) -> None:
    with pytest.raises(SignedOut):
        store.save(Credential("nonsense"), SEVEN, reading(), "")
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Drawing)) == 0


def test_the_same_drawing_is_kept_once_and_goes_with_its_last_reading(store: Store) -> None:
    credential, ada = signed_up(store)
    first, second = (store.save(credential, SEVEN, reading(), "") for _ in range(2))

    def drawings() -> int:
        with store.read() as session:
            return session.scalar(select(func.count()).select_from(Drawing)) or 0

    assert drawings() == 1
    assert store.delete_readings(ada, [first, "f" * 32]) == 1
    assert drawings() == 1
    store.reading(ada, second)
    assert store.delete_readings(ada, [second]) == 1
    assert drawings() == 0


def test_an_account_is_full_at_so_many_bytes_and_has_room_again_after_deleting(store: Store) -> None:
    credential, ada = signed_up(store)
    id = store.save(credential, Drawn(picture=bytes(200)), reading(), "", most_bytes=300)
    with pytest.raises(StoreFull, match="at most 300 bytes"):
        store.save(credential, drawing(1), reading(), "", most_bytes=300)
    assert len(store.history(ada)) == 1
    store.delete_readings(ada, [id])
    assert store.member(credential).size == 0
    store.save(credential, drawing(1), reading(), "", most_bytes=300)


def test_an_id_tells_its_time() -> None:
    now = time.time()
    row = SavedReading(id=first_id(now))
    assert abs(row.made.timestamp() - now) < 1e-5
