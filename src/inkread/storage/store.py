"""Store: every subject on one database."""

from __future__ import annotations

from inkread.storage.accounts import Accounts
from inkread.storage.aliases import Aliases
from inkread.storage.corrections import Corrections
from inkread.storage.readings import Readings
from inkread.storage.shares import Shares


class Store(Accounts, Readings, Shares, Corrections, Aliases):
    """All of it; safe to share between threads. Connects when it is first needed."""


def open_store(url: str) -> Store:
    """The store at ``url``, its tables brought up to date.

    Raises StorageError where ``url`` names none or a newer Inkread made it, StoreAway where nothing answers.
    """
    store = Store(url)
    try:
        store.migrate()
    except BaseException:
        store.close()
        raise
    return store
