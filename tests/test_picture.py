import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkread.errors import PictureError
from inkread.picture import MAX_SIDE, decode, from_array, from_pil

LOSSLESS = ["PNG", "GIF", "BMP", "TIFF", "WEBP"]
LOSSY = ["JPEG", "AVIF"]


def stroke_picture() -> Image.Image:
    """40 wide, 30 high: white paper, a black block in the upper left corner."""
    image = Image.new("L", (40, 30), 255)
    ImageDraw.Draw(image).rectangle((0, 0, 15, 7), fill=0)
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


VALID = {kind: encoded(stroke_picture(), kind) for kind in (*LOSSLESS, *LOSSY)}


@pytest.mark.parametrize("kind", LOSSLESS)
def test_every_lossless_format_is_read_to_the_very_grey(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"seven.{kind.lower()}"
    options = {"lossless": True} if kind == "WEBP" else {}
    stroke_picture().convert("RGB").save(path, kind, **options)
    assert np.array_equal(decode(path), np.asarray(stroke_picture()))


@pytest.mark.parametrize("kind", LOSSY)
def test_every_lossy_format_is_read_within_a_few_levels(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"seven.{kind.lower()}"
    stroke_picture().convert("RGB").save(path, kind, quality=95)
    off = decode(path).astype(int) - np.asarray(stroke_picture())
    assert off.shape == (30, 40)
    assert np.abs(off).mean() < 4


def test_the_ending_of_a_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really_a_png.jpg"
    path.write_bytes(VALID["PNG"])
    assert decode(path).shape == (30, 40)


def test_a_heic_without_the_extra_names_the_extra() -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(50)
    with pytest.raises(PictureError, match=r"photo\.heic: .*(inkread\[heic\]|damaged)"):
        decode(heic, name="photo.heic")


def test_a_heic_is_read_with_the_extra() -> None:
    heif = pytest.importorskip("pillow_heif", reason="needs the extra `heic`")
    heif.register_heif_opener()
    image = stroke_picture().convert("RGB").resize((160, 120))
    off = decode(encoded(image, "HEIF", quality=95)).astype(int) - np.asarray(image.convert("L"))
    assert np.abs(off).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_turned_as_its_exif_says(kind: str, orientation: int) -> None:
    stored_as: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
        # what a camera held that way stores of an upright scene (EXIF 2.3, orientation: row 0, column 0)
        1: lambda scene: scene,
        2: np.fliplr,  # right, top
        3: lambda scene: np.rot90(scene, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda scene: np.rot90(scene, 1),  # to be turned 90 degrees clockwise
        7: lambda scene: np.rot90(scene.T, 2),
        8: lambda scene: np.rot90(scene, -1),
    }
    scene = np.asarray(stroke_picture().resize((80, 48), Image.Resampling.NEAREST))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(stored_as[orientation](scene)))
    picture = decode(encoded(stored, kind, exif=exif))
    assert picture.shape == scene.shape
    assert np.abs(picture.astype(int) - scene).mean() < 4


def test_a_turned_jpeg_in_colour_is_read_as_its_luma() -> None:
    image = Image.new("RGB", (32, 16), (200, 30, 90))
    picture = decode(encoded(image, "JPEG", quality=100))
    assert abs(int(picture[8, 8]) - (0.299 * 200 + 0.587 * 30 + 0.114 * 90)) <= 2


@pytest.mark.parametrize(("mode", "clear"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_a_transparent_ground_is_white(mode: str, clear: tuple[int, ...]) -> None:
    image = Image.new(mode, (4, 2), clear)
    image.putpixel((1, 1), (*clear[:-1], 255))
    image.putpixel((2, 1), (*clear[:-1], 51))  # a fifth of black on white: 255 * 0.8
    assert decode(encoded(image)).tolist() == [[255] * 4, [255, 0, 204, 255]]


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_white(kind: str) -> None:
    image = Image.new("P", (3, 1), 0)
    image.putpalette([0, 0, 0, 0, 0, 0, 128, 128, 128])
    image.putdata([0, 1, 2])
    assert decode(encoded(image, kind, transparency=0)).tolist() == [[255, 0, 128]]


def test_a_palette_with_an_alpha_for_each_entry_is_laid_on_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 0, 0, 0])
    image.putdata([0, 1])
    assert decode(encoded(image, transparency=bytes([51, 255]))).tolist() == [[204, 0]]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_colour_marked_as_transparent_is_white(mode: str) -> None:
    image = Image.new(mode, (2, 1), 0 if mode == "L" else (0, 0, 0))
    image.putpixel((1, 0), 9 if mode == "L" else (9, 9, 9))
    assert decode(encoded(image, transparency=0 if mode == "L" else (0, 0, 0))).tolist() == [[255, 9]]


def test_cmyk_is_read_as_it_prints() -> None:
    image = Image.new("CMYK", (32, 16), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (16, 0, 32, 16))
    picture = decode(encoded(image, "JPEG", quality=95))
    assert picture[8, 4] > 250
    assert picture[8, 28] < 5


def test_16_bit_grey_keeps_its_full_range() -> None:
    levels = np.array([[0, 257, 32_896, 65_535]], np.uint16)
    for kind in ("PNG", "TIFF"):
        assert decode(encoded(Image.fromarray(levels), kind)).tolist() == [[0, 1, 128, 255]]


def test_a_faint_16_bit_picture_stays_faint() -> None:
    assert decode(encoded(Image.fromarray(np.full((2, 2), 600, np.uint16)))).max() == 2


@pytest.mark.parametrize(
    ("values", "grey"),
    [
        (np.array([[0, 255]], np.int32), [0, 255]),
        (np.array([[0, 65_535]], np.int32), [0, 255]),
        (np.array([[0, 2**31 - 1]], np.int32), [0, 255]),
        (np.array([[0, 0.5, 1]], np.float32), [0, 128, 255]),
        (np.array([[0, 128, 255]], np.float32), [0, 128, 255]),
    ],
)
def test_32_bit_and_float_grey_is_scaled_by_the_range_that_holds_it(values: NDArray[Any], grey: list[int]) -> None:
    assert decode(encoded(Image.fromarray(values), "TIFF")).tolist() == [grey]


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_float_grey_out_of_any_range_is_refused(value: float) -> None:
    with pytest.raises(PictureError, match=r"scan\.tif: expected grey values from 0"):
        decode(encoded(Image.fromarray(np.full((2, 2), value, np.float32)), "TIFF"), name="scan.tif")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_of_an_animation_the_first_frame_is_read(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), grey) for grey in ("black", "white", "grey")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert decode(data).max() <= 2


@pytest.mark.parametrize("mode", ["1", "P", "YCbCr", "HSV", "LAB", "RGBX", "La", "RGBa", "I;16", "I", "F"])
def test_a_pil_image_of_any_mode_is_read(mode: str) -> None:
    assert from_pil(Image.new(mode, (5, 3))).shape == (3, 5)


def test_one_pixel_is_a_picture() -> None:
    assert decode(encoded(Image.new("L", (1, 1), 7))).tolist() == [[7]]


def test_a_long_strip_is_a_picture() -> None:
    assert decode(encoded(Image.new("L", (8_000, 20), 7))).shape == (20, 8_000)


def test_an_empty_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(PictureError, match=r"empty\.png: expected a picture .*got 0 bytes"):
        decode(tmp_path / "empty.png")


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_truncated_picture_is_refused_by_name(kind: str) -> None:
    data = VALID[kind][: len(VALID[kind]) // 2]
    with pytest.raises(PictureError, match=r"cut\.img: .*(damaged|truncated)"):
        decode(data, name="cut.img")


def test_what_is_no_picture_is_refused_by_name() -> None:
    with pytest.raises(PictureError, match=r"notes\.txt: expected a picture \(PNG.*got 11 bytes .*convert it"):
        decode(b"hello world", name="notes.txt")


def test_a_format_that_is_not_listed_is_refused() -> None:
    with pytest.raises(PictureError, match=r"old\.pcx: expected a picture"):
        decode(encoded(stroke_picture(), "PCX"), name="old.pcx")


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"nowhere\.png: .*no such file"):
        decode(tmp_path / "nowhere.png")
    with pytest.raises(PictureError, match="got a folder; `inkread batch` reads folders"):
        decode(tmp_path)
    with pytest.raises(PictureError, match="cannot be opened"):
        decode(Path("a\0b.png"))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG header without pixels, a few bytes that ask for gigabytes."""
    from PIL.PngImagePlugin import putchunk

    buffer = io.BytesIO()
    buffer.write(b"\x89PNG\r\n\x1a\n")
    putchunk(buffer, b"IHDR", width.to_bytes(4, "big"), height.to_bytes(4, "big"), b"\x08\x00\x00\x00\x00")
    putchunk(buffer, b"IDAT", b"")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("width", "height"),
    [(8_001, 8_000), (10_000, 10_000), (20_000, 20_000), (100_000, 100_000), (20_001, 1), (1, 20_001)],
)
def test_a_picture_too_large_is_refused_before_its_pixels_are_decoded(width: int, height: int) -> None:
    with pytest.raises(PictureError, match=r"bomb\.png: expected a picture of at least 1x1 px, at most 64 mega"):
        decode(png_that_claims(width, height), name="bomb.png")


def test_threads_do_not_lift_the_bomb_limit_for_each_other() -> None:
    refused = []

    def work() -> None:
        for _ in range(20):
            try:
                decode(png_that_claims(10_000, 10_000))
            except PictureError:
                refused.append(True)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 80


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(VALID["PNG"],))
    writer.start()
    assert decode(pipe).shape == (30, 40)
    writer.join()


def test_a_grey_array_is_taken_without_a_copy() -> None:
    array = np.zeros((3, 4), np.uint8)
    assert from_array(array) is array


def test_an_array_in_colour_is_read_like_the_same_file() -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (9, 7, 4), dtype=np.uint8)
    assert np.array_equal(from_array(rgba), decode(encoded(Image.fromarray(rgba))))
    assert np.array_equal(from_array(rgba[..., :3]), decode(encoded(Image.fromarray(rgba[..., :3]))))
    assert np.array_equal(from_array(rgba[..., :1]), rgba[..., 0])


def test_floats_are_taken_as_0_to_1() -> None:
    assert from_array(np.array([[0, 0.5, 1]])).tolist() == [[0, 128, 255]]
    assert from_array(np.ones((2, 2, 3), np.float16)).tolist() == [[255, 255], [255, 255]]


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((2, 2), np.int64), "expected uint8 .* got int64"),
        (np.full((2, 2), 255.0), "expected floats from 0 to 1, got 255 to 255"),
        (np.full((2, 2), np.nan), "expected floats from 0 to 1, got nan"),
        (np.zeros(5, np.uint8), r"expected the shape \(H, W\), .* got \(5,\)"),
        (np.zeros((3, 8, 8), np.uint8), r"got \(3, 8, 8\); give one picture at a time, channels last"),
        (np.zeros((0, 5), np.uint8), "at least 1x1 px, .* got 5x0 px"),
        (np.zeros((1, MAX_SIDE + 1), np.uint8), "20,000 px a side, got 20,001x1 px"),
        (np.zeros((2, 2), object), "got object"),
    ],
)
def test_any_other_array_is_refused(array: NDArray[Any], complaint: str) -> None:
    with pytest.raises(PictureError, match=complaint):
        from_array(array)


def decodes_or_is_refused(data: bytes) -> None:
    try:
        picture = decode(data, name="fuzz")
    except PictureError as error:
        assert "fuzz" in str(error)
    else:
        assert picture.dtype == np.uint8
        assert picture.ndim == 2


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_random_bytes_are_refused_with_a_picture_error(data: bytes) -> None:
    with pytest.raises(PictureError, match="picture: expected"):
        decode(data)


@given(kind=st.sampled_from(sorted(VALID)), rest=st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_true_start_with_a_random_rest_decodes_or_is_refused(kind: str, rest: bytes) -> None:
    decodes_or_is_refused(VALID[kind][:24] + rest)


@given(kind=st.sampled_from(sorted(VALID)), share=st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_a_picture_cut_anywhere_decodes_or_is_refused(kind: str, share: float) -> None:
    decodes_or_is_refused(VALID[kind][: int(len(VALID[kind]) * share)])


@given(
    kind=st.sampled_from(sorted(VALID)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_a_picture_with_flipped_bits_decodes_or_is_refused(kind: str, flips: list[tuple[float, int]]) -> None:
    data = bytearray(VALID[kind])
    for place, bit in flips:
        data[int(place * len(data))] ^= 1 << bit
    decodes_or_is_refused(bytes(data))


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_any_grey_picture_survives_a_png(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 20)), data.draw(st.integers(1, 20))
    pixels = data.draw(st.binary(min_size=height * width, max_size=height * width))
    array = np.frombuffer(pixels, np.uint8).reshape(height, width)
    assert np.array_equal(decode(encoded(Image.fromarray(array))), array)
