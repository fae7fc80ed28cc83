"""A challenger: the champion, taught by corrections without forgetting what it knew.

    champion's file -> its weights (recovered) ─┐
    what it learned from (replay) ──────────────┼─> some hundred steps -> model.onnx, feedback.json
    corrections -> chosen -> drawn by many pens ┘

The finder stays as it is, and so do the network's convolutions up to its last pooling. What lies behind them learns
the corrections' labels, and on what the champion learned from, the champion's own answers (Li and Hoiem 2016, arXiv
1606.09282, there without replay). With those and no labels, the gradient of what it knew is 0 where it begins: the
weights move for the corrections alone, and no farther than its answers allow. Two things keep them from moving for
nothing: a correction that is answered surely teaches no more (a hinge on its log-odds), and half of what is kept is
what the champion doubts, because sure answers change last.

Temperature, reject offset and thresholds stay the champion's, since its answers do. Fitting them anew gave up in part
what had been kept: for one simulated writer, whose ones had been "not a digit", it raised the reject class's offset by
0.58, and 14 right answers to others became "not a digit", against none without (docs/experiments.md, 2026-11-27).
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from inkread import __version__
from inkread.alphabet import Alphabet
from inkread.card import Source
from inkread.data import Samples
from inkread.data.feedback import Correction
from inkread.errors import DataError, RunError
from inkread.feedback import Choice, choose, picture_of
from inkread.files import write_atomically
from inkread.modelfile import ModelFile
from inkread.reader import Reader
from inkread.strokes import Strokes
from inkread.training import export
from inkread.training.augment import bent_glyphs, sheets_of, vary_pen
from inkread.training.finder import BATCH, as_uint8, boxes_of, overlap, read_glyphs
from inkread.training.fit import Progress, Watcher, batch_counts, fast_arithmetic, optimizer, save
from inkread.training.graph import GLYPH, Geometry, Graph, Resize
from inkread.training.material import SHEET_BEND, Glyphs, Material, Tiles, sheet_tiles, tiles_of
from inkread.training.recipe import Recipe, Sheets
from inkread.training.train import accuracies, plain_material, read_material
from inkread.training.validation import Part, load_validation
from inkread.training.weights import graph_of, recipe_of

CORRECTIONS = "corrections"
"""Name of the source in a card that says how many corrections a model learned from."""

# Chosen on the corrections of simulated writers of the validation set: docs/experiments.md, 2026-11-27.
STEPS = 200
LEARNING_RATE = 1e-3  # AdamW without decay, falling to 0
WARMUP = 20  # steps
SHARE = 0.2  # of every batch that corrections make up, however many there are
SURE = 5.0  # log-odds of its label from which on a correction teaches no more: 99.3 % before the temperature
KEEP = 150.0  # weight of the champion's answers against that of the corrections' labels
DOUBTED = 0.5  # of what is kept in every batch, drawn by how little the champion's best answer leads
REPLAY = 30_000  # glyphs of what the champion learned from: 280 MB behind the shipped network's last pooling
SHEETS = 40_000  # most that are drawn anew for them, of one copy of every drawing: a training sees several times more
MISREAD = 4.0  # how much oftener a correction of a wrong answer is shown than a confirmed right one
COPIES = 12  # glyphs drawn of each correction
BENT = 2  # times each of them is bent
LEAST = 10  # fewest corrections worth a challenger


@dataclass(frozen=True)
class Challenger:
    """The model file that was written, and what became of the corrections."""

    path: Path
    choice: Choice


@dataclass(frozen=True)
class Champion:
    """A model file with weights that can be trained on."""

    model: ModelFile
    recipe: Recipe
    graph: Graph

    @property
    def reject(self) -> int | None:
        """Class index of the reject label."""
        return self.graph.reject


def challenge(champion: ModelFile, corrections: Sequence[Correction], folder: Path, *, watcher: Watcher) -> Challenger:
    """Teaches ``champion`` what ``corrections`` say, into ``folder``.

    Raises RunError where the folder holds a run, too few corrections are left to teach, or the champion's file has
    no weights to recover; DataError where what it learned from is missing.
    """
    if (folder / "model.onnx").exists() or (folder / "recipe.json").exists():
        raise RunError(f"{folder}: holds a run already; give another folder with --out")
    if champion.card.reads == "page":
        raise RunError(f"{champion.path}: expected a file that reads one digit, got a page file; it is not taught yet")
    watcher.stage("choosing corrections", 0, 1)
    choice = choose(corrections, Reader(champion))
    if len(choice.teach) < LEAST:
        why = ", ".join(f"{count} because: {reason}" for reason, count in choice.reasons.items()) or "none left out"
        raise RunError(
            f"expected at least {LEAST} corrections to teach, got {len(choice.teach)} of {len(corrections)} "
            f"({len(choice.held_out)} are held out to measure on; {why}); collect and review more"
        )
    watcher.stage("recovering the champion's weights", 0, 1)
    known = recovered(champion)
    validation = load_validation(known.recipe)
    _check(known, validation)
    replay = _replay(known, watcher)
    taught = _drawn(known, choice.teach, watcher)
    network, seconds = fine_tune(known, replay, taught, watcher)
    return Challenger(_write(known, network, seconds, choice, validation, folder, watcher), choice)


def recovered(model: ModelFile) -> Champion:
    """The champion with the weights of its file. Raises RunError where they cannot be recovered."""
    return Champion(model, recipe_of(model), graph_of(model))


def _check(champion: Champion, validation: Sequence[Part]) -> None:
    """RunError where the recovered weights answer otherwise than the file."""
    try:
        export.check(champion.graph, champion.model.data, [part.pictures[:32] for part in validation])
    except RunError as error:
        raise RunError(
            f"{champion.model.path}: expected weights that answer as the file does; it was written by another "
            f"release, so use that one ({error})"
        ) from None


def _replay(champion: Champion, watcher: Watcher) -> Material:
    """What the champion learned from: beside its file, in the cache, or drawn anew into the cache.

    Challengers share it, because the finder stays as it is.
    """
    geometry, recipe, seed = champion.graph.geometry, champion.recipe, champion.model.card.seed
    beside = champion.model.path.parent / "finder.pt"
    if beside.exists() and isinstance(geometry, Geometry):
        state = torch.load(beside, weights_only=True)
        pictures = state["glyphs"][0][0][:256]
        if _alike(geometry, state["geometry"], pictures):
            return Material(*(Glyphs(*pair) for pair in state["glyphs"]))
    cached = _cache(champion)
    if cached.exists():
        return Material(*(Glyphs(*pair) for pair in torch.load(cached, weights_only=True)))
    try:
        if isinstance(geometry, Resize) or recipe.sheets is None:
            return plain_material()
        watcher.stage("drawing what the champion learned from", 0, 1)
        recipe, sheets = _fewer(recipe, recipe.sheets)
        material = read_material(geometry, recipe, sheet_tiles(recipe, sheets, seed), seed, watcher)
    except DataError as error:
        raise DataError(
            f"a challenger learns from corrections beside what the champion learned from, or it would forget that: "
            f"{error}"
        ) from error
    save(cached, [(g.pictures, g.targets) for g in (material.mnist, material.digits, material.others)])
    return material


def _fewer(recipe: Recipe, sheets: Sheets) -> tuple[Recipe, Sheets]:
    """The recipe with as many sheets as REPLAY glyphs need, and digits on canvases, as users draw them, in any case."""
    fewer = replace(sheets, count=min(sheets.count, SHEETS), copies=1, canvases=1)
    return replace(recipe, sheets=fewer), fewer


def _alike(geometry: Geometry, state: dict[str, Tensor], pictures: Tensor) -> bool:
    """Whether the finder of a run is the champion's: both read the same glyphs."""
    other = Geometry()
    other.load_state_dict(state)
    difference = read_glyphs(other.eval(), pictures).int() - read_glyphs(geometry, pictures).int()
    return int(difference.abs().max()) <= 1  # of 255: rounding


def _cache(champion: Champion) -> Path:
    buffer = io.BytesIO()
    torch.save(list(champion.graph.geometry.state_dict().values()), buffer)
    recipe = champion.recipe
    if recipe.sheets is not None:
        recipe, _ = _fewer(recipe, recipe.sheets)
    told = json.dumps([recipe.to_dict()["sheets"], champion.model.card.seed]).encode()
    digest = hashlib.sha256(buffer.getvalue() + told).hexdigest()[:16]
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return base / "inkread" / f"replay-{digest}.pt"


@dataclass(frozen=True)
class Taught:
    """Glyphs of corrections, and how often each is shown: weights (n,) of any sum."""

    glyphs: Glyphs
    weights: Tensor


def _drawn(champion: Champion, corrections: Sequence[Correction], watcher: Watcher) -> Taught:
    """What the finder sees of each correction: as it was made, and drawn anew by many pens on many papers.

    Pictures are shown as they were made, as often.
    """
    geometry, alphabet, seed = champion.graph.geometry, champion.recipe.alphabet, champion.model.card.seed
    made = torch.cat([read_glyphs(geometry, torch.from_numpy(picture_of(c).copy())[None]) for c in corrections])
    targets = torch.tensor([alphabet.index(c.label) for c in corrections])
    which = [torch.arange(len(corrections))]
    parts = [Glyphs(made, targets)]
    strokes = [i for i, c in enumerate(corrections) if isinstance(c.item, Strokes)]
    if strokes and isinstance(geometry, Geometry):
        samples = Samples(
            tuple(corrections[i].item for i in strokes),
            tuple(corrections[i].label for i in strokes),
            tuple(corrections[i].source for i in strokes),
            "corrections",
        )
        watcher.stage("drawing the corrections", 0, 1)
        glyphs, found = _on_sheets(geometry, tiles_of(samples, alphabet, COPIES, seed), champion.reject, seed)
        parts.append(glyphs)
        which.append(torch.tensor(strokes).repeat_interleave(COPIES)[found])
    owner = torch.cat(which)
    misread = torch.tensor([c.read is not None and c.read != _text_of(c, alphabet) for c in corrections])
    weight = torch.where(misread, MISREAD, 1.0) / torch.bincount(owner, minlength=len(corrections))
    glyphs = Glyphs(torch.cat([p.pictures for p in parts]), torch.cat([p.targets for p in parts]))
    return Taught(glyphs, weight[owner])


def _text_of(correction: Correction, alphabet: Alphabet) -> str:
    return "" if correction.label == alphabet.reject else correction.label


def _on_sheets(geometry: Geometry, tiles: Tiles, reject: int | None, seed: int) -> tuple[Glyphs, Tensor]:
    """The glyph of each tile on a sheet of its own, where the finder found it, and which those are (n,) bool."""
    generator = Generator().manual_seed(seed)
    order = torch.randperm(len(tiles), generator=generator)
    pictures = torch.zeros(len(tiles), GLYPH, GLYPH, dtype=torch.uint8)
    found = torch.zeros(len(tiles), dtype=torch.bool)
    for chosen in torch.split(order, 2 * BATCH):
        inked = vary_pen(tiles.pictures[chosen].float() / 255, 0.1, generator)
        neighbours = inked[torch.randperm(len(inked), generator=generator)]
        made = sheets_of(inked, neighbours, SHEET_BEND, generator)
        with torch.no_grad():
            glyphs, boxes = geometry(made.pictures)
        pictures[chosen] = as_uint8(glyphs)
        found[chosen] = overlap(boxes, boxes_of(made.ink)) > 0.5
    if reject is not None:
        found |= tiles.targets == reject
    return Glyphs(pictures[found], tiles.targets[found]), found


def fine_tune(champion: Champion, replay: Material, taught: Taught, watcher: Watcher) -> tuple[nn.Sequential, float]:
    """The network after STEPS batches of ``replay`` and ``taught``, and the seconds it took.

    Nothing is dropped out and batch norm stays folded, so that before the first step it answers as the champion.
    """
    begun, recipe, seed = time.perf_counter(), champion.recipe, champion.model.card.seed
    generator = Generator().manual_seed(seed)
    network = copy.deepcopy(champion.graph.network).eval()
    trunk, head = _split(network)
    known = torch.cat([_seen(trunk, glyphs, recipe, generator) for glyphs in _sampled(replay, recipe, generator)])
    answers = F.log_softmax(_in_parts(head, known), 1)
    doubts = _doubts(answers)
    corrected = torch.cat([_seen(trunk, taught.glyphs.pictures, recipe, generator) for _ in range(BENT)])
    targets, weights = taught.glyphs.targets.repeat(BENT), taught.weights.repeat(BENT)
    solver = optimizer(head, replace(recipe.optimizer, name="adamw", learning_rate=LEARNING_RATE, weight_decay=0.0))
    fresh = round(recipe.batch * SHARE)
    doubted = round((recipe.batch - fresh) * DOUBTED)
    losses, right = 0.0, 0
    for step in range(1, STEPS + 1):
        for group in solver.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, step / WARMUP) * 0.5 * (1 + math.cos(math.pi * step / STEPS))
        usual = torch.randint(len(known), (recipe.batch - fresh - doubted,), generator=generator)
        old = torch.cat([usual, torch.multinomial(doubts, doubted, True, generator=generator)])
        new = torch.multinomial(weights, fresh, True, generator=generator)
        with fast_arithmetic("cpu"):
            logits = head(torch.cat([known[old], corrected[new]])).float()
        learned = F.relu(SURE - _log_odds(logits[len(old) :], targets[new])).mean()
        kept = F.kl_div(F.log_softmax(logits[: len(old)], 1), answers[old], log_target=True, reduction="batchmean")
        loss = learned + KEEP * kept
        solver.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        solver.step()
        losses += float(learned.detach())
        right += int((logits[len(old) :].argmax(1) == targets[new]).sum())
        left = (time.perf_counter() - begun) / step * (STEPS - step)
        watcher.step(Progress(0, step, STEPS, losses / step, right / (step * fresh), left))
    return network, time.perf_counter() - begun


def _doubts(answers: Tensor) -> Tensor:
    """(n,) above 0, at most 1: how little the best of the log probabilities (n, classes) leads the second."""
    best = answers.exp().topk(2, 1).values
    return (1 - (best[:, 0] - best[:, 1])).clamp(min=1e-6)


def _log_odds(logits: Tensor, targets: Tensor) -> Tensor:
    """(n,) of each target (n,) against all other classes together, from logits (n, classes)."""
    right = logits.gather(1, targets[:, None])
    others = logits.scatter(1, targets[:, None], -math.inf)
    return right[:, 0] - others.logsumexp(1)


def _split(network: nn.Sequential) -> tuple[nn.Sequential, nn.Sequential]:
    """What stays as it is, up to the last pooling, and what learns; all of it where the network pools nowhere."""
    layers = list(network)
    pools = [i for i, layer in enumerate(layers) if isinstance(layer, nn.MaxPool2d | nn.AvgPool2d)]
    behind = pools[-1] + 1 if pools else 0
    return nn.Sequential(*layers[:behind]), nn.Sequential(*layers[behind:])


def _sampled(replay: Material, recipe: Recipe, generator: Generator) -> Iterator[Tensor]:
    """REPLAY glyphs (n, 28, 28) uint8 of each kind as often as in the champion's own training."""
    counts = batch_counts(replace(recipe, batch=REPLAY))
    for glyphs, count in zip((replay.mnist, replay.digits, replay.others), counts, strict=True):
        if count:
            yield glyphs.pictures[torch.randint(len(glyphs), (count,), generator=generator)]


def _seen(trunk: nn.Sequential, glyphs: Tensor, recipe: Recipe, generator: Generator) -> Tensor:
    """Glyphs (n, 28, 28) uint8, bent -> what the trunk makes of them, once for all steps."""
    bent = [
        bent_glyphs(chunk.float() / 255, recipe.augmentation, generator)[:, None] for chunk in torch.split(glyphs, 500)
    ]
    return _in_parts(trunk, torch.cat(bent))


def _in_parts(layers: nn.Sequential, inputs: Tensor) -> Tensor:
    with torch.no_grad():
        return torch.cat([layers(chunk).float() for chunk in torch.split(inputs, 500)])


def _write(
    champion: Champion,
    network: nn.Sequential,
    seconds: float,
    choice: Choice,
    validation: tuple[Part, ...],
    folder: Path,
    watcher: Watcher,
) -> Path:
    """Writes model.onnx, card.json, recipe.json and feedback.json."""
    watcher.stage("measuring and exporting", 0, 1)
    card, recipe = champion.model.card, champion.recipe
    graph = Graph(network, recipe.preprocessing, champion.reject)
    graph.geometry = champion.graph.geometry
    graph.temperature.fill_(card.temperature)
    glyphs = tuple(Part(p.name, read_glyphs(graph.geometry, p.pictures), p.targets) for p in validation)
    told = {"champion": champion.model.id, "taught": len(choice.teach), "held out": len(choice.held_out)}
    training = {"seconds": round(seconds), "device": f"cpu, {torch.get_num_threads()} threads", "feedback": told}
    fresh = replace(
        card,
        scores={"validation": accuracies(graph, glyphs), "training": training},
        created=datetime.now(UTC).date().isoformat(),
        inkread=__version__,
    )
    earlier = sum(source.count for source in card.trained_on if source.name == CORRECTIONS)
    kept = tuple(source for source in card.trained_on if source.name != CORRECTIONS)
    taught = Source(CORRECTIONS, "given with consent", "", earlier + len(choice.teach))
    path = folder / "model.onnx"
    export.export(graph, replace(fresh, trained_on=(*kept, taught)), path, [part.pictures for part in validation])
    write_atomically(folder / "card.json", export.card_json(ModelFile.open(path).card).encode())
    used = json.dumps({"seed": card.seed, **recipe.to_dict()}, indent=2) + "\n"
    write_atomically(folder / "recipe.json", used.encode())
    lists = {
        "champion": {"id": champion.model.id, "sha256": champion.model.sha256},
        "taught": [c.id for c in choice.teach],
        "held_out": [c.id for c in choice.held_out],
        "left_out": choice.left_out,
    }
    write_atomically(folder / "feedback.json", (json.dumps(lists, indent=1, ensure_ascii=False) + "\n").encode())
    watcher.stage("done", 1, 1)
    return path
