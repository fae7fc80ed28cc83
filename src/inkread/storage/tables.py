"""The tables.

    users ──< logins, keys          who may act for a user: a browser, a script
      └────< readings >── drawings  what was read, and of what
                └───< shares        links to a reading
    drawings ──< corrections        what a reading should have been; without an account, the drawing is nobody's
    aliases                         which model file is the champion, and which were
    secrets                         of this installation

What hangs below a row goes with it (ON DELETE CASCADE), so that deleting a user deletes what is theirs.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

Key = String(32).with_variant(String(32, collation="C"), "postgresql")
"""An id: 14 hex digits of µs since 1970, then 18 of chance; its order is that of time, on both databases."""

SEARCHED = 600
"""Most characters of a text that are searched: more would not fit into an index of PostgreSQL (2,704 bytes)."""

TEACHING = "state = 'accepted'"


def new_id() -> str:
    """An id of now that nobody can guess."""
    return first_id(time.time())[:14] + secrets.token_hex(9)


def searchable(text: str, label: str | None = None) -> str:
    """What a search looks in."""
    return f"{label or ''}\n{text}".lower()[:SEARCHED]


def first_id(seconds: float) -> str:
    """The least id of a time in s since 1970."""
    return f"{int(seconds * 1e6):014x}" + 18 * "0"


class Utc(TypeDecorator[datetime]):
    """A time with its zone, in UTC; SQLite keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {datetime: Utc, bytes: LargeBinary, str: Text, int: BigInteger}  # noqa: RUF012

    id: Mapped[str]

    @property
    def made(self) -> datetime:
        """When the row was made, to the µs."""
        return datetime.fromtimestamp(int(self.id[:14], 16) / 1e6, UTC)


def _id() -> Mapped[str]:
    return mapped_column(Key, primary_key=True, default=new_id)


def _of(table: str, *, ondelete: str = "CASCADE", **options: Any) -> Any:
    return mapped_column(Key, ForeignKey(f"{table}.id", ondelete=ondelete), **options)


class User(Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(80), unique=True)  # the name as compared: NFKC, case folded
    password: Mapped[str] = mapped_column(String(200))  # argon2id, with its salt and costs
    admin: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int] = mapped_column(default=0)  # bytes of all that is kept


class Login(Base):
    """A browser that is signed in."""

    __tablename__ = "logins"

    id: Mapped[str] = _id()
    user_id: Mapped[str] = _of("users", index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # sha256: who reads the table cannot sign in by it
    agent: Mapped[str] = mapped_column(String(200))  # the browser, as it calls itself
    expires: Mapped[datetime]


class ApiKey(Base):
    """A key for scripts."""

    __tablename__ = "keys"

    id: Mapped[str] = _id()
    user_id: Mapped[str] = _of("users", index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # sha256
    name: Mapped[str] = mapped_column(String(60))
    hint: Mapped[str] = mapped_column(String(8))  # its last signs, to tell keys apart
    used: Mapped[datetime | None]


class Drawing(Base):
    """What was drawn, as strokes, or sent, as a grey picture; the same is kept once for each user."""

    __tablename__ = "drawings"
    __table_args__ = (UniqueConstraint("user_id", "sha256"),)

    id: Mapped[str] = _id()
    user_id: Mapped[str | None] = _of("users")
    sha256: Mapped[str] = mapped_column(String(64))  # of the content
    size: Mapped[int]  # bytes of the content; before it, or SQLite reads through it
    strokes: Mapped[str | None]  # JSON: [[[x, y, t, pressure], ...], ...]
    picture: Mapped[bytes | None]  # PNG, grey
    width: Mapped[int | None]
    height: Mapped[int | None]
    pen: Mapped[float | None]  # px
    thumbnail: Mapped[bytes]  # PNG, grey, at most 64x64


class SavedReading(Base):
    """What was read in a drawing, and by which model file."""

    __tablename__ = "readings"
    # The text is in the index, so that a search passes over what it does not find without reading its rows
    __table_args__ = (Index("readings_of_user", "user_id", "id", "search"),)

    id: Mapped[str] = _id()
    user_id: Mapped[str] = _of("users")
    drawing_id: Mapped[str] = _of("drawings", index=True)
    text: Mapped[str]
    label: Mapped[str | None]  # what it really is, where its user has said so
    search: Mapped[str] = mapped_column(String(SEARCHED))  # both, in lower case, as far as they are searched
    confidence: Mapped[float]
    unsure: Mapped[bool]
    reasons: Mapped[str]  # JSON: why it is unsure
    glyphs: Mapped[str]  # JSON: boxes, and candidates with their probabilities
    model: Mapped[str] = mapped_column(String(200))  # id
    sha256: Mapped[str] = mapped_column(String(64))  # of the model file
    size: Mapped[int]  # bytes of all that

    drawing: Mapped[Drawing] = relationship(lazy="raise")


class Share(Base):
    """A link to a reading."""

    __tablename__ = "shares"

    id: Mapped[str] = _id()
    user_id: Mapped[str] = _of("users", index=True)
    reading_id: Mapped[str] = _of("readings", index=True)
    # In the clear, so that its owner can copy the link again: who reads this table can read what it shows as well
    token: Mapped[str] = mapped_column(String(43), unique=True)
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]

    reading: Mapped[SavedReading] = relationship(lazy="raise")


class Correction(Base):
    """What a reading should have been."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("corrections_by_state", "state", "id"),
        Index("corrections_by_source", "source", "id"),
        Index("corrections_of_ink", "ink"),
        # No ink teaches twice, however it came to be accepted
        Index(
            "corrections_teaching",
            "ink",
            unique=True,
            sqlite_where=text(TEACHING),
            postgresql_where=text(TEACHING),
        ),
    )

    id: Mapped[str] = _id()
    user_id: Mapped[str | None] = _of("users", index=True)
    drawing_id: Mapped[str] = _of("drawings", index=True)
    reading_id: Mapped[str | None] = _of("readings", ondelete="SET NULL", index=True)
    source: Mapped[str] = mapped_column(String(64))  # the user's id, or an address hashed with a secret
    ink: Mapped[str] = mapped_column(String(64))  # sha256 of the shape, wherever, however large and fast it was drawn
    label: Mapped[str]
    consent: Mapped[bool]  # to learn from it
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, accepted, refused
    mark: Mapped[str | None] = mapped_column(String(16))  # duplicate, contradiction, flood
    model: Mapped[str | None] = mapped_column(String(200))  # id of the model file that misread it
    read: Mapped[str | None]  # text that was read

    drawing: Mapped[Drawing] = relationship(lazy="raise")


class Alias(Base):
    """A name for a model file, e.g. "champion"; the newest that was not undone holds."""

    __tablename__ = "aliases"

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(40), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str]
    undone: Mapped[bool] = mapped_column(default=False)


class Secret(Base):
    """A secret of this installation."""

    __tablename__ = "secrets"

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[bytes]
