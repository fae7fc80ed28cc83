"""PDFs and TIFFs of several pages become pictures, page by page."""

import io
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inkread.document import DPI, MAX_PAGE_PIXELS, Document
from inkread.errors import PictureError
from inkread.picture import decode

Array = np.ndarray


def tiff(*greys: int) -> bytes:
    first, *more = (Image.fromarray(np.full((30 + i, 20), grey, np.uint8)) for i, grey in enumerate(greys))
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=more)
    return file.getvalue()


def pdf(*pages: str, size: tuple[float, float] = (72, 36), encrypt: bool = False) -> bytes:
    """A PDF whose pages have these drawing commands (ISO 32000-1, 7.5)."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{3 + 2 * i} 0 R' for i in range(len(pages)))}]>>",
    ]
    for i, page in enumerate(pages):
        box = f"[0 0 {size[0]:g} {size[1]:g}]"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents {4 + 2 * i} 0 R>>")
        objects.append(f"<</Length {len(page)}>>stream\n{page}\nendstream")
    trailer = f"/Size {len(objects) + 1}/Root 1 0 R"
    if encrypt:  # a password that the empty one does not match
        trailer += f"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O<{'ab' * 32}>/U<{'cd' * 32}>/P -4>>"
    out, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    xref = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{out}{xref}trailer\n<<{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n".encode("latin-1")


DARK, GREY = "0 g 0 0 72 36 re f", "0.5 g 0 0 72 36 re f"


def test_each_page_of_a_tiff_is_a_picture() -> None:
    with Document(tiff(255, 100, 0)) as document:
        assert (len(document), document.is_pdf) == (3, False)
        assert [(page.shape, int(page[0, 0])) for page in document] == [((30, 20), 255), ((31, 20), 100), ((32, 20), 0)]
        assert document.page(1)[0, 0] == 100  # in any order


def test_any_other_picture_is_one_page() -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((5, 7), 9, np.uint8)).save(file, "PNG")
    with Document(file.getvalue()) as document:
        assert len(document) == 1
        assert np.array_equal(document.page(0), decode(file.getvalue()))


def test_a_pdf_is_drawn_page_by_page_grey_on_white() -> None:
    with Document(pdf("", GREY, DARK)) as document:
        assert (len(document), document.is_pdf) == (3, True)
        pages = list(document)
    assert {page.shape for page in pages} == {(DPI // 2, DPI)}  # 1 x 0.5 inch
    assert {page.dtype for page in pages} == {np.dtype(np.uint8)}
    assert [int(page[50, 100]) for page in pages] == [255, pytest.approx(128, abs=2), 0]
    assert all(page.flags.owndata for page in pages)  # PDFium's memory is gone


def test_a_sheet_the_size_of_a_wall_is_drawn_coarser() -> None:
    with Document(pdf("", size=(14_400, 14_400))) as document:
        assert document.page(0).size <= MAX_PAGE_PIXELS * 1.01
    with Document(pdf("", size=(14_400, 2))) as document:
        assert max(document.page(0).shape) <= 20_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "expected a picture .*got 0 bytes"),
        (b"hello", "expected a picture"),
        (b"%PDF-1.4 and no more", "expected a whole PDF of at least one page, got none or damaged data"),
        (pdf(GREY)[:-250], "expected a whole PDF|expected 1 to"),
        (pdf(), "expected a whole PDF of at least one page, got none"),
        (pdf(GREY, encrypt=True), "expected a PDF that anybody can open, got one with a password; save it without"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=f"scan: ({said})"):
        Document(data, name="scan")


def test_more_pages_than_allowed_are_refused() -> None:
    for data in (tiff(0, 0, 0), pdf(DARK, DARK, DARK)):
        Document(data, most=3).close()
        with pytest.raises(PictureError, match="expected 1 to 2 pages, got 3"):
            Document(data, most=2)


def test_a_damaged_page_is_named_and_the_others_are_read() -> None:
    whole = tiff(255, 100, 0)
    cut = whole[: whole.rfind(bytes([0] * 600)) + 100]  # in the last frame's pixels
    try:
        document = Document(cut, name="scan.tiff")
    except PictureError as error:  # where the table of that frame stands behind them
        assert re.match(r"scan\.tiff: expected a whole document", str(error))
        return
    with document:
        assert document.page(0)[0, 0] == 255
        with pytest.raises(PictureError, match=r"scan\.tiff, page 3: expected a whole picture"):
            document.page(2)


def test_a_pdf_where_a_picture_is_expected_says_what_reads_it() -> None:
    with pytest.raises(PictureError, match="got a PDF; its pages are read by `inkread read`"):
        decode(pdf(GREY))


def test_a_path_is_opened_and_named(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf(GREY))
    with Document(tmp_path / "scan.pdf") as document:
        assert len(document) == 1
    with pytest.raises(PictureError, match=r"none\.pdf: expected a picture .*got no such file"):
        Document(tmp_path / "none.pdf")


def test_threads_may_each_draw_a_document_of_their_own() -> None:
    seen: list[int] = []

    def draw(grey: float) -> None:
        with Document(pdf(*[f"{grey} g 0 0 72 36 re f"] * 10)) as document:
            seen.extend(int(page[0, 0]) for page in document)

    threads = [threading.Thread(target=draw, args=(grey,)) for grey in (0, 1, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [0] * 20 + [255] * 20


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([pdf(DARK, GREY), tiff(0, 100)]), st.data())
def test_damaged_bytes_are_read_or_refused_but_nothing_else(data: bytes, choose: st.DataObject) -> None:
    damaged = bytearray(data[: choose.draw(st.integers(0, len(data)))])
    for _ in range(choose.draw(st.integers(0, 4))):
        if damaged:
            damaged[choose.draw(st.integers(0, len(damaged) - 1))] = choose.draw(st.integers(0, 255))
    try:
        with Document(bytes(damaged), most=20) as document:
            for index in range(len(document)):
                document.page(index)
    except PictureError:
        pass


def test_pdfium_is_imported_only_for_a_pdf() -> None:
    code = "import sys; from inkread import Reader; import inkread.document; print('pypdfium2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
