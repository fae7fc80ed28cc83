"""A tiny real model file with the interface of the shipped one, whose answers can be worked out by hand.

Mean darkness d of a picture (white 0, black 1) is the answer: class k is the likelier the nearer k / 10 is
to d. A flat grey of darkness 0.7 is a sure "7", 0.75 is torn between 7 and 8, black is "not a digit", and
white is empty.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

SHARPNESS = 600.0
"""exp(-600 * 0.1 ** 2) = 0.25 %: what the neighbour of the right digit gets."""

CARD: dict[str, Any] = {
    "format": 1,
    "name": "tiny",
    "alphabet": [*"0123456789", "not a digit"],
    "reject": "not a digit",
    "temperature": 1.0,
    "thresholds": {"reject": 0.5, "sure": 0.9},
    "parameters": 0,
    "recipe": {},
    "seed": 0,
    "trained_on": [{"name": "nothing", "licence": "CC0", "citation": "", "count": 0}],
    "scores": {},
    "licence": "MIT",
    "created": "2025-01-01",
    "inkread": "0.1.0",
}


def flat(darkness: float, height: int = 20, width: int = 20) -> NDArray[np.uint8]:
    """A picture of one grey, as dark as asked, 0-1."""
    return np.full((height, width), round(255 * (1 - darkness)), np.uint8)


def save_tiny_model(path: Path, card: object = CARD, *, outputs: tuple[str, ...] = ()) -> Path:
    """Write the model to ``path``; ``card`` None leaves it out, ``outputs`` keeps only these."""
    kept = outputs or ("probabilities", "boxes", "glyphs")
    every = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 11]),
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["n", 4]),
        helper.make_tensor_value_info("glyphs", TensorProto.FLOAT, ["n", 1, 28, 28]),
    ]
    graph = helper.make_graph(
        _nodes(),
        "tiny",
        [helper.make_tensor_value_info("picture", TensorProto.UINT8, ["n", "h", "w"])],
        [info for info in every if info.name in kept],
        _constants(),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    if card is not None:
        helper.set_model_props(model, {"inkread": card if isinstance(card, str) else json.dumps(card)})
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def save_foreign_model(
    path: Path,
    shape: tuple[str | int | None, ...] = ("n", 1, 28, 28),
    *,
    logits: bool = True,
    answers: int = 10,
) -> Path:
    """Write a 28x28 classifier without a card: its scores are the ten left pixels of the first row."""
    rows = 1 if shape[0] == 1 else "n"
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"], axis=1),
        helper.make_node("Slice", ["flat", "zero", "ten", "one"], ["first"]),
        helper.make_node("Softmax", ["first"], ["chances"], axis=1),
        helper.make_node("MatMul", ["first" if logits else "chances", "identity"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(shape))],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [rows, answers])],
        [
            _constant("zero", np.array([0])),
            _constant("ten", np.array([answers])),
            _constant("one", np.array([1])),
            _constant("identity", np.eye(answers, dtype=np.float32)),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    return path


def _nodes() -> list[onnx.NodeProto]:
    node = helper.make_node
    return [
        node("Cast", ["picture"], ["grey"], to=TensorProto.FLOAT),
        node("Div", ["grey", "white"], ["light"]),
        node("Sub", ["whole", "light"], ["ink"]),
        node("ReduceMean", ["ink", "plane"], ["darkness"], keepdims=0),  # (n, h, w) -> (n,)
        node("Unsqueeze", ["darkness", "last"], ["column"]),  # (n, 1)
        node("Sub", ["column", "centres"], ["off"]),  # (n, 11)
        node("Mul", ["off", "off"], ["squared"]),
        node("Mul", ["squared", "sharpness"], ["logits"]),
        node("Softmax", ["logits"], ["probabilities"], axis=1),
        node("Shape", ["picture"], ["shape"]),
        node("Gather", ["shape", "turned"], ["size"]),  # w, h
        node("Cast", ["size"], ["size_px"], to=TensorProto.FLOAT),
        node("Concat", ["origin", "size_px"], ["frame"], axis=0),  # 0, 0, w, h
        node("Greater", ["column", "nothing"], ["drawn"]),
        node("Cast", ["drawn"], ["drawn_px"], to=TensorProto.FLOAT),
        node("Mul", ["drawn_px", "frame"], ["boxes"]),  # (n, 4)
        node("Reshape", ["darkness", "stack"], ["dot"]),  # (n, 1, 1, 1)
        node("Expand", ["dot", "glyph_shape"], ["glyphs"]),  # (n, 1, 28, 28)
    ]


def _constants() -> list[onnx.TensorProto]:
    values: dict[str, NDArray[Any]] = {
        "white": np.array(255, np.float32),
        "whole": np.array(1, np.float32),
        "plane": np.array([1, 2]),
        "last": np.array([1]),
        "centres": np.linspace(0, 1, 11, dtype=np.float32),
        "sharpness": np.array(-SHARPNESS, np.float32),
        "turned": np.array([2, 1]),
        "origin": np.zeros(2, np.float32),
        "nothing": np.array(0, np.float32),
        "stack": np.array([-1, 1, 1, 1]),
        "glyph_shape": np.array([1, 1, 28, 28]),
    }
    return [_constant(name, value) for name, value in values.items()]


def _constant(name: str, value: NDArray[Any]) -> onnx.TensorProto:
    return onnx.numpy_helper.from_array(value, name)
