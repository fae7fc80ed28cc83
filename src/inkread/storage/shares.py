"""Links to readings: unguessable, read-only, ended by their owner or by time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from inkread.errors import Conflict, Missing, Revoked
from inkread.storage.accounts import Member
from inkread.storage.database import Database
from inkread.storage.tables import SavedReading, Share, new_id

MOST_SHARES = 20
"""Most links to one reading that hold at once."""


class Shares(Database):
    """Who has the link sees the one reading it leads to, and nothing else."""

    def share(self, member: Member, reading_id: str, expires: datetime | None = None) -> Share:
        """A link to a reading of this user. Missing where they have none of that id; Conflict beyond MOST_SHARES."""
        share = Share(
            id=new_id(),
            user_id=member.id,
            reading_id=reading_id,
            token=secrets.token_urlsafe(24),  # 192 bits: a billion guesses a second would take longer than the sun
            expires=expires,
            revoked=None,
        )
        own = (SavedReading.id == reading_id) & (SavedReading.user_id == member.id)
        with self.write() as session:
            if session.scalar(select(SavedReading.id).where(own)) is None:
                raise Missing("you have no reading of that id")
            held = select(func.count()).where(Share.reading_id == reading_id, Share.revoked.is_(None))
            if (session.scalar(held) or 0) >= MOST_SHARES:
                raise Conflict(f"expected at most {MOST_SHARES} links to one reading; revoke one of them")
            session.add(share)
        return share

    def shares(self, member: Member, *, before: str | None = None, most: int = 200) -> list[Share]:
        """Links of this user with their ``reading``, newest first, revoked and expired ones too."""
        own = select(Share).where(Share.user_id == member.id).options(joinedload(Share.reading, innerjoin=True))
        if before is not None:
            own = own.where(Share.id < before)
        with self.read() as session:
            return list(session.scalars(own.order_by(Share.id.desc()).limit(most)))

    def revoke_share(self, member: Member, id: str) -> None:
        """End a link now; Missing where this user has none of that id."""
        own = (Share.id == id) & (Share.user_id == member.id)
        ended = func.coalesce(Share.revoked, datetime.now(UTC))
        with self.write() as session:
            if session.scalar(update(Share).where(own).values(revoked=ended).returning(Share.id)) is None:
                raise Missing("you have no link of that id")

    def shared(self, token: str) -> SavedReading:
        """What the link leads to, with its drawing. Missing where it leads nowhere, Revoked where it has ended."""
        wanted = select(Share).where(Share.token == token)
        reading = joinedload(Share.reading, innerjoin=True)
        with self.read() as session:
            share = session.scalar(wanted.options(reading.joinedload(SavedReading.drawing, innerjoin=True)))
            if share is None:
                raise Missing("this link leads nowhere; ask for it again")
            if share.revoked is not None:
                raise Revoked("this link was revoked; ask who sent it")
            if share.expires is not None and share.expires <= datetime.now(UTC):
                raise Revoked("this link has expired; ask who sent it")
            return share.reading
