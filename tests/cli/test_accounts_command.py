"""`inkread accounts`: for who runs the service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cheap import quick_hashes  # noqa: F401 - a fixture of all tests here
from typer.testing import CliRunner, Result

from inkread.cli import app
from inkread.errors import Denied, Missing
from inkread.storage import Store, open_store
from inkread.storage.accounts import Credential


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("INKREAD_DATABASE_URL", url)
    with open_store(url) as store:
        yield store


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["accounts", *arguments])


def test_accounts_are_listed_and_become_admins_and_no_more(store: Store) -> None:
    token = store.sign_up("Ada", "correct horse")
    assert run("list").stdout == "Ada\t0.0 MB\n"
    assert run("admin", "ada").stdout == "ada is an admin\n"
    assert store.member(Credential(token)).admin
    assert run("list").stdout == "Ada\t0.0 MB\tadmin\n"
    run("admin", "Ada", "--revoke")
    assert not store.member(Credential(token)).admin


def test_a_forgotten_password_is_replaced_by_one_that_is_shown_once(store: Store) -> None:
    store.sign_up("Ada", "correct horse")
    new = run("password", "Ada").stdout.strip()
    assert len(new) >= 16
    store.sign_in("Ada", new)
    with pytest.raises(Denied):
        store.sign_in("Ada", "correct horse")


def test_a_name_that_is_not_there_is_said_so(store: Store) -> None:
    assert isinstance(run("admin", "Bob").exception, Missing)
