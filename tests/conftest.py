"""What tests of several folders share."""

from pathlib import Path

import pytest
from handwriting import write_fewer


@pytest.fixture(scope="session")
def fewer_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a part of the handwriting; only for tests that are skipped where there is none."""
    return write_fewer(tmp_path_factory.mktemp("data"))
