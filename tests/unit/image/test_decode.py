"""Files become pixels by the loader of their own format, or are refused in words for their uploader."""

from __future__ import annotations

import io
import math
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from safelight.errors import ImageRejected
from safelight.image.decode import decode, decoding
from safelight.image.libvips import pyvips
from safelight.image.probe import Probe, probe
from tests.samples import bombs, photos
from tests.samples.raw_png import chunk, png_file
from tests.samples.scenes import animation_frames, cutout, delays, scene
from tests.unit.image.decoding import mean_difference, pixels, seen

ONE_OF_EACH = (
    photos.jpeg,
    photos.png,
    photos.webp,
    photos.animated_gif,
    photos.avif,
    photos.heic,
    photos.tiff,
)


def rejection(data: bytes, facts: Probe | None = None) -> ImageRejected:
    with pytest.raises(ImageRejected) as refusal:
        decode_all(data, facts)
    return refusal.value


def decode_all(data: bytes, facts: Probe | None) -> None:
    facts = facts or probe(data)
    with decoding(data, facts):
        decode(data, facts).avg()


@pytest.mark.parametrize("shrink", [2, 4, 8])
@pytest.mark.parametrize("maker", [photos.jpeg, photos.cmyk_jpeg, photos.webp])
def test_shrinking_while_decoding_gives_the_picture_at_a_fraction(maker, shrink: int) -> None:
    data = maker(320, 240)
    whole, small = seen(data).numpy(), seen(data, shrink=shrink).numpy()
    blocks = whole.reshape(240 // shrink, shrink, 320 // shrink, shrink, 3).mean(axis=(1, 3))
    assert mean_difference(small, np.rint(blocks).astype(np.uint8)) < 4


@pytest.mark.parametrize("shrink", [2, 4, 8])
@pytest.mark.parametrize("maker", [photos.jpeg, photos.webp])
def test_a_size_that_does_not_divide_is_rounded_up(maker, shrink: int) -> None:
    small = seen(maker(101, 67), shrink=shrink)
    assert abs(small.width - math.ceil(101 / shrink)) <= 1
    assert abs(small.height - math.ceil(67 / shrink)) <= 1


def test_shrinking_what_cannot_shrink_is_a_mistake_of_the_caller() -> None:
    data = photos.png()
    with pytest.raises(ValueError, match="png cannot be shrunk"):
        decode(data, probe(data), shrink=2)


@pytest.mark.parametrize("maker", [photos.animated_gif, photos.animated_webp])
def test_all_frames_of_an_animation_come_with_their_timing(maker) -> None:
    image = seen(maker(4, loop=0), frames=-1)
    assert (image.height, image.get_page_height()) == (160, 40)
    assert image.get("delay") == delays(4)
    for index, frame in enumerate(animation_frames(4)):
        shown = image.crop(0, index * 40, 60, 40).numpy()[..., :3]
        assert mean_difference(shown, frame) < 6  # a GIF has 256 colours


@pytest.mark.parametrize(("loop", "plays"), [(0, 0), (3, 3)])
def test_how_often_an_animation_plays_is_kept(loop: int, plays: int) -> None:
    assert seen(photos.animated_webp(3, loop=loop), frames=-1).get("loop") == plays


@pytest.mark.parametrize("maker", [photos.animated_gif, photos.animated_webp])
def test_one_frame_of_an_animation_is_its_first(maker) -> None:
    first = pixels(maker(4))[..., :3]
    assert mean_difference(first, animation_frames(4)[0]) < 6


def test_the_first_page_of_a_tiff_is_the_picture() -> None:
    assert np.array_equal(pixels(photos.tiff_pages(3)), scene(64, 48, grain=0))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", None])
def test_tiff_is_read_whatever_its_compression(compression: str | None) -> None:
    assert np.array_equal(pixels(photos.tiff(compression=compression)), scene(64, 48, grain=0))


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_faxes_are_read(compression: str) -> None:
    expected = pixels(photos.tiff(kind="bilevel"))
    assert np.array_equal(pixels(photos.tiff(kind="bilevel", compression=compression)), expected)


def test_jpeg_inside_tiff_is_read() -> None:
    assert mean_difference(pixels(photos.tiff(compression="jpeg")), scene(64, 48, grain=0)) < 4


@pytest.mark.parametrize("maker", [photos.heic, photos.avif])
def test_transparency_of_heif_is_kept(maker) -> None:
    assert mean_difference(pixels(maker(alpha=True)), cutout(64, 48)) < 4


def test_a_heic_in_tiles_is_put_together() -> None:
    whole = pixels(photos.heic(width=200, height=130, tile_size=64))
    assert mean_difference(whole, scene(200, 130, grain=0)) < 2


@pytest.mark.parametrize(("mode", "bands"), [("L;16", 1), ("RGB;16", 3), ("RGBA;16", 4)])
def test_a_heic_of_ten_bits_is_read(mode: str, bands: int) -> None:
    ramp = np.linspace(0, 65535, 64 * 48).astype(np.uint16).reshape(48, 64, 1)
    buffer = io.BytesIO()
    deep = pillow_heif.from_bytes(mode, (64, 48), np.repeat(ramp, bands, axis=2).tobytes())
    deep.save(buffer, quality=-1, chroma=444)
    expected = np.repeat((ramp >> 8).astype(np.uint8), max(3, bands), axis=2)
    assert probe(buffer.getvalue()).bit_depth == 10
    assert mean_difference(pixels(buffer.getvalue()), expected) < 2


def test_a_heic_brings_its_metadata_along() -> None:
    image = decode(data := photos.heic(profile="p3"), probe(data))
    assert {"icc-profile-data", "exif-data"} <= set(image.get_fields())


def test_compressed_text_in_a_png_is_not_inflated_and_other_chunks_stay() -> None:
    rows = scene(8, 8, grain=0).tobytes()
    plain_text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>")
    texts = chunk(b"zTXt", b"key\0\0" + zlib.compress(b"text")) + plain_text
    packed = chunk(b"iTXt", b"key\0\1\0\0\0" + zlib.compress(b"more"))
    data = png_file(8, 8, rows=rows, extra=texts + packed)
    image = decode(data, probe(data))
    assert [name for name in image.get_fields() if name.startswith(("png-comment", "xmp"))] == ["xmp-data"]
    assert np.array_equal(image.numpy(), scene(8, 8, grain=0))


def test_only_the_loaders_we_name_can_run_at_all() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Image.svgload_buffer(svg)
    with pytest.raises(pyvips.Error):
        pyvips.Image.new_from_buffer(b"P6 1 1 255 abc", "")


@pytest.mark.parametrize("maker", ONE_OF_EACH)
def test_a_picture_without_its_end_is_refused_as_truncated(maker) -> None:
    data = maker()
    cut = data[: len(data) * 9 // 10]
    refusal = rejection(cut)
    assert (refusal.code, refusal.remedy) == ("truncated", "The file is incomplete: upload it again.")


def test_words_of_libvips_do_not_reach_the_uploader() -> None:
    data = photos.png()
    at = data.index(b"IDAT") + 20
    refusal = rejection(data[:at] + bytes(64) + data[at + 64 :])
    assert refusal.code == "corrupt_image"
    assert str(refusal) == (
        "The pixels of the PNG cannot be decoded. "
        "Open it in an image editor, save it anew and upload that file."
    )


def test_a_loader_that_sees_another_size_than_the_header_is_not_believed() -> None:
    facts = probe(photos.jpeg(64, 48))
    assert rejection(photos.jpeg(320, 240), facts).code == "corrupt_image"


def test_a_larger_picture_behind_a_small_claim_is_refused() -> None:
    assert rejection(bombs.heif_of(photos.avif(640, 480), 64, 48)).code == "corrupt_image"


@pytest.mark.parametrize("options", [{"subsampling": 2}, {"subsampling": 0}, {"progressive": True}])
def test_the_plainest_jpeg_is_not_mistaken_for_a_lie(options: dict[str, object]) -> None:
    flat = np.full((1500, 2000, 3), 255, np.uint8)
    data = photos.encode(flat, "JPEG", quality=1, optimize=True, **options)
    assert np.array_equal(pixels(data), flat)


@pytest.mark.parametrize("mode", ["1", "L", "RGBA"])
def test_the_plainest_png_is_not_mistaken_for_a_lie(mode: str) -> None:
    data = photos.encode(Image.new(mode, (3000, 2000)), "PNG", compress_level=9)
    assert pixels(data).max() == 0


def test_a_jpeg_that_says_more_than_it_holds_is_refused_before_it_is_decoded() -> None:
    assert rejection(bombs.jpeg_of(9000, 9000)).code == "truncated"


def test_a_fault_of_ours_is_not_blamed_on_the_image() -> None:
    data = photos.png()
    image = decode(data, probe(data))
    with pytest.raises(pyvips.Error, match="extract_area"), decoding(data, probe(data)):
        image.crop(0, 0, 9999, 9999)


def test_an_avif_of_ten_bits_is_read() -> None:
    smooth = pyvips.Image.new_from_array(scene(64, 48, grain=0), interpretation="srgb")
    data = bytes(smooth.heifsave_buffer(compression="av1", bitdepth=10, Q=90, subsample_mode="off"))
    assert probe(data).bit_depth == 10
    assert mean_difference(pixels(data), scene(64, 48, grain=0)) < 3


def test_a_grey_avif_is_read() -> None:
    grey = Image.fromarray(scene(64, 48, grain=0)).convert("L")
    expected = np.asarray(grey.convert("RGB"))
    assert mean_difference(pixels(photos.encode(grey, "AVIF", quality=95)), expected) < 2


def test_big_tiff_is_read() -> None:
    data = photos.encode(scene(64, 48), "TIFF", big_tiff=True)
    assert data.startswith(b"II\x2b\0")
    assert np.array_equal(pixels(data), scene(64, 48))


def test_a_tiff_with_its_big_end_first_is_read() -> None:
    grey = scene(64, 48, grain=0)[..., 1]
    data = photos.encode((grey.astype(np.uint16) * 257).astype(">u2"), "TIFF")
    assert data.startswith(b"MM\0\x2a")
    assert np.array_equal(pixels(data), np.dstack([grey] * 3))


def test_a_complaint_in_no_known_encoding_is_a_rejection_like_any_other() -> None:
    turned = photos.avif(rotation=6)
    assert rejection(turned.replace(b"irot", b"\xff\xfe\xfd\xfc")).code == "corrupt_image"
    assert rejection(photos.png()[:-30]).code == "truncated"


def test_metadata_in_no_known_encoding_can_be_read() -> None:
    data = png_file(8, 8, rows=bytes(192), extra=chunk(b"tEXt", b"Author\0\xa9 Studio"))
    image = decode(data, probe(data))
    assert [image.get(name) for name in image.get_fields() if "Author" in name] == ["\ufffd Studio"]
