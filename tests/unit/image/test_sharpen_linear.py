"""Sharpening lifts edges without halos; linear light averages what the eye would average."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from safelight.image.libvips import pyvips
from safelight.image.steps import linear_light
from tests.samples import photos, profiles
from tests.samples.scenes import cutout, scene
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import made, resized, shown

HALF_LIGHT = 188  # sRGB's value for half of white's light; 128 is a fifth of it


def png(pixels: np.ndarray) -> bytes:
    return photos.encode(pixels, "PNG", compress_level=1)


def checkerboard(width: int = 256, height: int = 256) -> np.ndarray:
    squares = (np.indices((height, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    return np.repeat(squares[..., None], 3, axis=2)


def step(dark: int = 80, light: int = 170) -> bytes:
    """Dark on the left, light on the right; not where pixels of the variants begin."""
    pixels = np.full((240, 320, 3), dark, np.uint8)
    pixels[:, 163:] = light
    return png(pixels)


def middle_row(pixels: np.ndarray) -> np.ndarray:
    return pixels[pixels.shape[0] // 2, :, 0].astype(int)


def plain_and_sharp(data: bytes, width: int) -> tuple[np.ndarray, np.ndarray]:
    return made(data, width=width), made(data, width=width, sharpen=True)


def test_sharpening_steepens_an_edge_with_a_halo_of_a_tenth_of_it_at_most() -> None:
    plain, sharp = map(middle_row, plain_and_sharp(step(), 80))
    assert np.diff(sharp).max() > np.diff(plain).max()
    assert sharp.max() - plain.max() <= 9
    assert plain.min() - sharp.min() <= 9


def test_sharpening_does_not_ring() -> None:
    """Beyond two pixels from an edge, everything is as it was."""
    plain, sharp = map(middle_row, plain_and_sharp(step(), 80))
    away = np.abs(np.arange(80) - 163 / 4) > 3
    assert np.array_equal(sharp[away], plain[away])


def test_sharpening_raises_local_contrast_of_a_photo_a_little() -> None:
    plain, sharp = plain_and_sharp(png(scene(640, 480)), 200)
    gain = (
        np.abs(np.diff(sharp.astype(int), axis=1)).mean() / np.abs(np.diff(plain.astype(int), axis=1)).mean()
    )
    assert 1.05 < gain < 1.3
    assert mean_difference(plain, sharp) < 3


def test_sharpening_leaves_flat_areas_and_grain_alone() -> None:
    grain = np.clip(np.random.default_rng(1).normal(128, 1.2, (120, 160, 1)), 0, 255).astype(np.uint8)
    noisy = np.repeat(grain, 3, axis=2)
    assert made(png(noisy), sharpen=True).std() < 1.25 * noisy.std()


def test_sharpening_shifts_no_hue() -> None:
    """In lightness only: the difference of the channels at a grey edge stays nil."""
    _, sharp = plain_and_sharp(step(), 80)
    assert np.ptp(sharp.astype(int), axis=2).max() <= 1


@pytest.mark.parametrize("size", [(640, 480), (4100, 1000)], ids=["held", "streamed"])
def test_sharpening_leaves_transparency_as_it_is(size: tuple[int, int]) -> None:
    width, height = size
    soft = np.full((height, width, 4), (200, 60, 90, 255), np.uint8)
    soft[..., 3] = np.linspace(0, 255, width).astype(np.uint8)
    plain, sharp = plain_and_sharp(png(soft), width // 2 + 1)
    assert np.array_equal(plain[..., 3], sharp[..., 3])
    visible = sharp[..., 3] > 64
    assert np.abs(sharp[visible][:, :3].astype(int) - (200, 60, 90)).max() <= 3


@pytest.mark.parametrize("width", [128, 100, 64, 37])
def test_a_checkerboard_averages_to_half_of_the_light(width: int) -> None:
    result = made(png(checkerboard()), width=width, linear=True)
    inner = result[4:-4, 4:-4]
    assert abs(inner.mean() - HALF_LIGHT) <= 2
    if 256 % width == 0:
        assert np.abs(inner.astype(int) - HALF_LIGHT).max() <= 2


def test_without_linear_light_a_checkerboard_comes_out_dark() -> None:
    assert abs(made(png(checkerboard()), width=64).mean() - 128) <= 2


@pytest.mark.parametrize("maker", ["JPEG", "WEBP", "TIFF"])
def test_linear_light_holds_for_every_format(maker: str) -> None:
    exact: dict[str, Any] = {"quality": 100, "subsampling": 0} if maker == "JPEG" else {}
    exact = {"lossless": True} if maker == "WEBP" else exact
    result = made(photos.encode(checkerboard(), maker, **exact), width=128, linear=True)
    assert abs(result[4:-4, 4:-4].mean() - HALF_LIGHT) <= 2


def test_a_photo_in_linear_light_is_what_floats_make_of_it() -> None:
    photo = scene(640, 480)
    light = np.where(photo / 255 <= 0.04045, photo / 255 / 12.92, ((photo / 255 + 0.055) / 1.055) ** 2.4)
    small = np.dstack([resized(light[..., band].astype(np.float32), (200, 150)) for band in range(3)])
    expected = np.rint(255 * profiles.srgb_encode(np.clip(small, 0, 1))).astype(np.uint8)
    assert mean_difference(made(png(photo), width=200, linear=True), expected) < 0.6


@pytest.mark.parametrize("side", [100, 30])
def test_linear_light_weighs_colours_by_alpha(side: int) -> None:
    """Half of the squares are orange, half are black and clear: nothing black may show."""
    squares = checkerboard()[..., 0] > 0
    rgba = np.zeros((256, 256, 4), np.uint8)
    rgba[squares] = (250, 140, 20, 255)
    result = made(png(rgba), width=side, linear=True)[3:-3, 3:-3].astype(int)
    assert np.abs(result[..., 3].mean() - 127.5) <= 2
    assert np.abs(result[..., :3] - (250, 140, 20)).max() <= 5


def test_linear_light_keeps_a_fading_picture() -> None:
    result = made(png(cutout(320, 240)), width=100, linear=True)
    plain = made(png(cutout(320, 240)), width=100)
    assert mean_difference(result[..., 3], plain[..., 3]) < 0.5


@pytest.mark.parametrize("colour", ["srgb", "p3", "keep"])
def test_linear_light_works_in_every_colour_policy(colour: str) -> None:
    data = photos.png(64, 48, profile="p3")
    linear, plain = (made(data, width=63, colour=colour, linear=which) for which in (True, False))
    assert mean_difference(linear, plain) < 3


def test_every_value_survives_the_way_into_linear_light_and_back() -> None:
    ramp = pyvips.Image.new_from_array(np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (1, 1, 3)))
    ramp = ramp.copy(interpretation="srgb")
    for image in (ramp, ramp.addalpha()):
        assert np.array_equal(linear_light.leave(linear_light.enter(image)).numpy(), image.numpy())


def test_a_picture_of_its_own_size_goes_through_no_light_at_all() -> None:
    assert np.array_equal(shown(photos.png(64, 48)), made(photos.png(64, 48), linear=True))
