"""The training loop's promises: the same seed, the same weights, whatever interrupts it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inkread.alphabet import ALPHABETS, PAGE
from inkread.errors import RecipeError, RunError
from inkread.training.augment import Augmentation
from inkread.training.fit import Asked, Run, Watcher, batches
from inkread.training.material import Glyphs, Material
from inkread.training.recipe import Optimizer, Pages, Recipe, Schedule, Sheets, Teacher
from inkread.training.validation import Part


def stripes(count: int, classes: int, seed: int) -> Glyphs:
    """Glyphs whose class is the row a stripe stands in: learnt in a few steps."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(classes, (count,), generator=generator)
    pictures = torch.zeros(count, 28, 28, dtype=torch.uint8)
    for i, target in enumerate(targets.tolist()):
        pictures[i, 2 * target + 2 : 2 * target + 5] = 255
    return Glyphs(pictures, targets)


MATERIAL = Material(
    stripes(256, 10, 0),
    stripes(64, 10, 1),
    Glyphs(torch.zeros(8, 28, 28, dtype=torch.uint8), torch.full((8,), 10)),
)
VALIDATION = tuple(Part(f"part {i}", g.pictures, g.targets) for i, g in enumerate([stripes(100, 10, 2)]))
RECIPE = Recipe(
    name="stripes",
    network="inkread",
    network_options={"a": 16, "b": 16, "c": 16},
    epochs=4,
    batch=32,
    sheets=Sheets(),
    ema=0.9,
    augmentation=Augmentation(rotation=5, elastic=0.3),
    optimizer=Optimizer(learning_rate=1e-2),
)


class KilledError(Exception):
    """Stands for the signal that ends a process."""


class KillsAfter(Watcher):
    """Ends the run in the middle of an epoch, before that epoch's checkpoint."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def step(self, progress: object) -> None:
        if progress.epoch == self.epochs and progress.step == 3:  # type: ignore[attr-defined]
            raise KilledError


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_a_killed_and_resumed_run_ends_in_the_same_weights_as_an_unbroken_one(tmp_path: Path, optimizer: str) -> None:
    recipe = replace(RECIPE, optimizer=Optimizer(name=optimizer, learning_rate=1e-2))  # type: ignore[arg-type]
    unbroken = Run(recipe, 7, tmp_path / "unbroken")
    unbroken.fit(MATERIAL, VALIDATION, Watcher())
    with pytest.raises(KilledError):
        Run(recipe, 7, tmp_path / "killed").fit(MATERIAL, VALIDATION, KillsAfter(2))
    resumed = Run(recipe, 7, tmp_path / "killed")
    assert resumed.resume()
    assert resumed.epoch == 2
    resumed.fit(MATERIAL, VALIDATION, Watcher())
    assert same(resumed.weights(), unbroken.weights())
    assert [row["loss"] for row in resumed.history] == [row["loss"] for row in unbroken.history]


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    first, second = (Run(RECIPE, seed, tmp_path).weights() for seed in (0, 1))
    assert not same(first, second)


def test_it_learns(tmp_path: Path) -> None:
    run = Run(RECIPE, 0, tmp_path)
    run.fit(MATERIAL, VALIDATION, Watcher())
    assert run.history[-1]["val_accuracy"] > 0.9
    assert run.history[-1]["loss"] < run.history[0]["loss"]


def test_history_has_one_row_an_epoch(tmp_path: Path) -> None:
    run = Run(replace(RECIPE, epochs=2), 0, tmp_path)
    run.fit(MATERIAL, VALIDATION, Watcher())
    rows = [json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == [1, 2]
    assert rows == run.history


def test_a_run_stops_early_when_validation_no_longer_gets_better(tmp_path: Path) -> None:
    frozen = replace(RECIPE, epochs=9, early_stopping=2, ema=0.0, optimizer=Optimizer(name="sgd", learning_rate=1e-30))
    run = Run(frozen, 0, tmp_path)
    run.history = [{"val_loss": 0.0, "val_accuracy": 1.0}]  # better than anything to come
    run.epoch = 1
    run.fit(MATERIAL, VALIDATION, Watcher())
    assert run.epoch == 3


def test_a_plateau_lowers_the_learning_rate(tmp_path: Path) -> None:
    recipe = replace(RECIPE, schedule=Schedule(name="plateau", patience=1))
    run = Run(recipe, 0, tmp_path)
    run.history = [{"val_loss": 0.0, "val_accuracy": 1.0}]
    run.epoch = 1
    run.fit(MATERIAL, VALIDATION, Watcher())
    rates = [row["learning_rate"] for row in run.history[1:]]
    assert rates[0] == pytest.approx(1e-2)
    assert rates[1] == pytest.approx(2e-3)


def test_the_batches_of_an_epoch_depend_on_seed_and_epoch_alone() -> None:
    def first(seed: int, epoch: int) -> torch.Tensor:
        return next(batches(MATERIAL, RECIPE, seed, epoch))[0]

    assert torch.equal(first(0, 3), first(0, 3))
    assert not torch.equal(first(0, 3), first(0, 4))
    assert not torch.equal(first(0, 3), first(1, 3))


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    Run(replace(RECIPE, epochs=1), 0, tmp_path).fit(MATERIAL, VALIDATION, Watcher())
    with pytest.raises(RunError, match="another recipe or seed"):
        Run(replace(RECIPE, epochs=2), 0, tmp_path).resume()


def test_a_damaged_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "last.pt").write_bytes(b"half a file")
    with pytest.raises(RunError, match=r"last\.pt: expected a checkpoint"):
        Run(RECIPE, 0, tmp_path).resume()


class NextRow(torch.nn.Module):
    """A teacher that is sure of the class after that of the stripe."""

    def forward(self, glyphs: torch.Tensor) -> torch.Tensor:
        rows = glyphs[:, 0, 3:26].float().mean(2)  # where the middle of the stripe is, however it was bent
        return torch.stack([rows[:, (2 * (target - 1)) % 20] for target in range(10)], 1) * 20


def test_a_taught_network_answers_as_its_teachers_do_and_not_as_the_labels_say(tmp_path: Path) -> None:
    recipe = replace(RECIPE, sheets=None, augmentation=Augmentation(), teacher=Teacher(("next",), share=1.0))
    run = Run(recipe, 0, tmp_path)
    run.teachers = [NextRow()]
    shifted = tuple(replace(part, targets=(part.targets + 1) % 10) for part in VALIDATION)
    run.fit(MATERIAL, shifted, Watcher())
    assert run.history[-1]["val_accuracy"] > 0.9


class OfOdd(NextRow):
    """The same, but of every second glyph it says nothing."""

    def forward(self, glyphs: torch.Tensor) -> torch.Tensor:
        answers = super().forward(glyphs)
        answers[::2] = torch.nan
        return answers


def test_where_one_teacher_says_nothing_the_others_teach(tmp_path: Path) -> None:
    glyphs = torch.rand(6, 1, 28, 28)
    run = Run(replace(RECIPE, sheets=None, teacher=Teacher(("next",), share=1.0)), 0, tmp_path)
    logits, targets, all_say = torch.randn(6, 10), torch.arange(6), NextRow()(glyphs)
    alone = run._loss(logits, targets, [all_say])
    assert torch.isclose(run._loss(logits, targets, [all_say, OfOdd()(glyphs)]), alone)  # where both say, they agree
    assert not torch.isclose(run._loss(logits, targets, [all_say, -OfOdd()(glyphs)]), alone)


@given(st.integers(0, len(PAGE) - 1), st.floats(0, 1))
def test_a_label_is_told_from_an_alphabet_that_has_it(target: int, share: float) -> None:
    allowed = Asked(replace(RECIPE, pages=Pages(), asked=share), "cpu")(torch.full((50,), target))
    assert allowed[:, target].all()
    assert allowed[:, PAGE.index(PAGE.reject or "")].all()
    sizes = {len(asked) + 1 for asked in ALPHABETS.values()}
    assert set(allowed.sum(1).tolist()) <= sizes
    if share == 0:
        assert allowed.all()


def test_a_run_that_starts_from_a_file_begins_with_its_answers_and_leaves_its_batch_norm_alone(tmp_path: Path) -> None:
    first = Run(RECIPE, 0, tmp_path)
    first.fit(MATERIAL, VALIDATION, Watcher())
    second = Run(replace(RECIPE, start="the first's file", epochs=1), 1, tmp_path)
    second.begin_with(first.network)
    seen = VALIDATION[0].pictures[:8, None].float() / 255
    with torch.no_grad():
        assert torch.equal(second.network.eval()(seen), first.network.eval()(seen))
    second.fit(MATERIAL, VALIDATION, Watcher())
    before, after = first.network.state_dict(), second.network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if "running" in name)
    assert not torch.equal(before["0.0.weight"], after["0.0.weight"])


def test_a_run_cannot_start_from_another_network(tmp_path: Path) -> None:
    run = Run(replace(RECIPE, start="wider.onnx"), 0, tmp_path)
    wider = Run(replace(RECIPE, network_options={"a": 32}), 0, tmp_path)
    with pytest.raises(RecipeError, match=r"start: expected a file of this recipe's network, got 'wider.onnx'"):
        run.begin_with(wider.network)
