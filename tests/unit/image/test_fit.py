"""Every fit shows what it should, compared with Pillow's crop and Lanczos filter on all the pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from safelight.image.options import Fit
from tests.samples import photos
from tests.samples.scenes import scene
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import made, opened, rendered, rendered_all, resized, shown

WIDTH, HEIGHT = 640, 480
PHOTO = scene(WIDTH, HEIGHT)
SOURCES: dict[str, Callable[[int, int], bytes]] = {
    "jpeg": cache(lambda w, h: photos.encode(scene(w, h), "JPEG", quality=98, subsampling=0)),
    "png": cache(lambda w, h: photos.encode(scene(w, h), "PNG", compress_level=1)),
    "webp": lambda w, h: photos.webp(w, h, lossless=True),
    "tiff": cache(lambda w, h: photos.encode(scene(w, h), "TIFF")),
    "heic": photos.heic,
}
every_source = pytest.mark.parametrize("source", SOURCES)


ROUGHNESS = {"heic": 3.0}  # what the codec itself changes, on average; others keep nearly every value


def on_white(pixels: np.ndarray, canvas: tuple[int, int], left: int, top: int) -> np.ndarray:
    width, height = canvas
    result = np.full((height, width, 3), 255, np.uint8)
    result[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return result


@every_source
@pytest.mark.parametrize(
    ("fit", "expected"),
    [
        ("inside", resized(PHOTO, (200, 150))),
        ("outside", resized(PHOTO, (267, 200))),
        ("cover", resized(PHOTO, (267, 200))[:, 33:233]),
        ("contain", on_white(resized(PHOTO, (200, 150)), (200, 200), 0, 25)),
        ("fill", resized(PHOTO, (200, 200))),
    ],
    ids=["inside", "outside", "cover", "contain", "fill"],
)
def test_each_fit_in_a_square(source: str, fit: Fit, expected: np.ndarray) -> None:
    result = made(SOURCES[source](WIDTH, HEIGHT), width=200, height=200, fit=fit)
    assert mean_difference(result, expected) < ROUGHNESS.get(source, 1)


@pytest.mark.parametrize("fit", ["inside", "outside", "cover", "contain", "fill"])
def test_each_fit_in_an_upright_box_of_a_broad_picture(fit: Fit) -> None:
    expected = {
        "inside": resized(PHOTO, (120, 90)),
        "outside": resized(PHOTO, (267, 200)),
        "cover": resized(PHOTO, (267, 200))[:, 73:193],
        "contain": on_white(resized(PHOTO, (120, 90)), (120, 200), 0, 55),
        "fill": resized(PHOTO, (120, 200)),
    }
    result = made(SOURCES["png"](WIDTH, HEIGHT), width=120, height=200, fit=fit)
    assert mean_difference(result, expected[fit]) < 1


@pytest.mark.parametrize("asked", [{"width": 160}, {"height": 120}], ids=str)
def test_one_side_alone_keeps_the_shape(asked: dict[str, int]) -> None:
    result = made(SOURCES["png"](WIDTH, HEIGHT), **asked)
    assert mean_difference(result, resized(PHOTO, (160, 120))) < 0.5


def test_without_a_size_every_pixel_stays() -> None:
    assert np.array_equal(made(SOURCES["png"](WIDTH, HEIGHT)), PHOTO)


@pytest.mark.parametrize("fit", ["inside", "cover", "fill", "outside"])
def test_a_small_picture_stays_as_it_is(fit: Fit) -> None:
    result = made(photos.png(64, 48), width=640, height=480, fit=fit)
    assert np.array_equal(result, scene(64, 48, grain=0))


def test_a_small_picture_lies_as_it_is_on_its_canvas() -> None:
    result = made(photos.png(64, 48), width=100, height=100, fit="contain", background="#102030")
    assert np.array_equal(result[26:74, 18:82], scene(64, 48, grain=0))
    assert (result[:26] == (0x10, 0x20, 0x30)).all()


@pytest.mark.parametrize("size", [(65, 49), (200, 150), (70, 30), (30, 70)], ids=str)
def test_a_picture_is_enlarged_without_moving(size: tuple[int, int]) -> None:
    """libvips' own `resize` puts it half a pixel to the right and down."""
    width, height = size
    result = made(photos.png(64, 48), width=width, height=height, fit="fill", enlarge=True)
    assert mean_difference(result, resized(scene(64, 48, grain=0), size)) < 1


def test_a_large_picture_that_streams_can_be_enlarged() -> None:
    ramp = np.linspace(0, 255, 4100).astype(np.uint8)
    data = photos.encode(np.tile(ramp, (1000, 1)), "PNG")
    result = made(data, width=4200, height=100, fit="fill", enlarge=True)
    assert mean_difference(result[50, :, 0], np.linspace(0, 255, 4200).astype(np.uint8)) < 1


@pytest.mark.parametrize("source", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("size", [(641, 483), (1007, 805)], ids=str)
@pytest.mark.parametrize("width", [300, 45])
def test_nothing_moves_when_decoding_cannot_shrink_to_whole_pixels(
    source: str, size: tuple[int, int], width: int
) -> None:
    """1007 px are 125.875 at an eighth: taken for 125 or 126, they would move details by half a pixel."""
    result = made(SOURCES[source](*size), width=width)
    expected = resized(scene(*size), result.shape[1::-1])
    assert mean_difference(result, expected) < 1.25
    assert abs(shift(result, expected)) < 0.2


def shift(one: np.ndarray, other: np.ndarray) -> float:
    """How far right `one` lies of `other`, px, from the slopes of `other`."""
    slopes = np.gradient(other.astype(float), axis=1)
    return float(-((one.astype(float) - other) * slopes).sum() / (slopes**2).sum())


@pytest.mark.parametrize("source", ["jpeg", "png"])
def test_a_variant_made_from_a_larger_one_shows_the_same_as_one_made_alone(source: str) -> None:
    data = SOURCES[source](WIDTH, HEIGHT)
    chain = rendered_all(data, {"width": 400}, {"width": 200}, {"width": 100}, {"width": 50})
    alone = [rendered(data, width=variant.width) for variant in chain]
    for together, single in zip(chain, alone, strict=True):
        difference = mean_difference(np.asarray(opened(together.data)), np.asarray(opened(single.data)))
        assert difference < 1


@pytest.mark.parametrize(
    ("size", "box", "result"),
    [
        ((300, 1), 100, (100, 1)),
        ((1, 300), 100, (1, 100)),
        ((300, 2), 100, (100, 1)),
        ((2, 300), 1, (1, 1)),
        ((1, 1), 1, (1, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("linear", [False, True], ids=["", "linear"])
def test_the_thinnest_pictures_keep_a_pixel(size, box: int, result, linear: bool) -> None:
    flat = photos.encode(np.full((size[1], size[0], 3), (200, 100, 50), np.uint8), "PNG")
    variant = rendered(flat, width=box, height=box, linear=linear)
    assert (variant.width, variant.height) == result
    assert (shown(variant.data) == (200, 100, 50)).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1)], ids=str)
def test_the_smallest_picture_can_be_enlarged_a_lot(size: tuple[int, int]) -> None:
    flat = photos.encode(np.full((size[1], size[0], 3), (200, 100, 50), np.uint8), "PNG")
    result = made(flat, width=400, height=300, fit="cover", enlarge=True)
    assert (result == (200, 100, 50)).all()
