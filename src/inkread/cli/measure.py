"""`inkread evaluate` and `inkread compare`: how well model files read, as a table, JSON and a picture."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.table import Table

    from inkread.evaluate import Drawing, Report


class Part(StrEnum):
    """Which part of a data set to measure on."""

    train = "train"
    validation = "validation"
    test = "test"
    all = "all"


class Polarity(StrEnum):
    """How strokes are drawn."""

    either = "either"
    dark = "dark"
    light = "light"


Data = Annotated[
    list[str],
    typer.Option("--data", help="Data set by name, or a folder by label, .npz or .jsonl file; may be repeated."),
]
SplitOption = Annotated[Part, typer.Option("--split", help="Part of the data set, split by writer.")]
Size = Annotated[int, typer.Option(min=16, max=4096, help="Side of the canvas strokes are drawn on, in px.")]
Seed = Annotated[int, typer.Option(min=0, help="Where and how large strokes are drawn follows from it.")]
PolarityOption = Annotated[Polarity, typer.Option(help="Strokes dark on light, light on dark, or by chance.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the reports to this file.")]
FigureOption = Annotated[Path | None, typer.Option("--figure", help="Draw the reports to this .png file.")]
SpeedOption = Annotated[bool, typer.Option("--speed/--no-speed", help="Measure the time to read, about 4 s a model.")]


def evaluate(
    model: Annotated[Path | None, typer.Argument(help="Model file; the shipped one if left out.")] = None,
    *,
    data: Data,
    split: SplitOption = Part.test,
    size: Size = 280,
    seed: Seed = 0,
    polarity: PolarityOption = Polarity.either,
    json: Json = None,
    figure: FigureOption = None,
    speed: SpeedOption = True,
) -> None:
    """Measure one model file, also a foreign 28x28 MNIST classifier in ONNX, on data sets or folders."""
    _check_figure(figure)
    reports = _measure([model], data, split, _drawing(size, seed, polarity), speed)
    _console().print(details(reports))
    _write(reports, json, figure)


def compare(
    models: Annotated[list[Path], typer.Argument(help="Model files; each is tested against the first.")],
    *,
    data: Data,
    split: SplitOption = Part.test,
    size: Size = 280,
    seed: Seed = 0,
    polarity: PolarityOption = Polarity.either,
    json: Json = None,
    figure: FigureOption = None,
    speed: SpeedOption = True,
) -> None:
    """Measure several model files on the same items, side by side."""
    _check_figure(figure)
    reports = _measure(models, data, split, _drawing(size, seed, polarity), speed)
    console = _console()
    for i in range(0, len(reports), len(models)):
        console.print(side_by_side(reports[i : i + len(models)]))
    _write(reports, json, figure)


def details(reports: Sequence[Report]) -> Table:
    """Every score of one model, a column for each data set."""
    first = reports[0]
    table = _table(first.model, f"sha256 {first.sha256}\n{first.date}   {first.command}")
    table.add_column("")
    for report in reports:
        table.add_column(f"{report.data} {report.split}", justify="right")
    rows = {
        "strokes": [report.drawing or "-" for report in reports],
        "n": [f"{report.n:,}" for report in reports],
        "accuracy": [_percent(report.accuracy) for report in reports],
        "  95 % interval": [_interval(report) for report in reports],
        "calibration error": [_percent(report.calibration_error) for report in reports],
        **{
            f"misread, surest {share} % answered": [_percent(report.risk.get(share)) for report in reports]
            for share in next((report.risk for report in reports if report.risk), {})
        },
        "area under risk": [_percent(report.area_under_risk) for report in reports],
        "digits accepted": [_percent(report.digits_accepted) for report in reports],
        "  and read right": [_percent(report.read_right) for report in reports],
        "non-digits rejected": [_rejected(report) for report in reports],
        "left out, look like a digit": [f"{report.left_out:,}" for report in reports],
        **{
            f"  written {label}": [_percent(report.per_class[i]) if report.n else "-" for report in reports]
            for i, label in enumerate(first.labels)
        },
        "parameters": [f"{report.parameters:,}" for report in reports],
        "file": [_kilobytes(report) for report in reports],
        "one 280x280, one thread": [_latency(report) for report in reports],
        "many 280x280": [_rate(report) for report in reports],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def side_by_side(reports: Sequence[Report]) -> Table:
    """A row for each model on the same items; p is McNemar's against the first."""
    from inkread.evaluate import paired_p

    first = reports[0]
    drawing = f", {first.drawing}" if first.drawing else ""
    table = _table(f"{first.data} {first.split}, n = {first.n:,}{drawing}", f"{first.date}   {first.command}")
    table.add_column("model")
    for name in (
        "accuracy",
        "95 % interval",
        "p",
        "calib.",
        "risk at 98 %",
        "rejected",
        "params",
        "file",
        "ms",
        "/s",
    ):
        table.add_column(name, justify="right")
    for report in reports:
        table.add_row(
            report.model,
            _percent(report.accuracy),
            _interval(report),
            "-" if report is first or not report.n else f"{paired_p(first, report):.2g}",
            _percent(report.calibration_error),
            _percent(report.risk.get("98")),
            _percent(report.non_digits_rejected),
            f"{report.parameters:,}",
            _kilobytes(report),
            "-" if report.latency_ms is None else f"{report.latency_ms:.3g}",
            "-" if report.pictures_per_second is None else f"{report.pictures_per_second:,.0f}",
        )
    return table


def _measure(
    models: Sequence[Path | None], data: Sequence[str], split: Part, drawing: Drawing, with_speed: bool
) -> list[Report]:
    """A report for each data set and model, the models of one data set together."""
    from rich.progress import Progress

    from inkread import data as sets
    from inkread.evaluate import evaluate as report_on
    from inkread.evaluate import open_subject, speed_of

    subjects = [open_subject(model) for model in models]
    command = shlex.join(["inkread", *sys.argv[1:]])
    with Progress(console=_console(stderr=True), transient=True) as progress:
        speeds = [speed_of(subject.classifier) if with_speed else None for subject in subjects]
        reports = []
        for name in data:
            samples = sets.load(name, split.value)
            for subject, speed in zip(subjects, speeds, strict=True):
                task = progress.add_task(f"{subject.id} on {samples.name}", total=len(samples))
                report = report_on(
                    subject,
                    samples,
                    split=split.value,
                    command=command,
                    drawing=drawing,
                    speed=speed,
                    on_progress=partial(_tick, progress, task),
                )
                reports.append(report)
    return reports


def _tick(progress: Progress, task: TaskID, done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _drawing(size: int, seed: int, polarity: Polarity) -> Drawing:
    from inkread.evaluate import Drawing

    dark = {Polarity.either: None, Polarity.dark: True, Polarity.light: False}[polarity]
    return Drawing(size=size, seed=seed, dark_on_light=dark)


def _check_figure(path: Path | None) -> None:
    """What would stop the figure from being written is said before minutes are spent on measuring."""
    if path is None:
        return
    if path.suffix.lower() != ".png":
        raise typer.BadParameter(f"expected a file name that ends in .png, got {path.name}", param_hint="--figure")
    from inkread.figures import require_matplotlib

    require_matplotlib()


def _write(reports: Sequence[Report], json: Path | None, figure: Path | None) -> None:
    from inkread import figures
    from inkread.errors import DataError
    from inkread.evaluate import write_reports
    from inkread.files import write_atomically

    if json:
        write_reports(json, reports)
    if figure:
        scored = [report.to_dict() for report in reports if report.n]
        if not scored:
            raise DataError(f"{figure}: expected a label that the model reads, to draw its scores; got none")
        drawn = figures.report_overview(scored[0]) if len(scored) == 1 else figures.comparison(scored)
        write_atomically(figure, figures.png(drawn))


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _table(title: str, caption: str) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    # as Text: a path with brackets is no markup
    return Table(
        title=Text(title, style="bold"),
        caption=Text(caption, style="dim"),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.2f} %"


def _interval(report: Report) -> str:
    if report.interval is None:
        return "-"
    low, high = report.interval
    return f"{low * 100:.2f}-{high * 100:.2f}"


def _rejected(report: Report) -> str:
    if report.non_digits_rejected is None:
        return "-"
    return f"{_percent(report.non_digits_rejected)} of {report.non_digits:,}"


def _kilobytes(report: Report) -> str:
    return f"{report.file_bytes / 1000:,.0f} kB"


def _latency(report: Report) -> str:
    return "-" if report.latency_ms is None else f"{report.latency_ms:.3g} ms"


def _rate(report: Report) -> str:
    return "-" if report.pictures_per_second is None else f"{report.pictures_per_second:,.0f} /s"
