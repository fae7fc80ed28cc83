"""IDX, the format of MNIST and its successors, gzipped or plain.

    0, 0, type (8 = uint8), dimensions | one big-endian uint32 per dimension | the values, last axis fastest

Described at the foot of LeCun, Cortes and Burges' MNIST page. Only uint8 occurs in the sets read here.
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkread.data.plain import read_bytes
from inkread.errors import DataError

_UINT8 = 8
_START = 4  # bytes before the sizes


def read_idx(path: Path, *, transposed: bool = False) -> NDArray[np.uint8]:
    """Values of an IDX file in the shape its header gives, e.g. (n, 28, 28) or (n,); read-only.

    ``transposed``: EMNIST stores pictures column by column; swap the last two axes to set them upright.
    Raises DataError where the file is missing, damaged, cut short, too long, or not of uint8.
    """
    data = read_bytes(path)
    if len(data) < _START or data[:3] != bytes([0, 0, _UINT8]) or not 1 <= data[3] <= 8:
        came = data[:_START].hex(" ") or "an empty file"
        raise DataError(f"{path}: expected IDX of uint8 (00 00 08 and 1 to 8 dimensions), got {came}")
    begin = _START + 4 * data[3]
    if len(data) < begin:
        raise DataError(f"{path}: expected {data[3]} dimensions in the IDX header, got {len(data)} bytes in all")
    shape = struct.unpack(f">{data[3]}I", data[_START:begin])
    if len(data) - begin != math.prod(shape):
        came = f"got {len(data) - begin:,}; fetch it again"
        raise DataError(f"{path}: expected {math.prod(shape):,} values for shape {shape}, {came}")
    if transposed and len(shape) < 3:
        raise DataError(f"{path}: expected pictures (n, H, W) to transpose, got shape {shape}")
    values = np.frombuffer(data, np.uint8, offset=begin).reshape(shape)
    return values.swapaxes(-1, -2) if transposed else values


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write ``values`` as IDX, gzipped where ``path`` ends in ``.gz``; the same bytes for the same values."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, _UINT8, values.ndim, *values.shape)
    data = header + values.tobytes()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
