"""One self-contained HTML page about a training run: what it reached, how it got there, what it misreads.

Reads what the run folder has and leaves out what it has not:

    card.json       the model file's card          -> title, facts, recipe, training data
    report.json     reports, by `inkread evaluate` -> scores by data set
    history.jsonl   one JSON object an epoch       -> facts, table of epochs
    figures/*.png   by the functions of figures.py -> figures, inside the page as data URLs
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from inkread.errors import RunError
from inkread.evaluate import Report, read_reports
from inkread.files import write_atomically

_CAPTIONS = {  # by file name, in the order of the page
    "way_of_a_picture": "The way of a picture, step by step",
    "accuracy_and_loss_curves": "Accuracy and loss",
    "confusion_matrix": "What is taken for what",
    "worst_misreads": "The worst misreads",
    "sample_predictions": "Sample predictions",
    "reliability_diagram": "How far confidence can be trusted",
    "risk_coverage": "What passing over the least sure gains",
    "comparison": "Beside other models",
    "network_layers": "The network",
}
_NARROW = {"confusion_matrix", "reliability_diagram", "risk_coverage"}  # two of these share a row


def write_report(run_folder: Path) -> Path:
    """Writes ``report.html`` into the run folder, whole or not at all, and returns its path.

    Raises RunError where the folder has nothing to report, a file in it is damaged, or the page cannot be
    written.
    """
    card = _object(run_folder / "card.json")
    reports = read_reports(run_folder / "report.json") if (run_folder / "report.json").exists() else ()
    history = _rows(run_folder / "history.jsonl")
    figures = _figures(run_folder / "figures")
    if not (card or reports or history or figures):
        raise RunError(
            f"{run_folder}: expected a run folder with history.jsonl, card.json, report.json or "
            "figures/*.png, found none of them; give the folder that `inkread train` made"
        )
    path = run_folder / "report.html"
    write_atomically(path, page(run_folder.resolve().name, card, reports, history, figures).encode())
    return path


def page(
    run: str,
    card: Mapping[str, Any],
    reports: Sequence[Report],
    history: Sequence[Mapping[str, Any]],
    figures: Mapping[str, bytes],
) -> str:
    """The page; ``figures`` are PNG files by name without ending. Empty arguments leave their part out."""
    name = str(card.get("name", run))
    parts = [
        _header(name, run, card, reports),
        _facts(card, reports, history),
        _scores(reports),
        _pictures(figures),
        _section("Trained on", _sources(card.get("trained_on", ()))),
        _section("Recipe", _recipe(card.get("recipe", {}))),
        _section("Epochs", _epochs(history)),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(name)} · inkread run</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _header(name: str, run: str, card: Mapping[str, Any], reports: Sequence[Report]) -> str:
    facts = [f"run {run}"]
    facts += [f"{word} {card[key]}" for word, key in (("made", "created"), ("seed", "seed")) if key in card]
    facts += [f"inkread {card['inkread']}"] if "inkread" in card else []
    sha = f'<p class="sha">sha256 {escape(reports[0].sha256)}</p>' if reports else ""
    return f"<header>\n<h1>{escape(name)}</h1>\n<p>{escape(' · '.join(facts))}</p>\n{sha}</header>"


def _facts(card: Mapping[str, Any], reports: Sequence[Report], history: Sequence[Mapping[str, Any]]) -> str:
    """The few numbers one looks for first."""
    facts: list[tuple[str, str]] = []
    best = max((row["val_accuracy"] for row in history if "val_accuracy" in row), default=None)
    if best is not None:
        facts.append((_percent(best), "best validation accuracy"))
    facts += [(_percent(r.accuracy), f"{r.data} {r.split}") for r in reports[:3] if r.accuracy is not None]
    parameters = reports[0].parameters if reports else card.get("parameters")
    if parameters is not None:
        facts.append((f"{parameters:,}", "parameters"))
    if reports:
        facts.append((f"{reports[0].file_bytes / 1000:,.0f} kB", "model file"))
    latency = next((r.latency_ms for r in reports if r.latency_ms is not None), None)
    if latency is not None:
        facts.append((f"{latency:.2g} ms", "one picture, one thread"))
    seconds = sum(row.get("seconds", 0) for row in history)
    if seconds:
        facts.append((_duration(seconds), f"training, {len(history)} epochs"))
    tiles = "".join(f"<div><dd>{escape(value)}</dd><dt>{escape(what)}</dt></div>" for value, what in facts)
    return f'<dl class="facts">{tiles}</dl>' if tiles else ""


def _scores(reports: Sequence[Report]) -> str:
    if not reports:
        return ""
    head = (
        "data",
        "n",
        "accuracy",
        "95 % interval",
        "calibration error",
        "misread at 98 %",
        "non-digits rejected",
    )
    rows = [
        (
            f"{r.data} {r.split}",
            f"{r.n:,}",
            _percent(r.accuracy),
            "–" if r.interval is None else f"{r.interval[0] * 100:.2f}–{r.interval[1] * 100:.2f}",
            _percent(r.calibration_error),
            _percent(r.risk.get("98")),
            _percent(r.non_digits_rejected),
        )
        for r in reports
    ]
    drawings = sorted({r.drawing for r in reports if r.drawing})
    drawn = f"Strokes {escape('; '.join(drawings))}. " if drawings else ""
    note = f"{drawn}Misread at 98 %: share misread among the surest 98 %."
    commands = "<br>".join(escape(command) for command in dict.fromkeys(r.command for r in reports if r.command))
    command = f'<p class="command"><code>{commands}</code></p>' if commands else ""
    return _section("Scores", f'{_table(head, rows)}<p class="note">{note}</p>{command}')


def _pictures(figures: Mapping[str, bytes]) -> str:
    order = [
        *(stem for stem in _CAPTIONS if stem in figures),
        *(stem for stem in figures if stem not in _CAPTIONS),
    ]
    shown = []
    for stem in order:
        caption = escape(_CAPTIONS.get(stem, stem.replace("_", " ").replace("-", " ")))
        data = base64.b64encode(figures[stem]).decode("ascii")
        kind = ' class="narrow"' if stem in _NARROW else ""
        shown.append(
            f"<figure{kind}><figcaption>{caption}</figcaption>"
            f'<img src="data:image/png;base64,{data}" alt="{caption}"></figure>'
        )
    return f'<section class="figures">{"".join(shown)}</section>' if shown else ""


def _sources(sources: Iterable[Mapping[str, Any]]) -> str:
    rows = [(s["name"], f"{s['count']:,}", s["licence"], s["citation"]) for s in sources]
    return _table(("data", "items", "licence", "citation"), rows) if rows else ""


def _recipe(recipe: Mapping[str, Any]) -> str:
    rows = [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in _flat(recipe)]
    return _details(f"{len(rows)} fields", _table(("field", "value"), rows)) if rows else ""


def _epochs(history: Sequence[Mapping[str, Any]]) -> str:
    if not history:
        return ""
    columns = tuple(dict.fromkeys(key for row in history for key in row))
    rows = [tuple(_number(row.get(column)) for column in columns) for row in history]
    return _details(f"{len(rows)} epochs", _table([column.replace("_", " ") for column in columns], rows))


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>" if content else ""


def _details(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    # a wide table scrolls by itself, not the page
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _flat(recipe: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Nested fields as ``table.field``."""
    fields: list[tuple[str, Any]] = []
    for key, value in recipe.items():
        name = f"{above}{key}"
        fields += _flat(value, f"{name}.") if isinstance(value, Mapping) else [(name, value)]
    return fields


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 0.01 else f"{value:.4f}"
    return "–" if value is None else str(value)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.2f} %"


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    return f"{seconds:.0f} s" if minutes < 2 else f"{minutes:.0f} min"


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, empty where there is no file."""
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: expected a JSON object, got something else: {error}") from error
    if not isinstance(content, dict):
        raise RunError(f"{path}: expected a JSON object, got {type(content).__name__}")
    return content


def _rows(path: Path) -> list[dict[str, Any]]:
    """The JSON objects in a file, one a line; a last line cut short by a kill is passed over."""
    if not path.exists():
        return []
    rows = []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            if number == len(lines) and not line.endswith("\n"):
                break
            raise RunError(f"{path}: expected a JSON object in line {number}, got {line[:40]!r}") from error
        if not isinstance(rows[-1], dict):
            raise RunError(f"{path}: expected a JSON object in line {number}, got {line[:40]!r}")
    return rows


def _figures(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.png"))}


_STYLE = """
:root { --paper: #faf9f6; --card: #ffffff; --ink: #23282d; --quiet: #626b73; --line: #e3e1da;
  --accent: #2f6f8f }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191c; --card: #1e2226; --ink: #e6e8ea; --quiet: #9aa4ac; --line: #30363b;
    --accent: #7db6d2 }
  figure img { filter: brightness(.9) }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 48px 20px 72px }
header p { margin: 4px 0; color: var(--quiet) }
h1 { margin: 0; font-size: 34px; line-height: 1.15; font-weight: 650; letter-spacing: -.01em }
h2 { margin: 48px 0 12px; font-size: 19px; font-weight: 620 }
.sha { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
  margin: 32px 0 0 }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px;
  display: flex; flex-direction: column }
.facts dd { margin: 0; font-size: 25px; font-weight: 620; color: var(--accent);
  font-variant-numeric: tabular-nums }
.facts dt { font-size: 13px; color: var(--quiet) }
.figures { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; margin-top: 48px }
figure { margin: 0; grid-column: 1 / -1; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; padding: 14px 16px 16px }
figure.narrow { grid-column: auto }
figcaption { font-weight: 620; margin-bottom: 10px }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; border-radius: 6px;
  background: #fff }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line);
  vertical-align: top }
th { color: var(--quiet); font-weight: 500; white-space: nowrap }
.note { color: var(--quiet); font-size: 13px }
.command { font-size: 12.5px; color: var(--quiet); overflow-wrap: anywhere }
summary { cursor: pointer; color: var(--accent) }
@media (max-width: 720px) { figure.narrow { grid-column: 1 / -1 } main { padding-top: 28px } }
"""
