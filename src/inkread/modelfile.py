"""Model files: one ONNX each, from a raw grey picture to the answer, with its card in the metadata.

    input   picture        uint8   (n, h, w)         n pictures of one size
    outputs probabilities  float32 (n, classes)      calibrated
            boxes          float32 (n, 4)            x, y, width, height in px; size 0 where nothing is drawn
            glyphs         float32 (n, 1, 28, 28)    what the network saw, 1 = ink

So a glyph file, which reads one glyph in each picture. A page file finds the glyphs of one picture (1, h, w): its
outputs have a row for each, in no order, or none at all, and its card names the alphabets it can be asked for. It is
told whether only a number is asked for, because 12 close together looks like an R to who looks for letters, too:

    input   number         bool    (1,)              digits and separators alone?
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import onnxruntime as ort

from inkread.alphabet import Alphabet
from inkread.card import ADVICE, CARD_KEY, Card
from inkread.errors import ModelFileError

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
        path = path_of(path)
        return cls.checked(path, *loaded(path))

    @classmethod
    def checked(cls, path: Path, data: bytes, session: ort.InferenceSession) -> ModelFile:
        """The model file with these bytes, read at ``path``, which ``session`` runs; else ModelFileError."""
        card_text = session.get_modelmeta().custom_metadata_map.get(CARD_KEY)
        if card_text is None:
            raise ModelFileError(
                f"{path}: expected an inkread model file, got an ONNX file without its card; {ADVICE} "
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
        return self._session if threads == 1 else session_of(self.data, self.path, threads)


def shipped_path(name: str = SHIPPED[0]) -> Path:
    """Where the model file of that name that comes with the package lies."""
    return Path(str(resources.files("inkread") / "models" / f"{name}.onnx"))


def path_of(path: Path | str | None) -> Path:
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


def loaded(path: Path) -> tuple[bytes, ort.InferenceSession]:
    """What the file at ``path`` holds, and a session of it; ModelFileError where it cannot be read or run."""
    data = bytes_of(path)
    return data, session_of(data, path)


def bytes_of(path: Path) -> bytes:
    """What the file at ``path`` holds; ModelFileError where it cannot be read or is empty."""
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
        raise ModelFileError(f"{path}: expected a model file (.onnx), got 0 bytes; {ADVICE}")
    return data


def session_of(data: bytes, path: Path, threads: int = 1) -> ort.InferenceSession:
    """A session of these bytes, which were read at ``path``; ModelFileError where ONNX Runtime cannot load them."""
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
            f"{said}; {ADVICE}"
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
            raise ModelFileError(f"{path}: expected the {kind}s {_listed(expected)}, got {_listed(came)}; {ADVICE}")
    answered = next(node.shape[1] for node in session.get_outputs() if node.name == "probabilities")
    classes = len(card.alphabet)
    if isinstance(answered, int) and answered != classes:
        raise ModelFileError(f"{path}: expected {classes} probabilities, as its alphabet has, got {answered}; {ADVICE}")


def _listed(signatures: Mapping[str, tuple[str, int]]) -> str:
    return ", ".join(f"{name} {kind} of {rank} dimensions" for name, (kind, rank) in signatures.items())
