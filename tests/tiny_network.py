"""A tiny network, its recipe and its card: what is exported in tests."""

from __future__ import annotations

import json

import torch

from inkread.alphabet import DIGITS
from inkread.card import Card, Source, Thresholds
from inkread.training.graph import Graph
from inkread.training.networks import inkread
from inkread.training.recipe import Recipe, Sheets

RECIPE = Recipe("tiny", "inkread", epochs=1, batch=64, network_options={"a": 16, "b": 16, "c": 16}, sheets=Sheets())

CARD = Card(
    name="tiny",
    alphabet=DIGITS,
    temperature=1.0,
    thresholds=Thresholds(0.5, 0.9),
    parameters=1,
    recipe=json.loads(json.dumps(RECIPE.to_dict())),  # as it is read again: JSON has no tuples
    seed=3,
    trained_on=(Source("mnist", "CC BY-SA 3.0", "LeCun et al. 1998", 3),),
    scores={},
    licence="MIT",
    created="2026-11-20",
    inkread="0.1.0",
)

_CHANCE = torch.Generator().manual_seed(0)
PICTURES = [
    torch.randint(0, 256, (4, 40, 50), dtype=torch.uint8, generator=_CHANCE),
    torch.zeros(1, 28, 28, dtype=torch.uint8),
]


def trained_graph() -> Graph:
    """Its batch norms have seen something, so that folding them changes the weights."""
    torch.manual_seed(0)
    graph = Graph(inkread(11, 16, 16, 16), "finder", reject=10)
    for _ in range(20):
        graph(torch.randint(0, 256, (16, 40, 40), dtype=torch.uint8))
    return graph.eval()
