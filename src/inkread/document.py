"""Documents: PDFs and TIFFs of several pages, to a Picture for each page, one page in memory at a time.

    bytes -> Document (pages counted, none decoded) -> page by page: drawn at DPI, or decoded -> (H, W) uint8

PDFium draws the pages of a PDF; it is imported when one is opened, and used by one thread at a time.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from inkread.errors import PictureError
from inkread.picture import MAX_SIDE, SUFFIXES, Picture, bytes_of, from_pil, is_pdf, opened

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

MAX_PAGES = 1_000
"""Most pages of a document."""

DPI = 200
"""Pixels that an inch of a PDF's page is drawn with: handwriting of 3 mm is 24 px high."""

MAX_PAGE_PIXELS = 16_000_000
"""Most pixels that a page of a PDF is drawn with; a larger sheet, e.g. a plan, is drawn coarser."""

DOCUMENT_SUFFIXES = SUFFIXES | {".pdf"}
"""Lower-case file endings that a folder is searched for where documents are read, too."""

_POINTS = 72  # to an inch, in PDF (ISO 32000-1, 8.3.2.3)
_PASSWORD, _SECURITY = 4, 5  # PDFium's FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY

_pdfium = threading.Lock()  # it is not safe to be used by several threads


class _Pages(Protocol):
    """What a kind of document does: the one implementation draws, the other decodes."""

    count: int

    def picture(self, index: int, name: str) -> Picture: ...

    def close(self) -> None: ...


class Document:
    """A file of pages: a PDF, a TIFF, or any picture as the one page it is. To be closed, or used in a ``with``."""

    def __init__(self, source: bytes | Path, *, name: str | None = None, most: int = MAX_PAGES) -> None:
        """Open a file or its bytes; ``name`` stands for it in messages, by default the path.

        Raises PictureError where it is neither a PDF nor a picture, is encrypted or damaged, or has no page or more
        than ``most``.
        """
        if isinstance(source, Path):
            name = name or str(source)
            source = bytes_of(source, name)
        self._name = name or "document"
        self.is_pdf = is_pdf(source)
        self._pages: _Pages = _Pdf(source, self._name) if self.is_pdf else _Frames(source, self._name, most)
        if not 1 <= self._pages.count <= most:
            count = self._pages.count
            self.close()
            raise PictureError(
                f"{self._name}: expected 1 to {most:,} pages, got {count or 'none'}{' or more' * (count > most)}; "
                "save the pages to be read as a document of their own"
            )

    def __len__(self) -> int:
        return self._pages.count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Picture]:
        return map(self.page, range(len(self)))

    def page(self, index: int) -> Picture:
        """The page of that index, from 0; PictureError, naming it, where it cannot be drawn or decoded."""
        name = f"{self._name}, page {index + 1}" if len(self) > 1 else self._name
        return self._pages.picture(index, name)

    def close(self) -> None:
        """Let go of the file; no page can be had afterwards."""
        self._pages.close()


class _Pdf:
    """The pages of a PDF."""

    def __init__(self, data: bytes, name: str) -> None:
        import pypdfium2

        with _pdfium:
            try:
                self._document: pypdfium2.PdfDocument = pypdfium2.PdfDocument(data)
                self.count = len(self._document)
            except pypdfium2.PdfiumError as error:
                raise PictureError(f"{name}: {_why(error)}") from None

    def picture(self, index: int, name: str) -> Picture:
        import pypdfium2

        with _pdfium:
            try:
                page = self._document[index]
                try:
                    width, height = page.get_size()
                    bitmap = page.render(scale=_scale(width, height, name), grayscale=True)
                    try:
                        return np.array(bitmap.to_numpy().reshape(bitmap.height, bitmap.width))
                    finally:
                        bitmap.close()
                finally:
                    page.close()
            except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
                raise PictureError(
                    f"{name}: expected a page that can be drawn, got: {error}; save the PDF anew"
                ) from None

    def close(self) -> None:
        with _pdfium:
            self._document.close()


class _Frames:
    """The frames of a TIFF; any other picture has one."""

    def __init__(self, data: bytes, name: str, most: int) -> None:
        self._image: Image.Image = opened(data, name=name)
        self.count = 1
        if self._image.format == "TIFF":
            while self.count <= most and self._sought(self.count, name):
                self.count += 1
            self._sought(0, name)

    def picture(self, index: int, name: str) -> Picture:
        if self.count > 1:
            self._sought(index, name)
        return from_pil(self._image, name=name)

    def close(self) -> None:
        self._image.close()

    def _sought(self, index: int, name: str) -> bool:
        """Go to a frame; whether there is one."""
        try:
            self._image.seek(index)
        except EOFError:
            return False
        except Exception as error:  # a decoder on damaged bytes raises whatever it trips over
            raise PictureError(
                f"{name}: expected a whole document, got one that is damaged after page {index} ({error}); save it anew"
            ) from error
        return True


def _scale(width: float, height: float, name: str) -> float:
    """Pixels to a point of a page of so many points."""
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise PictureError(f"{name}: expected a page with a size, got {width:g}x{height:g} points; save the PDF anew")
    return min(DPI / _POINTS, math.sqrt(MAX_PAGE_PIXELS / (width * height)), (MAX_SIDE - 1) / max(width, height))


def _why(error: pypdfium2.PdfiumError) -> str:
    """Why PDFium does not open a PDF, and what to do."""
    if error.err_code in (_PASSWORD, _SECURITY):
        return "expected a PDF that anybody can open, got one with a password; save it without"
    return f"expected a whole PDF of at least one page, got none or damaged data ({error}); save it anew"
