"""Accounts: a name and a password; browsers that are signed in; keys for scripts.

A session's token and a key are random and only their sha256 is stored. Passwords are stored as argon2id makes them
(RFC 9106; pwdlib's costs: 64 MiB and 3 passes), a few at a time: each takes its memory and 50 ms or so.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inkread.errors import Conflict, Denied, Missing, SignedOut, StoreAway, StoreFull
from inkread.storage.database import Database
from inkread.storage.tables import ApiKey, Base, Login, Secret, User, new_id

SESSION_DAYS = 30
MOST_LOGINS = 50
"""Most browsers of one user that are signed in; the oldest go."""

MOST_KEYS = 20
KEY_PREFIX = "ink_"

_HASHES_AT_ONCE = 2
_HASH_SECONDS = 5.0  # longest wait for a turn

# Made once: saving a reading is what somebody waits for, and making a statement takes longer than running it
_MEMBER = (User.id, User.name, User.admin, User.size)
_BY_SESSION = (
    select(*_MEMBER, Login.id)
    .join(Login, Login.user_id == User.id)
    .where(Login.token == bindparam("token"), Login.expires > bindparam("now"))
)
_BY_KEY = select(*_MEMBER, ApiKey.id).join(ApiKey, ApiKey.user_id == User.id).where(ApiKey.token == bindparam("token"))
_TAKE = (
    update(User)
    .where(User.id == bindparam("user"), User.size + bindparam("more") <= bindparam("most"))
    .values(size=User.size + bindparam("more"))
)

_hashing = threading.BoundedSemaphore(_HASHES_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request brings to say whose it is: the token of a session, or a key."""

    token: str
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Who asks: a user, and the session or key they ask by."""

    id: str
    name: str
    admin: bool
    size: int  # bytes kept
    by: str  # id of the session or key


class Accounts(Database):
    """Users and how they show who they are."""

    def sign_up(self, name: str, password: str, agent: str = "") -> str:
        """Make an account; the token of its first session. Conflict where the name is taken."""
        hashed = _hash(password)
        user = User(id=new_id(), name=name, folded=folded(name), password=hashed, admin=False, size=0)
        try:
            with self.write() as session:
                session.add(user)
                session.flush()
                return _log_in(session, user.id, agent)
        except IntegrityError as error:
            raise Conflict(f"the name {name!r:.50} is taken; choose another") from error

    def sign_in(self, name: str, password: str, agent: str = "") -> str:
        """The token of a new session. Denied where name or password are wrong, and not which, nor by the time taken."""
        with self.read() as session:
            user = session.scalar(select(User).where(User.folded == folded(name)))
        if not _verify(password, user.password if user else _nobodys()) or user is None:
            raise Denied("the name or the password is wrong")
        with self.write() as session:
            if session.scalar(select(User.password).where(User.id == user.id)) != user.password:
                raise Denied("the password was changed just now; sign in with the new one")
            return _log_in(session, user.id, agent)

    def member(self, credential: Credential) -> Member:
        """Whose it is; SignedOut where it is nobody's or has ended."""
        with self.read() as session:
            return member_of(session, credential)

    def sign_out(self, member: Member) -> None:
        """End the session that ``member`` asks by."""
        with self.write() as session:
            session.execute(delete(Login).where(Login.id == member.by, Login.user_id == member.id))

    def change_password(self, member: Member, old: str, new: str) -> None:
        """Set another password and end all other sessions. Denied where ``old`` is wrong."""
        before = self._check_password(member, old)
        hashed = _hash(new)
        with self.write() as session:
            unchanged = (User.id == member.id) & (User.password == before)
            changed = update(User).where(unchanged).values(password=hashed).returning(User.id)
            if session.scalar(changed) is None:
                raise Denied("the password was changed just now, elsewhere")
            session.execute(delete(Login).where(Login.user_id == member.id, Login.id != member.by))

    def delete_account(self, member: Member, password: str) -> None:
        """Delete the user and all that is theirs. Denied where the password is wrong."""
        self._check_password(member, password)
        with self.write() as session:
            session.execute(delete(User).where(User.id == member.id))

    def logins(self, member: Member) -> list[Login]:
        """Sessions that have not ended, newest first."""
        own = select(Login).where(Login.user_id == member.id, Login.expires > _now())
        with self.read() as session:
            return list(session.scalars(own.order_by(Login.id.desc())))

    def end_login(self, member: Member, id: str) -> None:
        """End a session of this user; Missing where they have none of that id."""
        with self.write() as session:
            _delete_one(session, Login, (Login.id == id) & (Login.user_id == member.id), "session")

    def add_key(self, member: Member, name: str) -> tuple[ApiKey, str]:
        """A key for scripts: its row, and the key itself, which is nowhere else. Conflict beyond MOST_KEYS."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(id=new_id(), user_id=member.id, token=digest(secret), name=name, hint=secret[-4:], used=None)
        with self.write() as session:
            if len(session.scalars(select(ApiKey.id).where(ApiKey.user_id == member.id)).all()) >= MOST_KEYS:
                raise Conflict(f"expected at most {MOST_KEYS} keys; revoke one that is not used")
            session.add(key)
        return key, secret

    def keys(self, member: Member) -> list[ApiKey]:
        """Keys of this user, newest first."""
        with self.read() as session:
            return list(session.scalars(select(ApiKey).where(ApiKey.user_id == member.id).order_by(ApiKey.id.desc())))

    def revoke_key(self, member: Member, id: str) -> None:
        """End a key of this user; Missing where they have none of that id."""
        with self.write() as session:
            _delete_one(session, ApiKey, (ApiKey.id == id) & (ApiKey.user_id == member.id), "key")

    def users(self) -> list[User]:
        """All accounts, by name."""
        with self.read() as session:
            return list(session.scalars(select(User).order_by(User.folded)))

    def set_admin(self, name: str, admin: bool) -> None:
        """Let a user review corrections, or no more; Missing where there is none of that name."""
        with self.write() as session:
            changed = update(User).where(User.folded == folded(name)).values(admin=admin).returning(User.id)
            if session.scalar(changed) is None:
                raise Missing(f"there is no account {name!r:.50}")

    def reset_password(self, name: str, new: str) -> None:
        """Set a password without the old one and end all sessions and keys; Missing as above."""
        hashed = _hash(new)
        with self.write() as session:
            changed = update(User).where(User.folded == folded(name)).values(password=hashed).returning(User.id)
            id = session.scalar(changed)
            if id is None:
                raise Missing(f"there is no account {name!r:.50}")
            session.execute(delete(Login).where(Login.user_id == id))
            session.execute(delete(ApiKey).where(ApiKey.user_id == id))

    def secret(self, name: str) -> bytes:
        """32 random bytes of this installation, the same from then on."""
        with self.read() as session:
            found = session.scalar(select(Secret.value).where(Secret.name == name))
        if found is not None:
            return found
        try:
            with self.write() as session:
                session.add(Secret(id=new_id(), name=name, value=secrets.token_bytes(32)))
        except IntegrityError:
            pass  # another process was first
        return self.secret(name)

    def _check_password(self, member: Member, password: str) -> str:
        """The hash that ``password`` was checked against; Denied where it is wrong."""
        with self.read() as session:
            hashed = session.scalar(select(User.password).where(User.id == member.id))
        if hashed is None or not _verify(password, hashed):
            raise Denied("the password is wrong")
        return hashed


def member_of(session: Session, credential: Credential) -> Member:
    """Whose ``credential`` is, in a transaction that goes on; SignedOut as `Accounts.member`."""
    asked = _BY_KEY if credential.is_key else _BY_SESSION
    found = session.connection().execute(asked, {"token": digest(credential.token), "now": _now()}).first()
    if found is None:
        said = "the key is wrong or was revoked" if credential.is_key else "the session has ended; sign in again"
        raise SignedOut(said)
    return Member(*found)


def take_room(session: Session, user_id: str, size: int, most_bytes: int | None) -> None:
    """Count ``size`` more bytes to the user's; StoreFull where that makes more than ``most_bytes``."""
    most = sys.maxsize if most_bytes is None else most_bytes
    taken = session.connection().execute(_TAKE, {"user": user_id, "more": size, "most": most})
    if taken.rowcount != 1:
        raise StoreFull(f"expected at most {most:,} bytes in one account; delete some of the history")


def folded(name: str) -> str:
    """A name as names are compared: full width is half width, and case does not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def digest(token: str) -> str:
    """What is stored of a token: it is random, so that one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """What a page shows beside the cookie of this session; of no other session, and dead with it."""
    return hmac.new(token.encode(), b"inkread csrf", hashlib.sha256).hexdigest()


def _log_in(session: Session, user_id: str, agent: str) -> str:
    token = secrets.token_urlsafe(32)
    expires = _now() + timedelta(days=SESSION_DAYS)
    session.execute(delete(Login).where(Login.user_id == user_id, Login.expires <= _now()))
    oldest = select(Login.id).where(Login.user_id == user_id).order_by(Login.id.desc()).offset(MOST_LOGINS - 1)
    session.execute(delete(Login).where(Login.id.in_(oldest.scalar_subquery())))
    session.add(Login(id=new_id(), user_id=user_id, token=digest(token), agent=agent[:200], expires=expires))
    return token


def _delete_one(session: Session, table: type[Base], own: ColumnElement[bool], what: str) -> None:
    if session.scalar(delete(table).where(own).returning(table.id)) is None:
        raise Missing(f"you have no {what} of that id")


def _now() -> datetime:
    return datetime.now(UTC)


@functools.cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@functools.cache
def _nobodys() -> str:
    """What the password of a name that is not there is checked against, so that it takes as long."""
    return _hasher().hash(secrets.token_hex())


def _hash(password: str) -> str:
    with _turn():
        return _hasher().hash(password)


def _verify(password: str, hashed: str) -> bool:
    with _turn():
        return _hasher().verify(password, hashed)


@contextmanager
def _turn() -> Iterator[None]:
    """A turn at hashing; StoreAway where too many wait for one."""
    if not _hashing.acquire(timeout=_HASH_SECONDS):
        raise StoreAway("too many are signing in; try again in a moment")
    try:
        yield
    finally:
        _hashing.release()
