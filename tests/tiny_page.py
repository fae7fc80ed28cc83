"""A tiny real page file, whose answers can be worked out by hand: each pixel darker than 200 is a glyph.

Its grey, 0-70, is the column of its label, which is 97 % sure; 100 more is torn between that and the next label.
Its box is 12x20 px around the pixel.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inkread.alphabet import ALPHABETS, NOT_A_CHARACTER, PAGE, TWINS

WIDTH, HEIGHT = 12, 20  # px of a glyph's box

CARD: dict[str, Any] = {
    "format": 1,
    "name": "tiny-page",
    "alphabet": PAGE.labels,
    "reject": NOT_A_CHARACTER,
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
    "reads": "page",
    "alphabets": ALPHABETS,
    "twins": TWINS,
}


def page_of(text: str, *, torn: str = "", rejected: int = 0) -> NDArray[np.uint8]:
    """A picture in which the model reads ``text``; it is torn over the signs of ``torn``."""
    lines = text.split("\n")
    picture = np.full((40 * len(lines) + 20, 16 * max(map(len, lines)) + 40 + 20 * rejected), 255, np.uint8)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            if sign != " ":
                picture[40 * row + 25, 16 * column + 20] = PAGE.index(sign) + 100 * (sign in torn)
    for number in range(rejected):
        picture[25, picture.shape[1] - 20 * number - 10] = PAGE.index(NOT_A_CHARACTER)
    return picture


def save_tiny_page(path: Path, card: object = CARD) -> Path:
    """Write the model to ``path``."""
    graph = helper.make_graph(
        _nodes(),
        "tiny-page",
        [
            helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, "h", "w"]),
            helper.make_tensor_value_info("number", TensorProto.BOOL, [1]),
        ],
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["g", len(PAGE)]),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["g", 4]),
            helper.make_tensor_value_info("glyphs", TensorProto.FLOAT, ["g", 1, 28, 28]),
        ],
        [onnx.numpy_helper.from_array(value, name) for name, value in _constants().items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"inkread": card if isinstance(card, str) else json.dumps(card)})
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def _nodes() -> list[onnx.NodeProto]:
    node = helper.make_node
    return [
        node("Cast", ["picture"], ["grey"], to=TensorProto.INT64),
        node("Less", ["grey", "paper"], ["drawn"]),
        node("NonZero", ["drawn"], ["found"]),  # (3, g)
        node("Transpose", ["found"], ["places"], perm=[1, 0]),  # (g, 3)
        node("GatherND", ["grey", "places"], ["marks"]),  # (g,)
        node("Mod", ["marks", "hundred"], ["columns"]),
        node("OneHot", ["columns", "classes", "off_on"], ["first"]),
        node("Add", ["columns", "one"], ["next"]),
        node("OneHot", ["next", "classes", "off_on"], ["second"]),
        node("Less", ["marks", "hundred"], ["is_sure"]),
        node("Cast", ["is_sure"], ["sure"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["sure", "last"], ["sure_column"]),  # (g, 1)
        node("Mul", ["sure_column", "share"], ["more"]),
        node("Add", ["more", "torn_share"], ["first_share"]),  # 0.97 or 0.57
        node("Sub", ["sure_share", "first_share"], ["second_share"]),
        node("Mul", ["first", "first_share"], ["a"]),
        node("Mul", ["second", "second_share"], ["b"]),
        node("Add", ["a", "b"], ["named"]),
        node("Add", ["named", "rest"], ["probabilities"]),
        node("Cast", ["places"], ["corners"], to=TensorProto.FLOAT),
        node("Gather", ["corners", "x_y"], ["centres"], axis=1),
        node("Sub", ["centres", "half"], ["starts"]),
        node("Mul", ["starts", "nothing"], ["zeros"]),
        node("Add", ["zeros", "size"], ["sizes"]),
        node("Concat", ["starts", "sizes"], ["boxes"], axis=1),
        node("Cast", ["columns"], ["dots"], to=TensorProto.FLOAT),
        node("Reshape", ["dots", "stack"], ["dot"]),
        node("Mul", ["dot", "plane"], ["glyphs"]),
    ]


def _constants() -> dict[str, NDArray[Any]]:
    return {
        "paper": np.array(200),
        "hundred": np.array(100),
        "one": np.array(1),
        "classes": np.array(len(PAGE)),
        "off_on": np.array([0, 1], np.float32),
        "last": np.array([1]),
        "share": np.array(0.4, np.float32),
        "torn_share": np.array(0.57, np.float32),
        "sure_share": np.array(0.97, np.float32),
        "rest": np.array(0.03 / len(PAGE), np.float32),
        "x_y": np.array([2, 1]),
        "half": np.array([WIDTH / 2, HEIGHT / 2], np.float32),
        "nothing": np.array(0, np.float32),
        "size": np.array([WIDTH, HEIGHT], np.float32),
        "stack": np.array([-1, 1, 1, 1]),
        "plane": np.full((1, 1, 28, 28), 1 / 100, np.float32),
    }
