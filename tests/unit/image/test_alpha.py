"""Transparency: kept where the format has it, without fringes, and set on the background where not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.samples import photos
from tests.samples.raw_png import png_file
from tests.samples.raw_tiff import ALPHA, ASSOCIATED_ALPHA, RGB, SEPARATED, tiff_file
from tests.samples.scenes import cmyk_pixels, cutout, scene
from tests.unit.image.decoding import mean_difference, pixels
from tests.unit.image.rendering import made, opened, rendered, resized, shown

BACKGROUNDS = {"#ffffff": (255, 255, 255), "#000000": (0, 0, 0), "#2060c0": (0x20, 0x60, 0xC0)}
QUALITY = {"png": None, "webp": 95, "avif": 95, "tiff": None}
WITH_ALPHA = list(QUALITY)
ORANGE = (250, 140, 20)


def disc(hidden: tuple[int, int, int], size: int = 240) -> np.ndarray:
    """An orange disc on nothing; what lies hidden under the nothing has the colour `hidden`."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    inside = x**2 + y**2 < (size * 0.4) ** 2
    rgba = np.empty((size, size, 4), np.uint8)
    rgba[..., :3] = np.where(inside[..., None], ORANGE, hidden)
    rgba[..., 3] = np.where(inside, 255, 0)
    return rgba


def composed(rgba: np.ndarray, background: tuple[int, int, int]) -> np.ndarray:
    """`rgba` laid over the background, as exactly as floats are."""
    alpha = rgba[..., 3:] / 255
    return np.rint(rgba[..., :3] * alpha + np.array(background) * (1 - alpha)).astype(np.uint8)


@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255), (0, 0, 255)], ids=["dark", "light", "blue"])
@pytest.mark.parametrize("linear", [False, True], ids=["", "linear"])
@pytest.mark.parametrize("source", ["PNG", "TIFF"])
@pytest.mark.parametrize("side", [100, 24, 300], ids=["smaller", "much smaller", "larger"])
def test_what_is_transparent_leaves_no_fringe(hidden, linear: bool, source: str, side: int) -> None:
    """Beyond what the filter itself overshoots, and the same whatever the colour that nobody sees."""
    asked = {"width": side, "height": side, "enlarge": True, "linear": linear}
    result = made(photos.encode(disc(hidden), source), **asked)
    visible = result[..., 3] > 16
    assert np.abs(result[visible][:, :3].astype(int) - ORANGE).max() <= 20
    assert np.array_equal(result, made(photos.encode(disc(ORANGE), source), **asked))


@pytest.mark.parametrize("alpha", [254, 128, 30, 6])
@pytest.mark.parametrize("side", [200, 60], ids=["resized", "averaged, then resized"])
def test_faint_colours_are_no_darker_for_having_been_resized(alpha: int, side: int) -> None:
    photo = scene(640, 480, grain=0)
    data = photos.encode(np.dstack([photo, np.full((480, 640), alpha, np.uint8)]), "PNG", compress_level=1)
    result = made(data, width=side)
    expected = resized(photo, result.shape[1::-1])
    assert (result[..., 3] == alpha).all()
    # A value of `alpha` can hold alpha + 1 steps of a colour; what counts is that no side is preferred.
    assert abs((result[..., :3].astype(float) - expected).mean()) < 2


def test_resized_transparency_is_what_pillow_makes_of_it() -> None:
    data = photos.encode(cutout(640, 480), "PNG", compress_level=1)
    result = made(data, width=200)
    expected = resized(cutout(640, 480), (200, 150))
    assert mean_difference(result[..., 3], expected[..., 3]) < 0.5
    for background in BACKGROUNDS.values():
        assert mean_difference(composed(result, background), composed(expected, background)) < 0.7


@pytest.mark.parametrize("output", WITH_ALPHA)
def test_formats_with_alpha_keep_it(output: str) -> None:
    result = made(photos.png(64, 48, kind="rgba"), format=output, quality=QUALITY[output])
    assert result.shape == (48, 64, 4)
    assert mean_difference(result[..., 3], cutout(64, 48)[..., 3]) < 2
    white = (255, 255, 255)
    assert mean_difference(composed(result, white), composed(cutout(64, 48), white)) < 6


def test_a_gif_keeps_what_is_clearly_transparent_and_what_is_clearly_not() -> None:
    result = made(photos.encode(disc((0, 0, 0)), "PNG"), format="gif", width=120)
    expected = resized(disc((0, 0, 0)), (120, 120))
    clear = (expected[..., 3] < 32) | (expected[..., 3] > 224)
    assert np.array_equal(result[clear][:, 3], (expected[clear][:, 3] > 128) * np.uint8(255))


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("source", ["png", "webp", "avif", "heic"])
def test_jpeg_shows_the_picture_on_its_background(source: str, background: str) -> None:
    data = {
        "png": lambda: photos.png(64, 48, kind="rgba"),
        "webp": lambda: photos.webp(64, 48, alpha=True, lossless=True),
        "avif": lambda: photos.avif(alpha=True),
        "heic": lambda: photos.heic(alpha=True),
    }[source]()
    result = made(data, format="jpeg", quality=95, background=background)
    assert mean_difference(result, composed(cutout(64, 48), BACKGROUNDS[background])) < 6


def test_the_background_shows_through_exactly_where_the_picture_is_clear() -> None:
    data = photos.encode(disc((9, 99, 199)), "PNG")
    result = made(data, format="jpeg", quality=100, background="#2060c0")
    assert np.abs(result[:8, :8].astype(int) - BACKGROUNDS["#2060c0"]).max() <= 2


@pytest.mark.parametrize("output", WITH_ALPHA)
def test_contain_surrounds_a_cutout_with_the_background_and_leaves_it_clear_inside(output: str) -> None:
    options: dict[str, Any] = {"format": output, "quality": QUALITY[output], "background": "#2060c0"}
    result = made(photos.png(64, 48, kind="rgba"), width=64, height=64, fit="contain", **options)
    assert mean_difference(result[:8], np.full((8, 64, 4), (*BACKGROUNDS["#2060c0"], 255))) < 3
    assert mean_difference(result[8:56, :, 3], cutout(64, 48)[..., 3]) < 2


@pytest.mark.parametrize("output", WITH_ALPHA)
def test_contain_can_surround_an_opaque_picture_with_nothing(output: str) -> None:
    options: dict[str, Any] = {"format": output, "quality": QUALITY[output], "background": "#00000000"}
    result = made(photos.png(64, 48), width=64, height=64, fit="contain", **options)
    assert result[:7, :, 3].max() <= 2
    assert result[9:55, :, 3].min() >= 253


def test_contain_in_a_format_without_alpha_takes_a_clear_background_for_its_colour() -> None:
    options: dict[str, Any] = {"format": "jpeg", "quality": 95, "background": "#2060c000"}
    result = made(photos.png(64, 48), width=64, height=64, fit="contain", **options)
    assert np.abs(result[:6].astype(int) - BACKGROUNDS["#2060c0"]).max() <= 8


KINDS = {
    "grey with alpha": photos.png(kind="grey-alpha"),
    "palette with transparency": photos.png(kind="palette-alpha"),
    "16 bits with alpha": png_file(
        64, 48, depth=16, colour_type=6, rows=(cutout(64, 48).astype(">u2") * 257).astype(">u2").tobytes()
    ),
    "16-bit grey with alpha": png_file(
        64,
        48,
        depth=16,
        colour_type=4,
        rows=(np.asarray(Image.fromarray(cutout(64, 48)).convert("LA")).astype(">u2") * 257)
        .astype(">u2")
        .tobytes(),
    ),
    "TIFF": tiff_file(cutout(64, 48), RGB, extra=[ALPHA]),
    "TIFF of 16 bits": tiff_file(cutout(64, 48).astype(np.uint16) * 257, RGB, extra=[ALPHA]),
    "TIFF with associated alpha": tiff_file(
        np.asarray(Image.fromarray(cutout(64, 48)).convert("RGBa")), RGB, extra=[ASSOCIATED_ALPHA]
    ),
    "CMYK with alpha": tiff_file(
        np.dstack([cmyk_pixels(64, 48), cutout(64, 48)[..., 3]]), SEPARATED, extra=[ALPHA]
    ),
    "GIF": photos.transparent_gif(64, 48),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_transparency_is_resized_alike(kind: str) -> None:
    """Against Pillow's resizing of what the input side makes of the file, which has its own tests."""
    whole = pixels(KINDS[kind])
    result = made(KINDS[kind], width=32)
    expected = resized(whole, (32, 24))
    assert mean_difference(result[..., 3], expected[..., 3]) < 1
    for background in BACKGROUNDS.values():
        assert mean_difference(composed(result, background), composed(expected, background)) < 2.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_transparency_is_flattened_alike(kind: str) -> None:
    expected = composed(pixels(KINDS[kind]), BACKGROUNDS["#2060c0"])
    result = made(KINDS[kind], format="jpeg", quality=95, background="#2060c0")
    assert mean_difference(result, expected) < 6


def test_an_opaque_picture_gets_no_alpha() -> None:
    for output in WITH_ALPHA:
        assert opened(rendered(photos.png(), format=output).data).mode == "RGB"


def test_alpha_that_is_opaque_all_over_changes_nothing() -> None:
    opaque = np.dstack([scene(64, 48), np.full((48, 64), 255, np.uint8)])
    data = photos.encode(opaque, "PNG")
    assert np.array_equal(shown(rendered(data).data)[..., :3], scene(64, 48))
    assert np.array_equal(made(data, format="tiff", background="#000000")[..., :3], scene(64, 48))
