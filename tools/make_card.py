"""src/inkread/models/*.md from the shipped model files' own cards: `make docs`. A test fails where they differ."""

from __future__ import annotations

from inkread.files import write_atomically
from inkread.modelfile import SHIPPED, ModelFile

PURPOSE = {
    "glyph": (
        "One handwritten digit in a picture: drawn, photographed or scanned. It is not for print, for several digits",
        "at once, or for decisions about people without a person looking at what it calls unsure.",
    ),
    "page": (
        "All handwritten digits, letters and separators of a picture, if written apart. It is not for print, for",
        "joined writing, or for decisions about people without a person looking at what it calls unsure.",
    ),
}


def page(model: ModelFile) -> str:
    """The model's card for people to read."""
    card = model.card
    validation = card.scores.get("validation", {})
    training = card.scores.get("training", {})
    minutes = training.get("seconds", 0) / 60
    lines = [
        f"# {model.id}",
        "",
        "Written by `make docs` from the card inside the model file; do not edit.",
        "",
        "| | |",
        "|---|---|",
        f"| sha256 | `{model.sha256}` |",
        f"| answers | {', '.join(card.alphabet.labels)} |",
        f"| parameters | {card.parameters:,} |",
        f"| size | {model.size / 1e6:.2f} MB |",
        f"| temperature | {card.temperature:.3f} |",
        f'| "{card.alphabet.reject}" from | {card.thresholds.reject:.3f} |',
        f"| torn below | {card.thresholds.sure:.3f} |",
        f"| recipe, seed | {card.recipe.get('name', card.name)}, {card.seed} |",
        f"| trained | {card.created}, {minutes:.0f} minutes, {training.get('device', '?')} |",
        *(f"| stands on | {name} |" for name in training.get("files", ())),
        f"| licence | {card.licence} |",
        "",
        "## What it is for",
        "",
        *PURPOSE[card.reads],
        "",
        "## Validation",
        "",
        "Writers that chose calibration and thresholds; the measured results stand in the README.",
        "",
        "| set | read right |",
        "|---|---|",
        *(f"| {name} | {100 * value:.2f} % |" for name, value in validation.items()),
        "",
        "## Trained on",
        "",
        "| set | samples | licence | citation |",
        "|---|---|---|---|",
        *(f"| {s.name} | {s.count:,} | {s.licence} | {s.citation} |" for s in card.trained_on),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Writes the cards beside the shipped model files."""
    for name in SHIPPED:
        model = ModelFile.open(name)
        write_atomically(model.path.with_suffix(".md"), page(model).encode())


if __name__ == "__main__":
    main()
