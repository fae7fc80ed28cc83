"""Foreign models: somebody's 28x28 MNIST classifier in ONNX, opened only to be measured beside a model file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from inkread.alphabet import Alphabet
from inkread.card import CARD_KEY
from inkread.errors import ModelFileError
from inkread.modelfile import ModelFile, loaded, path_of
from inkread.picture import Picture

_FLOAT_TYPES = (1, 10, 11, 16)  # TensorProto's FLOAT, FLOAT16, DOUBLE, BFLOAT16


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
        return cls._checked(path, *loaded(path))

    @classmethod
    def _checked(cls, path: Path, data: bytes, session: ort.InferenceSession) -> ForeignModel:
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
    path = path_of(path)
    data, session = loaded(path)
    opened = ModelFile.checked if CARD_KEY in session.get_modelmeta().custom_metadata_map else ForeignModel._checked
    return opened(path, data, session)


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
    except Exception as error:  # as in session_of
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
