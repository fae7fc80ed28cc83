"""`inkread feedback`, `promote` and `rollback`, on a store with real corrections and real model files."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from tiny_model import CARD, save_tiny_model
from typer.testing import CliRunner, Result

from inkread.cli import app
from inkread.data import load
from inkread.data.feedback import read_feedback
from inkread.modelfile import ModelFile
from inkread.storage import Drawn, Store, corrections, open_store
from inkread.strokes import Strokes

needs_data = pytest.mark.skipif("INKREAD_DATA" not in os.environ, reason="set INKREAD_DATA to the handwriting data")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INKREAD_MODELS", str(tmp_path / "models"))
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("INKREAD_DATABASE_URL", url)
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store


def run(*arguments: object, keys: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=keys)


def one(height: float = 100) -> Drawn:
    return Drawn(strokes=[[[140, 60, 0, 0.5], [140, 60 + height, 90, 0.5], [150, 60, 99, 0.5]]], width=280, height=280)


def seven(left: float) -> Drawn:
    return Drawn(strokes=[[[left, 40], [left + 90, 40], [left + 20 + left / 3, 200]]], width=280, height=280, pen=14)


def another_seven(i: int) -> Drawn:
    """The i-th of 80 sevens, each of a shape of its own."""
    return Drawn(
        strokes=[[[20, 40], [70 + 10 * (i // 9), 40], [20 + 10 * (i % 9), 200]]], width=280, height=280, pen=14
    )


def add(store: Store, drawn: Drawn, label: str, *, consent: bool = True, source: str = "somebody") -> str:
    return store.add_correction(drawn, label=label, source=source, consent=consent, model="tiny@0", read="7").id


def states(store: Store) -> dict[str, str]:
    return {correction.id: correction.state for correction in store.corrections()}


def test_corrections_are_shown_one_by_one_and_accepted_or_refused(store: Store) -> None:
    first, second, third, fourth = (add(store, seven(10 + 20 * i), str(i)) for i in range(4))
    result = run("feedback", "review", keys="a\nr\nwhat\ns\nq\n")
    assert result.exit_code == 0, result.output
    assert states(store) == {first: "accepted", second: "refused", third: "waiting", fourth: "waiting"}
    assert "it is '0'  read as '7' by tiny@0  from somebody" in result.output
    assert "@" in result.output  # ink, in signs
    assert result.output.endswith("2 waiting, 1 accepted, 1 refused\n")


def test_corrections_are_accepted_and_refused_by_id(store: Store) -> None:
    first, second, third = (add(store, seven(10 + 20 * i), "1") for i in range(3))
    assert run("feedback", "review", "--accept", first, "--accept", second, "--refuse", third).exit_code == 0
    assert states(store) == {first: "accepted", second: "accepted", third: "refused"}


def test_what_waits_is_listed_and_nothing_changes(store: Store) -> None:
    waiting = add(store, seven(10), "1")
    result = run("feedback", "review", "--list")
    assert result.output.startswith(waiting)
    assert states(store) == {waiting: "waiting"}


def test_what_was_sent_is_shown_and_not_obeyed_by_the_terminal(store: Store) -> None:
    clear = "\x1b[2J\r\n" + "f" * 32
    store.add_correction(seven(10), label="1", source="s", model=clear, read=clear)
    for command in (["--list"], []):
        output = run("feedback", "review", *command, keys="q\n").output
        assert "\x1b" not in output
        assert "\\x1b[2J\\r\\n" in output


def test_of_a_flood_what_came_before_it_alone_is_accepted_unseen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "FLOOD", 3)
    loud = [add(store, another_seven(i), "1", source="loud") for i in range(6)]
    quiet, again, against = add(store, seven(10), "7"), add(store, seven(10), "7"), add(store, another_seven(0), "2")
    assert run("feedback", "review", "--accept-unmarked").exit_code == 0
    accepted = {id for id, state in states(store).items() if state == "accepted"}
    assert accepted == {*loud[1:3], quiet}  # not the first of the flood, which was contradicted before it was reviewed
    assert again not in accepted
    assert against not in accepted


def test_all_without_a_mark_are_accepted_and_marked_or_private_ones_wait(store: Store) -> None:
    plain, private = add(store, seven(10), "1"), add(store, seven(50), "1", consent=False)
    against, marked = add(store, seven(90), "1"), add(store, seven(90), "2")
    result = run("feedback", "review", "--accept-unmarked")
    assert result.exit_code == 0, result.output
    assert states(store) == {plain: "accepted", private: "waiting", against: "waiting", marked: "waiting"}
    assert f"{private}: its writer did not agree" in result.stderr


def test_an_unknown_id_is_one_line(url: str) -> None:
    result = run("feedback", "review", "--accept", "nothing")
    assert result.exit_code == 1
    assert "there is no correction 'nothing'" in str(result.exception)


def test_the_accepted_are_exported_as_they_were_drawn(store: Store, tmp_path: Path) -> None:
    accepted, _ = add(store, seven(10), "1"), add(store, seven(50), "1")
    photo = (Path(__file__).parents[2] / "samples" / "4-thin.png").read_bytes()
    picture = store.add_correction(Drawn(picture=photo), label="not a digit", source="b").id
    store.review(accepted, "accepted")
    store.review(picture, "accepted")
    result = run("feedback", "export", tmp_path / "out")
    assert result.output == f"2 corrections in {tmp_path / 'out'}\n"
    assert (tmp_path / "out" / "champion.onnx").read_bytes() == ModelFile.open().data
    drawing, kept = read_feedback(tmp_path / "out")
    assert isinstance(drawing.item, Strokes)
    assert (drawing.id, drawing.label, drawing.read, drawing.model) == (accepted, "1", "7", "tiny@0")
    assert drawing.canvas == (280, 280, 14.0)
    assert drawing.item.strokes[0][1, :2].tolist() == [100, 40]
    assert (kept.id, kept.label, kept.canvas, kept.read) == (picture, "not a digit", None, None)


def test_a_recipe_and_corrections_together_are_refused(tmp_path: Path) -> None:
    result = run("train", "recipe.toml", "--with-feedback", tmp_path)
    assert result.exit_code == 2
    assert "give a recipe, or corrections" in result.stderr


def tiny(path: Path, name: str, **changes: object) -> ModelFile:
    return ModelFile.open(save_tiny_model(path, CARD | {"name": name} | changes))


def crowned(store: Store, tmp_path: Path) -> ModelFile:
    champion = tiny(tmp_path / "champion.onnx", "before")
    store.set_alias("champion", champion.sha256, str(champion.path))
    return champion


def shipped(path: Path, name: str, turned: bool = False) -> ModelFile:
    """The shipped file under another name; ``turned``: it takes each digit for the next one, though it sees as well."""
    model = onnx.load_from_string(ModelFile.open().data)
    card = json.loads(next(entry.value for entry in model.metadata_props if entry.key == "inkread"))
    onnx.helper.set_model_props(model, {"inkread": json.dumps(card | {"name": name})})
    if turned:
        node = next(node for node in model.graph.node if "probabilities" in node.output)
        node.output[list(node.output).index("probabilities")] = "upright"
        order = np.array([9, *range(9), 10])  # the share of a 9 stands where that of a 0 is looked for, and so on
        model.graph.initializer.append(onnx.numpy_helper.from_array(order, "order"))
        model.graph.node.append(onnx.helper.make_node("Gather", ["upright", "order"], ["probabilities"], axis=1))
    onnx.save(model, path)
    return ModelFile.open(path)


def corrected_by_people(store: Store, count: int) -> None:
    """Corrections that were accepted: digits of as many people as there are, each of another hand or digit."""
    samples = load("unipen-digits", "test")
    for i in range(0, len(samples.items), len(samples.items) // count):
        strokes = samples.items[i]
        assert isinstance(strokes, Strokes)
        drawn = Drawn(strokes=[stroke.tolist() for stroke in strokes.strokes])
        store.review(add(store, drawn, samples.labels[i], source=str(samples.writers[i])), "accepted")


@pytest.fixture
def data(fewer_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the handwriting is what champion and challenger are measured on."""
    monkeypatch.setenv("INKREAD_DATA", str(fewer_data))


@needs_data
@pytest.mark.usefixtures("data")
def test_a_challenger_that_is_no_better_is_refused_with_the_numbers(store: Store, tmp_path: Path) -> None:
    champion = shipped(tmp_path / "champion.onnx", "before")
    store.set_alias("champion", champion.sha256, str(champion.path))
    corrected_by_people(store, 100)
    result = run("promote", shipped(tmp_path / "challenger.onnx", "same").path)
    assert result.exit_code == 1
    assert "digits: " in result.output and "held-out corrections: " in result.output
    assert "not promoted: no better on " in str(result.exception)
    alias = store.alias("champion")
    assert alias is not None and alias.sha256 == champion.sha256


@needs_data
@pytest.mark.usefixtures("data")
def test_a_challenger_that_has_earned_it_becomes_the_champion(store: Store, tmp_path: Path) -> None:
    before = shipped(tmp_path / "champion.onnx", "before", turned=True)
    store.set_alias("champion", before.sha256, str(before.path))
    corrected_by_people(store, 100)
    better = ModelFile.open()
    result = run("promote", better.path)
    assert result.exit_code == 0, result.output
    alias = store.alias("champion")
    assert alias is not None and alias.sha256 == better.sha256
    assert ModelFile.open(alias.path).data == better.data
    assert Path(alias.path).parent == tmp_path / "models"
    assert run("rollback").exit_code == 0


def test_a_challenger_with_other_labels_or_the_champion_itself_is_refused(store: Store, tmp_path: Path) -> None:
    champion = crowned(store, tmp_path)
    assert "is the champion already" in str(run("promote", champion.path).exception)
    other = tiny(tmp_path / "other.onnx", "other", alphabet=[*"9876543210", "not a digit"])
    assert "expected the champion's labels" in str(run("promote", other.path).exception)


def test_a_champion_whose_file_was_replaced_is_told(store: Store, tmp_path: Path) -> None:
    champion = crowned(store, tmp_path)
    tiny(champion.path, "replaced")
    result = run("promote", tiny(tmp_path / "new.onnx", "new").path)
    assert "expected the file that was promoted, got another" in str(result.exception)


def test_rollback_returns_to_the_champion_before_and_at_last_to_the_shipped_file(store: Store, tmp_path: Path) -> None:
    first = crowned(store, tmp_path)
    second = tiny(tmp_path / "second.onnx", "second")
    store.set_alias("champion", second.sha256, str(second.path))
    assert run("rollback").output == f"{first.id} is the champion again\n"
    assert run("rollback").output == f"{ModelFile.open().id} is the champion again\n"
    assert "nothing to undo" in str(run("rollback").exception)


def test_the_lines_of_an_export_are_json(store: Store, tmp_path: Path) -> None:
    store.review(add(store, one(), "1"), "accepted")
    run("feedback", "export", tmp_path)
    (line,) = (tmp_path / "metadata.jsonl").read_text().splitlines()
    assert json.loads(line)["pen"] == 0.06 * 280
