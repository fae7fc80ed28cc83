"""Whether a challenger may take the champion's place: both read the same drawings, and only differences count.

    frozen validation sets, digits and others    no worse: the 95 % interval of the loss must reach 0, and end
                                                 below a margin, so that too little evidence promotes nobody
    corrections held out from every fine-tuning  better: fewer misread

An answer is wrong where a person would correct it: another digit, or "not a digit" for one, or a digit for none.
The held-out corrections were mostly made because the champion erred, which favours any other model; the frozen
sets do not, and are why a challenger that is merely another does not pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkread import metrics
from inkread.alphabet import NOT_A_DIGIT, looks_like_a_digit
from inkread.data import Samples, load
from inkread.data.feedback import Correction
from inkread.evaluate import Drawing
from inkread.feedback import picture_of
from inkread.picture import Picture
from inkread.reader import Reader

DIGITS = ("mnist", "unipen-digits", "pendigits")
OTHERS = ("unipen-upper", "unipen-lower", "unipen-symbols")
FROZEN = {"digits": DIGITS, "no digits": OTHERS}
"""The validation sets, by what they are."""

MARGINS = {"digits": 0.2, "no digits": 2.0}
"""Points of error below which the interval of the loss must end."""

LEAST_HELD_OUT = 10
"""Fewest held-out corrections on which a challenger can be called better."""

_MOST_OTHERS = 600  # drawings of each set of letters and signs

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Paired:
    """Champion and challenger on the same ``n`` drawings: how many each misreads, and who alone."""

    name: str
    n: int
    champion: int
    challenger: int
    broken: int  # only the challenger misreads
    fixed: int  # only the champion does

    @property
    def loss(self) -> float:
        """Points of error more than the champion's; below 0 is a gain."""
        return 100 * (self.broken - self.fixed) / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Of 95 % confidence, of the loss in points."""
        low, high = metrics.paired_interval(self.broken, self.fixed, self.n)
        return 100 * low, 100 * high

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{self.name}: {self.champion} of {self.n:,} misread before, {self.challenger} after; "
            f"{self.loss:+.2f} points, {low:+.2f} to {high:+.2f}"
        )

    @classmethod
    def of(cls, name: str, champion: NDArray[np.bool_], challenger: NDArray[np.bool_]) -> Paired:
        """From who is wrong on which drawing, (n,) each."""
        return cls(
            name=name,
            n=len(champion),
            champion=int(champion.sum()),
            challenger=int(challenger.sum()),
            broken=int((challenger & ~champion).sum()),
            fixed=int((champion & ~challenger).sum()),
        )


@dataclass(frozen=True)
class Verdict:
    """What was measured, and why the challenger is refused: ``reasons`` is empty where it may be promoted."""

    frozen: tuple[Paired, ...]
    held_out: Paired | None
    reasons: tuple[str, ...]

    @property
    def promoted(self) -> bool:
        """Whether the challenger may take the champion's place."""
        return not self.reasons

    @property
    def lines(self) -> list[str]:
        """What was measured, for people."""
        return [str(pair) for pair in (*self.frozen, *([self.held_out] if self.held_out else []))]


def judge(
    champion: Reader,
    challenger: Reader,
    held_out: Sequence[Correction],
    on_progress: OnProgress = lambda done, total: None,
) -> Verdict:
    """Measures both on the frozen validation sets and on ``held_out``.

    Raises DataError where a validation set is missing: without them nobody can know that nothing was forgotten.
    """
    sets = {name: _frozen(name) for names in FROZEN.values() for name in names}
    total = sum(map(len, sets.values())) + len(held_out)
    done = 0

    def misread(samples: Samples) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        nonlocal done
        drawing = Drawing()

        def pictures() -> Iterator[Picture]:
            return (drawing.picture(item, i) for i, item in enumerate(samples.items))

        both = tuple(_wrong(reader, pictures(), samples.labels) for reader in (champion, challenger))
        done += len(samples)
        on_progress(done, total)
        return both[0], both[1]

    found = {name: misread(samples) for name, samples in sets.items()}
    frozen = []
    for what, names in FROZEN.items():
        alone = [Paired.of(name, *found[name]) for name in names]
        pooled = [np.concatenate([found[name][i] for name in names]) for i in (0, 1)]
        frozen += [*alone, Paired.of(what, *pooled)]
    return verdict(frozen, _corrected(champion, challenger, held_out))


def verdict(frozen: Sequence[Paired], held_out: Paired | None) -> Verdict:
    """The verdict on what was measured; only the sets that MARGINS names decide, the others are shown."""
    return Verdict(tuple(frozen), held_out, tuple(_reasons(frozen, held_out)))


def _reasons(frozen: Sequence[Paired], held_out: Paired | None) -> Iterator[str]:
    for pair in frozen:
        if pair.name not in MARGINS:
            continue
        low, high = pair.interval
        if low > 0:
            yield f"worse on the frozen {pair.name}: {pair.loss:+.2f} points, {low:+.2f} to {high:+.2f}"
        elif high > MARGINS[pair.name]:
            yield (
                f"may be worse on the frozen {pair.name}: the loss may be {high:+.2f} points, "
                f"expected at most {MARGINS[pair.name]:+.2f}"
            )
    if held_out is None or held_out.n < LEAST_HELD_OUT:
        count = held_out.n if held_out else 0
        yield f"expected at least {LEAST_HELD_OUT} corrections held out to be better on, got {count}; collect more"
    elif held_out.challenger >= held_out.champion:
        yield (
            f"no better on {held_out.n} corrections held out: {held_out.champion} misread before, "
            f"{held_out.challenger} after"
        )


def _frozen(name: str) -> Samples:
    """A validation set; of letters and signs those unlike digits, evenly."""
    samples = load(name, "validation")
    if name in DIGITS:
        return samples
    kept = [i for i, label in enumerate(samples.labels) if not looks_like_a_digit(label)]
    kept = kept[:: max(1, len(kept) // _MOST_OTHERS)]
    return Samples(tuple(samples.items[i] for i in kept), (NOT_A_DIGIT,) * len(kept), ("",) * len(kept), samples.name)


def _corrected(champion: Reader, challenger: Reader, corrections: Sequence[Correction]) -> Paired | None:
    if not corrections:
        return None
    pictures = [picture_of(correction) for correction in corrections]
    labels = [correction.label for correction in corrections]
    return Paired.of("held-out corrections", *(_wrong(each, pictures, labels) for each in (champion, challenger)))


def _wrong(reader: Reader, pictures: Iterator[Picture] | Sequence[Picture], labels: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) whether the text is not the label; the text of what is no digit is ""."""
    wanted = ["" if label == reader.model.alphabet.reject else label for label in labels]
    readings = reader.read_many(pictures)
    return np.array([reading.text != text for reading, text in zip(readings, wanted, strict=True)], bool)
