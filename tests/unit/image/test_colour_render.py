"""Variants show the colours that were meant, and carry a profile exactly where they need one."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from safelight.image.libvips import pyvips
from safelight.image.options import ColourPolicy
from tests.samples import photos, profiles
from tests.samples.raw_tiff import LAB, tiff_file
from tests.samples.scenes import cmyk_pixels, scene
from tests.unit.image.press import printed
from tests.unit.image.rendering import made, opened, rendered, rendered_all, resized, shown

WIDTH, HEIGHT = 128, 96
SCENE = scene(WIDTH, HEIGHT, grain=0)
WIDE = ("p3", "adobe", "prophoto")
TAGGED = ["jpeg", "png", "webp", "avif", "tiff"]
P3_SAMPLES = profiles.convert(SCENE, "srgb", "p3")


def lab_tiff() -> bytes:
    lab = profiles.lab_of(SCENE)
    light, tints = np.rint(lab[..., :1] * 655.35), np.rint(lab[..., 1:] * 256).astype(np.int16)
    return tiff_file(np.dstack([light.astype(np.uint16), tints.view(np.uint16)]), LAB)


def as_grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"))


PICTURE = Image.fromarray(SCENE)
# What each source means, as 8-bit sRGB.
SOURCES: dict[str, tuple[Callable[[], bytes], np.ndarray]] = {
    "srgb": (lambda: photos.png(WIDTH, HEIGHT), SCENE),
    "srgb with its profile": (lambda: photos.png(WIDTH, HEIGHT, profile="srgb"), SCENE),
    "p3": (lambda: photos.png(WIDTH, HEIGHT, profile="p3"), profiles.convert(SCENE, "p3")),
    "adobe": (lambda: photos.png(WIDTH, HEIGHT, profile="adobe"), profiles.convert(SCENE, "adobe")),
    "prophoto": (lambda: photos.png(WIDTH, HEIGHT, profile="prophoto"), profiles.convert(SCENE, "prophoto")),
    "16 bits": (lambda: photos.png(WIDTH, HEIGHT, kind="rgb16"), SCENE),
    "grey": (lambda: photos.png(WIDTH, HEIGHT, kind="grey"), as_grey(PICTURE.convert("L"))),
    "16-bit grey": (lambda: photos.png(WIDTH, HEIGHT, kind="grey16"), as_grey(PICTURE.convert("L"))),
    "bilevel": (lambda: photos.png(WIDTH, HEIGHT, kind="bilevel"), as_grey(PICTURE.convert("1"))),
    "palette": (lambda: photos.png(WIDTH, HEIGHT, kind="palette"), as_grey(PICTURE.quantize(32))),
    "cmyk": (lambda: photos.tiff(WIDTH, HEIGHT, kind="cmyk"), printed(cmyk_pixels(WIDTH, HEIGHT))),
    "lab": (lab_tiff, SCENE),
}


def delta_e(one: np.ndarray, other: np.ndarray, space: str = "srgb") -> np.ndarray:
    """CIE 1976 colour difference of each pixel; 1 is just noticeable side by side."""
    return np.linalg.norm(profiles.lab_of(one, space) - profiles.lab_of(other, space), axis=-1)


def profile_of(data: bytes) -> bytes | None:
    return opened(data).info.get("icc_profile")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("linear", [False, True], ids=["", "linear"])
def test_colours_are_those_meant_at_the_original_size(source: str, linear: bool) -> None:
    make, meant = SOURCES[source]
    assert delta_e(made(make(), linear=linear), meant).mean() < 0.6


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("width", [64, 24], ids=["resized", "averaged, then resized"])
def test_colours_are_those_meant_when_resized(source: str, width: int) -> None:
    """Pixels are resized in the file's own space and converted then, which is not quite the same."""
    make, meant = SOURCES[source]
    result = made(make(), width=width)
    difference = delta_e(result, resized(meant, result.shape[1::-1]))
    assert difference.mean() < 2.5
    assert np.median(difference) < 1


@pytest.mark.parametrize("source", SOURCES)
def test_p3_shows_the_same_colours_in_other_numbers(source: str) -> None:
    make, meant = SOURCES[source]
    narrow = source not in WIDE  # wider colours than sRGB are only kept in P3
    result = made(make(), colour="p3")
    if narrow:
        assert delta_e(result, profiles.convert(meant, "srgb", "p3"), "p3").mean() < 0.8
    else:
        assert delta_e(result, profiles.convert(SCENE, source, "p3"), "p3").mean() < 0.6


@pytest.mark.parametrize("space", WIDE)
@pytest.mark.parametrize("output", TAGGED)
def test_kept_colours_mean_the_same_by_the_profile_they_carry(space: str, output: str) -> None:
    variant = rendered(photos.png(WIDTH, HEIGHT, profile=space), colour="keep", format=output, quality=95)
    assert delta_e(shown(variant.data), SCENE, space).mean() < 4  # WebP halves the resolution of colour
    assert profile_of(variant.data) == profiles.icc(space)


@pytest.mark.parametrize("output", TAGGED)
def test_p3_says_so(output: str) -> None:
    variant = rendered(photos.png(WIDTH, HEIGHT), colour="p3", format=output, quality=95)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_of(variant.data) or b""))
    assert "P3" in ImageCms.getProfileDescription(profile)
    assert delta_e(shown(variant.data), P3_SAMPLES, "p3").mean() < 3


@pytest.mark.parametrize("output", [*TAGGED, "gif"])
@pytest.mark.parametrize("space", ["srgb", *WIDE])
@pytest.mark.parametrize("metadata", ["none", "copyright", "all"])
def test_srgb_goes_without_a_profile(output: str, space: str, metadata: str) -> None:
    variant = rendered(photos.png(profile=space), format=output, metadata=metadata, effort=0)
    assert profile_of(variant.data) is None


@pytest.mark.parametrize("colour", ["keep", "p3"])
@pytest.mark.parametrize("space", [None, *WIDE])
def test_a_gif_is_srgb_because_it_can_name_no_other_space(colour: ColourPolicy, space: str | None) -> None:
    variant = rendered(photos.png(WIDTH, HEIGHT, profile=space), colour=colour, format="gif")
    meant = profiles.convert(SCENE, space) if space else SCENE
    assert delta_e(shown(variant.data), meant).mean() < 4  # 256 colours
    assert profile_of(variant.data) is None


@pytest.mark.parametrize("source", ["srgb", "grey", "cmyk", "lab", "16-bit grey"])
@pytest.mark.parametrize("output", TAGGED)
def test_kept_colours_that_are_srgb_or_must_become_it_need_no_profile(source: str, output: str) -> None:
    make, meant = SOURCES[source]
    variant = rendered(make(), colour="keep", format=output, quality=95)
    assert profile_of(variant.data) is None
    assert delta_e(shown(variant.data), meant).mean() < 3


@pytest.mark.parametrize("metadata", ["none", "copyright"])
def test_a_profile_that_is_needed_is_no_metadata_to_be_dropped(metadata: str) -> None:
    variant = rendered(photos.png(profile="adobe"), colour="keep", metadata=metadata)
    assert profile_of(variant.data) == profiles.icc("adobe")


def test_a_press_profile_never_ends_up_on_rgb_pixels() -> None:
    press = bytes(pyvips.Image.profile_load("cmyk"))
    inks = Image.fromarray(cmyk_pixels(WIDTH, HEIGHT), "CMYK")
    data = photos.encode(inks, "TIFF", icc_profile=press)
    for colour in ("srgb", "keep"):
        variant = rendered(data, colour=colour, format="jpeg", metadata="all", quality=95)
        assert profile_of(variant.data) is None
        assert delta_e(shown(variant.data), printed(cmyk_pixels(WIDTH, HEIGHT))).mean() < 3


def test_variants_of_several_spaces_do_not_mix() -> None:
    data = photos.png(WIDTH, HEIGHT, profile="adobe")
    srgb, kept, p3 = rendered_all(data, {"colour": "srgb"}, {"colour": "keep"}, {"colour": "p3"})
    assert delta_e(shown(srgb.data), profiles.convert(SCENE, "adobe")).mean() < 0.6
    assert np.array_equal(shown(kept.data), SCENE)
    assert delta_e(shown(p3.data), profiles.convert(SCENE, "adobe", "p3"), "p3").mean() < 0.6
    assert [profile_of(srgb.data), profile_of(kept.data)] == [None, profiles.icc("adobe")]
