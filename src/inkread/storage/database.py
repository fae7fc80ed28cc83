"""The database itself: connections, transactions, migrations, and what it says when it is away.

SQLite: a file in WAL mode, so that reading and writing do not wait for each other; writers wait in line, up to
BUSY_SECONDS. ``synchronous=NORMAL``: a commit is in the system's hands before it is acknowledged, and so
outlives ``kill -9`` of this process; a power cut may take the last moments, and never breaks the file
(sqlite.org/wal.html, 2.3). ``FULL`` would cost each saved reading an fsync, 8 ms on the disk this was measured on.

PostgreSQL: as it is set up.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import Session, sessionmaker

from inkread.errors import StorageError, StoreAway
from inkread.storage import migrations

BUSY_SECONDS = 5.0
"""Longest wait for another writer on SQLite."""

_CONNECTIONS = 48  # more than the threads that may ask at once: 40 of the routes, some that save readings
_AWAY_SECONDS = 1.0  # how long a database that did not answer is not asked again
_QUERY_SECONDS = 20
_FOLDER = Path(migrations.__file__).parent
_HEAD = "v0001"
_VERSION = "alembic_version"
_LOCK = 0x1_4B_2E_AD  # PostgreSQL's advisory lock under which one process migrates


class Database:
    """Connections to one database; safe to share between threads. Connects when it is first needed."""

    def __init__(self, url: str) -> None:
        """StorageError where ``url`` names no database that this works with."""
        self._url = checked_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _engine(self._url)
        self._read = sessionmaker(self._engine, expire_on_commit=False)
        at_once = self._engine.execution_options(begin="BEGIN IMMEDIATE") if self._sqlite else self._engine
        self._write = sessionmaker(at_once, expire_on_commit=False)
        self._line = threading.Lock()  # of SQLite's writers; its own waiting sleeps longer than most of them write
        self._migrating = threading.Lock()
        self._migrated = False
        self._away_until = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database; StoreAway where there is none to ask."""
        self.migrate()
        with self._answering(), self._read() as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept together when it ends, or not at all; StoreAway as above."""
        self.migrate()
        with self._answering():
            if not self._sqlite:
                with self._write() as session, session.begin():
                    yield session
                return
            if not self._line.acquire(timeout=2 * BUSY_SECONDS):
                raise StoreAway(f"others have been writing for {2 * BUSY_SECONDS:g} s; try again")
            try:
                with self._write() as session, session.begin():
                    yield session
            finally:
                self._line.release()

    def migrate(self) -> None:
        """Bring the tables into the shape that this version wants, all or nothing; once, then free.

        StorageError where they were made by a newer Inkread; StoreAway as above.
        """
        if self._migrated:
            return
        with self._migrating, self._answering():
            if self._migrated:
                return
            if self._sqlite:
                _create_private(Path(self._url.database or ""))
                with self._engine.connect() as connection:
                    connection.connection.dbapi_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
            writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
            with writing.begin() as connection:  # the others wait at this transaction, or this lock
                if not self._sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                _upgrade(connection)
            self._migrated = True

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """What the driver raises where nothing answers becomes StoreAway, for a moment without asking again."""
        if time.monotonic() < self._away_until:
            raise StoreAway(f"{self._name} did not answer a moment ago; try again in a second")
        try:
            yield
        except (DBAPIError, NoneFree, OSError) as error:
            if isinstance(error, DBAPIError) and not _is_away(error):
                raise
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                self._engine.dispose()
            if not _is_busy(error):
                self._away_until = time.monotonic() + _AWAY_SECONDS
            why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise StoreAway(f"expected an answer from {self._name}, got: {why}") from error

    @property
    def _name(self) -> str:
        """The database for messages, without its password."""
        return self._url.render_as_string(hide_password=True)


def checked_url(url: str) -> URL:
    """The URL with its driver, an SQLite file by its absolute path; StorageError where it names no such database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(f"{url[:40]!r}: expected sqlite:///file or postgresql://user@host/name") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite", query={}, database=str(Path(parsed.database).expanduser().absolute()))
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    name = parsed.render_as_string(hide_password=True)
    raise StorageError(f"{name}: expected sqlite:///file or postgresql://user@host/name")


def _engine(url: URL) -> Engine:
    pool: dict[str, Any] = {"pool_size": 8, "max_overflow": _CONNECTIONS - 8, "pool_timeout": 5}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments = {"connect_timeout": 3, "options": f"-c statement_timeout={_QUERY_SECONDS}s -c lock_timeout=10s"}
    try:
        return create_engine(url, connect_args=arguments, pool_pre_ping=True, **pool)
    except ImportError:
        raise StorageError("PostgreSQL needs psycopg: pip install 'inkread[postgres]'") from None


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # or the driver begins, and commits before it changes tables
    for pragma in ("foreign_keys=ON", "synchronous=NORMAL", "cache_size=-4000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _create_private(path: Path) -> None:
    """The file, for its owner only: handwriting is personal."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _upgrade(connection: Connection) -> None:
    """Run the steps that are missing, in the transaction of ``connection``."""
    at = (
        connection.scalar(text(f"SELECT version_num FROM {_VERSION}"))
        if inspect(connection).has_table(_VERSION)
        else None
    )
    if at == _HEAD:
        return
    from alembic import command  # not before: it takes longer than the rest of the start
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(f"the database is at {at!r}, made by a newer Inkread; install that one ({error})") from error


def _is_away(error: DBAPIError) -> bool:
    """Whether the database could not be asked, or could not write; else the fault is ours."""
    broken = type(error) is DatabaseError  # of SQLite: a file that is none of its own, or damaged
    return broken or isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated


def _is_busy(error: Exception) -> bool:
    """Whether somebody else is writing, which says nothing about the next moment."""
    return isinstance(error, NoneFree) or "locked" in str(getattr(error, "orig", ""))
