"""The card: what a model file says about itself, as JSON in the ONNX metadata; checked field by field."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar

from inkread.alphabet import Alphabet
from inkread.errors import ModelFileError

CARD_FORMAT = 1
"""The card's version that this release writes and reads."""

CARD_KEY = "inkread"
"""Key of the card in the ONNX metadata."""

ADVICE = "give a file written by `inkread train`, or fetch it again"

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Thresholds:
    """Where an answer is doubted: probabilities, 0-1."""

    reject: float  # at or above it for the reject label, the answer is that label
    sure: float  # below it for the best other label, the answer is torn


@dataclass(frozen=True)
class Source:
    """One data set a model was trained on; ``count`` is its number of pictures or drawings."""

    name: str
    licence: str
    citation: str
    count: int


@dataclass(frozen=True)
class Card:
    """What a model file says about itself."""

    name: str
    alphabet: Alphabet
    temperature: float  # the logits were divided by it; > 0
    thresholds: Thresholds
    parameters: int
    recipe: Mapping[str, Any]
    seed: int
    trained_on: tuple[Source, ...]
    scores: Mapping[str, Any]
    licence: str
    created: str  # YYYY-MM-DD
    inkread: str  # version that wrote it
    reads: Literal["glyph", "page"] = "glyph"
    alphabets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of a page file: labels by name
    twins: tuple[tuple[str, ...], ...] = ()  # of a page file: labels of one shape

    @classmethod
    def parse(cls, text: str, source: str) -> Card:
        """The card written as JSON; ModelFileError, naming ``source``, where a field is missing or wrong."""
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelFileError(f"{source}: expected a card in JSON, got {text[:40]!r} ({error}); {ADVICE}") from error
        if not isinstance(fields, dict):
            raise ModelFileError(f"{source}: expected a card as a JSON object, got {text[:40]!r}; {ADVICE}")
        version = _field(fields, "format", int, source)
        if version != CARD_FORMAT:
            raise ModelFileError(
                f"{source}: expected a card of format {CARD_FORMAT}, got {version}; "
                "use the release of inkread that wrote it"
            )
        thresholds = _field(fields, "thresholds", dict, source)
        card = cls(
            name=_field(fields, "name", str, source),
            alphabet=_alphabet(fields, source),
            temperature=_number(fields, "temperature", source),
            thresholds=Thresholds(_number(thresholds, "reject", source), _number(thresholds, "sure", source)),
            parameters=_field(fields, "parameters", int, source),
            recipe=_field(fields, "recipe", dict, source),
            seed=_field(fields, "seed", int, source),
            trained_on=tuple(_source(entry, source) for entry in _field(fields, "trained_on", list, source)),
            scores=_field(fields, "scores", dict, source),
            licence=_field(fields, "licence", str, source),
            created=_field(fields, "created", str, source),
            inkread=_field(fields, "inkread", str, source),
            **_page_fields(fields, source),
        )
        if card.temperature <= 0:
            raise ModelFileError(f"{source}: expected a temperature above 0, got {card.temperature}; {ADVICE}")
        return card

    def to_json(self) -> str:
        """The card as ``parse`` reads it."""
        fields = asdict(self)
        fields["alphabet"] = self.alphabet.labels
        fields["reject"] = self.alphabet.reject
        if self.reads == "glyph":  # as cards were before there were page files
            for name in ("reads", "alphabets", "twins"):
                del fields[name]
        return json.dumps({"format": CARD_FORMAT, **fields}, ensure_ascii=False)


def _field(fields: Mapping[str, Any], key: str, kind: type[_Value], source: str) -> _Value:
    value = fields.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ModelFileError(f"{source}: expected the card's {key!r} as {kind.__name__}, got {value!r:.60}; {ADVICE}")
    return value


def _number(fields: Mapping[str, Any], key: str, source: str) -> float:
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelFileError(f"{source}: expected the card's {key!r} as a number, got {value!r:.60}; {ADVICE}")
    return float(value)


def _alphabet(fields: Mapping[str, Any], source: str) -> Alphabet:
    labels, reject = _field(fields, "alphabet", list, source), fields.get("reject")
    readable = [label for label in labels if isinstance(label, str) and label != reject]
    try:
        if len(readable) < 2 or not all(isinstance(label, str) for label in labels):
            raise ValueError(f"expected at least two labels to read, all text, got {labels!r:.60}")
        return Alphabet(tuple(labels), reject)
    except ValueError as error:
        raise ModelFileError(f"{source}: the card's alphabet: {error}; {ADVICE}") from error


def _page_fields(fields: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The fields that only a page file's card has; none for a glyph file's."""
    reads = fields.get("reads", "glyph")
    if reads not in ("glyph", "page"):
        raise ModelFileError(f"{source}: expected the card's 'reads' as 'glyph' or 'page', got {reads!r:.60}; {ADVICE}")
    if reads == "glyph":
        return {}
    alphabets, twins = _field(fields, "alphabets", dict, source), _field(fields, "twins", list, source)
    reject = fields.get("reject")
    labels = {label for label in fields["alphabet"] if label != reject}
    shapes = [label for group in twins if isinstance(group, list) for label in group]
    parts = [*alphabets.values(), *twins]
    known = all(
        isinstance(part, list) and part and all(isinstance(label, str) and label in labels for label in part)
        for part in parts
    )
    if reject is None or not alphabets or not known or len(set(shapes)) != len(shapes):
        raise ModelFileError(
            f"{source}: expected a page file's card with a reject label, its 'alphabets' by name and its 'twins', each "
            f"a list of labels, no label in two lists of twins; got {alphabets!r:.60} and {twins!r:.60}; {ADVICE}"
        )
    return {
        "reads": reads,
        "alphabets": {name: tuple(part) for name, part in alphabets.items()},
        "twins": tuple(map(tuple, twins)),
    }


def _source(entry: object, source: str) -> Source:
    if not isinstance(entry, dict):
        raise ModelFileError(f"{source}: expected the card's 'trained_on' as objects, got {entry!r:.60}; {ADVICE}")
    return Source(
        name=_field(entry, "name", str, source),
        licence=_field(entry, "licence", str, source),
        citation=_field(entry, "citation", str, source),
        count=_field(entry, "count", int, source),
    )
