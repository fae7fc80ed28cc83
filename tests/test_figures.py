import io
import json
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib", reason="needs the extra inkread[figures]")

from inkread import figures
from inkread.errors import DataError, InkreadError, RunError
from inkread.metrics import ReliabilityBin, reliability_bins
from inkread.training.report import write_report


def history(epochs: int) -> list[dict[str, float]]:
    return [
        {
            "epoch": e,
            "loss": 1.2 / e + 0.02,
            "train_accuracy": 1 - 0.12 / e**1.2,
            "val_loss": 0.9 / e + 0.03,
            "val_accuracy": 1 - 0.09 / e**1.1 - 0.001 * (e % 3),
            "learning_rate": 1e-3,
            "seconds": 9.0,
        }
        for e in range(1, epochs + 1)
    ]


def report(model: str = "ours@1234", data: str = "mnist", accuracy: float = 0.995, n: int = 1000) -> dict[str, Any]:
    return {
        "model": model,
        "data": data,
        "split": "test",
        "drawing": "",
        "n": n,
        "accuracy": accuracy,
        "interval": (accuracy - 0.003, min(accuracy + 0.002, 1)),
        "labels": ("0", "1"),
        "confusion": ((497, 3), (2, 498)),
        "calibration_error": 0.004,
        "reliability": [vars(b) for b in reliability_bins([0.99, 0.6], [True, False])],
        "risk": {"100": 0.005, "99": 0.002, "98": 0.001, "95": 0.0, "90": 0.0},
        "parameters": 88_000,
        "latency_ms": 0.21,
    }


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors() or []) > 5, "nothing is drawn"
        return picture.size


def title_of(figure: Any) -> str:
    return str(figure.get_suptitle())


def test_the_curves_name_the_best_epoch() -> None:
    figure = figures.accuracy_and_loss_curves(history(6))
    assert title_of(figure) == "Best validation accuracy 98.75 %, in epoch 6 of 6"
    assert size_of(figures.png(figure)) == (1500, 630)


def test_the_curves_of_a_perfect_single_epoch_are_drawn() -> None:
    rows = [{**history(1)[0], "train_accuracy": 1.0, "val_accuracy": 1.0}]
    assert size_of(figures.png(figures.accuracy_and_loss_curves(rows)))


def test_the_confusion_matrix_names_the_commonest_mistake() -> None:
    figure = figures.confusion_matrix([[8, 2, 0], [0, 9, 1], [0, 0, 10]], ["4", "9", "7"])
    assert title_of(figure) == "90.00 % of 30 read right\nMost often 4 read as 9, 2 times"
    assert size_of(figures.png(figure))


def test_glyphs_are_counted_right_or_misread() -> None:
    glyphs = np.zeros((3, 28, 28), np.float32)
    glyphs[:, 5:20, 13] = 1
    read, written, sure = ["1", "7", "1"], ["1", "1", "2"], [0.9, 0.6, 0.99996]
    samples = figures.sample_predictions(glyphs, read, written, sure)
    worst = figures.worst_misreads(glyphs, read, written, sure)
    assert title_of(samples) == "1 of these 3 are read right"
    assert title_of(worst) == "2 of 3 misread; the 2 surest"
    assert [axes.get_title() for axes in worst.axes] == ["1, not 2", "7, not 1"]
    assert [axes.get_xlabel() for axes in worst.axes] == [">99.9 %", "60 %"]
    assert size_of(figures.png(samples))
    assert size_of(figures.png(worst))


def test_no_misread_at_all_is_a_figure_too() -> None:
    figure = figures.worst_misreads(np.zeros((1, 28, 28)), ["1"], ["1"], [0.9])
    assert title_of(figure) == "0 of 1 misread"
    assert figures.png(figure)


def test_the_layers_add_up() -> None:
    layers = [("conv", (16, 26, 26), 160), ("relu", (16, 26, 26), 0), ("dense", (10,), 40)]
    figure = figures.network_layers(layers)
    assert title_of(figure) == "200 parameters, 80% of them in conv"
    assert size_of(figures.png(figure))


def test_a_deep_network_keeps_its_ends_and_its_big_layers() -> None:
    layers = [(f"layer {i}", ("n", 8), 0 if i % 2 else i + 1) for i in range(100)]
    figure = figures.network_layers(layers)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"layer 0", "layer 98", "layer 99", "and 60 smaller layers"} <= set(texts)


def test_the_way_of_a_picture_shows_every_step() -> None:
    steps = [
        ("picture", np.full((40, 60), 200, np.uint8)),
        ("ink", np.eye(28)),
        ("features", np.eye(14) * 3 - 1),
    ]
    figure = figures.way_of_a_picture(steps)
    assert title_of(figure) == "From 60×40 px to 14×14 px in 3 steps"
    assert [axes.get_xlabel() for axes in figure.axes] == ["60×40", "28×28", "14×14"]
    assert size_of(figures.png(figure))


def test_the_reliability_diagram_states_the_gap() -> None:
    figure = figures.reliability_diagram([ReliabilityBin(0, 0.5, 0, 0, 0), ReliabilityBin(0.5, 1, 100, 0.9, 0.88)])
    assert title_of(figure) == "Confidence is off by 2.00 points on average"
    assert size_of(figures.png(figure))


def test_the_risk_curve_states_the_risk_at_98_percent() -> None:
    figure = figures.risk_coverage({"ours": ([0.9, 0.98, 1.0], [0.0, 0.002, 0.01])})
    assert title_of(figure) == "0.20 % misread when the surest 98 % are answered"
    assert size_of(figures.png(figure))


def test_the_comparison_names_the_best_model() -> None:
    figure = figures.comparison([report("keras", accuracy=0.99), report("ours", accuracy=0.995)])
    assert title_of(figure) == "ours misreads least, 2.0 times less than the next"
    assert size_of(figures.png(figure))


def test_the_comparison_has_a_panel_for_each_data_set() -> None:
    figure = figures.comparison([report(data="mnist"), report(data="unipen"), report("b", data="mnist")])
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "mnist test, n = 1,000",
        "unipen test, n = 1,000",
    ]
    assert size_of(figures.png(figure))


def test_a_report_is_one_picture() -> None:
    figure = figures.report_overview(report())
    assert title_of(figure) == "ours@1234 reads 99.50 % of 1,000 right  (99.20-99.70)"
    assert size_of(figures.png(figure))


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)  # importing it raises ImportError
    with pytest.raises(InkreadError, match=r"inkread\[figures\]"):
        figures.confusion_matrix([[1]], ["0"])


def test_nothing_to_draw_is_refused() -> None:
    for call in (
        lambda: figures.accuracy_and_loss_curves([]),
        lambda: figures.confusion_matrix([[0]], ["0"]),
        lambda: figures.network_layers([]),
        lambda: figures.way_of_a_picture([]),
        lambda: figures.risk_coverage({}),
        lambda: figures.comparison([report(n=0)]),
    ):
        with pytest.raises(ValueError, match=r"expected (at least one|a confusion matrix)"):
            call()


# The page that shows them

PNG = b"\x89PNG\r\n\x1a\n and the rest"


class Page(HTMLParser):
    """The text and the addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.addresses, self.open = "", list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "confusion_matrix.png").write_bytes(PNG)
    (tmp_path / "figures" / "own_figure.png").write_bytes(PNG)
    rows = [{"epoch": e, "loss": 0.5, "val_accuracy": 0.98 + e / 1000, "seconds": 70.0} for e in (1, 2)]
    (tmp_path / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    card = {
        "name": "digits <b>",
        "seed": 4,
        "created": "2025-01-02",
        "parameters": 88123,
        "recipe": {"epochs": 2, "optimizer": {"name": "adam", "rate": 0.002}},
        "trained_on": [{"name": "MNIST", "licence": "CC BY-SA 3.0", "citation": "LeCun 1998", "count": 55000}],
    }
    (tmp_path / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return tmp_path


def test_the_page_holds_everything_and_loads_nothing(run: Path) -> None:
    html = write_report(run).read_text(encoding="utf-8")
    page = Page(html)
    assert page.open == []
    assert page.addresses
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    for text in (
        "digits <b>",
        "98.20 %",
        "88,123",
        "2 min",
        "55,000",
        "optimizer.rate",
        "own figure",
        "LeCun 1998",
    ):
        assert text in page.text, text
    assert "digits <b>" not in html
    assert page.text.index("What is taken for what") < page.text.index("own figure")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a run folder"):
        write_report(tmp_path)


def test_a_last_line_cut_by_a_kill_is_passed_over_and_a_damaged_one_is_not(run: Path) -> None:
    history = run / "history.jsonl"
    whole = history.read_text(encoding="utf-8")
    history.write_text(whole + '{"epoch": 3, "lo', encoding="utf-8")
    assert "2 epochs" in write_report(run).read_text(encoding="utf-8")
    history.write_text('{"epoch": 3, "lo\n' + whole, encoding="utf-8")
    with pytest.raises(RunError, match=r"history\.jsonl: expected a JSON object in line 1"):
        write_report(run)


@pytest.mark.parametrize(("name", "error"), [("card.json", RunError), ("report.json", DataError)])
def test_a_damaged_file_is_named_and_the_last_page_kept(run: Path, name: str, error: type[Exception]) -> None:
    before = write_report(run).read_bytes()
    (run / name).write_text("[", encoding="utf-8")
    with pytest.raises(error, match=name):
        write_report(run)
    assert (run / "report.html").read_bytes() == before
