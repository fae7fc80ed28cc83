"""Corrections: kept, marked where they look wrong, and reviewed before they teach.

    waiting --review--> accepted   teaches, where its writer agreed
                   └--> refused

Marks are set when a correction comes: ``duplicate`` of a shape that has this label already, ``contradiction`` of
one that has another (both sides are marked), ``flood`` above FLOOD an hour from one source. A mark is for the
reviewer to see; that a shape teaches once and with one label is the database's own rule.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from inkread.errors import Conflict, Missing, StorageError, StoreFull
from inkread.storage.accounts import take_room
from inkread.storage.database import Database
from inkread.storage.drawn import Drawn, keep
from inkread.storage.tables import Correction, Drawing, SavedReading, first_id, new_id, searchable

FLOOD = 100
"""Most corrections of one source in an hour that are not marked."""

State = Literal["waiting", "accepted", "refused"]
STATES: tuple[State, ...] = ("waiting", "accepted", "refused")
MARKS = ("duplicate", "contradiction", "flood")

_AT_ONCE = 100  # rows of one query; a picture may have a MB


class Corrections(Database):
    """What readings should have been."""

    def add_correction(
        self,
        drawn: Drawn,
        *,
        label: str,
        source: str,
        consent: bool = True,
        user_id: str | None = None,
        reading_id: str | None = None,
        model: str | None = None,
        read: str | None = None,
        most_bytes: int | None = None,
    ) -> Correction:
        """Keep one, waiting for review.

        ``source``: whose it is, to count floods by: a user's id, or a hashed address. ``reading_id``: the saved
        reading of ``user_id`` that it corrects, which then shows ``label``. ``model``, ``read``: id of the model
        file that misread it, and what it read. ``most_bytes``: that this user may keep, or all without an account.
        Raises Missing where that reading is not that user's, StoreFull, StoreAway.
        """
        with self.write() as session:
            _check_room(session, user_id, most_bytes)
            drawing_id, size = keep(session, drawn, user_id)
            if user_id is not None:
                _relabel(session, user_id, reading_id, label)
                take_room(session, user_id, size, most_bytes)
            correction = Correction(
                id=new_id(),
                user_id=user_id,
                drawing_id=drawing_id,
                reading_id=reading_id,
                source=source,
                ink=drawn.ink,
                label=label,
                consent=consent,
                state="waiting",
                mark=None,
                model=model,
                read=read,
            )
            correction.mark = _mark(session, correction)
            session.add(correction)
        return correction

    def corrections(
        self,
        *,
        state: State | None = None,
        after: str | None = None,
        marked: bool | None = None,
        user_id: str | None = None,
        most: int | None = None,
    ) -> Iterator[Correction]:
        """Corrections with their ``drawing``, oldest first, from the one after the id ``after``.

        ``state``: only those; ``marked``: only those with a mark, or without; ``user_id``: only theirs. Read by
        and by: no transaction is open while they are used.
        """
        wanted = select(Correction).options(joinedload(Correction.drawing)).order_by(Correction.id)
        if state is not None:
            wanted = wanted.where(Correction.state == state)
        if marked is not None:
            wanted = wanted.where(Correction.mark.is_not(None) if marked else Correction.mark.is_(None))
        if user_id is not None:
            wanted = wanted.where(Correction.user_id == user_id)
        left = most
        while left is None or left > 0:
            page = wanted.where(Correction.id > (after or "")).limit(min(_AT_ONCE, left or _AT_ONCE))
            with self.read() as session:
                rows = list(session.scalars(page))
            if not rows:
                return
            yield from rows
            after = rows[-1].id
            left = None if left is None else left - len(rows)

    def correction(self, id: str) -> Correction:
        """One with its drawing; Missing where there is none."""
        with self.read() as session:
            found = session.scalar(
                select(Correction).options(joinedload(Correction.drawing)).where(Correction.id == id)
            )
        if found is None:
            raise Missing(f"there is no correction {id!r:.40}")
        return found

    def review(self, id: str, state: State) -> None:
        """Accept it, refuse it, or let it wait again.

        Raises Missing; Conflict where it was given without consent to learn from it, or where the same shape
        teaches already.
        """
        if state not in STATES:
            raise StorageError(f"expected one of {', '.join(STATES)}, got {state!r:.40}")
        try:
            with self.write() as session:
                found = session.get(Correction, id)
                if found is None:
                    raise Missing(f"there is no correction {id!r:.40}")
                if state == "accepted" and not found.consent:
                    raise Conflict(f"{id}: its writer did not agree that it teaches; refuse it")
                found.state = state
        except IntegrityError as error:
            raise Conflict(f"{id}: the same shape teaches already; refuse one of the two") from error

    def count_corrections(self) -> dict[tuple[str, str | None], int]:
        """How many there are of each state and mark."""
        counted = select(Correction.state, Correction.mark, func.count()).group_by(Correction.state, Correction.mark)
        with self.read() as session:
            return {(state, mark): count for state, mark, count in session.execute(counted)}


def _check_room(session: Session, user_id: str | None, most_bytes: int | None) -> None:
    if user_id is not None or most_bytes is None:
        return
    taken = session.scalar(select(func.sum(Drawing.size)).where(Drawing.user_id.is_(None))) or 0
    if taken >= most_bytes:
        raise StoreFull(f"{taken:,} of {most_bytes:,} bytes are taken by corrections; tell who runs the service")


def _relabel(session: Session, user_id: str, reading_id: str | None, label: str) -> None:
    if reading_id is None:
        return
    own = (SavedReading.id == reading_id) & (SavedReading.user_id == user_id)
    saved = session.scalar(select(SavedReading).where(own))
    if saved is None:
        raise Missing(f"there is no reading {reading_id!r:.40}")
    saved.label, saved.search = label, searchable(saved.text, label)


def _mark(session: Session, new: Correction) -> str | None:
    """What is suspicious about it beside those that are there; they are marked as well where it contradicts them."""
    same = (Correction.ink == new.ink) & (Correction.state != "refused")
    labels = set(session.scalars(select(Correction.label).where(same).distinct()))
    if labels - {new.label}:
        session.execute(update(Correction).where(same, Correction.label != new.label).values(mark="contradiction"))
        return "contradiction"
    if labels:
        return "duplicate"
    since = first_id(time.time() - 3600)
    recent = select(func.count()).where(Correction.source == new.source, Correction.id >= since)
    return "flood" if (session.scalar(recent) or 0) >= FLOOD else None
