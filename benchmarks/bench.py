"""What `make bench` measures, and the arithmetic that its modules share."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Row
from inkread import evaluate
from inkread.data import Samples, Split, load
from inkread.metrics import wilson_interval
from inkread.modelfile import ModelFile
from inkread.reader import Reader


@dataclass(frozen=True)
class Bench:
    """What is measured: the model file, models of other seeds, where other scripts left times, and the page file."""

    model: ModelFile
    subject: evaluate.Subject
    seeds: tuple[Path, ...]
    quick: Path
    page: Path

    @property
    def reader(self) -> Reader:
        """The model file's reader."""
        assert isinstance(self.subject.classifier, Reader)
        return self.subject.classifier


def graph_digest(model: ModelFile) -> str:
    """The sha256 of a model file's graph: its nodes, and shapes and types of its weights, without their values.

    On them alone depends how long it computes, so that a file trained anew keeps the times of the one before.
    """
    import onnx  # which only training and this need

    graph = onnx.load_model_from_string(model.data).graph
    constants = [value.t for node in graph.node for value in node.attribute if value.HasField("t")]
    for tensor in (*graph.initializer, *constants):
        if tensor.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16):
            for field in ("raw_data", "float_data", "int32_data"):
                tensor.ClearField(field)
    return hashlib.sha256(graph.SerializeToString(deterministic=True)).hexdigest()


@functools.cache
def samples_of(name: str, split: Split) -> Samples:
    """A part of a data set, read once."""
    return load(name, split)


def share_of(promise: Row, hits: NDArray[np.bool_]) -> Row:
    """The row with the share of hits, in percent, and its interval."""
    return replace(promise, value=mean_of(hits), n=len(hits), interval=percent_of(int(hits.sum()), len(hits)))


def mean_of(hits: NDArray[np.bool_]) -> float:
    """The share of hits in percent."""
    return float(100 * hits.mean())


def percent_of(right: int, n: int) -> tuple[float, float]:
    """The interval of a share in percent."""
    low, high = wilson_interval(right, n)
    return 100 * low, 100 * high


def pooled(sets: Sequence[Samples]) -> Samples:
    """The sets one after the other, as one."""
    return Samples(
        [item for samples in sets for item in samples.items],
        tuple(label for samples in sets for label in samples.labels),
        tuple(writer for samples in sets for writer in samples.writers),
        ", ".join(samples.name for samples in sets),
    )
