"""Watermarks: where they are, how large, how strong, what they leave alone, what refuses to be one."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from safelight.errors import ConfigurationError
from safelight.image.options import Gravity, ImageWatermark, Length, Point, TextWatermark
from tests.samples.photos import animated_gif, encode, jpeg
from tests.unit.image.rendering import made, rendered

WIDTH, HEIGHT = 400, 300
GREY = 100
MARGIN = 8  # px: 2 % of the width
GRAVITIES: tuple[Gravity, ...] = (
    "north-west",
    "north",
    "north-east",
    "west",
    "centre",
    "east",
    "south-west",
    "south",
    "south-east",
)


def plain(width: int = WIDTH, height: int = HEIGHT, value: int = GREY) -> bytes:
    return encode(np.full((height, width, 3), value, np.uint8), "PNG")


def text(words: str = "Safelight", **options: Any) -> TextWatermark:
    return TextWatermark(text=words, **{"shadow": False, "opacity": 1.0} | options)


def badge(width: int = 40, height: int = 20, colour: tuple[int, ...] = (255, 0, 0, 255)) -> bytes:
    return encode(np.full((height, width, 4), colour, np.uint8), "PNG")


def image(**options: Any) -> ImageWatermark:
    return ImageWatermark(**{"image": badge(), "size": Length(value=10, unit="%")} | options)


def touched(before: np.ndarray, after: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs; right and bottom exclusive."""
    rows, columns = np.nonzero((before != after).any(axis=-1))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def marked(*watermarks: TextWatermark | ImageWatermark, data: bytes | None = None) -> np.ndarray:
    return made(plain() if data is None else data, watermarks=watermarks)


def bounds(*watermarks: TextWatermark | ImageWatermark, data: bytes | None = None) -> tuple[int, ...]:
    data = plain() if data is None else data
    return touched(made(data), marked(*watermarks, data=data))


@pytest.mark.parametrize("gravity", GRAVITIES)
@pytest.mark.parametrize("kind", [text, image])
def test_it_stands_at_its_side_with_its_margin(kind: Any, gravity: Gravity) -> None:
    left, top, right, bottom = bounds(kind(position=gravity))
    gaps = {"west": left, "north": top, "east": WIDTH - right, "south": HEIGHT - bottom}
    sides = gravity.split("-") if gravity != "centre" else []
    for side in sides:
        assert abs(gaps[side] - MARGIN) <= 1
    if not {"west", "east"} & set(sides):
        assert abs(gaps["west"] - gaps["east"]) <= 2
    if not {"north", "south"} & set(sides):
        assert abs(gaps["north"] - gaps["south"]) <= 2


@pytest.mark.parametrize("kind", [text, image])
def test_a_point_is_where_its_top_left_corner_is(kind: Any) -> None:
    left, top, _, _ = bounds(kind(position=Point(x=33, y=21)))
    assert (left, top) == (33, 21)


@pytest.mark.parametrize("kind", [text, image])
def test_a_point_outside_the_picture_is_moved_inside(kind: Any) -> None:
    _, _, right, bottom = bounds(kind(position=Point(x=10_000, y=10_000)))
    assert (right, bottom) == (WIDTH, HEIGHT)


def test_an_image_is_as_wide_as_its_share_of_the_variant_and_keeps_its_shape() -> None:
    left, top, right, bottom = bounds(image(size=Length(value=25, unit="%")))
    assert (right - left, bottom - top) == (100, 50)


def test_an_image_is_as_wide_as_its_pixels_say() -> None:
    left, _, right, _ = bounds(image(size=Length(value=60, unit="px")))
    assert right - left == 60


@pytest.mark.parametrize("size", [Length(value=40, unit="px"), Length(value=10, unit="%")])
def test_the_em_of_a_text_is_as_high_as_its_size_says(size: Length) -> None:
    """The capital H of the font is 0.714 em high."""
    _, top, _, bottom = bounds(text("H", size=size))
    assert abs(bottom - top - 0.714 * 40) <= 1


def test_the_size_follows_the_variant_not_the_original() -> None:
    mark = image(size=Length(value=50, unit="%"), position="centre")
    half = made(plain(), width=WIDTH // 2, watermarks=(mark,))
    left, _, right, _ = touched(made(plain(), width=WIDTH // 2), half)
    assert right - left == WIDTH // 4


@pytest.mark.parametrize("gravity", GRAVITIES)
@pytest.mark.parametrize(
    "watermark",
    [
        text("A notice so long that at this size it would take several pictures " * 3),
        text("Huge", size=Length(value=4000, unit="px")),
        image(size=Length(value=900, unit="px")),
        image(image=badge(10, 400)),
    ],
)
def test_what_is_too_large_is_made_smaller_until_it_fits(watermark: Any, gravity: Gravity) -> None:
    options = {field: getattr(watermark, field) for field in watermark.__dataclass_fields__}
    left, top, right, bottom = bounds(type(watermark)(**options | {"position": gravity}))
    assert min(left, top) >= MARGIN
    assert right <= WIDTH - MARGIN
    assert bottom <= HEIGHT - MARGIN


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (2, 3), (9, 9)])
def test_a_picture_of_a_few_pixels_takes_a_watermark_and_keeps_its_size(width: int, height: int) -> None:
    result = marked(TextWatermark(text="©"), image(shadow=True), data=plain(width, height))
    assert result.shape == (height, width, 3)


def test_opaque_ink_has_exactly_its_colour() -> None:
    result = marked(text("H", colour="#20c060", size=Length(value=100, unit="px")))
    assert [0x20, 0xC0, 0x60] in result.reshape(-1, 3).tolist()


@pytest.mark.parametrize("opacity", [0.0, 0.3, 0.7])
def test_opacity_mixes_the_ink_with_the_picture(opacity: float) -> None:
    result = marked(image(opacity=opacity, position=Point(x=0, y=0)))
    expected = opacity * np.array([255, 0, 0]) + (1 - opacity) * GREY
    assert np.abs(result[5, 5] - expected).max() <= 1


def test_the_alpha_of_a_colour_counts_as_opacity() -> None:
    size = Length(value=100, unit="px")
    half = marked(text("H", colour="#ff000080", size=size))
    assert np.array_equal(half, marked(text("H", colour="#ff0000", opacity=128 / 255, size=size)))


def test_transparent_parts_of_an_image_leave_the_picture_alone() -> None:
    ring = np.zeros((20, 40, 4), np.uint8)
    ring[:4] = (0, 0, 255, 255)
    size = Length(value=40, unit="px")
    *_, bottom = bounds(image(image=encode(ring, "PNG"), size=size, position=Point(x=0, y=0)))
    assert bottom == 4


@pytest.mark.parametrize("background", [0, 128, 255])
@pytest.mark.parametrize("colour", ["#ffffff", "#000000"])
def test_a_shadow_makes_text_readable_on_any_background(background: int, colour: str) -> None:
    """Within the text there are pixels that stand out by a fifth of the whole range."""
    mark = text(colour=colour, shadow=True, opacity=0.7)
    result = marked(mark, data=plain(value=background)).astype(int)
    assert result.max() - result.min() >= 51


def test_without_a_shadow_only_the_ink_is_drawn() -> None:
    with_shadow, without = (bounds(text(shadow=shadow, position="centre")) for shadow in (True, False))
    assert with_shadow[0] < without[0]
    assert with_shadow[3] > without[3]


def test_nothing_but_the_place_of_the_watermark_changes() -> None:
    data = jpeg()
    before, after = made(data), marked(text(position=Point(x=40, y=60)), data=data)
    left, top, right, bottom = touched(before, after)
    assert (left, top) == (40, 60)
    assert right - left < 120
    assert bottom - top < 30


def test_several_watermarks_are_laid_over_one_another_in_their_order() -> None:
    corner = Point(x=0, y=0)
    blue = image(image=badge(colour=(0, 0, 255, 255)), position=corner)
    assert marked(image(position=corner), blue)[2, 2].tolist() == [0, 0, 255]
    assert marked(blue, image(position=corner))[2, 2].tolist() == [255, 0, 0]


def test_a_transparent_picture_becomes_opaque_only_under_the_watermark() -> None:
    clear = encode(np.zeros((HEIGHT, WIDTH, 4), np.uint8), "PNG")
    result = marked(image(position=Point(x=0, y=0)), data=clear)
    assert result[5, 5].tolist() == [255, 0, 0, 255]
    assert result[200, 200, 3] == 0


def test_every_frame_of_an_animation_is_marked() -> None:
    mark = image(position=Point(x=0, y=0), size=Length(value=20, unit="px"))
    result = rendered(animated_gif(), format="webp", lossless=True, watermarks=(mark,))
    frames = frames_of(result.data)
    assert len(frames) == 4
    for frame in frames:
        assert frame[5, 5, :3].tolist() == [255, 0, 0]


def frames_of(data: bytes) -> list[np.ndarray]:
    film = Image.open(io.BytesIO(data))
    return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(film)]


def test_an_original_that_streams_is_marked_too() -> None:
    """Above 4 megapixels a single variant is made from a stream; a watermark reads it twice."""
    result = made(jpeg(2600, 1600), width=2000, watermarks=(image(),))
    assert result[-60, -60].tolist() == [255, 0, 0]


def test_a_photograph_stored_on_its_side_is_marked_upright() -> None:
    data = jpeg(320, 240, orientation=6)
    left, top, right, bottom = touched(made(data), marked(image(), data=data))
    assert (right - left, bottom - top) == (32, 16)
    assert (320 - right, 240 - bottom) == (6, 6)


@pytest.mark.parametrize(
    "watermark",
    [
        text(""),
        text(" \n "),
        text("\u200d"),
        text(colour="red"),
        image(image=b"not an image"),
        image(image=badge()[:60]),
    ],
)
def test_a_watermark_that_cannot_be_drawn_is_the_recipes_fault_not_the_images(watermark: Any) -> None:
    with pytest.raises(ConfigurationError, match="watermark"):
        marked(watermark)
