"""A picture stored on its side gives the same variants as one stored upright."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from PIL import Image

from safelight.image.probe import probe
from tests.samples import photos
from tests.samples.scenes import ORIENTATIONS, animation_frames, scene, stored_pixels
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import made, opened, rendered, rendered_all, shown

ORIENTATION = 0x0112
WIDTH, HEIGHT = 120, 82
SOURCES: dict[str, Callable[[int], bytes]] = {
    "jpeg": lambda orientation: photos.oriented("JPEG", orientation, WIDTH, HEIGHT),
    "png": lambda orientation: photos.oriented("PNG", orientation, WIDTH, HEIGHT),
    "webp": lambda orientation: photos.oriented("WEBP", orientation, WIDTH, HEIGHT),
    "tiff": lambda orientation: photos.oriented("TIFF", orientation, WIDTH, HEIGHT),
    "heic": lambda orientation: photos.heic(WIDTH, HEIGHT, rotation=orientation),
    "avif": lambda orientation: photos.avif(WIDTH, HEIGHT, rotation=orientation),
}
RECIPE: dict[str, dict[str, object]] = {
    "inside": {"width": 60, "height": 60},
    "cover north-east": {"width": 50, "height": 60, "fit": "cover", "position": "north-east"},
    "cover south-west": {"width": 90, "height": 20, "fit": "cover", "position": "south-west"},
    "contain west": {"width": 90, "height": 50, "fit": "contain", "position": "west"},
    "linear": {"width": 60, "linear": True},
    "sharpened": {"width": 60, "sharpen": True},
}
turned = pytest.mark.parametrize("orientation", ORIENTATIONS[1:])


@cache
def variants(source: str, orientation: int) -> list[np.ndarray]:
    return [shown(variant.data) for variant in rendered_all(SOURCES[source](orientation), *RECIPE.values())]


@turned
@pytest.mark.parametrize("source", SOURCES)
def test_every_variant_equals_that_of_the_upright_picture(source: str, orientation: int) -> None:
    pairs = zip(variants(source, 1), variants(source, orientation), strict=True)
    differences = [mean_difference(upright, turned) for upright, turned in pairs]
    assert dict(zip(RECIPE, differences, strict=True)) == pytest.approx(dict.fromkeys(RECIPE, 0), abs=1.5)


@turned
def test_a_photo_shrunk_while_it_is_decoded_stands_upright(orientation: int) -> None:
    """What an eighth leaves over is at the end of the stored picture, which may be the other end."""
    turned, upright = (photos.jpeg(1003, 749, orientation=at, quality=95) for at in (orientation, 1))
    small = made(turned, width=60, height=60)
    assert mean_difference(small, made(upright, width=60, height=60)) < 2.5


@pytest.mark.parametrize("orientation", [2, 3, 6])
def test_a_large_png_on_its_side_streams_and_stands_upright(orientation: int) -> None:
    ramp = np.linspace(0, 255, 4100).astype(np.uint8)
    stored = np.ascontiguousarray(stored_pixels(np.tile(ramp, (1000, 1)), orientation))
    data = photos.encode(stored, "PNG", exif=photos.exif(orientation=orientation), compress_level=1)
    result = made(data, width=3000)
    assert mean_difference(result[100, :, 0], np.linspace(0, 255, 3000).astype(np.uint8)) < 1


@pytest.mark.parametrize("orientation", [3, 6])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("output", ["jpeg", "png", "webp", "avif", "tiff"])
@pytest.mark.parametrize("metadata", ["none", "all"])
def test_no_variant_asks_its_viewer_to_turn_it(
    source: str, output: str, metadata: str, orientation: int
) -> None:
    """Sizes and pixels are those before any turning, which Pillow would do for AVIF only."""
    variant = rendered(SOURCES[source](orientation), format=output, metadata=metadata, quality=90)
    assert opened(variant.data).getexif().get(ORIENTATION, 1) == 1
    facts = probe(variant.data)
    assert (facts.width, facts.height, facts.orientation) == (WIDTH, HEIGHT, 1)
    assert mean_difference(shown(variant.data), scene(WIDTH, HEIGHT, grain=0)) < 8


@turned
def test_an_animation_on_its_side_moves_upright(orientation: int) -> None:
    first, *rest = [
        Image.fromarray(np.ascontiguousarray(stored_pixels(frame, orientation)))
        for frame in animation_frames(3)
    ]
    tags = photos.exif(orientation=orientation)
    data = photos.encode(first, "WEBP", save_all=True, append_images=rest, lossless=True, exif=tags)
    variant = rendered(data, format="webp", lossless=True)
    assert (variant.width, variant.height, variant.frames) == (60, 40, 3)
    with Image.open(io.BytesIO(variant.data)) as moving:
        for index, frame in enumerate(animation_frames(3)):
            moving.seek(index)
            assert np.array_equal(np.asarray(moving.convert("RGB")), frame)
