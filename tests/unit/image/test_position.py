"""Which part of a picture `cover` keeps, and where on its canvas `contain` lays it."""

from __future__ import annotations

import io
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from safelight.image.options import Gravity, Position
from tests.samples import photos
from tests.samples.scenes import scene, stored_pixels
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import made, rendered, resized, shown

GRAVITIES = get_args(Gravity)
PICTURE = scene(96, 64, grain=0)
GREY = (120, 120, 120)
RED = (230, 20, 40)


def offset(room: int, position: str, before: str, after: str) -> int:
    return 0 if before in position else room if after in position else room // 2


def across(room: int, position: str) -> int:
    return offset(room, position, "west", "east")


def down(room: int, position: str) -> int:
    return offset(room, position, "north", "south")


@pytest.mark.parametrize("position", GRAVITIES)
@pytest.mark.parametrize("box", [(40, 64), (96, 20)], ids=["narrower", "lower"])
def test_cover_keeps_the_side_named(box: tuple[int, int], position: Gravity) -> None:
    width, height = box
    left, top = across(96 - width, position), down(64 - height, position)
    result = made(photos.png(96, 64), width=width, height=height, fit="cover", position=position)
    assert np.array_equal(result, PICTURE[top : top + height, left : left + width])


@pytest.mark.parametrize("position", GRAVITIES)
def test_cover_keeps_the_side_named_of_what_it_resized(position: Gravity) -> None:
    photo = scene(640, 480)
    left = across(67, position)
    result = made(photos.encode(photo, "PNG"), width=200, height=200, fit="cover", position=position)
    assert mean_difference(result, resized(photo, (267, 200))[:, left : left + 200]) < 1


@pytest.mark.parametrize("position", GRAVITIES)
@pytest.mark.parametrize("canvas", [(120, 64), (96, 101), (130, 90)], ids=["broader", "higher", "larger"])
def test_contain_lays_the_picture_at_the_side_named(canvas: tuple[int, int], position: Gravity) -> None:
    width, height = canvas
    left, top = across(width - 96, position), down(height - 64, position)
    expected = np.full((height, width, 3), (10, 200, 30), np.uint8)
    expected[top : top + 64, left : left + 96] = PICTURE
    asked = {"fit": "contain", "position": position, "background": "#0ac81e"}
    assert np.array_equal(made(photos.png(96, 64), width=width, height=height, **asked), expected)


def test_a_smart_position_has_no_meaning_for_contain() -> None:
    box = {"width": 120, "height": 90, "fit": "contain"}
    smart, centre = (made(photos.png(96, 64), position=where, **box) for where in ("attention", "centre"))
    assert np.array_equal(smart, centre)


SUBJECTS = {
    "west": (30, 150),
    "middle": (250, 150),
    "east": (520, 150),
    "north": (150, 30),
    "south": (150, 520),
}


def with_subject(place: str, texture: str) -> np.ndarray:
    """A plain grey picture of 600 x 300, or upright, with one red or one detailed square of 60 px in it."""
    left, top = SUBJECTS[place]
    height, width = (600, 300) if place in ("north", "south") else (300, 600)
    pixels = np.full((height, width, 3), GREY, np.uint8)
    detail = np.kron(np.indices((10, 10)).sum(axis=0) % 2, np.ones((6, 6)))[..., None] * 255
    pixels[top : top + 60, left : left + 60] = RED if texture == "colour" else detail
    return pixels


@pytest.mark.parametrize("place", SUBJECTS)
@pytest.mark.parametrize(
    ("position", "texture"), [("attention", "colour"), ("attention", "detail"), ("entropy", "detail")]
)
@pytest.mark.parametrize("size", [300, 90], ids=["cut only", "resized first"])
def test_a_subject_is_kept_wherever_it_is(place: str, position: Position, texture: str, size: int) -> None:
    pixels = with_subject(place, texture)
    result = made(photos.encode(pixels, "PNG"), width=size, height=size, fit="cover", position=position)
    assert share_of_subject(result) > 0.9 * (60 / 300) ** 2


def share_of_subject(pixels: np.ndarray) -> float:
    return float((np.abs(pixels.astype(int) - GREY).max(axis=2) > 12).mean())


def test_a_crop_at_the_centre_would_have_lost_the_subject() -> None:
    """Guards the expectation above."""
    data = photos.encode(with_subject("west", "colour"), "PNG")
    assert share_of_subject(made(data, width=300, height=300, fit="cover")) == 0


@pytest.mark.parametrize("position", ["attention", "entropy"])
def test_a_subject_is_kept_in_a_picture_that_is_stored_on_its_side(position: Position) -> None:
    pixels = stored_pixels(with_subject("north", "detail"), 6)
    data = photos.encode(pixels, "JPEG", quality=95, exif=photos.exif(orientation=6))
    result = made(data, width=300, height=300, fit="cover", position=position)
    assert share_of_subject(result) > 0.9 * (60 / 300) ** 2


@pytest.mark.parametrize("position", ["attention", "entropy"])
def test_transparent_detail_is_no_subject(position: Position) -> None:
    """What nobody sees must not draw the crop: noise under full transparency in the west, red in the east."""
    pixels = np.dstack([with_subject("east", "detail"), np.full((300, 600), 255, np.uint8)])
    hidden = np.random.default_rng(4).integers(0, 255, (300, 250, 4), dtype=np.uint8)
    hidden[..., 3] = 0
    pixels[:, :250] = hidden
    result = made(photos.encode(pixels, "PNG"), width=300, height=300, fit="cover", position=position)
    assert (result[..., 3] == 255).mean() > 0.8
    assert share_of_subject(result[..., :3]) > 0.9 * (60 / 300) ** 2


def test_every_frame_of_an_animation_is_cut_at_the_place_found_in_the_first() -> None:
    """The subject jumps from east to west; cut where it jumped to, the first frame would lose it."""
    asked = {"width": 300, "height": 300, "fit": "cover", "position": "attention"}
    first, second = (Image.fromarray(with_subject(place, "colour")) for place in ("east", "west"))
    data = photos.encode(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    moving = rendered(data, format="webp", lossless=True, **asked)
    assert moving.frames == 2
    assert share_of_subject(shown(moving.data)) > 0.03
    with Image.open(io.BytesIO(moving.data)) as frames:
        frames.seek(1)
        assert share_of_subject(np.asarray(frames.convert("RGB"))) == 0
