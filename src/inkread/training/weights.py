"""The weights of a model file, back in the modules that were exported.

The exporter folds batch norm into the layer before it. Here that layer takes the folded weights, and batch norm what is
left to it, a bias, so that the modules answer as the file does.
"""

from __future__ import annotations

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from inkread.errors import RunError
from inkread.modelfile import ModelFile
from inkread.training.fit import build_network
from inkread.training.graph import Geometry, Graph
from inkread.training.networks import Network
from inkread.training.recipe import Recipe, parse_recipe


def recipe_of(model: ModelFile) -> Recipe:
    """The recipe in a model file's card."""
    return parse_recipe({k: v for k, v in model.card.recipe.items() if v is not None}, f"{model.path}: recipe")


def graph_of(model: ModelFile) -> Graph:
    """A glyph file's graph. Raises RunError where the weights have other names, as those of a quantised file."""
    recipe = recipe_of(model)
    reject = recipe.alphabet.reject_index
    graph = Graph(build_network(recipe), recipe.preprocessing, reject).eval()
    _recover(graph, "", model)
    graph.temperature.fill_(model.card.temperature)
    return graph


def geometry_of(model: ModelFile) -> Geometry:
    """What comes before a glyph file's network. Raises RunError as ``graph_of``, and where it has no finder."""
    geometry = graph_of(model).geometry
    if not isinstance(geometry, Geometry):
        raise RunError(f"{model.path}: expected a model file with a finder, got one that only scales pictures down")
    return geometry


def network_of(model: ModelFile) -> Network:
    """The network that reads glyphs in a glyph file or a page file. Raises RunError as ``graph_of``."""
    network = build_network(recipe_of(model)).eval()
    _recover(network, "network.", model)
    return network


@torch.no_grad()
def _recover(modules: nn.Module, prefix: str, model: ModelFile) -> None:
    """Copies the file's weights into ``modules``, whose names in the file begin with ``prefix``."""
    tensors = onnx.load_model_from_string(model.data).graph.initializer
    weights = {tensor.name.removesuffix("_half"): tensor for tensor in tensors}  # page files keep some in 16 bits

    def copy(into: torch.Tensor | None, *names: str) -> None:
        assert into is not None
        found = next((weights[name] for name in names if name in weights), None)
        if found is None:
            raise KeyError(names[0])
        into.copy_(torch.from_numpy(numpy_helper.to_array(found).copy()))

    layer = ""
    try:
        for name, module in modules.named_modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                layer = prefix + name
                copy(module.weight, f"{layer}.weight")
                if module.bias is not None:
                    copy(module.bias, f"{layer}.bias")
            elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                assert module.running_mean is not None and module.running_var is not None
                module.weight.fill_(1)
                module.running_mean.zero_()
                module.running_var.fill_(1 - module.eps)
                copy(module.bias, f"{layer}.weight_bias", f"{layer}.bias")
    except (KeyError, RuntimeError) as error:
        name = model.card.recipe["network"]
        raise RunError(
            f"{model.path}: expected the weights of the network {name!r} by name, got no fitting {error}; "
            "give a model file that `inkread train` wrote with this release"
        ) from None
