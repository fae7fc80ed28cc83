"""Bytes, files, arrays and PIL images to a Picture: grey, upright, on white, of bounded size.

    path or bytes -> PIL image (listed formats only, size checked before a pixel is decoded)
                  -> grey (alpha on white, 16 bit to 8) -> turned upright -> (H, W) uint8

PIL is imported only when something has to be decoded, so that reading an array starts without it.
"""

from __future__ import annotations

import io
import threading
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkread.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

Picture: TypeAlias = NDArray[np.uint8]
"""(H, W) grey, 0 = black, 255 = white."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
"""What is decoded without an extra, by PIL's names; the extra ``heic`` adds HEIC."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"})
"""Lower-case file endings that a folder is searched for."""

MAX_PIXELS = 64_000_000
"""Most pixels a picture may have; a 50-megapixel phone photo stays below it."""

MAX_SIDE = 20_000
"""Longest side, in px."""

MAX_BYTES = 8 * MAX_PIXELS
"""Largest file, in bytes: MAX_PIXELS of four uncompressed 16-bit channels."""

_EXPECTED = "expected a picture (PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF; HEIC with the extra `heic`)"
_ORIENTATION = 0x0112  # EXIF tag; its values 1-8 are in EXIF 2.3, 4.6.4 A
_DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")

# Changing a warning filter is not safe between threads: ours take turns
_filter_lock = threading.Lock()


def decode(source: bytes | Path, *, name: str | None = None) -> Picture:
    """Picture (H, W) uint8 of a picture file or its bytes.

    Turned as its EXIF says, transparency laid on white, colour as ITU-R 601 luma, deeper grey scaled to
    8 bit; of an animation the first frame. ``name`` stands for the picture in messages; by default the path.
    Raises PictureError where it cannot be read, is no picture, or passes MAX_PIXELS, MAX_SIDE or MAX_BYTES.
    """
    if isinstance(source, Path):
        name = name or str(source)
        source = bytes_of(source, name)
    name = name or "picture"
    return from_pil(opened(source, name=name), name=name)


def opened(data: bytes, *, name: str = "picture") -> Image.Image:
    """PIL's image of a picture file's bytes: its header read and its size checked, no pixel decoded.

    For hosts that treat large pictures otherwise than small ones; ``from_pil`` goes on from there. Raises
    PictureError as ``decode`` does.
    """
    if not data:
        raise PictureError(f"{name}: {_EXPECTED}, got 0 bytes; save or send it again")
    if len(data) > MAX_BYTES:
        raise PictureError(f"{name}: expected at most {MAX_BYTES:,} bytes, got more; make the picture smaller")
    image = _identified(data, name)
    _check_size(*image.size, name)
    if image.format == "JPEG" and image.mode == "RGB":
        image.draft("L", image.size)  # libjpeg then leaves colour undecoded: a third of the memory, same luma
    return image


def from_pil(image: Image.Image, *, name: str = "picture") -> Picture:
    """Picture (H, W) uint8 of a PIL image of any mode, by the same rules as ``decode``.

    Raises PictureError, naming ``name``, where its pixels cannot be decoded or its size is out of bounds.
    """
    _check_size(*image.size, name)
    try:
        image.load()
        return _turned(_grey(image, name), _orientation(image))
    except PictureError:
        raise
    except Exception as error:  # a decoder on damaged bytes raises whatever it trips over
        raise PictureError(
            f"{name}: expected a whole picture, got damaged or truncated data ({_said(error)}); save it again"
        ) from error


def from_array(array: NDArray[Any], *, name: str = "array") -> Picture:
    """Picture (H, W) uint8 of an array (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA.

    uint8 is taken as 0-255, floats as 0-1. Raises PictureError for any other shape, type, range or size.
    A grey uint8 array is returned as it is, not copied.
    """
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise PictureError(
            f"{name}: expected the shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}; "
            "give one picture at a time, channels last"
        )
    _check_size(array.shape[1], array.shape[0], name)
    if array.dtype != np.uint8:
        array = _from_unit_range(array, name)
    if array.ndim == 2:
        return array
    from PIL import Image

    return from_pil(Image.fromarray(np.ascontiguousarray(array)), name=name)


def read_limited(file: IO[bytes]) -> bytes:
    """The content of ``file``, at most one byte more than MAX_BYTES, so that an endless pipe ends."""
    parts: list[bytes] = []
    left = MAX_BYTES + 1
    while left and (part := file.read(min(left, 1 << 20))):  # MiB by MiB: read(n) reserves n bytes at once
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def is_pdf(data: bytes) -> bool:
    """Whether ``data`` is a PDF; its header may stand anywhere in the first 1,024 bytes (ISO 32000-1, H.3.13)."""
    return b"%PDF-" in data[:1024]


def bytes_of(path: Path, name: str) -> bytes:
    """The content of a file, at most one byte more than MAX_BYTES; PictureError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return read_limited(file)
    except FileNotFoundError:
        raise PictureError(f"{name}: {_EXPECTED}, got no such file; check the path") from None
    except IsADirectoryError:
        raise PictureError(f"{name}: {_EXPECTED}, got a folder; `inkread batch` reads folders") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise PictureError(f"{name}: {_EXPECTED}, got a file that cannot be opened: {_said(error)}") from error


def _identified(data: bytes, name: str) -> Image.Image:
    """PIL's image of ``data``, its header read, whatever its size."""
    from PIL import Image, UnidentifiedImageError

    formats = _registered_formats(data, name)
    try:
        with _filter_lock, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        if is_pdf(data):
            raise PictureError(
                f"{name}: {_EXPECTED}, got a PDF; its pages are read by `inkread read`, by Reader.read_pages and at "
                "/api/v1/document"
            ) from None
        raise PictureError(
            f"{name}: {_EXPECTED}, got {len(data):,} bytes that are none of them or are damaged at the start "
            f"(they begin with {data[:8]!r}); convert it to PNG or save it again"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"{name}: {_size_limits()}, got a larger one; make it smaller") from error
    except Exception as error:  # as in from_pil
        raise PictureError(
            f"{name}: {_EXPECTED}, got damaged or truncated data ({_said(error)}); save it again"
        ) from error


def _registered_formats(data: bytes, name: str) -> tuple[str, ...]:
    """The formats to try on ``data``, with their PIL plugins loaded."""
    if _is_heic(data):
        try:
            import pillow_heif
        except ImportError:
            raise PictureError(
                f"{name}: expected PNG, JPEG, WebP, GIF, BMP, TIFF or AVIF, got HEIC; "
                "`pip install 'inkread[heic]'` adds it, or save the picture as JPEG"
            ) from None
        pillow_heif.register_heif_opener()
        return ("HEIF",)
    # Named one by one: PIL would otherwise import all of its 40 plugins to find WebP, TIFF or AVIF
    from PIL import AvifImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

    return FORMATS


def _is_heic(data: bytes) -> bool:
    """Whether ``data`` opens with an ISO media "ftyp" box that names a HEVC brand (ISO/IEC 23008-12)."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[i : i + 4] for i in range(8, end, 4)]
    return any(brand[:3] in (b"hei", b"hev") for brand in brands)


def _check_size(width: int, height: int, name: str) -> None:
    if width < 1 or height < 1 or width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise PictureError(f"{name}: {_size_limits()}, got {width:,}x{height:,} px; crop it or make it smaller")


def _size_limits() -> str:
    return (
        f"expected a picture of at least 1x1 px, at most {MAX_PIXELS // 1_000_000} megapixels "
        f"and {MAX_SIDE:,} px a side"
    )


def _grey(image: Image.Image, name: str) -> Picture:
    if image.mode in _DEEP_MODES:
        return _from_deep(np.asarray(image), image.info.get("transparency"), name)
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode == "LAB":  # PIL has no way from LAB; its first channel is the lightness
        image = image.getchannel(0)
    elif image.mode not in ("L", "1", "RGB", "P"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L"))


def _on_white(image: Image.Image) -> Picture:
    """Grey of an image with transparency, as it looks on white paper."""
    from PIL import Image

    if image.mode == "La":  # PIL knows no direct way to RGBA
        image = image.convert("LA")
    rgba = image.convert("RGBA")
    paper = Image.new("L", rgba.size, 255)
    paper.paste(rgba.convert("L"), mask=rgba.getchannel("A"))
    return np.asarray(paper)


def _from_deep(values: NDArray[Any], transparent: object, name: str) -> Picture:
    """8-bit grey of 16-bit, 32-bit or float grey (H, W).

    16 bit is 0-65,535. The others do not tell their range: the smallest usual one that holds all values is
    taken (floats 0-1, 0-255, 0-65,535, 0-2,147,483,647), so that a faint picture stays faint.
    """
    low, high = float(values.min()), float(values.max())  # NaN where any value is
    if not (low >= 0 and high <= 2**31 - 1):
        raise PictureError(
            f"{name}: expected grey values from 0 to 2,147,483,647, got {low:g} to {high:g}; save it with 8 bit"
        )
    if values.dtype.itemsize == 2:
        white = 65_535
    else:
        ranges = (1, 255, 65_535, 2**31 - 1) if values.dtype.kind == "f" else (255, 65_535, 2**31 - 1)
        white = next(top for top in ranges if high <= top)
    grey = np.rint(values * (255.0 / white)).astype(np.uint8)
    if isinstance(transparent, int):
        grey[values == transparent] = 255
    return grey


def _from_unit_range(array: NDArray[Any], name: str) -> Picture:
    if array.dtype.kind != "f":
        raise PictureError(
            f"{name}: expected uint8 (0-255) or floats (0-1), got {array.dtype}; "
            "scale it and cast with .astype(np.uint8)"
        )
    low, high = float(array.min()), float(array.max())
    if not (low >= 0 and high <= 1):
        raise PictureError(
            f"{name}: expected floats from 0 to 1, got {low:g} to {high:g}; divide by the largest possible value"
        )
    return np.rint(array * 255.0).astype(np.uint8)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1-8; 1 where there is none."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a damaged EXIF block says nothing about the turn, and the pixels are fine
        return 1


def _turned(picture: Picture, orientation: int) -> Picture:
    """``picture`` as the EXIF orientation says it is to be looked at."""
    match orientation:
        case 2:
            turned = picture[:, ::-1]
        case 3:
            turned = picture[::-1, ::-1]
        case 4:
            turned = picture[::-1]
        case 5:
            turned = picture.T
        case 6:
            turned = picture.T[:, ::-1]
        case 7:
            turned = picture.T[::-1, ::-1]
        case 8:
            turned = picture.T[::-1]
        case _:
            turned = picture
    return np.ascontiguousarray(turned)


def _said(error: BaseException) -> str:
    """The first line of what another library's error says, or its kind."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.strip().partition("\n")[0] or type(error).__name__
