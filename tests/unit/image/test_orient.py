"""Whatever way a camera was held, the picture stands upright."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.samples import photos
from tests.samples.scenes import ORIENTATIONS, scene
from tests.unit.image.decoding import mean_difference, pixels, seen

UPRIGHT_SCENE = scene(64, 48, grain=0)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_lossless_formats_come_out_upright_to_the_pixel(format: str, orientation: int) -> None:
    assert np.array_equal(pixels(photos.oriented(format, orientation)), UPRIGHT_SCENE)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_jpeg_comes_out_upright(orientation: int) -> None:
    assert mean_difference(pixels(photos.oriented("JPEG", orientation)), UPRIGHT_SCENE) < 2


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_avif_comes_out_upright(orientation: int) -> None:
    assert mean_difference(pixels(photos.avif(rotation=orientation)), UPRIGHT_SCENE) < 2


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_heic_is_turned_once_although_it_says_its_orientation_twice(orientation: int) -> None:
    data = photos.heic(rotation=orientation)
    assert photos.exif(orientation=orientation)[6:] in data
    assert mean_difference(pixels(data), UPRIGHT_SCENE) < 2


def test_a_turned_picture_no_longer_says_that_it_is_to_be_turned() -> None:
    turned = seen(photos.oriented("JPEG", 6))
    assert not {"orientation", "exif-ifd0-Orientation"} & set(turned.get_fields())


def test_our_idea_of_the_eight_orientations_is_pillows() -> None:
    """Guards the expectation itself: Pillow turns by EXIF independently of us."""
    for orientation in ORIENTATIONS:
        stored = photos.oriented("PNG", orientation)
        with Image.open(io.BytesIO(stored)) as image:
            assert np.array_equal(np.asarray(ImageOps.exif_transpose(image)), UPRIGHT_SCENE)
