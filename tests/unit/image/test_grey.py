"""Pictures without colour are written in one band where the format has that, and stay as they look."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from safelight.image.options import TextWatermark
from tests.samples.photos import encode, grey_jpeg, jpeg, png
from tests.samples.scenes import scene
from tests.unit.image.rendering import made, opened, rendered, rendered_all, shown

BRIGHTNESS = np.asarray(Image.fromarray(scene()).convert("L"))
FADE = np.broadcast_to(np.linspace(0, 255, 320, dtype=np.uint8), (240, 320))


def grey() -> bytes:
    return encode(BRIGHTNESS, "PNG")


def transparent_grey() -> bytes:
    return encode(Image.merge("LA", [Image.fromarray(BRIGHTNESS), Image.fromarray(FADE)]), "PNG")


def mode(data: bytes, **options: Any) -> str:
    return opened(rendered(data, **options).data).mode


@pytest.mark.parametrize("format", ["jpeg", "png", "tiff"])
@pytest.mark.parametrize("data", [grey(), grey_jpeg()], ids=["png", "jpeg"])
def test_a_grey_original_has_grey_variants(data: bytes, format: str) -> None:
    assert mode(data, format=format) == "L"


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_its_values_are_those_of_the_original(format: str) -> None:
    assert np.array_equal(np.asarray(opened(rendered(grey(), format=format).data)), BRIGHTNESS)


def test_its_transparency_is_kept() -> None:
    result = opened(rendered(transparent_grey()).data)
    assert result.mode == "LA"
    assert np.array_equal(np.asarray(result)[..., 1], FADE)


@pytest.mark.parametrize(("background", "expected"), [("#ffffff", "L"), ("#808080", "L"), ("#ff0000", "RGB")])
def test_only_a_coloured_background_brings_colour(background: str, expected: str) -> None:
    assert mode(transparent_grey(), format="jpeg", background=background) == expected
    assert mode(grey(), width=90, height=90, fit="contain", background=background) == expected


def test_a_watermark_may_bring_colour() -> None:
    assert mode(grey(), watermarks=(TextWatermark(text="©", colour="#ff0000"),)) == "RGB"


def test_colour_stays_colour() -> None:
    assert mode(jpeg(), format="jpeg") == "RGB"
    assert mode(encode(np.dstack([BRIGHTNESS] * 3), "PNG")) == "RGB"


def test_a_profile_is_converted_in_colour() -> None:
    assert mode(png(kind="grey", profile="grey"), colour="srgb") == "RGB"


def test_a_wide_gamut_variant_has_the_bands_that_its_profile_is_for() -> None:
    assert mode(grey(), colour="p3") == "RGB"


def test_formats_with_and_without_grey_show_the_same() -> None:
    in_png, in_webp = rendered_all(grey(), {"format": "png"}, {"format": "webp", "lossless": True})
    assert np.array_equal(shown(in_png.data), shown(in_webp.data))


def test_a_grey_png_takes_fewer_bytes_than_the_same_in_three_bands() -> None:
    three = encode(np.dstack([BRIGHTNESS] * 3), "PNG")
    one_band, three_bands = (len(rendered(data, format="png").data) for data in (grey(), three))
    assert one_band < 0.8 * three_bands


def test_its_crop_and_size_are_those_of_a_coloured_one() -> None:
    assert made(grey(), width=50, height=30, fit="cover", position="attention").shape == (30, 50, 3)
