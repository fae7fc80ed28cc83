"""From a recipe to a run folder with everything in it: prepare, fit, export, measure, draw, report.

recipe -> tiles -> finder -> glyphs off sheets -> network -> calibrated graph -> model.onnx -> report.html
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from inkread import __version__, figures, metrics
from inkread.card import Card, Source
from inkread.data import CATALOGUE, load
from inkread.errors import RunError
from inkread.evaluate import evaluate, open_subject, write_reports
from inkread.files import write_atomically
from inkread.modelfile import ModelFile
from inkread.training import export
from inkread.training.finder import glyphs_off_sheets, read_glyphs, train_finder, worn_glyphs
from inkread.training.fit import Run, Watcher, build_network, preparing, save
from inkread.training.graph import Geometry, Graph, Resize
from inkread.training.material import Glyphs, Material, Tiles, mnist_pictures, sheet_tiles, training_canvases
from inkread.training.page.train import train_page
from inkread.training.recipe import Recipe, Sheets
from inkread.training.report import write_report
from inkread.training.teachers import stood_on, teachers_of
from inkread.training.validation import Part, load_validation, network_logits
from inkread.training.weights import geometry_of, network_of


def train(recipe: Recipe, seed: int, folder: Path, *, resume: bool, device: str, watcher: Watcher) -> Path:
    """Trains ``recipe`` into ``folder`` and returns its model file.

    With ``resume``, goes on after the last epoch written there, to the same weights as an unbroken run. Raises
    RunError where the folder holds another run, or a run and no ``resume``; DataError where a data set is missing;
    RecipeError where the network of ``recipe.start`` is another.
    """
    run = Run(recipe, seed, folder, device)
    before = 0.0  # seconds that what it begins with has learned
    if recipe.start:
        begun = ModelFile.open(recipe.start)
        run.begin_with(network_of(begun))
        before = begun.card.scores["training"]["seconds"]
    _claim(run, folder, resume)
    if recipe.pages:
        return train_page(run, folder, watcher)
    validation = load_validation(recipe)
    with preparing(device):
        prepared = _prepare(recipe, seed, folder, watcher).to("cpu")
    glyphs = tuple(Part(p.name, read_glyphs(prepared.geometry, p.pictures), p.targets) for p in validation)
    run.teachers = teachers_of(recipe, device)
    run.fit(prepared.material, glyphs, watcher)
    watcher.stage("exporting", 0, 1)
    network = build_network(recipe)
    network.load_state_dict(torch.load(folder / "best.pt", map_location="cpu", weights_only=True))
    reject = recipe.alphabet.reject_index
    graph = Graph(network, recipe.preprocessing, reject)
    graph.geometry = prepared.geometry
    seconds = before + prepared.seconds + sum(row["seconds"] for row in run.history)
    training = {"seconds": round(seconds), "device": f"{device}, {torch.get_num_threads()} threads"}
    card = calibrated(graph, recipe, seed, glyphs, reject, training | {"files": stood_on(recipe)})
    path = folder / "model.onnx"
    export.export(graph, card, path, [part.pictures for part in validation])
    write_atomically(folder / "card.json", export.card_json(card).encode())
    watcher.stage("measuring and drawing", 0, 1)
    _report(graph, run, validation, glyphs, path)
    watcher.stage("done", 1, 1)
    return path


def _claim(run: Run, folder: Path, resume: bool) -> None:
    if resume:
        if not run.resume() and not (folder / "recipe.json").exists():
            raise RunError(f"{folder}: expected a run to resume, found none; leave out --resume to begin it")
    elif (folder / "recipe.json").exists():
        raise RunError(f"{folder}: holds a run already; go on with it by --resume, or give another folder with --out")
    used = json.dumps({"seed": run.seed, **run.recipe.to_dict()}, indent=2) + "\n"
    write_atomically(folder / "recipe.json", used.encode())


@dataclass(frozen=True)
class _Prepared:
    geometry: Geometry | Resize
    material: Material
    seconds: float  # of training the finder and reading the glyphs

    def to(self, device: str) -> _Prepared:
        """The same, on ``device``."""
        return _Prepared(self.geometry.to(device), self.material.to(device), self.seconds)


def _prepare(recipe: Recipe, seed: int, folder: Path, watcher: Watcher) -> _Prepared:
    """The geometry, trained where it has a finder, and the glyphs to learn from; kept in the folder for --resume."""
    begun = time.perf_counter()
    mnist, _ = mnist_pictures("train")
    if recipe.preprocessing == "resize":
        return _Prepared(Resize(), plain_material(), 0.0)
    if recipe.sheets is None:
        raise RunError(f"{recipe.name}: the finder learns from sheets; give the recipe a [sheets] table")
    geometry = Geometry()
    kept = folder / "finder.pt"
    if kept.exists():
        state = torch.load(kept, weights_only=True, map_location="cpu")
        geometry.load_state_dict(state["geometry"])
        material = Material(*(Glyphs(*pair) for pair in state["glyphs"]))
        return _Prepared(geometry.eval(), material, state["seconds"])
    watcher.stage("drawing strokes", 0, 1)
    tiles = sheet_tiles(recipe, recipe.sheets, seed)
    geometry = _finder(recipe.sheets, mnist, tiles, seed, watcher)
    material = read_material(geometry, recipe, tiles, seed, watcher)
    seconds = time.perf_counter() - begun
    pairs = [(g.pictures, g.targets) for g in (material.mnist, material.digits, material.others)]
    save(kept, {"geometry": geometry.state_dict(), "glyphs": pairs, "seconds": seconds})
    return _Prepared(geometry, material, seconds)


def _finder(sheets: Sheets, mnist: Tensor, tiles: tuple[Tiles, Tiles], seed: int, watcher: Watcher) -> Geometry:
    """The geometry of the file that the recipe names, or one whose finder learns from sheets."""
    if sheets.finder:
        return geometry_of(ModelFile.open(sheets.finder))
    torch.manual_seed(seed)
    geometry, steps = Geometry(), sheets.finder_steps
    train_finder(geometry, mnist, tiles, steps, seed, lambda i, _: watcher.stage("training the finder", i, steps))
    return geometry


def plain_material() -> Material:
    """MNIST's training pictures as they are, for recipes without a finder."""
    mnist, targets = mnist_pictures("train")
    nothing = Glyphs(mnist[:0], targets[:0])
    return Material(Glyphs(mnist, targets), nothing, nothing)


def read_material(
    geometry: Geometry, recipe: Recipe, tiles: tuple[Tiles, Tiles], seed: int, watcher: Watcher
) -> Material:
    """What the network of a recipe with sheets learns from, as the trained finder reads it.

    ``tiles``: digits and others, of sheet_tiles. The same seed gives the same glyphs.
    """
    assert recipe.sheets is not None
    mnist, targets = mnist_pictures("train")
    reject = recipe.alphabet.index(recipe.alphabet.reject or "")
    digits, others = glyphs_off_sheets(
        geometry, tiles, recipe.sheets.count, recipe.sheets.others_share, reject, seed,
        lambda i, n: watcher.stage("reading glyphs off sheets", i, n),
    )  # fmt: skip
    if recipe.sheets.canvases:
        watcher.stage("reading glyphs off canvases", 0, 1)
        drawn = [(read_glyphs(geometry, p), t) for p, t in training_canvases(recipe, recipe.sheets, seed)]
        pictures, classes = (torch.cat(part) for part in zip(*drawn, strict=True))
        digits = digits.with_(Glyphs(pictures[classes != reject], classes[classes != reject]))
        others = others.with_(Glyphs(pictures[classes == reject], classes[classes == reject]))
    digits = digits.with_(worn_glyphs(geometry, Glyphs(mnist, targets), seed))
    return Material(Glyphs(read_glyphs(geometry, mnist), targets), digits, others)


def calibrated(
    graph: Graph,
    recipe: Recipe,
    seed: int,
    glyphs: tuple[Part, ...],
    reject: int | None,
    training: dict[str, object],
) -> Card:
    """Sets the graph's temperature, and its reject class's offset, on the validation sets and writes its card."""
    targets = torch.cat([part.targets for part in glyphs])
    logits = torch.cat([network_logits(graph.network, part.pictures) for part in glyphs])
    temperature, offset = export.calibrate(logits, targets, reject)
    graph.temperature.fill_(temperature)
    if reject is not None:
        bias = graph.network[-1].bias  # batch norm's or a linear layer's: each ends in adding it
        assert isinstance(bias, Tensor)
        bias.data[reject] += offset
        logits[:, reject] += offset
    digits = targets != reject if reject is not None else targets >= 0
    probabilities, targets = F.softmax(logits[digits] / temperature, 1), targets[digits]
    return Card(
        name=recipe.name,
        alphabet=recipe.alphabet,
        temperature=temperature,
        thresholds=export.choose_thresholds(probabilities, targets, reject),
        parameters=export.parameter_count(graph),
        recipe=recipe.to_dict(),
        seed=seed,
        trained_on=_sources(recipe),
        scores={"validation": accuracies(graph, glyphs), "training": training},
        licence="MIT",
        created=datetime.now(UTC).date().isoformat(),
        inkread=__version__,
    )


def accuracies(graph: Graph, glyphs: tuple[Part, ...]) -> dict[str, float]:
    """Share read right of each validation set, by its name."""
    return {
        part.name: float((network_logits(graph.network, part.pictures).argmax(1) == part.targets).float().mean())
        for part in glyphs
    }


def _sources(recipe: Recipe) -> tuple[Source, ...]:
    names = dict.fromkeys(("mnist", *(recipe.sheets.digits + recipe.sheets.others if recipe.sheets else ())))
    entries = [CATALOGUE[name] for name in names]
    return tuple(Source(e.name, e.licence, e.citation, e.counts.get("train", 0)) for e in entries)


def _report(graph: Graph, run: Run, validation: tuple[Part, ...], glyphs: tuple[Part, ...], path: Path) -> None:
    """Scores the file that was written on the validation sets, and draws the run folder's figures and page."""
    folder, labels = run.folder, run.recipe.alphabet.labels
    subject = open_subject(path)
    digit_sets = [p.name for p in glyphs if int(p.targets.min()) < 10]
    reports = [
        evaluate(subject, load(name, "validation"), split="validation", command=f"inkread train {run.recipe.name}")
        for name in digit_sets
    ]
    write_reports(folder / "report.json", reports)
    pictures = torch.cat([p.pictures for p in glyphs if p.name in digit_sets])
    targets = torch.cat([p.targets for p in glyphs if p.name in digit_sets])
    logits = network_logits(graph.network, pictures)
    probabilities = F.softmax(logits / graph.temperature, 1).numpy()
    predicted, actual = probabilities.argmax(1), targets.numpy()
    confidence, seen = probabilities.max(1), pictures.numpy()
    some = np.random.default_rng(0).permutation(len(seen))[:40]
    short = np.array(["none" if label == run.recipe.alphabet.reject else label for label in labels])
    named = (short[predicted].tolist(), short[actual].tolist())
    drawings = {
        "accuracy_and_loss_curves": figures.accuracy_and_loss_curves(run.history),
        "confusion_matrix": figures.confusion_matrix(metrics.confusion_matrix(actual, predicted, len(labels)), labels),
        "sample_predictions": figures.sample_predictions(
            seen[some], [named[0][i] for i in some], [named[1][i] for i in some], confidence[some].tolist()
        ),
        "worst_misreads": figures.worst_misreads(seen, *named, confidence.tolist()),
        "network_layers": figures.network_layers(export.layer_table(graph.network)),
        "reliability_diagram": figures.reliability_diagram(metrics.reliability_bins(confidence, predicted == actual)),
        "risk_coverage": figures.risk_coverage(
            {run.recipe.name: metrics.risk_coverage(confidence, predicted == actual)}
        ),
        "way_of_a_picture": figures.way_of_a_picture(steps_of(graph, validation[-1].pictures[0])),
    }
    for name, figure in drawings.items():
        write_atomically(folder / "figures" / f"{name}.png", figures.png(figure))
    write_report(folder)


def steps_of(graph: Graph, picture: Tensor) -> list[tuple[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]]:
    """What becomes of one picture (h, w) uint8 on its way to the network, step by step."""
    with torch.no_grad():
        light = picture[None].float() / 255
        steps = [("picture", light[0])]
        if isinstance(graph.geometry, Geometry):
            overview, _ = graph.geometry.overview(light)
            steps += [
                ("overview, paper removed", overview[0, 0]),
                ("cells the finder marks", torch.sigmoid(graph.geometry.finder(overview))[0, 0]),
            ]
        steps.append(("what the network sees", graph.geometry(light)[0][0, 0]))
    return [(title, array.numpy()) for title, array in steps]
