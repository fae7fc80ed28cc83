"""What a run is watched on: the validation writers, as they would use the reader. Never a test set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.alphabet import NOT_A_DIGIT
from inkread.data import Samples, load
from inkread.data.canvas import drawn_anywhere
from inkread.data.samples import Picture
from inkread.strokes import Strokes
from inkread.training.material import CANVAS, class_of
from inkread.training.recipe import Recipe

OTHERS = 600  # non-digits of each set


@dataclass(frozen=True)
class Part:
    """One validation set: pictures (n, h, w) uint8 and their class indices (n,)."""

    name: str
    pictures: Tensor
    targets: Tensor


def load_validation(recipe: Recipe) -> tuple[Part, ...]:
    """MNIST's last 5,000 training pictures and, for recipes with sheets, the strokes of the validation writers."""
    names = ["mnist"]
    if recipe.sheets:
        strokes = dict.fromkeys(recipe.sheets.digits + recipe.sheets.others)
        names += [name for name in strokes if name not in ("mnist", "bhmsds")]
    return tuple(_part(name, load(name, "validation"), recipe) for name in names)


def score(network: nn.Module, glyphs: tuple[Part, ...]) -> dict[str, float]:
    """Mean loss and accuracy over the sets of digits, and each set's own accuracy under its name.

    ``glyphs``: the validation sets with their pictures already read to glyphs (n, 28, 28).
    """
    scores, losses, accuracies = {}, [], []
    for part in glyphs:
        logits = network_logits(network, part.pictures)
        accuracy = float((logits.argmax(1) == part.targets).float().mean())
        scores[part.name] = accuracy
        if int(part.targets.min()) < 10:
            losses.append(float(F.cross_entropy(logits, part.targets)))
            accuracies.append(accuracy)
    return {"loss": float(np.mean(losses)), "accuracy": float(np.mean(accuracies)), **scores}


def network_logits(network: nn.Module, glyphs: Tensor) -> Tensor:
    """Glyphs (n, 28, 28) uint8 -> logits (n, classes), in float32 as they are served."""
    network.eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        chunks = [network(chunk[:, None].to(device).float() / 255).float().cpu() for chunk in torch.split(glyphs, 500)]
    return torch.cat(chunks)


def _part(name: str, samples: Samples, recipe: Recipe) -> Part:
    kept = [(i, c) for i, label in enumerate(samples.labels) if (c := class_of(label, recipe.alphabet)) is not None]
    if kept and recipe.alphabet.labels[kept[0][1]] == NOT_A_DIGIT:
        kept = kept[:: max(1, len(kept) // OTHERS)]
    pictures = np.stack([_picture(samples, i) for i, _ in kept])
    return Part(name, torch.as_tensor(pictures), torch.tensor([target for _, target in kept]))


def _picture(samples: Samples, index: int) -> Picture:
    item = samples.items[index]
    return drawn_anywhere(item, (1, index), size=CANVAS) if isinstance(item, Strokes) else item
