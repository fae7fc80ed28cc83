"""A challenger: weights come out of the champion's file as they went in, corrections teach, nothing else moves far."""

from __future__ import annotations

import json
import math
import random
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_network import PICTURES, RECIPE

from inkread.card import Thresholds
from inkread.data.feedback import Correction
from inkread.errors import RunError
from inkread.feedback import Choice
from inkread.modelfile import ModelFile
from inkread.strokes import Strokes
from inkread.training import challenger
from inkread.training.challenger import Champion, Taught, challenge, fine_tune, recovered
from inkread.training.fit import Watcher
from inkread.training.material import Glyphs, Material
from inkread.training.networks import NETWORKS
from inkread.training.recipe import Sheets
from inkread.training.validation import Part


@pytest.fixture(scope="module")
def champion(exported: Path) -> ModelFile:
    return ModelFile.open(exported)


def bars(count: int, seed: int, low: int, high: int) -> Glyphs:
    """Glyphs with a bar in one of ten places, which is their class."""
    chance = random.Random(seed)
    pictures, targets = torch.zeros(count, 28, 28, dtype=torch.uint8), torch.zeros(count, dtype=torch.int64)
    for i in range(count):
        targets[i] = chance.randrange(low, high)
        pictures[i, 4:24, 2 + 2 * int(targets[i]) : 5 + 2 * int(targets[i])] = 255
    return Glyphs(pictures, targets)


def test_the_weights_recovered_from_a_file_answer_as_the_file_does(champion: ModelFile) -> None:
    known = recovered(champion)
    assert known.recipe == RECIPE
    for pictures in PICTURES:
        with torch.no_grad():
            ours = known.graph(pictures)[0].numpy()
        theirs = champion.session().run(["probabilities"], {"picture": pictures.numpy()})[0]
        assert abs(ours - theirs).max() < 1e-5


def test_the_shipped_file_can_be_taught() -> None:
    graph = recovered(ModelFile.open()).graph
    assert sum(p.numel() for p in graph.network.parameters()) > 100_000


def test_a_file_whose_weights_have_other_names_is_refused(champion: ModelFile) -> None:
    recipe = json.loads(json.dumps(replace(RECIPE, network="small", network_options={}).to_dict()))
    other = replace(champion, card=replace(champion.card, recipe=recipe))
    with pytest.raises(RunError, match="expected the weights of the network 'small' by name"):
        recovered(other)


def test_corrections_are_learned_and_the_rest_is_answered_as_before(
    champion: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenger, "REPLAY", 600)
    monkeypatch.setattr(challenger, "LEARNING_RATE", 5e-3)  # a network that knows nothing yet
    known = recovered(champion)
    replay = Material(bars(600, 0, 0, 5), bars(300, 1, 0, 5), bars(100, 2, 0, 5))
    corrections = bars(60, 3, 7, 10)
    network, seconds = fine_tune(known, replay, Taught(corrections, torch.ones(60)), Watcher())
    assert seconds > 0

    def answers(network: torch.nn.Module, glyphs: Glyphs) -> torch.Tensor:
        with torch.no_grad():
            return torch.softmax(network(glyphs.pictures[:, None].float() / 255), 1)

    assert (answers(network, corrections).argmax(1) == corrections.targets).all()
    before, after = answers(known.graph.network, replay.mnist), answers(network, replay.mnist)
    assert (before - after).abs().mean() < 0.05
    again = fine_tune(known, replay, Taught(corrections, torch.ones(60)), Watcher())[0].state_dict()
    assert all(torch.equal(again[name], tensor) for name, tensor in network.state_dict().items())


@pytest.mark.parametrize("build", NETWORKS)
def test_every_network_has_something_that_learns(build: str) -> None:
    network = NETWORKS[build](11).eval()
    trunk, head = challenger._split(network)
    glyphs = torch.rand(2, 1, 28, 28)
    assert torch.equal(head(trunk(glyphs)), network(glyphs))
    assert sum(p.numel() for p in head.parameters()) > 1000


def test_odds_are_of_the_label_against_all_others_together() -> None:
    thirds = torch.tensor([[0.5, 0.25, 0.25], [0.98, 0.01, 0.01]]).log() + 3.0  # logits have no zero
    assert challenger._log_odds(thirds, torch.tensor([0, 0])).tolist() == pytest.approx([0, math.log(49)], abs=1e-5)
    assert challenger._log_odds(thirds, torch.tensor([1, 2])).tolist() == pytest.approx(
        [math.log(1 / 3), math.log(1 / 99)], abs=1e-5
    )


def test_corrections_that_are_answered_surely_change_no_weight(
    champion: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenger, "REPLAY", 200)
    monkeypatch.setattr(challenger, "SURE", -100.0)  # all of them
    monkeypatch.setattr(challenger, "fast_arithmetic", lambda device: nullcontext())  # bfloat16 would round answers
    known = recovered(champion)
    replay = Material(bars(200, 0, 0, 5), bars(100, 1, 0, 5), bars(50, 2, 0, 5))
    network, _ = fine_tune(known, replay, Taught(bars(60, 3, 7, 10), torch.ones(60)), Watcher())
    glyphs = replay.mnist.pictures[:, None].float() / 255
    with torch.no_grad():
        assert (network(glyphs) - known.graph.network(glyphs)).abs().max() < 0.02


def test_what_is_nearly_torn_is_kept_most_often() -> None:
    answers = torch.tensor([[0.5, 0.5, 0.0], [0.7, 0.2, 0.1], [1.0, 0.0, 0.0]]).log()
    torn, leading, sure = challenger._doubts(answers).tolist()
    assert torn == pytest.approx(1) and leading == pytest.approx(0.5)
    assert 0 < sure < 1e-5


def test_what_is_drawn_anew_is_a_part_of_a_training_and_has_canvases() -> None:
    recipe, sheets = challenger._fewer(RECIPE, Sheets(count=170_000, copies=6, canvases=4))
    assert recipe.sheets == sheets == Sheets(count=challenger.SHEETS, copies=1, canvases=1)
    assert challenger._fewer(RECIPE, Sheets(count=500))[1].count == 500


def test_a_challenger_answers_by_its_champions_temperature_and_thresholds(champion: ModelFile, tmp_path: Path) -> None:
    card = replace(champion.card, temperature=1.5)
    known = recovered(replace(champion, card=card))
    validation = Part("mnist", PICTURES[0], torch.tensor([1, 2, 3, 10]))
    choice = Choice(teach=(correction(1, "7", "1"),), held_out=(), left_out={})
    path = challenger._write(known, known.graph.network, 1.0, choice, (validation,), tmp_path, Watcher())
    written = ModelFile.open(path).card
    assert (written.temperature, written.thresholds) == (1.5, Thresholds(0.5, 0.9))
    assert written.scores["validation"].keys() == {"mnist"}
    assert [(source.name, source.count) for source in written.trained_on] == [("mnist", 3), ("corrections", 1)]
    with torch.no_grad():
        expected = known.graph(PICTURES[0])[0].numpy()
    got = ModelFile.open(path).session().run(["probabilities"], {"picture": PICTURES[0].numpy()})[0]
    assert abs(expected - got).max() < 1e-4


def correction(seed: int, label: str, read: str | None) -> Correction:
    chance = random.Random(seed)
    points = [[20 + 10 * i, 60 + chance.uniform(-40, 40)] for i in range(12)]
    return Correction(str(seed), label, Strokes.parse([points]), "a", f"{seed:06}", (280, 280, 12.0), read=read)


def test_a_misread_drawing_is_shown_oftener_than_a_confirmed_one(champion: ModelFile) -> None:
    known: Champion = recovered(champion)
    given = [correction(1, "not a digit", "7"), correction(2, "not a digit", ""), correction(3, "not a digit", None)]
    taught = challenger._drawn(known, given, Watcher())
    assert len(taught.glyphs) == 3 * (1 + challenger.COPIES)
    assert (taught.glyphs.targets == 10).all()
    assert taught.weights.unique().tolist() == pytest.approx([1 / 13, challenger.MISREAD / 13])
    assert (taught.weights > 0.1).sum() == 13  # the first alone


def test_too_few_corrections_are_refused_with_what_became_of_them(champion: ModelFile, tmp_path: Path) -> None:
    given = [correction(i, "7", "1") for i in range(3)] + [correction(9, "Q", "1")]
    with pytest.raises(RunError, match=r"expected at least 10 corrections to teach, got \d of 4 .*a label that the"):
        challenge(champion, given, tmp_path / "run", watcher=Watcher())


def test_a_folder_with_a_run_is_refused(champion: ModelFile, tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps({}))
    with pytest.raises(RunError, match="holds a run already"):
        challenge(champion, [], tmp_path, watcher=Watcher())
