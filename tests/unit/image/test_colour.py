"""Whatever colours a file holds, they come out as the ones that were meant, in 8-bit RGB."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from safelight.image.libvips import pyvips
from tests.samples import photos, profiles
from tests.samples.raw_png import chunk, png_file
from tests.samples.raw_tiff import ALPHA, ASSOCIATED_ALPHA, LAB, RGB, SEPARATED, tiff_file
from tests.samples.scenes import cmyk_pixels, cutout, scene
from tests.unit.image.decoding import PROFILE, mean_difference, pixels, seen
from tests.unit.image.press import printed

SCENE = scene(64, 48, grain=0)
WIDE = ("p3", "adobe", "prophoto")


def pillow(data: bytes) -> np.ndarray:
    """The same file through Pillow, as RGB or RGBA."""
    with Image.open(io.BytesIO(data)) as image:
        if image.mode.startswith("I"):
            return np.asarray(Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB"))
        transparent = image.mode.endswith("A") or "transparency" in image.info
        return np.asarray(image.convert("RGBA" if transparent else "RGB"))


@pytest.mark.parametrize("kind", photos.PNG_KINDS)
def test_every_kind_of_png_is_rgb_with_alpha_where_it_had_some(kind: str) -> None:
    data = photos.png(kind=kind)
    expected = SCENE if kind == "rgb16" else pillow(data)  # Pillow cannot read 48-bit colour exactly
    image = seen(data)
    assert (image.interpretation, image.format) == ("srgb", "uchar")
    assert np.array_equal(image.numpy(), expected)


@pytest.mark.parametrize("kind", [kind for kind in photos.TIFF_KINDS if kind not in ("cmyk", "lab")])
def test_every_kind_of_tiff_is_rgb_with_alpha_where_it_had_some(kind: str) -> None:
    data = photos.tiff(kind=kind)
    assert np.array_equal(pixels(data), pillow(data))


def test_grey_jpeg_becomes_rgb() -> None:
    data = photos.grey_jpeg(64, 48)
    assert mean_difference(pixels(data), pillow(data)) < 1


@pytest.mark.parametrize("space", WIDE)
def test_wide_gamut_is_converted_to_srgb_not_relabelled(space: str) -> None:
    image = seen(photos.png(profile=space))
    assert mean_difference(image.numpy(), profiles.convert(SCENE, space)) < 0.3
    assert mean_difference(image.numpy(), SCENE) > 2
    assert PROFILE not in image.get_fields()


@pytest.mark.parametrize("maker", [photos.jpeg, photos.heic])
def test_a_photo_in_display_p3_is_converted_to_srgb(maker) -> None:
    expected = profiles.convert(scene(64, 48, grain=0), "p3")
    whole = pixels(maker(64, 48, profile="p3"))
    assert mean_difference(whole, expected) < 8  # grain of the JPEG, coding of both


@pytest.mark.parametrize("space", WIDE)
def test_transparency_does_not_take_part_in_the_conversion(space: str) -> None:
    rgba = pixels(photos.png(kind="rgba", profile=space))
    colours = cutout(64, 48)
    assert np.array_equal(rgba[..., 3], colours[..., 3])
    assert mean_difference(rgba[..., :3], profiles.convert(colours[..., :3], space)) < 0.3


def test_sixteen_bits_of_wide_gamut_are_converted_before_they_are_cut() -> None:
    rows = (SCENE.astype(">u2") * np.array(257, ">u2")).astype(">u2").tobytes()
    icc = chunk(b"iCCP", b"p\0\0" + zlib.compress(profiles.icc("prophoto")))
    data = png_file(64, 48, depth=16, rows=rows, extra=icc)
    assert mean_difference(pixels(data), profiles.convert(SCENE, "prophoto")) < 0.5


def test_an_srgb_profile_costs_no_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("an sRGB picture went through the colour engine")

    monkeypatch.setattr(pyvips.Image, "icc_transform", refuse, raising=False)
    image = seen(photos.png(profile="srgb"))
    assert np.array_equal(image.numpy(), SCENE)
    assert PROFILE not in image.get_fields()


def test_grey_with_its_own_tone_curve_is_converted() -> None:
    data = photos.png(kind="grey-alpha", profile="grey")
    bare = pillow(data)
    toned = np.rint(255 * profiles.srgb_encode((bare[..., :3] / 255) ** 1.8)).astype(np.uint8)
    result = pixels(data)
    assert mean_difference(result[..., :3], toned) < 1
    assert np.array_equal(result[..., 3], bare[..., 3])


def test_inverted_cmyk_of_an_adobe_jpeg_is_read_as_inks() -> None:
    result = pixels(photos.cmyk_jpeg(64, 48))
    assert mean_difference(result, printed(cmyk_pixels(64, 48))) < 3
    white = photos.encode(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG")
    assert pixels(white).min() > 250


@pytest.mark.parametrize("tagged", [True, False])
def test_cmyk_is_converted_by_its_profile_or_as_a_common_press(tagged: bool) -> None:
    profile = bytes(pyvips.Image.profile_load("cmyk")) if tagged else None
    inks = cmyk_pixels(64, 48)
    data = photos.encode(Image.fromarray(inks, "CMYK"), "TIFF", icc_profile=profile)
    assert mean_difference(pixels(data), printed(inks)) < 1.5


def test_spot_colours_beside_the_inks_are_left_out_and_the_first_extra_band_is_alpha() -> None:
    spot = np.full((48, 64, 1), 200, np.uint8)
    data = tiff_file(np.dstack([cmyk_pixels(64, 48), spot]), SEPARATED, extra=[ALPHA])
    result = pixels(data)
    assert mean_difference(result[..., :3], printed(cmyk_pixels(64, 48))) < 1.5
    assert (result[..., 3] == 200).all()


def test_bands_beyond_alpha_are_left_out() -> None:
    mask = np.zeros((48, 64, 2), np.uint8)
    data = tiff_file(np.dstack([cutout(64, 48), mask]), RGB, extra=[ALPHA, 0, 0])
    assert np.array_equal(pixels(data), cutout(64, 48))


def test_colours_multiplied_by_alpha_are_divided_again() -> None:
    half = np.full((48, 64, 1), 128, np.uint8)
    data = tiff_file(np.dstack([SCENE // 2, half]), RGB, extra=[ASSOCIATED_ALPHA])
    assert mean_difference(pixels(data)[..., :3], SCENE) < 2


def test_eight_bit_lab_is_converted_from_daylight_of_print() -> None:
    lab = profiles.lab_of(SCENE)
    light, tints = np.rint(lab[..., :1] * 2.55), np.rint(lab[..., 1:]).astype(np.int8)
    data = tiff_file(np.dstack([light.astype(np.uint8), tints.view(np.uint8)]), LAB)
    assert mean_difference(pixels(data), SCENE) < 1.2


def test_sixteen_bit_lab_is_converted_from_daylight_of_print() -> None:
    lab = profiles.lab_of(SCENE)
    light, tints = np.rint(lab[..., :1] * 655.35), np.rint(lab[..., 1:] * 256).astype(np.int16)
    data = tiff_file(np.dstack([light.astype(np.uint16), tints.view(np.uint16)]), LAB)
    assert mean_difference(pixels(data), SCENE) < 0.5


def test_a_lab_tiff_of_another_writer_is_read() -> None:
    assert mean_difference(pixels(photos.tiff(kind="lab")), SCENE) < 1.2


@pytest.mark.parametrize(
    "profile",
    [b"", b"garbage", profiles.icc("p3")[:200], profiles.icc("grey"), b"\0" * 4096],
    ids=["empty", "garbage", "cut short", "of another kind of image", "zeros"],
)
def test_an_unusable_profile_is_ignored_rather_than_fatal(profile: bytes) -> None:
    icc = chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))
    data = png_file(64, 48, rows=SCENE.tobytes(), extra=icc)
    assert np.array_equal(pixels(data), SCENE)


def test_a_profile_that_only_the_colour_engine_finds_wanting_is_ignored_too() -> None:
    empty_curve = profiles.icc("adobe").replace(b"rTRC", b"xTRC")
    tiff = photos.encode(SCENE, "TIFF", icc_profile=empty_curve)
    assert np.array_equal(pixels(tiff), SCENE)


@pytest.mark.parametrize("space", ["srgb", "adobe"])
def test_p3_output_is_converted_to_p3_and_says_so(space: str) -> None:
    image = seen(photos.png(profile=space), colour="p3")
    assert mean_difference(image.numpy(), profiles.convert(SCENE, space, "p3")) < 0.3
    named = ImageCms.ImageCmsProfile(io.BytesIO(bytes(image.get(PROFILE))))
    assert "P3" in ImageCms.getProfileDescription(named)


@pytest.mark.parametrize("space", WIDE)
def test_kept_colours_keep_their_values_and_their_profile(space: str) -> None:
    image = seen(photos.png(profile=space), colour="keep")
    assert np.array_equal(image.numpy(), SCENE)
    assert bytes(image.get(PROFILE)) == profiles.icc(space)


@pytest.mark.parametrize("kind", ["cmyk", "grey16", "lab"])
def test_kept_colours_that_no_web_format_holds_become_srgb_all_the_same(kind: str) -> None:
    kept, converted = (seen(photos.tiff(kind=kind), colour=policy) for policy in ("keep", "srgb"))
    assert np.array_equal(kept.numpy(), converted.numpy())
    assert (kept.bands, PROFILE in kept.get_fields()) == (3, False)


def test_primaries_stated_without_a_profile_count_as_one() -> None:
    stated = seen(photos.avif(primaries=12))
    unstated = seen(photos.avif(primaries=1))
    assert mean_difference(stated.numpy(), profiles.convert(unstated.numpy(), "p3")) < 0.3
    kept = seen(photos.avif(primaries=12), colour="keep")
    assert mean_difference(kept.numpy(), unstated.numpy()) < 0.3
    assert PROFILE in kept.get_fields()


def test_primaries_stated_in_a_png_count_as_a_profile() -> None:
    data = png_file(64, 48, rows=SCENE.tobytes(), extra=chunk(b"cICP", bytes([12, 13, 0, 1])))
    assert mean_difference(pixels(data), profiles.convert(SCENE, "p3")) < 0.3
