"""From a recipe with a [pages] table to a run folder: finder, refiner, network, model.onnx, report.

made pages -> finder -> refiner -> glyphs as these find them; made crops -> more glyphs -> network
        -> graph -> model.onnx -> report.html
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from inkread import __version__, figures, metrics
from inkread.alphabet import ALPHABETS, PAGE, TWINS
from inkread.card import Card, Source, Thresholds
from inkread.data import CATALOGUE
from inkread.files import write_atomically
from inkread.training import export
from inkread.training.chance import seeded
from inkread.training.fit import Run, Watcher, build_network, preparing, save
from inkread.training.material import Glyphs, Material
from inkread.training.page.compose import Writer
from inkread.training.page.crops import Characters, glyphs_off_crops
from inkread.training.page.finder import batch_of, train_page_finder, written
from inkread.training.page.graph import PageGraph
from inkread.training.page.handwriting import PICTURE_SETS, STROKE_SETS, Handwriting
from inkread.training.page.learn_lines import train_lines
from inkread.training.page.lines import LineReader
from inkread.training.page.material import glyphs_off_pages
from inkread.training.page.networks import PageFinder, Refiner
from inkread.training.page.refine import train_refiner
from inkread.training.recipe import Pages, Recipe
from inkread.training.report import write_report
from inkread.training.teachers import teachers_of
from inkread.training.validation import Part, network_logits

VALIDATION_SHARE = 0.1  # glyphs of the validation writers for each cut from pages that teaches
REJECTED = 0.7  # a glyph that is more surely none is left out of the text; 0.6 to 0.8 reads validation pages best


def train_page(run: Run, folder: Path, watcher: Watcher) -> Path:
    """Trains the run's recipe, which has a [pages] table, into ``folder`` and returns its model file.

    Goes on from what the folder holds: the finder, the glyphs, the last epoch. Raises DataError where a data set is
    missing, RunError where the file would answer otherwise than the graph.
    """
    recipe, pages = run.recipe, run.recipe.pages
    assert pages is not None
    writers = {split: Writer(Handwriting.of(split)) for split in ("train", "validation")}
    with preparing(run.device):
        finder, refiner, lines, seconds = _finder(pages, run.seed, folder, writers["train"], watcher)
        graph = PageGraph(finder, refiner, lines, build_network(recipe), PAGE).eval()
        material, more = _glyphs(graph, pages, run.seed, folder, writers["train"], watcher)
        seen = glyphs_off_pages(graph, writers["validation"], round(VALIDATION_SHARE * pages.count), run.seed)
    validation = (Part("pages", seen.pictures.cpu(), seen.targets.cpu()),)
    run.teachers = teachers_of(recipe, run.device)
    run.fit(material, validation, watcher)
    watcher.stage("exporting", 0, 1)
    graph.to("cpu")
    graph.network.load_state_dict(torch.load(folder / "best.pt", map_location="cpu", weights_only=True))
    seconds += more + sum(row["seconds"] for row in run.history)
    training = {"seconds": round(seconds), "device": f"{run.device}, {torch.get_num_threads()} threads"}
    card = _calibrated(graph, recipe, run.seed, validation[0], training)
    path = folder / "model.onnx"
    export.export(graph, card, path, _pictures(writers["validation"]))
    write_atomically(folder / "card.json", export.card_json(card).encode())
    watcher.stage("drawing", 0, 1)
    _report(graph, run, validation[0])
    watcher.stage("done", 1, 1)
    return path


def _finder(
    pages: Pages, seed: int, folder: Path, writer: Writer, watcher: Watcher
) -> tuple[PageFinder, Refiner, LineReader, float]:
    """The trained finder, refiner and reader of lines, and the seconds they took; kept in the folder for --resume."""
    torch.manual_seed(seed)
    finder, refiner, lines, kept = PageFinder(), Refiner(), LineReader(), folder / "finder.pt"
    if kept.exists():
        state = torch.load(kept, weights_only=True, map_location="cpu")
        finder.load_state_dict(state["finder"])
        refiner.load_state_dict(state["refiner"])
        lines.load_state_dict(state["lines"])
        return finder.eval(), refiner.eval(), lines.eval(), state["seconds"]
    begun, steps, more, last = time.perf_counter(), pages.finder_steps, pages.refiner_steps, pages.line_steps
    train_page_finder(finder, writer, steps, seed, lambda i, _: watcher.stage("training the finder", i, steps))
    train_refiner(refiner, finder, writer, more, seed, lambda i, _: watcher.stage("training the refiner", i, more))
    train_lines(lines, writer, last, seed, lambda i, _: watcher.stage("training the reader of lines", i, last))
    seconds = time.perf_counter() - begun
    parts = {"finder": finder.state_dict(), "refiner": refiner.state_dict(), "lines": lines.state_dict()}
    save(kept, {**parts, "seconds": seconds})
    return finder, refiner, lines, seconds


def _glyphs(
    graph: PageGraph, pages: Pages, seed: int, folder: Path, writer: Writer, watcher: Watcher
) -> tuple[Material, float]:
    """What the network learns from, and the seconds it took to make; kept in the folder for --resume."""
    kept = folder / "glyphs.pt"
    if kept.exists():
        state = torch.load(kept, weights_only=True, map_location="cpu")
        return _material(Glyphs(state["pictures"], state["targets"])), state["seconds"]
    begun = time.perf_counter()
    glyphs = glyphs_off_pages(
        graph, writer, pages.count, seed, lambda done, of: watcher.stage("cutting glyphs off pages", done, of)
    ).with_(
        glyphs_off_crops(
            Characters.to_learn_from(seed), pages.rounds, seed, lambda done, of: watcher.stage("making crops", done, of)
        )
    )
    seconds = time.perf_counter() - begun
    save(kept, {"pictures": glyphs.pictures, "targets": glyphs.targets, "seconds": seconds})
    return _material(glyphs), seconds


def _material(glyphs: Glyphs) -> Material:
    nothing = Glyphs(glyphs.pictures[:0], glyphs.targets[:0])
    return Material(glyphs, nothing, nothing)


def _pictures(writer: Writer) -> list[Tensor]:
    """Validation pages (1, h, w) uint8 on which the model file must answer as the graph does."""
    pictures = []
    for step in range(12):
        random = np.random.default_rng((7, step))
        batch = batch_of(written(writer, random), seeded(step))
        pictures += [(picture[None] * 255).round().to(torch.uint8) for picture in batch.pictures]
    return pictures


def _calibrated(graph: PageGraph, recipe: Recipe, seed: int, part: Part, training: dict[str, object]) -> Card:
    """Sets the graph's temperature on the validation glyphs and writes its card."""
    logits = network_logits(graph.network, part.pictures)
    graph.temperature.fill_(export.calibrate(logits, part.targets, None)[0])
    characters = part.targets != graph.reject
    probabilities = F.softmax(logits[characters] / graph.temperature, 1)
    targets = part.targets[characters]
    return Card(
        name=recipe.name,
        alphabet=recipe.alphabet,
        temperature=float(graph.temperature),
        thresholds=Thresholds(reject=REJECTED, sure=export.sure_from(probabilities[:, : graph.reject], targets)),
        parameters=export.parameter_count(graph),
        recipe=recipe.to_dict(),
        seed=seed,
        trained_on=tuple(
            Source(e.name, e.licence, e.citation, e.counts.get("train", 0))
            for e in (CATALOGUE[name] for name in (*STROKE_SETS, *PICTURE_SETS))
        ),
        scores={
            "validation": {"glyphs of made pages": float((probabilities.argmax(1) == targets).float().mean())},
            "training": training,
        },
        licence="MIT",
        created=datetime.now(UTC).date().isoformat(),
        inkread=__version__,
        reads="page",
        alphabets=ALPHABETS,
        twins=TWINS,
    )


def _report(graph: PageGraph, run: Run, part: Part) -> None:
    """Draws the run folder's figures and page."""
    labels = (*PAGE.labels[:-1], "none")
    logits = network_logits(graph.network, part.pictures)
    probabilities = F.softmax(logits / graph.temperature, 1).numpy()
    predicted, actual, seen = probabilities.argmax(1), part.targets.numpy(), part.pictures.numpy()
    confidence = probabilities.max(1)
    names = ([labels[i] for i in predicted], [labels[i] for i in actual])
    some = np.random.default_rng(0).permutation(len(seen))[:40]
    right = predicted == actual
    drawings = {
        "accuracy_and_loss_curves": figures.accuracy_and_loss_curves(run.history),
        "sample_predictions": figures.sample_predictions(
            seen[some], [names[0][i] for i in some], [names[1][i] for i in some], confidence[some].tolist()
        ),
        "worst_misreads": figures.worst_misreads(seen, *names, confidence.tolist()),
        "reliability_diagram": figures.reliability_diagram(metrics.reliability_bins(confidence, right)),
        "network_layers": figures.network_layers(export.layer_table(graph.network)),
    }
    for name, figure in drawings.items():
        write_atomically(run.folder / "figures" / f"{name}.png", figures.png(figure))
    write_report(run.folder)
