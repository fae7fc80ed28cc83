"""`inkread train`: a recipe in, a run folder with a model file out."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkread.errors import InkreadError

if TYPE_CHECKING:
    from inkread.training.fit import Watcher


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe (.toml), e.g. recipes/inkread.toml.")],
    out: Annotated[Path | None, typer.Option(help="Run folder; runs/NAME-SEED if left out.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides first weights, order and augmentation.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after the last epoch written.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps; the fastest there is if left out.")] = "",
) -> None:
    """Train a network as its recipe says, and export, measure and picture it."""
    try:
        from inkread.training.recipe import read_recipe
        from inkread.training.train import train as run_training
    except ImportError as error:
        raise InkreadError(f"expected PyTorch for training, got: {error}; pip install 'inkread[train]'") from error

    warnings.filterwarnings("ignore", module="torch")
    chosen = read_recipe(recipe)
    folder = out or Path("runs") / f"{chosen.name}-{seed}"
    with _live() as watcher:
        path = run_training(chosen, seed, folder, resume=resume, device=device or _fastest(), watcher=watcher)
    typer.echo(f"{path}\n{folder / 'report.html'}")


def _fastest() -> str:
    """The fastest device PyTorch finds here."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _live() -> AbstractContextManager[Watcher]:
    """A watcher that shows one moving line for the stage or epoch under way, and a line for each epoch done."""
    from rich.progress import BarColumn, Progress, TextColumn

    from inkread.training.fit import Progress as Step
    from inkread.training.fit import Watcher

    bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[figures]}"))
    task = bar.add_task("starting", total=1, figures="")

    class Live(Watcher):
        def stage(self, name: str, done: float, of: float) -> None:
            bar.update(task, description=name, completed=done, total=of or 1, figures="")

        def step(self, progress: Step) -> None:
            minutes, seconds = divmod(round(progress.seconds_left), 60)
            bar.update(
                task,
                description=f"epoch {progress.epoch + 1}",
                completed=progress.step,
                total=progress.steps,
                figures=f"loss {progress.loss:.4f}  accuracy {progress.accuracy:.2%}  {minutes}:{seconds:02} left",
            )

        def epoch(self, row: dict[str, float]) -> None:
            bar.console.print(
                f"epoch {row['epoch']:2.0f}  loss {row['loss']:.4f}  accuracy {row['train_accuracy']:.2%}  "
                f"validation loss {row['val_loss']:.4f}  accuracy {row['val_accuracy']:.2%}  {row['seconds']:.0f} s"
            )

    @contextmanager
    def showing() -> Iterator[Watcher]:
        with bar:
            yield Live()

    return showing()
