"""The training loop: a recipe in, a run folder out.

runs/NAME/
  recipe.json      the recipe and the seed, as they were used
  history.jsonl    one row per epoch
  last.pt          all that --resume needs, written whole or not at all
  finder.pt        the trained finder and the glyphs it read, for recipes with sheets
  best.pt          the network's weights with the best validation accuracy so far
  model.onnx       the model file, when the run is over (export.py)
"""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inkread.alphabet import ALPHABETS
from inkread.errors import RecipeError, RunError
from inkread.files import write_atomically
from inkread.training.augment import bent_glyphs
from inkread.training.chance import seeded
from inkread.training.material import Material
from inkread.training.networks import NETWORKS, Network
from inkread.training.recipe import Optimizer, Recipe
from inkread.training.validation import Part, score

TOLD_EVERY = 10  # steps of an accelerator between two messages of how it goes, for each of which it is waited for


@dataclass(frozen=True)
class Progress:
    """Where a run is, told after every step."""

    epoch: int  # from 0
    step: int  # in this epoch, from 1
    steps: int  # per epoch
    loss: float  # running mean
    accuracy: float  # running mean, 0-1, on augmented pictures
    seconds_left: float


class Watcher:
    """Is told how a run goes: silent here, drawn by the command line."""

    def stage(self, name: str, done: float, of: float) -> None:
        """A stage before or after the epochs: how much is done of how much."""

    def step(self, progress: Progress) -> None:
        """After every step of the network."""

    def epoch(self, row: dict[str, float]) -> None:
        """After every epoch: its row of history.jsonl."""


def build_network(recipe: Recipe) -> Network:
    """The untrained network of a recipe."""
    options: dict[str, Any] = {
        name: int(value) if float(value).is_integer() and value >= 1 else value
        for name, value in recipe.network_options.items()
    }
    return NETWORKS[recipe.network](len(recipe.alphabet), **options)


def batch_counts(recipe: Recipe) -> tuple[int, int, int]:
    """How many of a batch are MNIST's, digits off sheets, and no digits."""
    if recipe.sheets is None:
        return recipe.batch, 0, 0
    sheets = round(recipe.batch * recipe.sheets.share)
    others = round(sheets * recipe.sheets.others_share)
    return recipe.batch - sheets, sheets - others, others


def batches(material: Material, recipe: Recipe, seed: int, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of bent glyphs (batch, 28, 28) 0-1 and their targets: every MNIST picture once, in random order.

    In each batch MNIST's own stand first, then what is read off sheets, as ``batch_counts`` says.

    All randomness comes from (seed, epoch), so a resumed run sees the same batches as an unbroken one.
    """
    generator = seeded(seed * 1_000_003 + epoch)
    of_mnist, of_digits, of_others = batch_counts(recipe)
    order = torch.randperm(len(material.mnist), generator=generator)
    for start in range(0, len(order) - of_mnist + 1, of_mnist):
        parts = [(material.mnist, order[start : start + of_mnist])]
        for glyphs, count in ((material.digits, of_digits), (material.others, of_others)):
            if count:
                parts.append((glyphs, torch.randint(len(glyphs), (count,), generator=generator)))
        pictures = torch.cat([glyphs.pictures[chosen] for glyphs, chosen in parts]).float() / 255
        targets = torch.cat([glyphs.targets[chosen] for glyphs, chosen in parts])
        yield bent_glyphs(pictures, recipe.augmentation, generator), targets


class Asked:
    """Which classes an example is told from: those of an alphabet that has its label, by chance, or all.

    Asked for capitals alone nobody need tell C from c; as both are written alike, to learn it is to learn noise.
    """

    def __init__(self, recipe: Recipe, device: str) -> None:
        labels = recipe.alphabet.labels
        reject = recipe.alphabet.reject or ""
        sets = [set(labels), *({*asked, reject} for asked in ALPHABETS.values())]
        members = torch.tensor([[label in one for label in labels] for one in sets])  # (sets, classes)
        chances = members.T.float()
        chances[:, 1:] *= recipe.asked / chances[:, 1:].sum(1, keepdim=True).clamp(min=1)
        chances[:, 0] = 1 - recipe.asked
        self.members, self.chances = members.to(device), chances.to(device)

    def __call__(self, targets: Tensor) -> Tensor:
        """Targets (n,) -> (n, classes): True where a class may be answered."""
        return self.members[torch.multinomial(self.chances[targets], 1)[:, 0]]


class Run:
    """One training run: the network, its running average, the optimizer, and what has happened so far."""

    def __init__(self, recipe: Recipe, seed: int, folder: Path, device: str = "cpu") -> None:
        self.recipe, self.seed, self.folder, self.device = recipe, seed, folder, device
        self.teachers: Sequence[nn.Module] = ()
        torch.manual_seed(seed)
        self.network = build_network(recipe).to(device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stubs
        self.optimizer = optimizer(self.network, recipe.optimizer)
        self.average = [tensor.clone() for tensor in _floats(self.network)] if recipe.ema else []
        self.epoch = 0  # epochs done
        self.step = 0
        self.plateau = 1.0  # factor on the learning rate
        self.asked = Asked(recipe, device)
        reject = recipe.alphabet.reject_index
        self.reject = -1 if reject is None else reject  # -1 is no target
        self.history: list[dict[str, float]] = []

    def begin_with(self, network: Network) -> None:
        """Takes over weights; batch norm stays as it is in them, since model files have it folded into its layers.

        Raises RecipeError where the recipe's network has other ones.
        """
        try:
            self.network.load_state_dict(network.state_dict())
        except RuntimeError as error:
            raise RecipeError(
                f"{self.recipe.name}: start: expected a file of this recipe's network, got {self.recipe.start!r} "
                f"with another: {error}"
            ) from None
        self.average = [tensor.clone() for tensor in _floats(self.network)] if self.average else []

    def fit(self, material: Material, validation: tuple[Part, ...], watcher: Watcher) -> None:
        """Trains to the recipe's last epoch, or until it stops early; writes a checkpoint after each.

        ``validation``: the validation sets as glyphs (n, 28, 28) uint8.
        """
        material = material.to(self.device)
        while self.epoch < self.recipe.epochs and not self._should_stop():
            started = time.perf_counter()
            with torch.device(self.device):
                train_loss, train_accuracy = self.train_epoch(material, watcher)
            with self._averaged():
                scores = score(self.network, validation)
            self.history.append(
                {
                    "epoch": self.epoch + 1,
                    "loss": train_loss,
                    "train_accuracy": train_accuracy,
                    "val_loss": scores["loss"],
                    "val_accuracy": scores["accuracy"],
                    "learning_rate": float(self.optimizer.param_groups[0]["lr"]),
                    "seconds": time.perf_counter() - started,
                    **{f"val_{name}": value for name, value in scores.items() if name not in ("loss", "accuracy")},
                }
            )
            if self._epochs_since_best("val_loss", lowest=True) >= self.recipe.schedule.patience > 0:
                self.plateau /= 5
            self.epoch += 1
            self._save()
            watcher.epoch(self.history[-1])

    def train_epoch(self, material: Material, watcher: Watcher) -> tuple[float, float]:
        """One pass over MNIST and as many sheets as the recipe wants beside it; mean loss and accuracy."""
        recipe = self.recipe
        self.network.train()
        if recipe.start:
            _freeze_batch_norm(self.network)
        torch.manual_seed(self.seed * 1_000_003 + self.epoch)  # dropout; the batches have their own generator
        steps = len(material.mnist) // batch_counts(recipe)[0]
        started, seen, told = time.perf_counter(), 0, torch.zeros(2)
        for done, (glyphs, targets) in enumerate(batches(material, recipe, self.seed, self.epoch), 1):
            for group in self.optimizer.param_groups:
                group["lr"] = recipe.optimizer.learning_rate * self._rate(self.step / (steps * recipe.epochs))
            told += self._train_step(glyphs, targets)
            self.step += 1
            seen += len(targets)
            if done % (1 if self.device == "cpu" else TOLD_EVERY) and done < steps:
                continue
            losses, right = told.tolist()
            per_step = (time.perf_counter() - started) / done
            left = per_step * (steps - done + steps * (recipe.epochs - self.epoch - 1))
            watcher.step(Progress(self.epoch, done, steps, losses / done, right / seen, left))
        if not math.isfinite(losses):
            raise RunError(
                f"{self.folder}: the loss is no longer a number in epoch {self.epoch}; lower the learning rate"
            )
        return losses / steps, right / seen

    def _train_step(self, glyphs: Tensor, targets: Tensor) -> Tensor:
        """The loss, and how many were right (2,)."""
        glyphs = glyphs[:, None].to(memory_format=torch.channels_last)
        with fast_arithmetic(self.device):
            logits = self.network(glyphs).float()
            with torch.no_grad():
                taught = [teacher(glyphs).float() for teacher in self.teachers]
        loss = self._loss(logits, targets, taught)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        if self.average:
            decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
            torch._foreach_lerp_(self.average, _floats(self.network), 1 - decay)
        return torch.stack([loss.detach(), (logits.argmax(1) == targets).sum()])

    def _loss(self, logits: Tensor, targets: Tensor, taught: Sequence[Tensor]) -> Tensor:
        """Cross entropy with the labels, and with the mean of what teachers answer (n, classes), if there are any.

        A teacher says nothing of glyphs where its answer is NaN, and none is heard of what they take for a character
        and is none.
        """
        unasked = torch.zeros_like(logits)
        if self.recipe.asked:
            unasked = unasked.masked_fill(~self.asked(targets), -1e4)
        loss = F.cross_entropy(logits + unasked, targets, label_smoothing=self.recipe.label_smoothing, reduction="none")
        if not taught or self.recipe.teacher is None:
            return loss.mean()
        share, heat = self.recipe.teacher.share, self.recipe.teacher.temperature
        answers = torch.stack([F.softmax((answer + unasked) / heat, 1) for answer in taught]).nanmean(0)
        distance = F.cross_entropy((logits + unasked) / heat, answers, reduction="none") * heat * heat
        fooled = (targets == self.reject) & (answers.argmax(1) != self.reject)
        return torch.lerp(loss, distance, torch.where(fooled, 0.0, share)).mean()

    def _rate(self, progress: float) -> float:
        """Factor on the learning rate at a share of all steps, 0-1."""
        schedule = self.recipe.schedule
        if schedule.name == "constant":
            return 1.0
        if schedule.name == "plateau":
            return self.plateau
        floor = 1 / 25 if schedule.name == "one-cycle" else 0.0
        if progress < schedule.warmup:
            return floor + (1 - floor) * progress / schedule.warmup
        return 0.5 * (1 + math.cos(math.pi * (progress - schedule.warmup) / (1 - schedule.warmup)))

    def _epochs_since_best(self, name: str, *, lowest: bool) -> int:
        values = [row[name] if lowest else -row[name] for row in self.history]
        return len(values) - 1 - values.index(min(values)) if values else 0

    def _should_stop(self) -> bool:
        patience = self.recipe.early_stopping
        return patience > 0 and self._epochs_since_best("val_loss", lowest=True) >= patience

    def _averaged(self) -> AbstractContextManager[None]:
        return _swapped(self.network, self.average) if self.average else nullcontext()

    def weights(self) -> dict[str, Tensor]:
        """The weights to export: the running average where the recipe keeps one."""
        with self._averaged():
            return {name: tensor.clone() for name, tensor in self.network.state_dict().items()}

    def _save(self) -> None:
        rows = "".join(json.dumps(row) + "\n" for row in self.history)
        write_atomically(self.folder / "history.jsonl", rows.encode())
        if self._epochs_since_best("val_accuracy", lowest=False) == 0 or self.recipe.keep == "last":
            save(self.folder / "best.pt", self.weights())
        state = {
            "recipe": self.recipe.to_dict(), "seed": self.seed, "epoch": self.epoch, "step": self.step,
            "plateau": self.plateau, "history": self.history, "network": self.network.state_dict(),
            "average": self.average, "optimizer": self.optimizer.state_dict(),
        }  # fmt: skip
        save(self.folder / "last.pt", state)

    def resume(self) -> bool:
        """Goes on from ``last.pt``; False where there is none. RunError where it is of another recipe or seed."""
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
        except Exception as error:
            raise RunError(
                f"{path}: expected a checkpoint, could not read it ({error}); start anew in another folder"
            ) from error
        if state["recipe"] != self.recipe.to_dict() or state["seed"] != self.seed:
            raise RunError(f"{path}: is of another recipe or seed; resume with those, or train into another folder")
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step, self.plateau = state["epoch"], state["step"], state["plateau"]
        self.history, self.average = state["history"], state["average"]
        return True


def save(path: Path, state: object) -> None:
    """Writes what ``torch.load`` reads, whole or not at all; RunError where the disk is full.

    Through memory, because ``torch.save`` tells of a full disk by a RuntimeError.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_atomically(path, buffer.getvalue())


def _floats(module: nn.Module) -> list[Tensor]:
    """Parameters and batch norm's statistics, which an average must hold both."""
    return [t.detach() for t in module.state_dict().values() if t.is_floating_point()]


def _freeze_batch_norm(network: nn.Module) -> None:
    """Batch norm goes by the statistics it has, whatever the batch."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eval()


@contextmanager
def _swapped(network: nn.Module, average: list[Tensor]) -> Iterator[None]:
    """The network holds the average's values inside, its own again afterwards."""
    own = [tensor.clone() for tensor in _floats(network)]
    torch._foreach_copy_(_floats(network), average)
    yield
    torch._foreach_copy_(_floats(network), own)


def optimizer(network: nn.Module, options: Optimizer) -> torch.optim.Optimizer:
    """The optimizer; weights of two or more dimensions decay, biases and batch norm do not."""
    parameters = list(network.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": options.weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    if options.name == "sgd":
        return torch.optim.SGD(groups, options.learning_rate, momentum=options.momentum, nesterov=options.momentum > 0)
    kind = torch.optim.AdamW if options.name == "adamw" else torch.optim.Adam
    return kind(groups, options.learning_rate)


def preparing(device: str) -> torch.device:
    """Where pictures are made and finders trained: on CUDA where the network is, else on the CPU.

    As a context, ``with preparing(device):``, what is made inside is made there.
    """
    return torch.device("cuda" if device == "cuda" else "cpu")


def fast_arithmetic(device: str) -> AbstractContextManager[None]:
    """bfloat16 where the processor computes in it: 1.7 times as fast as float32 on such a server CPU."""
    fast = device == "cuda" or (device == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return torch.autocast(device, torch.bfloat16) if fast else nullcontext()
