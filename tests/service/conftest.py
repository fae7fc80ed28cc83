"""The service with the shipped model: in this process for what it answers, as a process of its own for how."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cheap import quick_hashes  # noqa: F401 - a fixture of all tests here
from fastapi.testclient import TestClient
from served import Serve, Served, serving

from inkread.service.app import create_app
from inkread.service.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/inkread.db", rate="")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("service")
    app = create_app(Settings(database_url=f"sqlite:///{folder}/inkread.db", rate=""))
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    return lambda **variables: serving(tmp_path_factory.mktemp("served"), **variables)


@pytest.fixture(scope="session")
def served(serve: Serve) -> Iterator[Served]:
    """One for tests that leave it as it was; a request has half a second to arrive."""
    with serve(INKREAD_UPLOAD_SECONDS="0.5", INKREAD_RATE="", INKREAD_LOG_LEVEL="warning") as served:
        yield served
