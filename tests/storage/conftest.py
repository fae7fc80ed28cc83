"""A store for each test, on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cheap import quick_hashes  # noqa: F401 - a fixture of all tests here

from benchmarks.databases import KINDS, fresh_database
from inkread.errors import InkreadError
from inkread.storage import Store, open_store


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database; skipped where there is no PostgreSQL."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(fresh_database(request.param, tmp_path))
        except InkreadError as error:
            pytest.skip(str(error))
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store
