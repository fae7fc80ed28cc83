"""How long the quick recipe takes to 99.0 % and to 99.5 % on MNIST: `python -m benchmarks.quick`.

A run of a fixed number of epochs (EPOCHS, chosen on the validation pictures) is timed from the first step to the
last, with the data in memory; its weights are then scored on the 10,000 test pictures. A run that misses its mark
counts as not reached. Writes benchmarks/quick.json.
"""

from __future__ import annotations

import json
import platform
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from inkread.training.fit import Run, Watcher
from inkread.training.material import Glyphs, Material, mnist_pictures
from inkread.training.recipe import read_recipe
from inkread.training.validation import network_logits

EPOCHS = {"99.0": 1, "99.5": 3}
SEEDS = (0, 1, 2)


def seconds_and_accuracy(epochs: int, seed: int, material: Material, test: Glyphs) -> tuple[float, float]:
    """Seconds of training, and percent of the test pictures read right."""
    recipe = replace(read_recipe(Path("recipes/quick.toml")), epochs=epochs)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(recipe, seed, Path(folder))
        begun = time.perf_counter()
        while run.epoch < epochs:
            run.train_epoch(material, Watcher())
            run.epoch += 1
        seconds = time.perf_counter() - begun
        run.network.load_state_dict(run.weights())
    right = network_logits(run.network, test.pictures).argmax(1) == test.targets
    return seconds, 100 * float(right.float().mean())


def main() -> None:
    """Runs every seed to every mark and writes the times."""
    pictures, targets = mnist_pictures("train")
    empty = Glyphs(pictures[:0], targets[:0])
    material, test = Material(Glyphs(pictures, targets), empty, empty), Glyphs(*mnist_pictures("test"))
    seconds_and_accuracy(1, 99, Material(Glyphs(pictures[:2048], targets[:2048]), empty, empty), test)  # warm up
    runs = []
    for seed in SEEDS:
        reached: dict[str, float | None] = {}
        accuracy: dict[str, float] = {}
        for mark, epochs in EPOCHS.items():
            seconds, percent = seconds_and_accuracy(epochs, seed, material, test)
            reached[mark] = round(seconds, 2) if percent >= float(mark) else None
            accuracy[mark] = round(percent, 2)
            print(
                f"seed {seed}: {epochs} epochs, {seconds:.1f} s, {percent:.2f} % of the test pictures",
                flush=True,
            )
        runs.append({"seed": seed, "seconds_to": reached, "accuracy": accuracy})
    machine = f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads"
    result = {
        "machine": machine,
        "date": datetime.now(UTC).date().isoformat(),
        "epochs": EPOCHS,
        "runs": runs,
    }
    Path("benchmarks/quick.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
