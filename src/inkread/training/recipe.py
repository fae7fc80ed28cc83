"""A recipe: one training configuration, written as TOML, checked field by field."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from inkread.alphabet import DIGITS, PAGE, Alphabet, digit_like
from inkread.errors import RecipeError
from inkread.training.augment import Augmentation
from inkread.training.graph import Preprocessing


@dataclass(frozen=True)
class Optimizer:
    """The [optimizer] table."""

    name: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = 2e-3
    weight_decay: float = 0.0  # on weights of two or more dimensions; biases and batch norm stay free
    momentum: float = 0.9  # sgd only, with Nesterov's correction


@dataclass(frozen=True)
class Schedule:
    """The [schedule] table: the learning rate over the run."""

    name: Literal["cosine", "one-cycle", "plateau", "constant"] = "cosine"
    warmup: float = 0.06  # share of all steps over which the rate rises from 0 (cosine) or its 25th (one-cycle)
    patience: int = 2  # plateau: epochs without a better validation loss before the rate is divided by 5


@dataclass(frozen=True)
class Sheets:
    """The [sheets] table: glyphs placed on made sheets, beside MNIST as it is."""

    share: float = 0.55  # of every batch
    digits: tuple[str, ...] = ("unipen-digits", "pendigits", "bhmsds", "mnist")
    others: tuple[str, ...] = ("unipen-upper", "unipen-lower", "unipen-symbols", "bhmsds")  # "not a digit"
    others_share: float = 0.35  # of the sheets
    twins: tuple[str, ...] = ()  # letters of those sets that teach the digit they are written like, as O does 0
    shapes: float = 0.0  # filled shapes for each tile of others, beside them: polygons, ovals, lumps
    copies: int = 4  # drawings of each digit by different pens; half as many of the others
    canvases: int = 0  # drawings of each digit on a clean canvas, beside those on sheets
    finder: str = ""  # path or shipped name of a model file whose finder is taken; none: one learns
    finder_steps: int = 2400  # batches of 96 sheets it learns from
    count: int = 160_000  # sheets read to glyphs for the network to learn from


@dataclass(frozen=True)
class Pages:
    """The [pages] table: whole made pages instead of sheets, for a page file."""

    finder_steps: int = 10_000  # batches of made pages the finder learns from, about 20 pages each
    refiner_steps: int = 1500  # batches whose found boxes the refiner learns from
    line_steps: int = 20_000  # batches of some 15 lines the reader of lines learns from
    count: int = 120_000  # glyphs cut from made pages for the network to learn from
    rounds: int = 2  # crops made directly of each drawing of a character, beside those


@dataclass(frozen=True)
class Teacher:
    """The [teacher] table: model files whose answers the network learns beside the labels.

    Hinton et al. 2015 (arXiv 1503.02531); of several files the mean, as an ensemble answers.
    """

    files: tuple[str, ...]  # paths, or names of shipped files
    on_sheets: tuple[str, ...] = ()  # likewise; teach what is read off sheets beside those, and not MNIST's pictures
    share: float = 0.7  # of the loss that is of the teachers' answers; the rest is of the labels
    temperature: float = 2.0  # by which both logits are divided there


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a run, besides the data itself."""

    name: str
    network: str
    epochs: int
    batch: int = 256
    network_options: dict[str, float] = field(default_factory=dict)
    start: str = ""  # path or shipped name of a model file whose network goes on learning; none: one from nothing
    preprocessing: Preprocessing = "finder"
    sheets: Sheets | None = None  # None: MNIST alone, ten classes
    pages: Pages | None = None
    teacher: Teacher | None = None
    asked: float = 0.0  # share of the examples asked of an alphabet that has the label, the others of all classes
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    augmentation: Augmentation = Augmentation()  # noqa: RUF009 - frozen
    label_smoothing: float = 0.0
    ema: float = 0.0  # decay of the running average of the weights per step; 0 = none
    keep: Literal["best", "last"] = "best"  # which epoch's weights are exported, by validation accuracy
    early_stopping: int = 0  # epochs without a better validation loss before the run ends; 0 = never
    description: str = ""

    @property
    def alphabet(self) -> Alphabet:
        """All characters for a page file; else ten digits, with "not a digit" where it can be learnt."""
        if self.pages:
            return PAGE
        return DIGITS if self.sheets else Alphabet(DIGITS.labels[:10])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in the TOML file."""
        return asdict(self)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file; RecipeError names the file and the field that is unknown or of the wrong type."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(f"{path}: expected a recipe, found no file; see `recipes/` for those that exist") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: expected TOML: {error}") from None
    return parse_recipe(table, str(path))


def parse_recipe(table: dict[str, Any], source: str) -> Recipe:
    """The recipe in a table of plain values; RecipeError as for read_recipe."""
    from inkread.training.networks import NETWORKS

    recipe: Recipe = _parse(Recipe, table, source)
    if recipe.network not in NETWORKS:
        raise RecipeError(f"{source}: network: expected one of {', '.join(NETWORKS)}, got {recipe.network!r}")
    if recipe.epochs < 1 or recipe.batch < 2:
        raise RecipeError(f"{source}: expected epochs >= 1 and batch >= 2, got {recipe.epochs} and {recipe.batch}")
    for letter in recipe.sheets.twins if recipe.sheets else ():
        if digit_like(letter) is None:
            raise RecipeError(f"{source}: sheets: twins: expected letters written like a digit, got {letter!r}")
    if recipe.teacher and not recipe.teacher.files:
        raise RecipeError(f"{source}: teacher: files: expected one at least, got none; leave the table out for none")
    if recipe.teacher and recipe.teacher.on_sheets and not recipe.sheets:
        raise RecipeError(f"{source}: teacher: on_sheets: expected with a [sheets] table, got none")
    if recipe.start and recipe.pages:
        raise RecipeError(f"{source}: start: expected without a [pages] table, got {recipe.start!r}")
    if (recipe.preprocessing == "page") != (recipe.pages is not None):
        raise RecipeError(f'{source}: expected preprocessing = "page" and a [pages] table, both or neither')
    return recipe


def _parse(kind: type, table: object, source: str) -> Any:
    """A dataclass from a table, every field checked against its annotation."""
    if not isinstance(table, dict):
        raise RecipeError(f"{source}: expected a table of {', '.join(f.name for f in fields(kind))}, got {table!r}")
    known = get_type_hints(kind)
    for name in table:
        if name not in known:
            raise RecipeError(f"{source}: unknown field {name!r}; known are {', '.join(known)}")
    values = {name: _value(known[name], value, f"{source}: {name}") for name, value in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise RecipeError(f"{source}: {error}") from None


def _value(kind: Any, value: Any, source: str) -> Any:
    if isinstance(kind, UnionType):  # X | None
        kind = next(option for option in get_args(kind) if option is not type(None))
    if is_dataclass(kind):
        return _parse(kind, value, source)  # type: ignore[arg-type]  # a class, not an instance
    origin = get_origin(kind)
    if origin is Literal:
        if value not in get_args(kind):
            raise RecipeError(f"{source}: expected one of {', '.join(get_args(kind))}, got {value!r}")
        return value
    if origin is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise RecipeError(f"{source}: expected a list of names, got {value!r}")
        return tuple(value)
    if origin is dict:
        return {name: _value(float, number, f"{source}: {name}") for name, number in dict(value).items()}
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, kind) or isinstance(value, bool):
        raise RecipeError(f"{source}: expected a {kind.__name__}, got {value!r}")
    return value
