"""One thread: on busy cores, PyTorch's threads wait for each other far longer than they work."""

import logging
from pathlib import Path

import pytest
import torch
from tiny_network import CARD, PICTURES, trained_graph

from inkread.training.export import export

torch.set_num_threads(1)
# pytest gives each logger that stands alone a handler, and PyTorch writes all of its trace where it finds one
logging.getLogger("torch.__trace").propagate = True


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny network as a model file: once, because an export takes 8 s."""
    path = tmp_path_factory.mktemp("exported") / "model.onnx"
    export(trained_graph(), CARD, path, PICTURES)
    return path
