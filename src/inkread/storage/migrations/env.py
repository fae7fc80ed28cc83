"""Alembic's way in: runs on the connection, and in the transaction, that ``inkread.storage.database`` gives it."""

from alembic import context

from inkread.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # SQLite's as well, because the connection begins its transactions itself
    render_as_batch=True,
)
context.run_migrations()
