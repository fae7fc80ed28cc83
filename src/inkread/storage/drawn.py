"""What is drawn or sent, on its way into the store, and how the same is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from inkread.errors import StorageError
from inkread.storage.tables import Drawing, new_id

Point = Sequence[float]
Stroke = Sequence[Point]

# Made once: saving a reading is what somebody waits for, and making a statement takes longer than running it
_SAME = select(Drawing.id).where(Drawing.user_id == bindparam("user"), Drawing.sha256 == bindparam("sha"))
_INSERT = insert(Drawing.__table__)  # type: ignore[arg-type]

_UNITS = 128  # longer side of the shape that `ink` compares: finer is another hand, coarser another shape


@dataclass(frozen=True)
class Drawn:
    """Strokes ``[x px, y px, t ms, pressure 0-1]`` of which t and pressure may be missing, or the bytes of a PNG.

    ``width``, ``height``: the canvas in px, None where the strokes have none. ``pen``: its width in px.
    ``thumbnail``: PNG.
    """

    strokes: Sequence[Stroke] | None = None
    picture: bytes | None = None
    width: int | None = None
    height: int | None = None
    pen: float | None = None
    thumbnail: bytes = b""

    def __post_init__(self) -> None:
        if (self.strokes is None) == (self.picture is None):
            raise StorageError("expected strokes or a picture, one of the two")

    @property
    def strokes_json(self) -> str | None:
        """The strokes as they are stored."""
        return None if self.strokes is None else json.dumps(self.strokes, separators=(",", ":"))

    @property
    def ink(self) -> str:
        """sha256 of the shape alone: equal wherever, however large, however fast and with what pen it was drawn."""
        if self.strokes is None:
            return hashlib.sha256(self.picture or b"").hexdigest()
        points = [point for stroke in self.strokes for point in stroke]
        left, top = (min((point[axis] for point in points), default=0.0) for axis in (0, 1))
        side = max((max(point[0] - left, point[1] - top) for point in points), default=0.0) or 1.0
        shape = [
            [(round((p[0] - left) / side * _UNITS), round((p[1] - top) / side * _UNITS)) for p in stroke]
            for stroke in self.strokes
        ]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


def keep(session: Session, drawn: Drawn, user_id: str | None) -> tuple[str, int]:
    """Id of the row of this content, made where this user has none of it; bytes that it takes, 0 where it was there."""
    strokes = drawn.strokes_json
    canvas = json.dumps([drawn.width, drawn.height, drawn.pen])
    sha256 = hashlib.sha256((strokes or "").encode() + (drawn.picture or b"") + canvas.encode()).hexdigest()
    connection = session.connection()
    if user_id is not None:
        found = connection.execute(_SAME, {"user": user_id, "sha": sha256}).scalar()
        if found is not None:
            return found, 0
    id, size = new_id(), len(strokes or "") + len(drawn.picture or b"") + len(drawn.thumbnail)
    row = {
        "id": id,
        "user_id": user_id,
        "sha256": sha256,
        "size": size,
        "strokes": strokes,
        "picture": drawn.picture,
        "width": drawn.width,
        "height": drawn.height,
        "pen": drawn.pen,
        "thumbnail": drawn.thumbnail,
    }
    connection.execute(_INSERT, row)
    return id, size
