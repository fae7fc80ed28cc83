"""Aliases: which model file a name stands for now, and stood for before."""

from __future__ import annotations

from sqlalchemy import Select, select

from inkread.errors import Conflict
from inkread.storage.database import Database
from inkread.storage.tables import Alias, new_id


class Aliases(Database):
    """Names for model files, with their history."""

    def alias(self, name: str) -> Alias | None:
        """What ``name`` stands for; None where it was never set, or all was undone: the shipped file then."""
        with self.read() as session:
            return session.scalar(_holding(name))

    def set_alias(self, name: str, sha256: str, path: str) -> Alias:
        """Let ``name`` stand for the model file of that digest at ``path``."""
        alias = Alias(id=new_id(), name=name, sha256=sha256, path=path, undone=False)
        with self.write() as session:
            session.add(alias)
        return alias

    def rollback(self, name: str) -> Alias | None:
        """Undo the last `set_alias` of ``name``; what it stands for again. Conflict where nothing is left to undo."""
        with self.write() as session:
            held = session.scalar(_holding(name))
            if held is None:
                raise Conflict(f"{name!r:.40} stands for the shipped model file; there is nothing to undo")
            held.undone = True
            session.flush()
            return session.scalar(_holding(name))

    def aliases(self, name: str) -> list[Alias]:
        """All that ``name`` ever stood for, newest first; ``undone`` says which were undone."""
        with self.read() as session:
            return list(session.scalars(select(Alias).where(Alias.name == name).order_by(Alias.id.desc())))


def _holding(name: str) -> Select[Alias]:
    return select(Alias).where(Alias.name == name, Alias.undone.is_(False)).order_by(Alias.id.desc()).limit(1)
