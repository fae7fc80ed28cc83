"""`inkread train`: a recipe, or a champion and corrections, in; a run folder with a model file out."""

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
    recipe: Annotated[
        Path | None, typer.Argument(help="Recipe (.toml), e.g. recipes/inkread.toml.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Run folder; runs/NAME-SEED, or runs/challenger, if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides first weights, order and augmentation.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after the last epoch written.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps; the fastest there is if left out.")] = "",
    with_feedback: Annotated[
        Path | None,
        typer.Option(help="Exported corrections: teach a champion by them instead of training from a recipe."),
    ] = None,
    champion: Annotated[
        Path | None, typer.Option(help="Model file or run to teach; the one beside the corrections if left out.")
    ] = None,
) -> None:
    """Train a network as its recipe says, and export, measure and picture it; or teach one by corrections."""
    if (recipe is None) == (with_feedback is None):
        raise typer.BadParameter("give a recipe, or corrections by --with-feedback")
    if recipe is not None and champion is not None:
        raise typer.BadParameter("--champion goes with --with-feedback")
    if with_feedback is not None and (seed or resume or device):
        raise typer.BadParameter("--seed, --resume and --device go with a recipe")
    try:
        import inkread.training.train  # noqa: F401 - to see whether it can be
    except ImportError as error:
        raise InkreadError(f"expected PyTorch for training, got: {error}; pip install 'inkread[train]'") from error

    warnings.filterwarnings("ignore", module="torch")
    if recipe is not None:
        _train(recipe, out, seed, resume, device)
    elif with_feedback is not None:
        _teach(with_feedback, champion, out or Path("runs/challenger"))


def _train(recipe: Path, out: Path | None, seed: int, resume: bool, device: str) -> None:
    from inkread.training.recipe import read_recipe
    from inkread.training.train import train as run_training

    chosen = read_recipe(recipe)
    folder = out or Path("runs") / f"{recipe.stem}-{seed}"  # a recipe that goes on from a file has its name
    with _live() as watcher:
        path = run_training(chosen, seed, folder, resume=resume, device=device or _fastest(), watcher=watcher)
    typer.echo(f"{path}\n{folder / 'report.html'}")


def _teach(feedback: Path, champion: Path | None, folder: Path) -> None:
    from inkread.data.feedback import CHAMPION, read_feedback
    from inkread.modelfile import ModelFile
    from inkread.training.challenger import challenge

    corrections = read_feedback(feedback)
    champion = champion or feedback / CHAMPION
    model = ModelFile.open(champion / "model.onnx" if champion.is_dir() else champion)
    with _live() as watcher:
        made = challenge(model, corrections, folder, watcher=watcher)
    choice = made.choice
    typer.echo(f"taught by {len(choice.teach):,} corrections; {len(choice.held_out):,} held out to measure on")
    for reason, count in choice.reasons.items():
        typer.echo(f"left out, {reason}: {count:,}")
    typer.echo(f"{made.path}\n`inkread promote {folder}` makes it the champion, if it has earned it")


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
