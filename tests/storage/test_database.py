"""The database: made and brought up to date by itself, all or nothing; away, newer, shared and killed."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from inkread.errors import StorageError, StoreAway
from inkread.storage import Drawn, Store, database, open_store
from inkread.storage.tables import Base

DOT = Drawn(strokes=[[[1, 1]]])


def tables(url: str) -> set[str]:
    engine = create_engine(make_url(url).set(drivername=_driver(url)))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _driver(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql+psycopg"


def test_the_steps_lead_to_the_tables_that_the_code_names(store: Store) -> None:
    with store.read() as session:
        differences = compare_metadata(MigrationContext.configure(session.connection()), Base.metadata)
    assert [one for one in differences if one[0] != "modify_type"] == []


def test_the_newest_step_is_the_one_that_is_looked_for() -> None:
    assert ScriptDirectory(str(database._FOLDER)).get_current_head() == database._HEAD


def test_opening_again_changes_nothing(database_url: str) -> None:
    for _ in range(2):
        with open_store(database_url) as store:
            store.add_correction(DOT, label="1", source="s")
    with open_store(database_url) as store:
        assert len(list(store.corrections())) == 2


def _open(url: str) -> None:
    open_store(url).close()


def test_many_processes_open_a_new_database_at_once(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(database_url,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4


INTERRUPTED = """
import os, signal, sys
from alembic import op
import inkread.storage
made, create = [], op.create_table
def create_table(*arguments, **options):
    made.append(create(*arguments, **options))
    if len(made) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
op.create_table = create_table
inkread.storage.open_store(sys.argv[1])
"""


def test_a_migration_killed_halfway_leaves_nothing_and_is_done_at_the_next_start(database_url: str) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, database_url], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert tables(database_url) == set()
    with open_store(database_url) as store:
        store.add_correction(DOT, label="1", source="s")
    assert tables(database_url) == set(Base.metadata.tables) | {"alembic_version"}


def test_a_migration_that_fails_leaves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    def create_index(*_: object, **__: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", create_index)
        with pytest.raises(RuntimeError, match="in the middle"):
            open_store(database_url)
    assert tables(database_url) == set()
    open_store(database_url).close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    with open_store(database_url) as store, store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    with pytest.raises(StorageError, match="'v9999', made by a newer Inkread"):
        open_store(database_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "expected sqlite:///file or postgresql"),
        ("sqlite://", "expected sqlite:///file"),
        ("sqlite:///:memory:", "expected sqlite:///file"),
        ("mysql://root:secret@host/name", r"mysql://root:\*\*\*@host/name: expected sqlite:///file or postgresql"),
        ("/home/ada/inkread.db", "expected sqlite:///file or postgresql"),
    ],
)
def test_another_kind_of_database_is_refused(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        Store(url)


def test_a_file_that_is_no_database_is_said_to_be_away_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "inkread.db"
    path.write_bytes(b"not a database, and longer than a page's header " * 200)
    before = path.read_bytes()
    with pytest.raises(StoreAway, match="not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_place_where_no_file_can_be_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreAway, match="expected an answer from sqlite:///"):
        open_store(f"sqlite:///{tmp_path}/file/inkread.db")


def test_a_server_that_is_not_there_is_away_at_once_and_its_password_is_not_told() -> None:
    store = Store("postgresql://ada:secret@127.0.0.1:1/inkread")
    with pytest.raises(StoreAway, match=r"ada:\*\*\*@127.0.0.1:1/inkread"):
        store.count_corrections()
    began = time.monotonic()
    with pytest.raises(StoreAway, match="did not answer a moment ago"):
        store.count_corrections()
    assert time.monotonic() - began < 0.1


def test_what_was_away_is_used_once_it_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_AWAY_SECONDS", 0.05)
    folder = tmp_path / "later"
    folder.touch()  # a file where the folder should be
    with Store(f"sqlite:///{folder}/inkread.db") as store:
        with pytest.raises(StoreAway):
            store.add_correction(DOT, label="1", source="s")
        folder.unlink()
        time.sleep(0.06)
        store.add_correction(DOT, label="1", source="s")
        assert len(list(store.corrections())) == 1


def test_connections_that_the_server_ends_are_replaced(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server")
    monkeypatch.setattr(database, "_AWAY_SECONDS", 0.05)
    with open_store(database_url) as store, open_store(database_url) as other:
        store.add_correction(DOT, label="1", source="s")
        with other.write() as session:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            session.execute(text(ended + "AND pid <> pg_backend_pid()"))
        assert len(list(store.corrections())) == 1


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/new/inkread.db") as store:
        store.add_correction(DOT, label="1", source="s")
        files = list((tmp_path / "new").iterdir())
        assert len(files) > 1  # with its log
        assert not [path for path in files if path.stat().st_mode & 0o077]
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def _add_many(url: str, label: str, count: int) -> None:
    with open_store(url) as store:
        for i in range(count):
            store.add_correction(Drawn(strokes=[[[0, 0], [i, int(label)]]]), label=label, source=label)


def test_two_processes_and_their_threads_write_at_once_and_nothing_is_lost(database_url: str) -> None:
    open_store(database_url).close()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_many, args=(database_url, label, 40)) for label in "12"]
    for process in processes:
        process.start()
    with open_store(database_url) as store:
        threads = [
            threading.Thread(
                target=lambda i=i: [
                    store.add_correction(Drawn(strokes=[[[0, 0], [i, j]]]), label="3", source="3") for j in range(10)
                ]
            )
            for i in range(8)
        ]
        for thread in threads:
            thread.start()
        for worker in [*threads, *processes]:
            worker.join(60)
        assert [process.exitcode for process in processes] == [0, 0]
        counts = [sum(found.label == label for found in store.corrections()) for label in "123"]
    assert counts == [40, 40, 80]


def test_who_waits_too_long_for_another_writer_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    path = tmp_path / "inkread.db"
    with open_store(f"sqlite:///{path}") as store:
        store.add_correction(DOT, label="1", source="s")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAway, match="database is locked"):
            store.add_correction(DOT, label="1", source="s")
        assert len(list(store.corrections())) == 1  # reading goes on
        other.execute("ROLLBACK")
        other.close()
        store.add_correction(DOT, label="1", source="s")


WRITER = """
import sys
from inkread.storage import Drawn, open_store
store = open_store(sys.argv[1])
while True:
    kept = store.add_correction(Drawn(strokes=[[[0, 0], [9, 9]]]), label="1", source="s")
    print(kept.id, flush=True)
"""


def test_killed_while_saving_it_has_all_that_was_acknowledged(database_url: str) -> None:
    acknowledged: list[str] = []
    for i in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged.append(process.stdout.readline().strip())  # it has begun
        time.sleep(0.02 * i)
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if len(line) == 33]
        process.wait()
        process.stdout.close()
    with open_store(database_url) as store:
        assert set(acknowledged) <= {found.id for found in store.corrections()}
    if database_url.startswith("sqlite"):
        with sqlite3.connect(make_url(database_url).database or "") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
