"""Encoder settings: what quality, effort and lossless mean to each format, and that bytes repeat."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import pytest

from safelight.image.encode import DEFAULT_EFFORT, SETTINGS
from safelight.image.exif_rights import ARTIST, COPYRIGHT, rights_block
from safelight.image.formats import FORMATS
from safelight.image.libvips import pyvips
from safelight.image.options import TextWatermark, VariantOptions
from safelight.image.png_filter import best_filter
from safelight.image.render import encoder_version
from tests.samples.photos import animated_gif, encode, jpeg
from tests.samples.scenes import cutout, scene
from tests.unit.image.rendering import made, opened, rendered, rendered_all, shown

LOSSY = ("jpeg", "webp", "avif")
ENCODABLE = tuple(name for name, facts in FORMATS.items() if facts.encodes)


def photo() -> bytes:
    return encode(scene(), "PNG")


def settings(format: str, **options: Any) -> dict[str, Any]:
    asked = VariantOptions(name="v", format=format, **options)  # type: ignore[arg-type]
    return SETTINGS[format](asked, asked.quality or FORMATS[format].default_quality)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one[..., :3].astype(int) - other[..., :3].astype(int)).mean())


@pytest.mark.parametrize("format", LOSSY)
def test_more_quality_takes_more_bytes_and_comes_closer(format: str) -> None:
    data, original = photo(), shown(photo())
    low, high = (rendered(data, format=format, quality=quality).data for quality in (30, 90))
    assert len(low) < len(high)
    assert difference(shown(low), original) > difference(shown(high), original)


@pytest.mark.parametrize("format", ENCODABLE)
def test_the_default_quality_looks_like_the_original(format: str) -> None:
    assert difference(made(photo(), format=format), shown(photo())) < (9 if format == "gif" else 5)


@pytest.mark.parametrize("format", ["png", "tiff", "webp", "avif"])
@pytest.mark.parametrize("transparent", [False, True])
def test_lossless_keeps_every_visible_pixel(format: str, transparent: bool) -> None:
    pixels = cutout() if transparent else scene()
    result = made(encode(pixels, "PNG"), format=format, lossless=True)
    visible = pixels[..., 3] > 0 if transparent else np.ones(pixels.shape[:2], bool)
    assert np.array_equal(result[visible], pixels[visible])


def test_a_tiff_is_lossless_unless_a_quality_is_stated() -> None:
    assert np.array_equal(made(photo(), format="tiff"), shown(photo()))
    smaller = rendered(photo(), format="tiff", quality=60)
    assert len(smaller.data) < len(rendered(photo(), format="tiff").data) / 2
    assert 0 < difference(shown(smaller.data), shown(photo())) < 6


def test_a_transparent_tiff_is_lossless_whatever_its_quality() -> None:
    """JPEG inside TIFF has no transparency."""
    result = made(encode(cutout(), "PNG"), format="tiff", quality=80)
    assert np.array_equal(result, cutout())


@pytest.mark.parametrize("format", [name for name in ENCODABLE if name != "tiff"])
def test_the_default_effort_is_the_one_the_table_names(format: str) -> None:
    assert settings(format) == settings(format, effort=DEFAULT_EFFORT[format])


@pytest.mark.parametrize(
    ("format", "setting", "scale"),
    [
        ("png", "compression", [1, 2, 3, 4, 5, 5, 6, 7, 8, 9]),
        ("webp", "effort", [0, 1, 1, 2, 3, 3, 4, 5, 5, 6]),
        ("avif", "effort", [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]),
        ("gif", "effort", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("jpeg", "optimize_coding", [False] * 3 + [True] * 7),
        ("jpeg", "interlace", [False] * 7 + [True] * 3),
    ],
)
def test_effort_runs_over_the_whole_useful_scale_of_each_encoder(
    format: str, setting: str, scale: list[Any]
) -> None:
    assert [settings(format, effort=effort)[setting] for effort in range(10)] == scale


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_most_effort_takes_fewer_bytes_than_least(format: str) -> None:
    least, most = rendered_all(photo(), {"format": format, "effort": 0}, {"format": format, "effort": 9})
    assert len(most.data) < len(least.data)


def test_jpeg_effort_changes_the_bytes_and_not_the_picture() -> None:
    least, most = rendered_all(photo(), {"format": "jpeg", "effort": 0}, {"format": "jpeg", "effort": 9})
    assert np.array_equal(shown(least.data), shown(most.data))


@pytest.mark.parametrize(("quality", "subsampling"), [(89, (2, 2)), (90, (1, 1))])
def test_a_jpeg_keeps_colour_at_half_resolution_below_quality_90(
    quality: int, subsampling: tuple[int, int]
) -> None:
    layers = opened(rendered(photo(), format="jpeg", quality=quality).data).layer  # type: ignore[attr-defined]
    assert layers[0][1:3] == subsampling


def vips(pixels: np.ndarray) -> pyvips.Image:
    height, width, bands = pixels.shape
    image = pyvips.Image.new_from_memory(
        np.ascontiguousarray(pixels).tobytes(), width, height, bands, "uchar"
    )
    return image.copy(interpretation="srgb")


def test_the_filter_suits_the_picture() -> None:
    """Rows alike: subtract the one above. Columns alike: the neighbour. Random values: nothing helps."""
    random = np.random.default_rng(1)
    across = random.integers(0, 256, (1, 400, 3)) + np.arange(300).reshape(-1, 1, 1) * 3
    assert best_filter(vips((across % 256).astype(np.uint8)), 4) == "up"
    down = random.integers(0, 256, (300, 1, 3)) + np.arange(400).reshape(1, -1, 1) * 3
    assert best_filter(vips((down % 256).astype(np.uint8)), 4) == "sub"
    few_colours = random.integers(0, 4, (300, 400, 1)) * np.array([60, 20, 83])
    assert best_filter(vips(few_colours.astype(np.uint8)), 4) == "none"


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (7, 5)])
def test_a_picture_smaller_than_the_sample_has_a_filter_too(size: tuple[int, int]) -> None:
    assert best_filter(vips(scene(320, 240)[: size[1], : size[0]]), 4) in (
        "none",
        "sub",
        "up",
        "avg",
        "paeth",
    )


def test_a_png_is_smaller_than_without_a_filter() -> None:
    pixels = vips(scene(320, 240))
    assert len(rendered(photo(), format="png").data) < len(
        pixels.pngsave_buffer(compression=6, filter="none")
    )


RECIPE: list[dict[str, Any]] = [
    {"format": name, "width": width, "watermarks": (TextWatermark(text="©"),)}
    for name in ENCODABLE
    for width in (300, 120)
]


@pytest.mark.parametrize("data", [jpeg(), animated_gif()], ids=["still", "animated"])
def test_the_bytes_depend_neither_on_threads_nor_on_the_run(data: bytes) -> None:
    first, second, threaded = (
        [variant.data for variant in rendered_all(data, *RECIPE, threads=threads)] for threads in (1, 1, 3)
    )
    assert first == second == threaded


def test_a_variants_bytes_do_not_depend_on_variants_of_other_formats() -> None:
    alone = rendered(jpeg(), format="webp").data
    assert alone == rendered_all(jpeg(), {"format": "webp"}, {"format": "jpeg"}, {"format": "png"})[0].data


def test_the_encoder_version_names_ours_and_that_of_libvips() -> None:
    major, minor, micro = (pyvips.version(part) for part in range(3))
    assert encoder_version().endswith(f"libvips-{major}.{minor}.{micro}")
    assert encoder_version().startswith("safelight-")


def test_rights_are_readable_by_others_and_keep_every_letter() -> None:
    block = rights_block({COPYRIGHT: "© Müller (Köln) 日本", ARTIST: "Me"})
    directory = opened(encode(scene(), "JPEG", exif=block)).getexif()
    assert directory[ARTIST] == "Me"
    assert directory[COPYRIGHT].encode("latin-1").decode() == "© Müller (Köln) 日本"
    assert len(directory) == 2


@pytest.mark.parametrize("text", ["", "abc", "abcd"])
def test_short_rights_stand_in_the_entry_itself(text: str) -> None:
    """EXIF keeps values of up to four bytes, the closing zero included, where longer ones have an offset."""
    block = rights_block({ARTIST: text})
    (count,) = struct.unpack_from("<I", block, 6 + 8 + 2 + 4)
    assert count == len(text) + 1
    assert (len(block) == 6 + 8 + 2 + 12 + 4) == (count <= 4)


def test_a_png_is_valid_to_the_last_chunk() -> None:
    data = rendered(photo(), format="png").data
    assert data.endswith(b"IEND" + struct.pack(">I", zlib.crc32(b"IEND")))
