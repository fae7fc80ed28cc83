"""Empty databases to test and to measure on.

SQLite: a file. PostgreSQL: on the server that INKREAD_TEST_POSTGRES names, else on one of our own from the programs
that Debian and others install, in a temporary folder, ended with the process.
"""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from inkread.errors import InkreadError

KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """URL of an empty database; of PostgreSQL it is dropped after. InkreadError where there is no server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'inkread.db'}"
        return
    server = make_url(postgres_server()).set(drivername="postgresql+psycopg")
    name = f"inkread_test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()


@functools.cache
def postgres_server() -> str:
    """URL of a server on which databases can be made; InkreadError where there is none."""
    if given := os.environ.get("INKREAD_TEST_POSTGRES"):
        return given
    programs = _programs()
    if programs is None:
        raise InkreadError(
            "no PostgreSQL: install Debian's package postgresql, or name a server by INKREAD_TEST_POSTGRES"
        )
    return _start(programs)


def _programs() -> Path | None:
    """Folder of initdb and pg_ctl, which Debian leaves out of PATH."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return installed[-1].parent if installed else None


def _start(programs: Path) -> str:
    """A server that only this machine's processes can reach, through a socket in its folder."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has at most 107 bytes
    as_user: list[str] = []
    if os.geteuid() == 0:  # it refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *options: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *options]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise InkreadError(f"{program}: {done.stderr.decode(errors='replace')[-500:]}")

    run("initdb", "--username=inkread", "--auth=trust", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "start", "--wait", "-l", str(folder / "log"), "-o", f"-c listen_addresses= -k {folder} -c fsync=off")

    def stop() -> None:
        run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://inkread@/postgres?host={folder}"
