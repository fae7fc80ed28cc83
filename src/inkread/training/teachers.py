"""Teachers: model files whose networks answer the glyphs of a batch, for another network to learn their answers.

    glyphs (n, 1, 28, 28) -> a glyph file's network                               -> logits / temperature
                          -> centred -> a page file's network -> asked for digits -> log of the probabilities

Of both the softmax is what the file answers. Some teach what is read off sheets alone.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.alphabet import ALPHABETS, DIGITS, PAGE
from inkread.errors import RecipeError
from inkread.layout import Mask
from inkread.modelfile import ModelFile
from inkread.training.fit import batch_counts
from inkread.training.graph import GLYPH, extent
from inkread.training.recipe import Recipe
from inkread.training.weights import network_of

INK = 0.4  # from which a px is the glyph's, as where graphs measure boxes


class Teacher(nn.Module):
    """A model file's network, which answers as the file does."""

    def __init__(self, model: ModelFile) -> None:
        super().__init__()
        self.network = network_of(model)
        self.temperature = model.card.temperature

    def forward(self, glyphs: Tensor) -> Tensor:
        """Glyphs (n, 1, 28, 28) 0-1 -> logits (n, classes) whose softmax is what the file answers."""
        logits: Tensor = self.network(glyphs).float()
        return logits / self.temperature


class PageTeacher(Teacher):
    """A page file's network, asked for digits alone; its glyphs are centred by their boxes, not by their mass."""

    def __init__(self, model: ModelFile) -> None:
        super().__init__(model)
        self.mask = Mask(model.alphabet, ALPHABETS["digits"], model.card.twins)

    def forward(self, glyphs: Tensor) -> Tensor:
        """Glyphs (n, 1, 28, 28) 0-1, centred by mass -> log of probabilities (n, digits and reject)."""
        every = F.softmax(super().forward(centred(glyphs)), 1)
        asked = torch.from_numpy(self.mask(every.cpu().numpy()))
        return asked.clamp(min=1e-6).log().to(glyphs.device, torch.float32)


class OnSheets(nn.Module):
    """A teacher of what is read off sheets; of the ``first`` glyphs of a batch, MNIST's own, it says nothing: NaN."""

    def __init__(self, teacher: Teacher, first: int) -> None:
        super().__init__()
        self.teacher, self.first = teacher, first

    def forward(self, glyphs: Tensor) -> Tensor:
        """Glyphs (n, 1, 28, 28) 0-1 -> logits (n, classes), NaN in the first rows."""
        return F.pad(self.teacher(glyphs[self.first :]), (0, 0, self.first, 0), value=math.nan)


def teachers_of(recipe: Recipe, device: str) -> list[nn.Module]:
    """The recipe's teachers on ``device``, in the order it names them; none without a [teacher] table.

    Raises ModelFileError where a file is none; RunError where its weights cannot be recovered; RecipeError where it
    answers other classes than the recipe's network.
    """
    if recipe.teacher is None:
        return []
    first = batch_counts(recipe)[0]
    teachers: list[nn.Module] = [_teacher(name, recipe) for name in recipe.teacher.files]
    teachers += [OnSheets(_teacher(name, recipe), first) for name in recipe.teacher.on_sheets]
    return [teacher.eval().to(device) for teacher in teachers]


def _teacher(name: str, recipe: Recipe) -> Teacher:
    model = ModelFile.open(name)
    if model.alphabet == recipe.alphabet:
        return Teacher(model)
    if model.alphabet == PAGE and recipe.alphabet == DIGITS:
        return PageTeacher(model)
    raise RecipeError(
        f"{recipe.name}: teacher: expected a file that answers {', '.join(recipe.alphabet.labels)}, or a page "
        f"file for those of digits; {model.path} answers {', '.join(model.alphabet.labels)}"
    )


def stood_on(recipe: Recipe) -> list[str]:
    """Ids of the model files that a run began with, whose finder it took, or which taught it: names of shipped files
    outlive the files.
    """
    finder, teacher = recipe.sheets.finder if recipe.sheets else "", recipe.teacher
    names = (recipe.start, finder, *(teacher.files + teacher.on_sheets if teacher else ()))
    return [ModelFile.open(name).id for name in dict.fromkeys(names) if name]


def centred(glyphs: Tensor) -> Tensor:
    """Glyphs (n, 1, 28, 28) moved, by parts of a px where need be, to where their box is in the middle."""
    first, last = extent(glyphs.float(), INK)  # down and right (n, 2, 1)
    shift = ((first + last) / GLYPH - 1).flip(1)  # right and down, in halves of the glyph
    move = torch.cat([torch.eye(2, device=glyphs.device).expand(len(glyphs), 2, 2), shift], 2)
    return F.grid_sample(
        glyphs.float(), F.affine_grid(move, list(glyphs.shape), align_corners=False), align_corners=False
    )
