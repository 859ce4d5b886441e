"""Animations stay animations in GIF and WebP, frame by frame; elsewhere their first frame is the picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image

from safelight.image.probe import probe
from tests.samples import photos
from tests.samples.raw_gif import gif_file
from tests.samples.scenes import animation_frames, delays
from tests.unit.image.decoding import mean_difference
from tests.unit.image.rendering import made, rendered, rendered_all, resized, shown

MOVING = ["gif", "webp"]
STILL = ["jpeg", "png", "avif", "tiff"]
COARSE = {"gif": 8.0, "webp": 1.5}  # what 256 colours change on average; WebP is lossless here
SOURCES: dict[str, Callable[[int], bytes]] = {"gif": photos.animated_gif, "webp": photos.animated_webp}
conversions = pytest.mark.parametrize("output", MOVING)
every_source = pytest.mark.parametrize("source", MOVING)


def frames_of(data: bytes) -> list[np.ndarray]:
    """height x width x 4 of each frame, as a viewer composes it."""
    with Image.open(io.BytesIO(data)) as moving:
        return [frame_at(moving, index) for index in range(getattr(moving, "n_frames", 1))]


def frame_at(moving: Image.Image, index: int) -> np.ndarray:
    moving.seek(index)
    return np.asarray(moving.convert("RGBA"))


def timing_of(data: bytes) -> tuple[list[int], int | None]:
    """Milliseconds of each frame, and how often Pillow says it plays or repeats (0 for ever)."""
    with Image.open(io.BytesIO(data)) as moving:
        durations = []
        for index in range(moving.n_frames):
            moving.seek(index)
            moving.load()
            durations.append(moving.info["duration"])
        return durations, moving.info.get("loop")


def animation(format: str, frames: Sequence[np.ndarray], **options: Any) -> bytes:
    first, *rest = map(Image.fromarray, frames)
    exact = {"lossless": True, "method": 0, "exact": True} if format == "WEBP" else {"disposal": 2}
    return photos.encode(first, format, save_all=True, append_images=rest, **exact | options)


def assert_shows(data: bytes, expected: Sequence[np.ndarray], tolerance: float) -> None:
    frames = frames_of(data)
    assert len(frames) == len(expected)
    for frame, wanted in zip(frames, expected, strict=True):
        assert mean_difference(frame[..., :3], wanted[..., :3]) < tolerance


@every_source
@conversions
def test_frames_and_their_timing_are_kept(source: str, output: str) -> None:
    variant = rendered(SOURCES[source](4), format=output, lossless=True)
    assert (variant.width, variant.height, variant.frames) == (60, 40, 4)
    assert timing_of(variant.data) == (delays(4), 0)
    assert_shows(variant.data, frames_of(SOURCES[source](4)), COARSE[output])


@every_source
@conversions
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"width": 30}, lambda frame: resized(frame, (30, 20))),
        ({"width": 20, "height": 20, "fit": "cover"}, lambda frame: resized(frame, (30, 20))[:, 5:25]),
        (
            {"width": 20, "height": 40, "fit": "cover", "position": "east"},
            lambda frame: frame[:, 40:],
        ),
        ({"width": 30, "height": 10, "fit": "fill"}, lambda frame: resized(frame, (30, 10))),
        ({"width": 120, "height": 80, "enlarge": True}, lambda frame: resized(frame, (120, 80))),
    ],
    ids=["resized", "cropped", "cut", "filled", "enlarged"],
)
def test_every_frame_is_fitted(source: str, output: str, asked: dict[str, Any], expected: Callable) -> None:
    variant = rendered(SOURCES[source](3), format=output, lossless=True, **asked)
    wanted = [expected(frame[..., :3]) for frame in frames_of(SOURCES[source](3))]
    assert (variant.height, variant.width) == wanted[0].shape[:2]
    assert_shows(variant.data, wanted, 2 * COARSE[output])


@conversions
def test_every_frame_lies_on_its_canvas(output: str) -> None:
    asked = {"width": 60, "height": 60, "fit": "contain", "background": "#2060c0"}
    variant = rendered(photos.animated_webp(3), format=output, lossless=True, **asked)
    for frame, source in zip(frames_of(variant.data), animation_frames(3), strict=True):
        assert np.abs(frame[:8, :, :3].astype(int) - (0x20, 0x60, 0xC0)).max() < 24
        assert mean_difference(frame[10:50, :, :3], source) < 2 * COARSE[output]


@every_source
@pytest.mark.parametrize("output", STILL)
def test_other_formats_show_the_first_frame(source: str, output: str) -> None:
    variant = rendered(SOURCES[source](3), format=output, quality=90)
    assert (variant.width, variant.height, variant.frames) == (60, 40, 1)
    assert len(frames_of(variant.data)) == 1
    assert mean_difference(shown(variant.data)[..., :3], animation_frames(1)[0]) < 8


def test_moving_and_still_variants_come_from_one_decoding() -> None:
    recipe = [{"format": "webp"}, {"format": "jpeg"}, {"format": "gif", "width": 30}, {"width": 15}]
    variants = rendered_all(photos.animated_gif(4), *recipe)
    assert [variant.frames for variant in variants] == [4, 1, 4, 1]
    for variant in variants:
        expected = resized(animation_frames(1)[0], (variant.width, variant.height))
        assert mean_difference(shown(variant.data)[..., :3], expected) < 9


@conversions
@pytest.mark.parametrize("plays", [0, 1, 3])
def test_a_webp_plays_as_often_as_before(output: str, plays: int) -> None:
    _, repeats = timing_of(rendered(photos.animated_webp(3, loop=plays), format=output).data)
    # GIF states repeats after the first time, and nothing when there are none.
    assert repeats == (plays if output == "webp" or plays == 0 else plays - 1 or None)


@conversions
@pytest.mark.parametrize("repeats", [0, 2])
def test_a_gif_plays_as_often_as_before(output: str, repeats: int) -> None:
    _, result = timing_of(rendered(photos.animated_gif(3, loop=repeats), format=output).data)
    assert result == (repeats if output == "gif" or repeats == 0 else repeats + 1)


@pytest.mark.parametrize("source", ["GIF", "WEBP"])
@conversions
def test_delays_may_be_short_long_and_mixed(source: str, output: str) -> None:
    mixed = [20, 1000, 30, 60_000, 100]
    data = animation(source, animation_frames(5), duration=mixed, loop=0)
    assert timing_of(rendered(data, format=output, effort=0).data)[0] == mixed


def test_delays_are_rounded_to_hundredths_in_a_gif() -> None:
    data = animation("WEBP", animation_frames(3), duration=[44, 46, 101], loop=0)
    assert timing_of(rendered(data, format="gif").data)[0] == [40, 50, 100]


def test_a_frame_that_changes_nothing_stays_a_frame_in_a_gif_and_prolongs_the_one_before_in_a_webp() -> None:
    pausing = gif_file(40, 30, [(0, 0, 10, 8), (20, 12, 15, 15), (20, 12, 15, 15), (0, 20, 5, 5)], delay=70)
    gif, webp = rendered_all(pausing, {"format": "gif"}, {"format": "webp"})
    assert timing_of(gif.data)[0] == [70, 70, 70, 70]
    assert timing_of(webp.data)[0] == [70, 140, 70]
    for variant in (gif, webp):
        assert variant.frames == probe(variant.data).frames == len(frames_of(variant.data))


@conversions
@pytest.mark.parametrize("width", [80, 40], ids=["as it is", "resized"])
def test_a_disc_that_wanders_over_nothing_leaves_no_trail(output: str, width: int) -> None:
    frames = [wandering_disc(left) for left in (0, 25, 50)]
    data = animation("GIF", frames, duration=50, loop=0)
    result = frames_of(rendered(data, format=output, width=width, quality=90).data)
    assert len(result) == 3
    for frame, source in zip(result, frames, strict=True):
        expected = resized(source, (width, width // 2))
        clear = (expected[..., 3] < 16) | (expected[..., 3] > 240)
        assert np.array_equal(frame[clear][:, 3] > 128, expected[clear][:, 3] > 128)
        opaque = expected[..., 3] > 240
        assert np.abs(frame[opaque][:, :3].astype(int) - (220, 60, 40)).mean() < 6


def wandering_disc(left: int) -> np.ndarray:
    y, x = np.mgrid[:40, :80]
    inside = (x - left - 15) ** 2 + (y - 20) ** 2 < 144
    rgba = np.zeros((40, 80, 4), np.uint8)
    rgba[inside] = (220, 60, 40, 255)
    return rgba


def test_half_transparent_frames_stay_so_in_a_webp() -> None:
    frames = [
        np.dstack([frame, np.full((40, 60), alpha, np.uint8)])
        for frame, alpha in zip(animation_frames(3), (255, 128, 40), strict=True)
    ]
    data = animation("WEBP", frames, duration=50, loop=0, background=(0, 0, 0, 0))
    variant = rendered(data, format="webp", width=30, lossless=True)
    assert [round(float(frame[..., 3].mean())) for frame in frames_of(variant.data)] == [255, 128, 40]


@conversions
def test_frames_smaller_than_the_canvas_are_laid_where_they_belong(output: str) -> None:
    data = gif_file(40, 30, [(0, 0, 12, 30), (15, 6, 10, 8), (20, 12, 15, 15)])
    assert_shows(rendered(data, format=output, lossless=True).data, frames_of(data), 1)


@every_source
@conversions
def test_an_animation_of_one_frame_is_a_still(source: str, output: str) -> None:
    variant = rendered(SOURCES[source](1), format=output, quality=90)
    assert (variant.frames, probe(variant.data).frames) == (1, 1)
    assert mean_difference(shown(variant.data)[..., :3], animation_frames(1)[0]) < 8


@pytest.mark.parametrize(
    "asked",
    [{"sharpen": True}, {"linear": True}, {"colour": "p3"}, {"height": 30, "fit": "contain"}],
    ids=str,
)
def test_a_frame_becomes_what_a_still_of_it_would_become(asked: dict[str, Any]) -> None:
    moving = rendered(photos.animated_webp(3), format="webp", width=30, lossless=True, **asked)
    for frame, source in zip(frames_of(moving.data), animation_frames(3), strict=True):
        still = made(photos.encode(source, "PNG"), width=30, **asked)
        assert np.array_equal(frame[..., :3], still[..., :3])


def test_lossless_webp_keeps_every_pixel_of_every_frame() -> None:
    variant = rendered(photos.animated_webp(4), format="webp", lossless=True)
    for frame, source in zip(frames_of(variant.data), animation_frames(4), strict=True):
        assert np.array_equal(frame[..., :3], source)


def test_original_keeps_an_animation_in_its_own_format() -> None:
    for source in MOVING:
        variant = rendered(SOURCES[source](3), format="original", width=30)
        assert (variant.format, variant.frames) == (source, 3)


def test_an_animation_of_many_frames_is_rendered_whole() -> None:
    data = animation("WEBP", animation_frames(60, 24, 16), duration=20, loop=0)
    variant = rendered(data, format="webp", width=12, effort=0)
    assert (variant.frames, probe(variant.data).frames) == (60, 60)
    assert made(data).shape[:2] == (16, 24)
