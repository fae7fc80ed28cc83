"""Figures of a training run and of reports: plain arrays and dicts in, a matplotlib Figure out.

Each title states what the figure shows, worked out from the numbers. One accent colour, the rest greys.
matplotlib is an extra and is imported inside; without pyplot, so that no display or global state is touched.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkread.errors import InkreadError
from inkread.metrics import ReliabilityBin, expected_calibration_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT = "#2f6f8f"
"""The one colour; everything else is grey."""

_INK, _QUIET, _FAINT, _PAPER = "#23282d", "#6b747c", "#d5dade", "#ffffff"
_DPI = 150
_MOST_LAYERS = 40  # more rows than this do not fit a page; the smallest are summed up


def accuracy_and_loss_curves(history: Sequence[Mapping[str, Any]]) -> Figure:
    """Accuracy and loss over the epochs, training and validation.

    Each row of ``history`` has ``epoch``, ``loss``, ``train_accuracy``, ``val_loss``, ``val_accuracy`` and
    ``learning_rate``; accuracies 0-1. The scale of accuracy has equal distances from 90 to 99 to 99.9 %.
    """
    epochs = [row["epoch"] for row in history]
    best = max(range(len(history)), key=lambda i: history[i]["val_accuracy"], default=None)
    if best is None:
        raise ValueError("expected at least one epoch, got an empty history")
    value = history[best]["val_accuracy"]
    figure = _figure(10, 4.2, f"Best validation accuracy {_percent(value)}, in epoch {epochs[best]} of {max(epochs)}")
    accuracy, loss = figure.subplots(1, 2)
    errors = {
        key: [max(1 - row[key], 1e-4) for row in history]  # no misread at all stands at 99.99 %
        for key in ("train_accuracy", "val_accuracy")
    }
    accuracy.plot(epochs, errors["train_accuracy"], color=_QUIET, linewidth=1.2, label="training")
    accuracy.plot(epochs, errors["val_accuracy"], color=ACCENT, linewidth=2, label="validation")
    accuracy.plot(epochs[best], errors["val_accuracy"][best], "o", color=ACCENT, markersize=7)
    accuracy.set_yscale("log")
    every = [error for line in errors.values() for error in line]
    accuracy.set_ylim(max(every) * 1.15, min(every) / 1.3)  # upside down: better is higher
    _accuracy_ticks(accuracy, min(every) / 1.3, max(every) * 1.15)
    loss.plot(epochs, [row["loss"] for row in history], color=_QUIET, linewidth=1.2, label="training")
    loss.plot(epochs, [row["val_loss"] for row in history], color=ACCENT, linewidth=2, label="validation")
    loss.set_ylim(bottom=0)
    for axes, name in ((accuracy, "accuracy"), (loss, "loss")):
        _calm(axes, name, xlabel="epoch")
        axes.grid(axis="y", color=_FAINT, linewidth=0.6)
        axes.legend(frameon=False, labelcolor=_INK, fontsize=10, loc="right")
        _whole_ticks(axes)
    return figure


def confusion_matrix(matrix: ArrayLike, labels: Sequence[str]) -> Figure:
    """Counts (classes, classes): rows what was written, columns what was read. Shade = share of the row."""
    counts = np.asarray(matrix)
    side = 3.2 + 0.45 * len(labels)
    figure = _figure(side + 0.6, side, _confusion_finding(counts, labels))
    _draw_confusion(figure.subplots(), counts, labels)
    return figure


def sample_predictions(
    glyphs: NDArray[Any], predicted: Sequence[str], actual: Sequence[str], confidence: Sequence[float]
) -> Figure:
    """Glyphs (n, 28, 28), 1 or 255 = ink, with what was read; misread ones also say what was written."""
    right = sum(p == a for p, a in zip(predicted, actual, strict=True))
    title = f"{right} of these {len(actual)} are read right"
    return _glyph_sheet(title, glyphs, predicted, actual, confidence)


def worst_misreads(
    glyphs: NDArray[Any],
    predicted: Sequence[str],
    actual: Sequence[str],
    confidence: Sequence[float],
    *,
    most: int = 40,
) -> Figure:
    """The misread ones among glyphs (n, 28, 28), surest first, ``most`` of them at the most."""
    wrong = [i for i in range(len(actual)) if predicted[i] != actual[i]]
    shown = sorted(wrong, key=lambda i: -confidence[i])[:most]
    title = f"{len(wrong)} of {len(actual):,} misread" + (f"; the {len(shown)} surest" if shown else "")
    read, written = ([column[i] for i in shown] for column in (predicted, actual))
    return _glyph_sheet(title, np.asarray(glyphs)[shown], read, written, [confidence[i] for i in shown])


def network_layers(layers: Sequence[tuple[str, Sequence[int | str], int]]) -> Figure:
    """The network's layers from input to output: name, shape of the output, number of parameters."""
    if not layers:
        raise ValueError("expected at least one layer, got none")
    rows = list(layers)
    if len(rows) > _MOST_LAYERS:  # keep the ends and the big ones, in order
        by_size = sorted(range(len(rows)), key=lambda i: (i in (0, len(rows) - 1), rows[i][2]), reverse=True)
        rows = [rows[i] for i in sorted(by_size[:_MOST_LAYERS])]
    total = sum(parameters for _, _, parameters in layers)
    name, _, most = max(layers, key=lambda layer: layer[2])
    share = f", {most / total:.0%} of them in {name}" if total else ""
    figure = _figure(9.5, 1.1 + 0.3 * len(rows), f"{total:,} parameters{share}")
    axes = figure.subplots()
    largest = max(most, 1)
    for y, (layer, shape, parameters) in enumerate(rows):
        text = "×".join(str(side) for side in shape)
        axes.text(-1.15, y, layer, va="center", color=_INK, fontsize=10)
        axes.text(-0.08, y, text, va="center", ha="right", color=_QUIET, fontsize=10)
        axes.barh(y, parameters / largest, height=0.6, color=ACCENT if parameters else _FAINT)
        if parameters:
            axes.text(parameters / largest + 0.015, y, f"{parameters:,}", va="center", color=_INK, fontsize=9)
    axes.set_xlim(-1.17, 1.2)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_axis_off()
    if len(rows) < len(layers):
        axes.text(-1.15, len(rows) - 0.3, f"and {len(layers) - len(rows)} smaller layers", color=_QUIET, fontsize=9)
    return figure


def way_of_a_picture(steps: Sequence[tuple[str, NDArray[Any]]]) -> Figure:
    """The steps from a picture to what the network sees: a title and an array (H, W) each.

    uint8 is shown from 0 to 255, floats from 0 to 1, or over their own range where they leave it.
    """
    if not steps:
        raise ValueError("expected at least one step, got none")
    (h0, w0), (h1, w1) = steps[0][1].shape, steps[-1][1].shape
    figure = _figure(2.3 * len(steps) + 0.4, 3.2, f"From {w0}×{h0} px to {w1}×{h1} px in {len(steps)} steps")
    panels = np.atleast_1d(figure.subplots(1, len(steps)))
    for i, (axes, (title, array)) in enumerate(zip(panels, steps, strict=True)):
        low, high = _shade_range(array)
        axes.imshow(array, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        axes.set_title(f"{i + 1}  {title}", fontsize=10, color=_INK, loc="left")
        axes.set_xlabel(f"{array.shape[1]}×{array.shape[0]}", fontsize=9, color=_QUIET)
        _frame(axes, _FAINT)
    return figure


def reliability_diagram(bins: Sequence[ReliabilityBin]) -> Figure:
    """How often answers of each confidence are right, against the diagonal of perfect calibration."""
    gap = expected_calibration_error(bins)
    figure = _figure(5.6, 5.2, f"Confidence is off by {_points(gap)} on average")
    _draw_reliability(figure.subplots(), bins)
    return figure


def risk_coverage(curves: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Share misread among the surest answers over the share answered, both 0-1; one curve by name."""
    if not curves:
        raise ValueError("expected at least one curve, got none")
    first, (coverage, risk) = next(iter(curves.items()))
    shares, risks = np.asarray(coverage, dtype=float), np.asarray(risk, dtype=float)
    order = np.argsort(shares)
    at_98 = float(np.interp(0.98, shares[order], risks[order]))
    who = f"{first}: " if len(curves) > 1 else ""
    figure = _figure(6.4, 4.4, f"{who}{_percent(at_98)} misread when the surest 98 % are answered")
    _draw_risk(figure.subplots(), curves)
    return figure


def comparison(reports: Sequence[Mapping[str, Any]]) -> Figure:
    """Reports (dicts as of ``Report.to_dict``) side by side: share misread with its 95 % interval, and cost.

    One panel for each data set; the best model of each in the accent colour.
    """
    scored = [report for report in reports if report["n"]]
    if not scored:
        raise ValueError("expected at least one report with scores, got none")
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for report in scored:
        groups.setdefault(_on(report), []).append(report)
    figure = _figure(9.5, 1.0 + sum(0.75 + 0.42 * len(g) for g in groups.values()), _comparison_finding(groups))
    ratios = [0.75 + 0.42 * len(group) for group in groups.values()]
    panels = np.atleast_1d(figure.subplots(len(groups), 1, height_ratios=ratios))
    for axes, (name, group) in zip(panels, groups.items(), strict=True):
        _draw_comparison(axes, name, group)
    return figure


def report_overview(report: Mapping[str, Any]) -> Figure:
    """One report (a dict as of ``Report.to_dict``): confusion, reliability, and risk over coverage."""
    if not report["n"]:
        raise ValueError(f"expected a report with scores, got one of {report['data']} without any known label")
    low, high = report["interval"]
    title = (
        f"{report['model']} reads {_percent(report['accuracy'])} of {report['n']:,} right  "
        f"({low * 100:.2f}-{high * 100:.2f})"
    )
    figure = _figure(15, 5.4, title)
    figure.text(0.994, 0.988, _on(report), ha="right", va="top", color=_QUIET, fontsize=10)
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.15, 1, 1])
    _draw_confusion(left, np.asarray(report["confusion"]), report["labels"])
    _draw_reliability(middle, [ReliabilityBin(**b) for b in report["reliability"]])
    points = sorted((float(c) / 100, risk) for c, risk in report["risk"].items())
    _draw_risk(right, {report["model"]: ([c for c, _ in points], [r for _, r in points])})
    middle.set_title(f"Confidence is off by {_points(report['calibration_error'])}", **_PANEL_TITLE)
    right.set_title("Misread when the least sure are passed over", **_PANEL_TITLE)
    left.set_title(_confusion_finding(np.asarray(report["confusion"]), report["labels"], short=True), **_PANEL_TITLE)
    return figure


def require_matplotlib() -> None:
    """Raises InkreadError, naming the extra to install, where matplotlib is missing."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise InkreadError(
            f"expected matplotlib for figures, got: {error}; install it with `pip install 'inkread[figures]'`"
        ) from error


def png(figure: Figure) -> bytes:
    """The figure as a PNG of 150 dots per inch."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")  # a Figure without pyplot renders by Agg, on no display
    return buffer.getvalue()


_PANEL_TITLE: dict[str, Any] = {"fontsize": 11, "color": _INK, "loc": "left"}


def _figure(width: float, height: float, title: str) -> Figure:
    """An empty figure, inches, its title at the top left."""
    require_matplotlib()
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1)  # inches; by default panels touch the edge
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_PAPER, layout=layout)
    figure.suptitle(title, x=0.1 / width, ha="left", fontsize=13, fontweight="bold", color=_INK)
    return figure


def _calm(axes: Axes, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(colors=_QUIET, labelsize=10, length=0, pad=6, which="both")
    axes.set_axisbelow(True)
    axes.set_xlabel(xlabel, color=_QUIET, fontsize=10)
    axes.set_ylabel(ylabel, color=_QUIET, fontsize=10)
    if title:
        axes.set_title(title, **_PANEL_TITLE)


def _frame(axes: Axes, colour: str, width: float = 1.0) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(colour)
        spine.set_linewidth(width)


def _whole_ticks(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))


def _accuracy_ticks(axes: Axes, low: float, high: float) -> None:
    """Ticks of an error axis from ``low`` to ``high``, written as accuracies."""
    from matplotlib.ticker import FixedLocator, NullLocator

    marks = [d * 10.0**-e for e in range(5) for d in (5, 2, 1) if low <= d * 10.0**-e <= min(high, 1)]
    axes.yaxis.set_major_locator(FixedLocator(marks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticklabels([f"{100 - 100 * mark:.4g} %" for mark in marks])


def _draw_confusion(axes: Axes, counts: NDArray[Any], labels: Sequence[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    errors = shares * (1 - np.eye(len(labels)))
    # the diagonal would drown the errors: shade by errors only, up to the worst, at least up to 1 %
    scale = max(float(errors.max()), 0.01)
    shades = LinearSegmentedColormap.from_list("accent", [_PAPER, ACCENT])
    axes.imshow(errors, cmap=shades, vmin=0, vmax=scale)
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = errors[row, column] > 0.55 * scale
        colour = _PAPER if dark else (_QUIET if row == column else _INK)
        text = str(counts[row, column])
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9 if len(text) < 5 else 7)
    _calm(axes, xlabel="read as", ylabel="written")
    axes.set_xticks(range(len(labels)), labels, rotation=90 if max(map(len, labels)) > 2 else 0)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xticks(np.arange(0.5, len(labels) - 1), minor=True)
    axes.set_yticks(np.arange(0.5, len(labels) - 1), minor=True)
    axes.grid(which="minor", color=_FAINT, linewidth=0.5)
    axes.spines[["left", "bottom"]].set_visible(False)


def _draw_reliability(axes: Axes, bins: Sequence[ReliabilityBin]) -> None:
    filled = [b for b in bins if b.count]
    total = sum(b.count for b in filled)
    width = bins[0].high - bins[0].low
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle=(0, (4, 4)), zorder=3)
    axes.bar([b.low for b in filled], [b.accuracy for b in filled], width * 0.9, align="edge", color=ACCENT)
    for b in filled:  # a bar of three answers should not look as sure as one of thousands
        share = b.count / total
        text = f"{share:.0%}" if share >= 0.01 else f"{b.count}"
        inside = b.accuracy > 0.06
        y, colour = (0.015, _PAPER) if inside else (b.accuracy + 0.012, _QUIET)
        axes.text(b.low + width * 0.45, y, text, ha="center", color=colour, fontsize=7.5)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.set_aspect("equal")
    _calm(axes, xlabel="confidence (on the bars: answers, count or share)", ylabel="share right")


def _draw_risk(axes: Axes, curves: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> None:
    from matplotlib.ticker import FuncFormatter

    greys = np.linspace(0.35, 0.75, max(len(curves) - 1, 1))
    lowest = 1.0
    for i, (name, (coverage, risk)) in enumerate(curves.items()):
        x, y = np.asarray(coverage) * 100, np.asarray(risk) * 100
        lowest = min(lowest, float(x.min()) / 100)
        colour = ACCENT if i == 0 else str(greys[i - 1])
        marker = "o" if len(x) <= 12 else ""
        axes.plot(x, y, color=colour, linewidth=2 if i == 0 else 1.3, marker=marker, markersize=5, label=name)
    axes.set_xlim(100, max(lowest * 100, 80) - 0.3)  # to the right: more is passed over
    axes.set_ylim(bottom=0)
    axes.margins(y=0.08)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    axes.grid(axis="y", color=_FAINT, linewidth=0.6)
    _calm(axes, xlabel="answered, the surest first", ylabel="misread among them")
    if len(curves) > 1:
        axes.legend(frameon=False, labelcolor=_INK, fontsize=10)


def _draw_comparison(axes: Axes, name: str, group: Sequence[Mapping[str, Any]]) -> None:
    from matplotlib.ticker import FuncFormatter

    best = max(report["accuracy"] for report in group)
    reach = max((1 - report["interval"][0]) * 100 for report in group)
    for y, report in enumerate(group):
        wrong = (1 - report["accuracy"]) * 100
        low, high = ((1 - bound) * 100 for bound in reversed(report["interval"]))
        axes.barh(y, wrong, height=0.62, color=ACCENT if report["accuracy"] == best else "#aab4bb")
        axes.plot([low, high], [y, y], color=_INK, linewidth=1)
        text = f"{_percent(report['accuracy'])} right   {_cost(report)}"
        axes.text(high + reach * 0.02, y, text, va="center", color=_INK, fontsize=9.5)
    axes.set_yticks(range(len(group)), [report["model"] for report in group])
    axes.set_xlim(0, reach * 1.75)  # room for the text
    axes.set_ylim(len(group) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %" if value <= reach * 1.05 else ""))
    _calm(axes, name)
    axes.set_xlabel("misread, with 95 % interval", color=_QUIET, fontsize=10, loc="left")
    axes.tick_params(axis="y", labelcolor=_INK)
    axes.spines["bottom"].set_visible(False)


def _glyph_sheet(
    title: str,
    glyphs: NDArray[Any],
    predicted: Sequence[str],
    actual: Sequence[str],
    confidence: Sequence[float],
) -> Figure:
    """A sheet of glyphs, dark ink on light paper."""
    columns = min(10, max(len(predicted), 1))
    rows = max(math.ceil(len(predicted) / columns), 1)
    figure = _figure(max(1.05 * columns, 5) + 0.2, 1.4 * rows + 0.6, title)
    panels = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for axes in panels[len(predicted) :]:
        axes.set_axis_off()
    for i, axes in enumerate(panels[: len(predicted)]):
        glyph = np.asarray(glyphs[i])
        axes.imshow(glyph, cmap="gray_r", vmin=0, vmax=_shade_range(glyph)[1], interpolation="nearest")
        wrong = predicted[i] != actual[i]
        text = f"{predicted[i]}, not {actual[i]}" if wrong else predicted[i]
        axes.set_title(text, fontsize=10.5, color=ACCENT if wrong else _INK, fontweight="bold" if wrong else None)
        axes.set_xlabel(_sure(confidence[i]), fontsize=8.5, color=_QUIET, labelpad=2)
        _frame(axes, ACCENT if wrong else _FAINT, 1.8 if wrong else 0.8)
    return figure


def _shade_range(array: NDArray[Any]) -> tuple[float, float]:
    if array.dtype == np.uint8:
        return 0, 255
    low, high = float(array.min()), float(array.max())
    return (0, 1) if low >= 0 and high <= 1 else (low, high)


def _confusion_finding(counts: NDArray[Any], labels: Sequence[str], *, short: bool = False) -> str:
    total, right = int(counts.sum()), int(np.trace(counts))
    if not total:
        raise ValueError("expected a confusion matrix with at least one count, got an empty one")
    errors = counts * (1 - np.eye(len(labels), dtype=counts.dtype))
    row, column = divmod(int(errors.argmax()), len(labels))
    most = int(errors[row, column])
    mistake = f"{labels[row]} read as {labels[column]}, {most} times" if most > 1 else ""
    if short:
        return f"Most often {mistake}" if mistake else "No mistake made twice"
    return f"{_percent(right / total)} of {total:,} read right" + (f"\nMost often {mistake}" if mistake else "")


def _comparison_finding(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    if len(groups) > 1:
        return "Share misread, by data set"
    (group,) = groups.values()
    ranked = sorted(group, key=lambda report: -report["accuracy"])
    if len(ranked) == 1:
        return f"{ranked[0]['model']} reads {_percent(ranked[0]['accuracy'])} right"
    first, second = ranked[:2]
    wrong = [1 - report["accuracy"] for report in (first, second)]
    if wrong[0] == 0:
        return f"{first['model']} misreads nothing"
    if wrong[0] == wrong[1]:
        return f"{first['model']} and {second['model']} misread equally many"
    return f"{first['model']} misreads least, {wrong[1] / wrong[0]:.1f} times less than the next"


def _on(report: Mapping[str, Any]) -> str:
    """The data set, as a label."""
    drawing = f", {report['drawing']}" if report["drawing"] else ""
    return f"{report['data']} {report['split']}, n = {report['n']:,}{drawing}"


def _cost(report: Mapping[str, Any]) -> str:
    parameters, latency = report["parameters"], report["latency_ms"]
    return f"{_short(parameters)} parameters" + (f"   {latency:.2g} ms" if latency else "")


def _short(count: int) -> str:
    return f"{count / 1e6:.1f} M" if count >= 1e6 else f"{count / 1e3:.0f} k" if count >= 1000 else str(count)


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _points(share: float) -> str:
    return f"{share * 100:.2f} points"


def _sure(confidence: float) -> str:
    """Never "100 %" for what is not certain."""
    percent = confidence * 100
    return ">99.9 %" if 99.95 <= percent < 100 else f"{percent:.1f} %" if percent >= 99 else f"{percent:.0f} %"
