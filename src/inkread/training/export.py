"""From a trained graph to a model file: calibrate, choose the thresholds, write ONNX with its card, and check it."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import logging
import math
import warnings
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from inkread.card import CARD_KEY, Card, Thresholds
from inkread.errors import RunError
from inkread.files import write_atomically
from inkread.training.graph import Graph
from inkread.training.page.graph import PageGraph

TOLERANCE = 1e-4  # largest difference of a probability between PyTorch and ONNX Runtime
PAGE_TOLERANCE = 4e-4  # of a page file: where a page is 640 px wide, floats tell a box's place to 3e-4 px only, and the
# answer moves with it
PAGE_STRAY = 0.02  # of its runs may differ more, if no top answer does: the edges of ink hang on a threshold. On 8 of
# 532 runs a probability differs by up to 0.08 (on 4 by up to 0.26 in the file before), on others by 4e-4 at most
PAGE_LEAST = 0.5  # a top answer less likely than this may be another: on one of them what had 0.24 was a 3 or a 1
LARGE = 1024  # numbers from which a weight of a page file is stored as float16
ACCEPTED = 0.997  # share of validation digits below the reject threshold
NON_DIGITS = 0.05  # share of what people show a digit reader that is no digit: our guess, for want of a measurement
SURE = 0.998  # share of answers at or above the threshold "sure" that are right
LEAST_SURE = 0.8
"""Lowest "sure". A file that misreads hardly any validation digit keeps SURE at 0.5 too; but of strangers' answers
below 0.8, which are 2.6 %, a third are wrong, and 61 % of all that are (docs/experiments.md, 2026-12-01)."""


def calibrate(logits: Tensor, targets: Tensor, reject: int | None) -> tuple[float, float]:
    """Temperature, and offset of the reject class's logit, of the least negative log likelihood on validation.

    ``logits`` (n, classes), ``targets`` (n,). Temperature scaling is Guo et al. 2017 (arXiv 1706.04599, section 4.2);
    the offset beside it undoes that training shows far more non-digits than people draw: validation's are weighted
    to NON_DIGITS of all. Without a reject class the offset is 0.
    """
    chosen = torch.zeros(2, requires_grad=True)  # log of the temperature, offset
    digit = targets != reject if reject is not None else torch.ones_like(targets, dtype=torch.bool)
    others = (~digit).sum().clamp(min=1)
    weights = torch.where(digit, (1 - NON_DIGITS) / digit.sum(), NON_DIGITS / others)
    column = F.one_hot(torch.tensor(reject or 0), logits.shape[1]) * (reject is not None)
    solver = torch.optim.LBFGS([chosen], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        scaled = (logits + chosen[1] * column) / chosen[0].exp()
        value = (F.cross_entropy(scaled, targets, reduction="none") * weights).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    solver.step(loss)  # type: ignore[no-untyped-call]
    log_temperature, offset = chosen.tolist()
    return math.exp(log_temperature), offset


def choose_thresholds(probabilities: Tensor, targets: Tensor, reject: int | None) -> Thresholds:
    """Thresholds from the validation digits' probabilities (n, classes) and targets (n,); none is a reject."""
    rejected = probabilities[:, reject] if reject is not None else torch.zeros(len(targets))
    return Thresholds(
        reject=float(torch.quantile(rejected, ACCEPTED).clamp(0.05, 0.95)),
        sure=sure_from(probabilities[:, :10], targets),
    )


def sure_from(probabilities: Tensor, targets: Tensor) -> float:
    """The confidence from which on SURE of the answers are right, LEAST_SURE at least and 0.99 at most.

    ``probabilities``: (n, classes) without the reject.
    """
    best, answer = probabilities.max(1)
    order = best.argsort(descending=True)
    right = (answer == targets)[order].double().cumsum(0) / torch.arange(1, len(order) + 1)
    good = torch.nonzero(right >= SURE)
    return float(np.clip(float(best[order[int(good[-1])]]) if len(good) else 0.99, LEAST_SURE, 0.99))


def export(graph: Graph | PageGraph, card: Card, path: Path, pictures: Sequence[Tensor]) -> None:
    """Writes the model file, if ONNX Runtime answers as PyTorch does on all of ``pictures``.

    Each (n, h, w) uint8, n = 1 for a page file. Raises RunError where a probability differs by more than TOLERANCE
    (for a page file: by more than PAGE_TOLERANCE in more than PAGE_STRAY of the runs), or any top answer (for a page
    file: of at least PAGE_LEAST); an older file stays.
    """
    graph = graph.eval()
    if isinstance(graph, PageGraph):
        graph = halved(graph)
    model = _to_onnx(graph)
    model.metadata_props.add(key=CARD_KEY, value=card.to_json())
    data = model.SerializeToString()
    check(graph, data, pictures)
    write_atomically(path, data)


def check(graph: nn.Module, data: bytes, pictures: Sequence[Tensor]) -> None:
    """Raises RunError where the ONNX bytes answer otherwise than the graph."""
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    page = isinstance(graph, PageGraph)
    tolerance, stray, least = (PAGE_TOLERANCE, PAGE_STRAY, PAGE_LEAST) if page else (TOLERANCE, 0.0, 0.0)
    differences, others = [], 0
    for group in pictures:
        for chunk in torch.split(group, 256):
            for inputs in _inputs(graph, chunk):
                with torch.no_grad():
                    expected = graph(*inputs.values())[0].numpy()
                got = session.run(["probabilities"], {name: tensor.numpy() for name, tensor in inputs.items()})[0]
                if expected.shape != got.shape:
                    raise RunError(f"export: PyTorch found {len(expected)} glyphs where ONNX Runtime found {len(got)}")
                differences.append(float(np.abs(expected - got).max(initial=0.0)))
                another = expected.argmax(1) != got.argmax(1)
                others += int((another & (expected.max(1, initial=0.0) >= least)).sum())
    if others or np.mean(np.array(differences) > tolerance) > stray:
        raise RunError(
            f"export: expected ONNX Runtime to answer as PyTorch does within {tolerance}, got differences of up to "
            f"{max(differences):.2g} and {others} other top answers; the model file was not written"
        )


def _inputs(graph: nn.Module, pictures: Tensor) -> list[dict[str, Tensor]]:
    """What the graph is run on for these pictures; a page file both for all characters and for a number alone."""
    if not isinstance(graph, PageGraph):
        return [{"picture": pictures}]
    return [{"picture": pictures, "number": torch.tensor([number])} for number in (False, True)]


def _to_onnx(graph: Graph | PageGraph) -> onnx.ModelProto:
    sizes = {1: torch.export.Dim("h"), 2: torch.export.Dim("w")}
    if isinstance(graph, Graph):  # a page file reads one picture a run
        sizes[0] = torch.export.Dim("n")
    example = _inputs(graph, torch.zeros(2 if isinstance(graph, Graph) else 1, 61, 67, dtype=torch.uint8))[0]
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter reports each of its steps, and warns of its own parts
        program = torch.onnx.export(
            graph,
            tuple(example.values()),
            dynamo=True,
            input_names=list(example),
            output_names=["probabilities", "boxes", "glyphs"],
            dynamic_shapes={name: sizes if name == "picture" else None for name in example},
            opset_version=20,
        )
    assert program is not None  # only without dynamo
    model = _without_traces(program.model_proto)
    return _stored_by_halves(model) if isinstance(graph, PageGraph) else model


def halved(graph: PageGraph) -> PageGraph:
    """A copy whose weights are numbers that float16 holds, batch norms being a part of the convolutions before them."""
    graph = copy.deepcopy(graph)
    for layers in [module for module in graph.modules() if isinstance(module, nn.Sequential)]:
        for i, (layer, norm) in enumerate(pairwise(list(layers))):
            if isinstance(layer, nn.Conv1d | nn.Conv2d) and isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
                layers[i], layers[i + 1] = fuse_conv_bn_eval(layer, norm), nn.Identity()
    for parameter in graph.parameters():
        if parameter.numel() >= LARGE:
            parameter.data = parameter.data.half().float()
    return graph


def _stored_by_halves(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large float32 weights as float16, which are made float32 again when it is loaded.

    Half the bytes to download and to keep; what is computed is the same, where they are such as ``halved`` leaves them.
    """
    for weight in model.graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < LARGE:
            continue
        half = values.astype(np.float16)
        if np.array_equal(half, values):
            name = weight.name
            weight.CopyFrom(onnx.numpy_helper.from_array(half, f"{name}_half"))
            model.graph.node.insert(0, onnx.helper.make_node("Cast", [weight.name], [name], to=onnx.TensorProto.FLOAT))
    return model


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without the exporter's notes: stack traces with the paths of the machine it was made on."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    return model


def parameter_count(graph: nn.Module) -> int:
    """Trained parameters: the finder's and the network's."""
    return sum(parameter.numel() for parameter in graph.parameters())


def layer_table(network: nn.Module) -> list[tuple[str, list[int], int]]:
    """A network's layers in order: name, output shape without n, parameters."""
    rows = []
    with torch.no_grad():
        x = torch.zeros(1, 1, 28, 28)
        for layer in network.children():
            x = layer(x)
            name = type(layer).__name__ if not isinstance(layer, torch.nn.Sequential) else "Convolution"
            count = sum(p.numel() for p in layer.parameters())
            rows.append((name, list(x.shape[1:]), count))
    return rows


def card_json(card: Card) -> str:
    """The card, indented for people."""
    return json.dumps(json.loads(card.to_json()), indent=2, ensure_ascii=False) + "\n"
