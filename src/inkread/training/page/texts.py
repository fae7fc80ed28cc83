"""What is written on made pages: digits, numbers, amounts, dates, words."""

from __future__ import annotations

from numpy.random import Generator

from inkread.alphabet import SEPARATORS, looks_like_a_digit

DIGITS, UPPER, LOWER = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
OTHERS = "\"';*=><!$?%#]}|[{_@&~^\\`"
"""Signs that UNIPEN has and no alphabet: written on pages, found, and rejected."""

UNLIKE_DIGITS = "".join(c for c in UPPER + LOWER if not looks_like_a_digit(c)) + OTHERS
STRANGE = 0.1  # of lines of numbers have one of these in them
PATTERNS = (
    *("0/0/00", "00/00/00", "0/00/00", "00/00/0000", "0-0-00", "00-00-00", "00.00.00", "0.0.0000", "00:00", "0:00"),
    *(
        "000-0000",
        "0-000-000-0000",
        "(000)000-0000",
        "00000-0000",
        "+00-000-0000",
        "0,000",
        "00,000.00",
        "00.00",
        "0/0",
    ),
)
"""Dates, times, telephone numbers, amounts: 0 is any digit."""

SHORT = 3  # signs: a shorter number is none of these


def a_text(length: int, random: Generator) -> str:  # noqa: PLR0911 - one for each kind
    """``length`` characters or so: a number, an amount, a date, a word."""
    kind = random.random()
    if kind < 0.28:
        return some_of(DIGITS, length, random)
    if kind < 0.36:  # amounts end in zeros, and zeros of an amount touch
        zeros = min(length, int(random.integers(1, 5)))
        return some_of(DIGITS, length - zeros, random) + "0" * zeros
    if kind < 0.40:  # narrow ones among others are easily lost
        return some_of("11" + DIGITS, length, random)
    if kind < 0.54:
        return _with_separators(length, random)
    if kind < 0.67:
        return some_of(UPPER, length, random)
    if kind < 0.85:
        word = some_of(LOWER, length, random)
        return word.capitalize() if random.random() < 0.3 else word
    if kind < 0.98:
        return some_of(DIGITS + UPPER + LOWER, length, random)
    return some_of(DIGITS + UPPER + LOWER + OTHERS, length, random)


def a_number(length: int, random: Generator) -> str:
    """Digits or a number, with a character that is none of both in one of ten."""
    kind = random.random()
    if kind < 0.35:
        text = some_of(DIGITS, length, random)
    elif kind < 0.45:
        text = some_of(DIGITS, (length + 1) // 2, random) + "0" * (length // 2)
    elif kind < 0.6:
        text = some_of("111" + DIGITS, length, random)
    elif kind < 0.8 and length > SHORT:
        pattern = PATTERNS[int(random.integers(len(PATTERNS)))]
        text = "".join(some_of(DIGITS, 1, random) if sign == "0" else sign for sign in pattern)
    else:
        text = _with_separators(length, random)
    if random.random() < STRANGE:
        at = int(random.integers(len(text)))
        text = text[:at] + some_of(UNLIKE_DIGITS, 1, random) + text[at + 1 :]
    return text


def _with_separators(length: int, random: Generator) -> str:
    """Digits with separators between, sometimes a bracketed or signed one."""
    signs = some_of(SEPARATORS, 2, random) if random.random() < 0.4 else some_of(".,-/:", 1, random) * 2
    text = ""
    while len(text) < length:
        text += some_of(DIGITS, int(random.integers(1, 4)), random) + signs[int(random.integers(2))]
    text = text[: max(1, length)]
    if random.random() < 0.1:
        text = f"({text[1:-1]})"
    return text.rstrip("".join(SEPARATORS)) or "7" if random.random() < 0.6 else text


def some_of(labels: str | tuple[str, ...], count: int, random: Generator) -> str:
    """``count`` of the labels, each as likely as any other; none where it is below 0."""
    return "".join(labels[i] for i in random.integers(len(labels), size=max(0, count)))
