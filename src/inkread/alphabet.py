"""The labels a model file can answer with, and which letters and signs look like a digit."""

from __future__ import annotations

from dataclasses import dataclass

NOT_A_DIGIT = "not a digit"
"""The label of the reject class."""

LOOKALIKES: dict[str, str] = {
    # By digit, the letters and signs that a person writing it may have meant. They neither teach nor test
    # "not a digit", because no reader could know.
    "0": "OoDQUuCcae.",
    "1": "IilLJjt|!/\\()[]{}'`,",
    "2": "Zz?",
    "4": "YyUu",
    "5": "Ss$",
    "6": "Gb",
    "7": "TYyFftJ?>",
    "8": "BSs&$",
    "9": "gqay",
}


def looks_like_a_digit(label: str) -> bool:
    """Whether a letter or sign, as people write it, may pass for a digit."""
    return any(label in twins for twins in LOOKALIKES.values())


@dataclass(frozen=True)
class Alphabet:
    """Labels by class index; ``reject`` is the label that means "none of the others", or None."""

    labels: tuple[str, ...]
    reject: str | None = None

    def __post_init__(self) -> None:
        """Refuse labels that repeat, and a reject label that is not among them."""
        if len(set(self.labels)) != len(self.labels) or not self.labels:
            raise ValueError(f"expected distinct labels, at least one; got {self.labels!r}")
        if self.reject is not None and self.reject not in self.labels:
            raise ValueError(f"expected the reject label among the labels; got {self.reject!r}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def reject_index(self) -> int | None:
        """Class index of the reject label; None where there is none."""
        return None if self.reject is None else self.index(self.reject)

    def index(self, label: str) -> int:
        """Class index of ``label``; ValueError where the alphabet lacks it."""
        return self.labels.index(label)


DIGITS = Alphabet((*"0123456789", NOT_A_DIGIT), reject=NOT_A_DIGIT)

NOT_A_CHARACTER = "not a character"
"""The label of a page file's reject class."""

SEPARATORS = (".", ",", "-", "/", ":", "(", ")", "+")

PAGE = Alphabet(
    (*"0123456789", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"abcdefghijklmnopqrstuvwxyz", *SEPARATORS, NOT_A_CHARACTER),
    reject=NOT_A_CHARACTER,
)
"""What a page file's network tells apart; the alphabets it is asked for are parts of it."""

ALPHABETS: dict[str, tuple[str, ...]] = {
    "digits": PAGE.labels[:10],
    "number": (*PAGE.labels[:10], *SEPARATORS),
    "upper": PAGE.labels[10:36],
    "lower": PAGE.labels[36:62],
    "letters": PAGE.labels[10:62],
    "characters": PAGE.labels[:62],
    "anything": PAGE.labels[:-1],
}
"""What a page file may be asked to read, by name: the labels that an answer may then hold."""

TWINS: tuple[tuple[str, ...], ...] = (
    *(("0", "O", "o"), ("1", "I", "l"), ("2", "Z", "z"), ("5", "S", "s"), ("6", "b"), ("8", "B"), ("9", "g", "q")),
    *(("C", "c"), ("F", "f"), ("J", "j"), ("K", "k"), ("M", "m"), ("P", "p"), ("U", "u"), ("V", "v"), ("W", "w")),
    *(("X", "x"), ("Y", "y"), ("+", "t")),
)
"""Labels that people write with one shape, each label at most once: only size and neighbours tell them apart."""


def digit_like(letter: str) -> str | None:
    """The digit that people write with the same shape as ``letter``; None where there is none."""
    return next((digit for digit, *letters in TWINS if digit.isdecimal() and letter in letters), None)
