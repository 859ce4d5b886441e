"""The header alone tells what a file is, and the limits are judged on what it tells."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from safelight.errors import ImageRejected
from safelight.image.decode import decode
from safelight.image.options import Limits
from safelight.image.probe import Probe, check_limits, probe
from tests.samples import bombs, photos
from tests.samples.raw_gif import TRAILER, gif_file
from tests.samples.raw_png import SIGNATURE, chunk, header
from tests.samples.scenes import ORIENTATIONS

EVERY_KIND = {
    "jpeg": photos.jpeg,
    "jpeg progressive": lambda: photos.jpeg(progressive=True),
    "jpeg grey": photos.grey_jpeg,
    "jpeg cmyk": photos.cmyk_jpeg,
    "gif animated": photos.animated_gif,
    "gif transparent": photos.transparent_gif,
    "webp": photos.webp,
    "webp alpha": lambda: photos.webp(alpha=True),
    "webp lossless": lambda: photos.webp(lossless=True),
    "webp lossless alpha": lambda: photos.webp(lossless=True, alpha=True),
    "webp animated": photos.animated_webp,
    "avif": photos.avif,
    "avif alpha": lambda: photos.avif(alpha=True),
    "avif turned": lambda: photos.avif(rotation=6),
    "heic": photos.heic,
    "heic alpha": lambda: photos.heic(alpha=True),
    "heic turned": lambda: photos.heic(rotation=8),
    "heic in tiles": lambda: photos.heic(width=200, height=130, tile_size=64),
    "tiff pages": photos.tiff_pages,
    **{f"png {kind}": lambda kind=kind: photos.png(kind=kind) for kind in photos.PNG_KINDS},
    **{f"tiff {kind}": lambda kind=kind: photos.tiff(kind=kind) for kind in photos.TIFF_KINDS},
}


def facts(**changes: object) -> Probe:
    plain = probe(photos.jpeg())
    return dataclasses.replace(plain, **changes)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_header_agrees_with_the_decoder(kind: str) -> None:
    data = EVERY_KIND[kind]()
    found = probe(data)
    image = decode(data, found, frames=-1)
    assert (image.width, image.get_page_height()) == found.stored_size
    assert image.height // image.get_page_height() == found.frames
    assert (image.bands, image.hasalpha()) == (found.bands, found.has_alpha)
    assert found.bytes == len(data)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_size_is_that_of_the_upright_picture(format: str, orientation: int) -> None:
    found = probe(photos.oriented(format, orientation, 64, 48))
    assert (found.width, found.height, found.orientation) == (64, 48, orientation)


@pytest.mark.parametrize("maker", [photos.heic, photos.avif])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_heif_turns_itself_so_no_orientation_is_left_to_apply(maker, orientation: int) -> None:
    found = probe(maker(64, 48, rotation=orientation))
    assert (found.width, found.height, found.orientation) == (64, 48, 1)


def test_an_orientation_out_of_range_counts_as_upright() -> None:
    assert (
        probe(photos.encode(photos.scene(64, 48), "JPEG", exif=photos.exif(orientation=9))).orientation == 1
    )


def test_a_damaged_exif_block_does_not_cost_the_picture() -> None:
    data = bombs.jpeg_with_segments(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff", 1)
    assert probe(data).orientation == 1


def test_what_cannot_be_streamed_is_known() -> None:
    assert not probe(photos.jpeg()).progressive
    assert probe(photos.jpeg(progressive=True)).progressive
    assert probe(photos.heic()).progressive


def test_the_frames_of_an_animation_are_counted() -> None:
    assert probe(photos.animated_gif(7)).frames == 7
    assert probe(photos.animated_webp(5)).frames == 5


def test_pages_of_a_tiff_are_not_frames() -> None:
    assert probe(photos.tiff_pages(3)).frames == 1


def test_sixteen_bits_a_profile_and_stated_primaries_are_seen() -> None:
    assert probe(photos.png(kind="rgb16")).bit_depth == 16
    assert [probe(photos.png(profile=name)).has_profile for name in (None, "p3")] == [False, True]
    assert [probe(photos.heic(profile=name)).has_profile for name in (None, "p3")] == [False, True]
    assert probe(photos.avif(primaries=12)).primaries == 12


@pytest.mark.parametrize(
    ("canvas", "first", "expected"),
    [
        ((100, 90), (0, 0, 50, 40), (100, 90)),
        ((100, 90), (60, 60, 80, 40), (140, 100)),  # grows to hold its first frame
        ((800, 600), (10, 20, 50, 40), (60, 60)),  # a monitor's size is not believed
        ((3000, 10), (0, 0, 50, 40), (50, 40)),
        ((0, 0), (0, 0, 50, 40), (50, 40)),
    ],
)
def test_the_canvas_of_a_gif_is_what_its_decoder_makes_of_it(canvas, first, expected) -> None:
    data = gif_file(*canvas, [first, (0, 0, 9, 9)])
    found = probe(data)
    image = decode(data, found, frames=-1)
    assert (found.width, found.height) == (image.width, image.get_page_height()) == expected


def test_a_gif_without_its_last_byte_is_forgiven() -> None:
    assert probe(photos.animated_gif(3).removesuffix(TRAILER)).frames == 3


def test_a_heic_that_calls_itself_only_a_picture_is_named_by_its_codec() -> None:
    data = photos.avif()
    disguised = data.replace(b"avif", b"mif1")
    assert (probe(data).format, probe(disguised).format) == ("avif", "avif")


@pytest.mark.parametrize("size", [(70_000, 1), (1, 70_000)])
def test_a_side_beyond_every_use_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageRejected) as refusal:
        probe(bombs.png_of(*size))
    assert refusal.value.code == "dimension_too_large"
    assert "65535" in refusal.value.message


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_picture_without_extent_is_corrupt(size: tuple[int, int]) -> None:
    with pytest.raises(ImageRejected) as refusal:
        probe(SIGNATURE + header(*size) + chunk(b"IDAT") + chunk(b"IEND"))
    assert refusal.value.code == "corrupt_image"


@pytest.mark.parametrize(
    ("changes", "limits", "code", "message"),
    [
        (
            {"width": 12_000, "height": 12_000},
            Limits(),
            "too_many_megapixels",
            (
                "The image has 144.0 megapixels (12000 × 12000 × 1 frame); the limit is 100. "
                "Raise accept.max_megapixels in the recipe."
            ),
        ),
        (
            {"width": 1000, "height": 1000, "frames": 150},
            Limits(),
            "too_many_megapixels",
            (
                "The image has 150.0 megapixels (1000 × 1000 × 150 frames); the limit is 100. "
                "Raise accept.max_megapixels in the recipe."
            ),
        ),
        (
            {"frames": 201},
            Limits(),
            "too_many_frames",
            "The image has 201 frames; the limit is 200. Raise accept.max_frames in the recipe.",
        ),
        (
            {"bytes": 2_000_001},
            Limits(max_bytes=2_000_000),
            "too_many_bytes",
            "The file has 2,000,001 bytes; the limit is 2,000,000. Raise accept.max_bytes in the recipe.",
        ),
        (
            {},
            Limits(formats=("png", "webp")),
            "format_not_accepted",
            (
                "The image is jpeg; accepted are png, webp. "
                "Convert it, or add jpeg to accept.formats in the recipe."
            ),
        ),
    ],
)
def test_a_limit_that_is_hit_is_named_with_the_setting_that_moves_it(changes, limits, code, message) -> None:
    with pytest.raises(ImageRejected) as refusal:
        check_limits(facts(**changes), limits)
    assert (refusal.value.code, str(refusal.value)) == (code, message)


def test_what_is_exactly_at_the_limits_passes() -> None:
    found = facts(width=10_000, height=50, frames=200, bytes=50_000_000)
    check_limits(found, Limits())
    assert found.megapixels == 100


def test_the_parent_process_can_probe_without_loading_any_image_library() -> None:
    modules = "options", "formats", "sniff", "probe", "profiles"
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module('safelight.image.' + name)\n"
        "print([name for name in ('pyvips', 'PIL', 'pillow_heif', 'numpy') if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == "[]"
