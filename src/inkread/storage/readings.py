"""The history: what a user had read and kept, newest first, in pages that cost the same however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.orm import defer, joinedload

from inkread.errors import Missing
from inkread.reading import Reading
from inkread.storage.accounts import Credential, Member, member_of, take_room
from inkread.storage.database import Database
from inkread.storage.drawn import Drawn, keep
from inkread.storage.tables import Drawing, SavedReading, User, first_id, new_id, searchable

MOST = 200
"""Most readings of a page, and most deleted at once."""

_INSERT = insert(SavedReading.__table__)  # type: ignore[arg-type]
_LEAST = 0.0005  # a candidate below this probability is not kept


@dataclass(frozen=True, slots=True)
class Search:
    """Which readings: all by default. ``text`` is part of what was read or of its label, in any case."""

    text: str = ""
    since: datetime | None = None
    until: datetime | None = None  # without this moment itself
    unsure: bool | None = None
    corrected: bool | None = None

    @property
    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What its readings fulfil. An id holds the time of its making, so that a time is a range of ids."""
        if self.since is not None:
            yield SavedReading.id >= first_id(self.since.timestamp())
        if self.until is not None:
            yield SavedReading.id < first_id(self.until.timestamp())
        if self.unsure is not None:
            yield SavedReading.unsure.is_(self.unsure)
        if self.corrected is not None:
            yield SavedReading.label.is_not(None) if self.corrected else SavedReading.label.is_(None)
        if self.text:
            yield SavedReading.search.contains(self.text.lower(), autoescape=True)


ALL = Search()


class Readings(Database):
    """Readings that were kept, each with its drawing."""

    def save(
        self, credential: Credential, drawn: Drawn, reading: Reading, sha256: str, *, most_bytes: int | None = None
    ) -> str:
        """Keep what was read in ``drawn`` by the model file ``sha256``; the id of the saved reading.

        Raises SignedOut, StoreFull where the user's drawings would take more than ``most_bytes``, StoreAway.
        """
        glyphs, reasons = _glyphs(reading), json.dumps(reading.unsure)
        size = len(glyphs) + len(reasons) + len(reading.text)
        saved = {
            "id": new_id(),
            "text": reading.text,
            "label": None,
            "search": searchable(reading.text),
            "confidence": reading.confidence,
            "unsure": bool(reading.unsure),
            "reasons": reasons,
            "glyphs": glyphs,
            "model": reading.model,
            "sha256": sha256,
            "size": size,
        }
        with self.write() as session:
            user_id = member_of(session, credential).id
            drawing_id, more = keep(session, drawn, user_id)
            take_room(session, user_id, size + more, most_bytes)
            session.connection().execute(_INSERT, {**saved, "user_id": user_id, "drawing_id": drawing_id})
        return str(saved["id"])

    def history(
        self, member: Member, search: Search = ALL, *, before: str | None = None, most: int = 50
    ) -> list[SavedReading]:
        """At most ``most`` readings, newest first, from the one before the id ``before``; with thumbnails only."""
        thumbnail = joinedload(SavedReading.drawing, innerjoin=True).load_only(Drawing.thumbnail)
        with self.read() as session:
            page = _page(member, search, before, min(most, MOST)).options(thumbnail, defer(SavedReading.glyphs))
            return list(session.scalars(page))

    def all_readings(self, member: Member, search: Search = ALL) -> Iterator[SavedReading]:
        """Every one, newest first, with its whole drawing; no transaction is open while they are used."""
        before: str | None = None
        whole = joinedload(SavedReading.drawing, innerjoin=True)
        while True:
            with self.read() as session:
                rows = list(session.scalars(_page(member, search, before, MOST).options(whole)))
            yield from rows
            if len(rows) < MOST:
                return
            before = rows[-1].id

    def reading(self, member: Member, id: str) -> SavedReading:
        """One with its whole drawing; Missing where this user has none of that id."""
        own = select(SavedReading).where(SavedReading.id == id, SavedReading.user_id == member.id)
        with self.read() as session:
            found = session.scalar(own.options(joinedload(SavedReading.drawing, innerjoin=True)))
        if found is None:
            raise Missing("you have no reading of that id")
        return found

    def delete_readings(self, member: Member, ids: Sequence[str]) -> int:
        """Delete those of this user, with their links, and drawings and corrections that no other reading shares.

        The number that were there. At most MOST at once.
        """
        own = (SavedReading.user_id == member.id) & SavedReading.id.in_(ids[:MOST])
        with self.write() as session:
            gone = session.execute(
                delete(SavedReading).where(own).returning(SavedReading.drawing_id, SavedReading.size)
            ).all()
            drawings = {drawing for drawing, _ in gone}
            shared = select(SavedReading.id).where(SavedReading.drawing_id == Drawing.id).exists()
            alone = delete(Drawing).where(Drawing.id.in_(drawings), ~shared).returning(Drawing.size)
            freed = sum(size for _, size in gone) + sum(session.scalars(alone))
            session.execute(update(User).where(User.id == member.id).values(size=User.size - freed))
        return len(gone)


def _page(member: Member, search: Search, before: str | None, most: int) -> Select[SavedReading]:
    """The ids first, which the index alone answers: PostgreSQL would read every row that a text is not in."""
    ids = select(SavedReading.id).where(SavedReading.user_id == member.id, *search.conditions)
    if before is not None:
        ids = ids.where(SavedReading.id < before)
    newest_first = SavedReading.id.desc()
    return (
        select(SavedReading).where(SavedReading.id.in_(ids.order_by(newest_first).limit(most))).order_by(newest_first)
    )


def _glyphs(reading: Reading) -> str:
    """JSON of boxes [x, y, width, height] and of candidates [label, probability] that are not hopeless."""
    glyphs = [
        {
            "box": [round(side, 2) for side in (g.box.x, g.box.y, g.box.width, g.box.height)],
            "candidates": [[c.label, round(c.probability, 6)] for c in g.candidates if c.probability >= _LEAST],
        }
        for g in reading.glyphs
    ]
    return json.dumps(glyphs, separators=(",", ":"))
