"""The store: accounts, what they keep, what they share, and corrections; in SQLite, or PostgreSQL by its URL.

    store.py        Store, all of it on one database
      accounts.py   users, their sessions and keys
      readings.py   the history: what was read and of what
      shares.py     links to readings
      corrections.py  what readings should have been
      aliases.py    which model file is the champion
        drawn.py    what is drawn, on its way in
      database.py   connections, transactions, migrations/
      tables.py     the tables

Every method is one transaction: what it returns is kept, and outlives a kill. Rows it returns are of no session.
Errors are those below StorageError in ``inkread.errors``.
"""

from inkread.storage.drawn import Drawn
from inkread.storage.store import Store, open_store

__all__ = ["Drawn", "Store", "open_store"]
