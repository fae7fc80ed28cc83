"""Model files: one ONNX each, from a raw grey picture to the answer, with its card in the metadata.

    input   picture        uint8   (n, h, w)         n pictures of one size
    outputs probabilities  float32 (n, classes)      calibrated
            boxes          float32 (n, 4)            x, y, width, height in px; size 0 where nothing is drawn
            glyphs         float32 (n, 1, 28, 28)    what the network saw, 1 = ink

So a glyph file, which reads one glyph in each picture. A page file finds the glyphs of one picture (1, h, w): its
outputs have a row for each, in no order, or none at all, and its card names the alphabets it can be asked for. It is
told whether only a number is asked for, because 12 close together looks like an R to who looks for letters, too:

    input   number         bool    (1,)              digits and separators alone?

``ModelFile`` is such a file. ``ForeignModel`` is somebody's 28x28 MNIST classifier, opened only to be
measured beside it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from inkread.alphabet import Alphabet
from inkread.errors import ModelFileError
from inkread.picture import Picture

CARD_FORMAT = 1
"""The card's version that this release writes and reads."""

CARD_KEY = "inkread"
"""Key of the card in the ONNX metadata."""

SHIPPED = ("digits", "page")
"""Names of the model files that come with the package: one digit, and all that is written."""

_INPUTS = {
    "glyph": {"picture": ("tensor(uint8)", 3)},
    "page": {"picture": ("tensor(uint8)", 3), "number": ("tensor(bool)", 1)},
}
_OUTPUTS = {
    "probabilities": ("tensor(float)", 2),
    "boxes": ("tensor(float)", 2),
    "glyphs": ("tensor(float)", 4),
}
_ADVICE = "give a file written by `inkread train`, or fetch it again"
_FLOAT_TYPES = (1, 10, 11, 16)  # TensorProto's FLOAT, FLOAT16, DOUBLE, BFLOAT16

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
            raise ModelFileError(
                f"{source}: expected a card in JSON, got {text[:40]!r} ({error}); {_ADVICE}"
            ) from error
        if not isinstance(fields, dict):
            raise ModelFileError(f"{source}: expected a card as a JSON object, got {text[:40]!r}; {_ADVICE}")
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
            raise ModelFileError(f"{source}: expected a temperature above 0, got {card.temperature}; {_ADVICE}")
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


@dataclass(frozen=True)
class ModelFile:
    """A checked model file. ``id`` names it in readings and reports: its name and the start of its sha256."""

    path: Path
    card: Card
    sha256: str
    data: bytes  # kept, so that every session runs the bytes that were checked
    _session: ort.InferenceSession

    @classmethod
    def open(cls, path: Path | str | None = None) -> ModelFile:
        """The model file at ``path``, or the shipped one of that name; by default the one for a digit.

        Raises ModelFileError where it is none, and where a shipped one is missing.
        """
        path = _path_of(path)
        return cls._checked(path, _bytes_of(path))

    @classmethod
    def _checked(cls, path: Path, data: bytes) -> ModelFile:
        session = _session(data, path)
        card_text = session.get_modelmeta().custom_metadata_map.get(CARD_KEY)
        if card_text is None:
            raise ModelFileError(
                f"{path}: expected an inkread model file, got an ONNX file without its card; {_ADVICE} "
                "(`inkread evaluate` measures foreign 28x28 classifiers)"
            )
        card = Card.parse(card_text, str(path))
        _check_interface(session, card, path)
        return cls(path, card, hashlib.sha256(data).hexdigest(), data, session)

    @property
    def alphabet(self) -> Alphabet:
        """The labels by column of ``probabilities``."""
        return self.card.alphabet

    @property
    def id(self) -> str:
        """Name and first 12 hex digits of the sha256, e.g. ``digits@0123456789ab``."""
        return f"{self.card.name}@{self.sha256[:12]}"

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return len(self.data)

    @property
    def parameters(self) -> int:
        """Number of trained parameters, as the card says."""
        return self.card.parameters

    def session(self, threads: int = 1) -> ort.InferenceSession:
        """A session that computes one run on ``threads`` threads; safe to run from many threads at once.

        With one thread, always the same session.
        """
        return self._session if threads == 1 else _session(self.data, self.path, threads)


@dataclass(frozen=True)
class ForeignModel:
    """Somebody's classifier of 28x28 pictures, fed as such apps feed it: resized, divided by 255, no more."""

    path: Path
    sha256: str
    size: int  # bytes of the file
    parameters: int  # elements of all floating-point initializers
    _session: ort.InferenceSession
    _row: tuple[int, ...]  # shape of one picture, without n
    _batch: int | None  # the fixed n, None where it is free
    _output: str
    _gives_logits: bool

    alphabet = Alphabet(tuple("0123456789"))

    @classmethod
    def open(cls, path: Path | str) -> ForeignModel:
        """The classifier at ``path``.

        Expects one float input (n, 1, 28, 28), (n, 28, 28, 1), (n, 28, 28) or (n, 784), with n free or 1, and
        an output (n, 10) of logits or probabilities of the digits in order; otherwise raises ModelFileError.
        """
        path = Path(path)
        return cls._checked(path, _bytes_of(path))

    @classmethod
    def _checked(cls, path: Path, data: bytes) -> ForeignModel:
        session = _session(data, path)
        row, batch = _foreign_input(session, path)
        output, scores = _probe(session, row, path)
        return cls(
            path=path,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            parameters=_count_parameters(data),
            _session=session,
            _row=row,
            _batch=batch,
            _output=output,
            _gives_logits=not _are_probabilities(scores),
        )

    @property
    def id(self) -> str:
        """File name and first 12 hex digits of the sha256."""
        return f"{self.path.stem}@{self.sha256[:12]}"

    def probabilities(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Probabilities (n, 10) float32 of pictures (H, W) uint8 of any sizes; polarity is left as it is."""
        if not len(pictures):
            return np.zeros((0, 10), np.float32)
        rows = np.stack([_shrunk(picture) for picture in pictures]).reshape(len(pictures), *self._row)
        step = self._batch or 64
        name = self._session.get_inputs()[0].name
        parts = [self._session.run([self._output], {name: rows[i : i + step]})[0] for i in range(0, len(rows), step)]
        scores = np.concatenate(parts).astype(np.float32)
        return _softmax(scores) if self._gives_logits else scores


def open_any(path: Path | str | None = None) -> ModelFile | ForeignModel:
    """A model file, or a foreign classifier where the file has no card; else ModelFileError."""
    path = _path_of(path)
    data = _bytes_of(path)
    if CARD_KEY in _session(data, path).get_modelmeta().custom_metadata_map:
        return ModelFile._checked(path, data)
    return ForeignModel._checked(path, data)


def shipped_path(name: str = SHIPPED[0]) -> Path:
    """Where the model file of that name that comes with the package lies."""
    return Path(str(resources.files("inkread") / "models" / f"{name}.onnx"))


def _path_of(path: Path | str | None) -> Path:
    """The path itself, or that of the shipped file it names."""
    name = SHIPPED[0] if path is None else str(path)
    if name not in SHIPPED:
        return Path(name)
    shipped = shipped_path(name)
    if not shipped.exists():
        raise ModelFileError(
            f"{shipped}: expected the shipped model file {name!r}, got no such file; install inkread anew, or name "
            "a model file"
        )
    return shipped


def _bytes_of(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelFileError(f"{path}: expected a model file (.onnx), got no such file; check the path") from None
    except IsADirectoryError:
        raise ModelFileError(f"{path}: expected a model file (.onnx), got a folder; name the file in it") from None
    except (OSError, ValueError) as error:
        raise ModelFileError(
            f"{path}: expected a model file (.onnx), got one that cannot be opened: {error}"
        ) from error
    if not data:
        raise ModelFileError(f"{path}: expected a model file (.onnx), got 0 bytes; {_ADVICE}")
    return data


def _session(data: bytes, path: Path, threads: int = 1) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_reuse = False  # 1-3 % faster: 0.747 ms a picture instead of 0.758
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores to others
    options.log_severity_level = 4  # fatal only: errors are raised, and reach the user as one message
    try:
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base but Exception
        said = str(error).strip().partition("\n")[0]
        raise ModelFileError(
            f"{path}: expected a model file (ONNX), got {len(data):,} bytes that ONNX Runtime cannot load: "
            f"{said}; {_ADVICE}"
        ) from error


def _check_interface(session: ort.InferenceSession, card: Card, path: Path) -> None:
    for kind, expected, nodes in (
        ("input", _INPUTS[card.reads], session.get_inputs()),
        ("output", _OUTPUTS, session.get_outputs()),
    ):
        came = {node.name: (node.type, len(node.shape)) for node in nodes}
        if any(came.get(name) != signature for name, signature in expected.items()) or (
            kind == "input" and len(came) != len(expected)
        ):
            raise ModelFileError(f"{path}: expected the {kind}s {_listed(expected)}, got {_listed(came)}; {_ADVICE}")
    answered = next(node.shape[1] for node in session.get_outputs() if node.name == "probabilities")
    classes = len(card.alphabet)
    if isinstance(answered, int) and answered != classes:
        raise ModelFileError(
            f"{path}: expected {classes} probabilities, as its alphabet has, got {answered}; {_ADVICE}"
        )


def _listed(signatures: Mapping[str, tuple[str, int]]) -> str:
    return ", ".join(f"{name} {kind} of {rank} dimensions" for name, (kind, rank) in signatures.items())


def _field(fields: Mapping[str, Any], key: str, kind: type[_Value], source: str) -> _Value:
    value = fields.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ModelFileError(f"{source}: expected the card's {key!r} as {kind.__name__}, got {value!r:.60}; {_ADVICE}")
    return value


def _number(fields: Mapping[str, Any], key: str, source: str) -> float:
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelFileError(f"{source}: expected the card's {key!r} as a number, got {value!r:.60}; {_ADVICE}")
    return float(value)


def _alphabet(fields: Mapping[str, Any], source: str) -> Alphabet:
    labels, reject = _field(fields, "alphabet", list, source), fields.get("reject")
    readable = [label for label in labels if isinstance(label, str) and label != reject]
    try:
        if len(readable) < 2 or not all(isinstance(label, str) for label in labels):
            raise ValueError(f"expected at least two labels to read, all text, got {labels!r:.60}")
        return Alphabet(tuple(labels), reject)
    except ValueError as error:
        raise ModelFileError(f"{source}: the card's alphabet: {error}; {_ADVICE}") from error


def _page_fields(fields: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The fields that only a page file's card has; none for a glyph file's."""
    reads = fields.get("reads", "glyph")
    if reads not in ("glyph", "page"):
        raise ModelFileError(
            f"{source}: expected the card's 'reads' as 'glyph' or 'page', got {reads!r:.60}; {_ADVICE}"
        )
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
            f"a list of labels, no label in two lists of twins; got {alphabets!r:.60} and {twins!r:.60}; {_ADVICE}"
        )
    return {
        "reads": reads,
        "alphabets": {name: tuple(part) for name, part in alphabets.items()},
        "twins": tuple(map(tuple, twins)),
    }


def _source(entry: object, source: str) -> Source:
    if not isinstance(entry, dict):
        raise ModelFileError(f"{source}: expected the card's 'trained_on' as objects, got {entry!r:.60}; {_ADVICE}")
    return Source(
        name=_field(entry, "name", str, source),
        licence=_field(entry, "licence", str, source),
        citation=_field(entry, "citation", str, source),
        count=_field(entry, "count", int, source),
    )


def _foreign_input(session: ort.InferenceSession, path: Path) -> tuple[tuple[int, ...], int | None]:
    """Shape of one picture without n, and n where it is fixed."""
    inputs = session.get_inputs()
    shape = inputs[0].shape if inputs else []
    batch = shape[0] if shape and isinstance(shape[0], int) and shape[0] > 0 else None
    row = tuple(shape[1:])
    fits = (
        len(inputs) == 1
        and inputs[0].type == "tensor(float)"
        and row in {(1, 28, 28), (28, 28, 1), (28, 28), (784,)}
        and batch in (None, 1)
    )
    if not fits:
        came = ", ".join(f"{node.name} {node.type} {tuple(node.shape)}" for node in inputs) or "none"
        raise ModelFileError(
            f"{path}: expected one float input (n, 1, 28, 28), (n, 28, 28, 1), (n, 28, 28) or (n, 784) with "
            f"n free or 1, got {came}; only model files and 28x28 MNIST classifiers can be measured"
        )
    return row, batch


def _probe(session: ort.InferenceSession, row: tuple[int, ...], path: Path) -> tuple[str, NDArray[np.float32]]:
    """The first output that scores ten digits, with its scores (2, 10) of a white and of a graded picture."""
    name = session.get_inputs()[0].name
    names = [node.name for node in session.get_outputs()]
    probes = (np.ones((1, *row), np.float32), np.linspace(0, 1, 784, dtype=np.float32).reshape(1, *row))
    try:
        first, second = (session.run(names, {name: probe}) for probe in probes)
    except Exception as error:  # as in _session
        raise ModelFileError(f"{path}: expected scores of ten digits, got an error when run: {error}") from error
    for output, a, b in zip(names, first, second, strict=True):
        if isinstance(a, np.ndarray) and a.shape == (1, 10) and a.dtype.kind == "f":
            return output, np.concatenate([a, b]).astype(np.float32)
    shapes = ", ".join(
        f"{output} {getattr(a, 'shape', type(a).__name__)}" for output, a in zip(names, first, strict=True)
    )
    raise ModelFileError(f"{path}: expected an output of shape (n, 10), a score for each digit, got {shapes}")


def _are_probabilities(scores: NDArray[np.float32]) -> bool:
    return bool((scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-3))


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, classes) -> (n, classes); log-probabilities come out as their probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _shrunk(picture: Picture) -> NDArray[np.float32]:
    """(H, W) uint8 -> (28, 28) float32 0-1, each pixel the mean of the area it covers, aspect not kept."""
    from PIL import Image

    small = Image.fromarray(picture).resize((28, 28), Image.Resampling.BOX)
    grey: NDArray[np.float32] = np.asarray(small, np.float32) / np.float32(255)
    return grey


def _count_parameters(data: bytes) -> int:
    """Elements of the floating-point initializers of an ONNX file, statistics of batch norms included.

    onnx itself is no dependency at run time, so the messages are walked in Protocol Buffers' wire format:
    ModelProto.graph = 7, GraphProto.initializer = 5, TensorProto.dims = 1 and .data_type = 2 (onnx.proto).
    """
    count = 0
    for graph in _protobuf_fields(data, 7):
        for tensor in _protobuf_fields(graph, 5) if isinstance(graph, bytes) else ():
            if isinstance(tensor, bytes) and next(_protobuf_fields(tensor, 2), 0) in _FLOAT_TYPES:
                count += math.prod(_dims(tensor))
    return count


def _dims(tensor: bytes) -> Iterator[int]:
    for value in _protobuf_fields(tensor, 1):
        if isinstance(value, int):
            yield value
        else:  # packed: the same varints in one field
            position = 0
            while position < len(value):
                dim, position = _varint(value, position)
                yield dim


def _protobuf_fields(message: bytes, number: int) -> Iterator[int | bytes]:
    """Values of the fields ``number`` of a message: varints as int, length-delimited ones as bytes.

    Source: protobuf.dev/programming-guides/encoding. The message is one ONNX Runtime has already parsed.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        match key & 7:
            case 0:
                value, position = _varint(message, position)
                if key >> 3 == number:
                    yield value
            case 2:
                length, position = _varint(message, position)
                if key >> 3 == number:
                    yield message[position : position + length]
                position += length
            case kind:  # 1: 64 bit, 5: 32 bit
                position += 8 if kind == 1 else 4


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """The varint that starts at ``position``, and the position after it."""
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7
