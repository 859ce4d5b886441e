"""ICC profiles are understood well enough to know sRGB, and never trusted further."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageCms

from safelight.image.libvips import pyvips
from safelight.image.profiles import Profile, read_profile
from tests.samples import profiles


def test_our_own_srgb_is_known_as_srgb() -> None:
    assert read_profile(profiles.icc("srgb")) == Profile(space="rgb", is_srgb=True)


def test_srgb_of_other_makers_is_known_as_srgb() -> None:
    of_libvips = bytes(pyvips.Image.profile_load("srgb"))
    of_littlecms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (of_libvips, of_littlecms):
        assert read_profile(data) == Profile(space="rgb", is_srgb=True)


@pytest.mark.parametrize("space", ["p3", "adobe", "prophoto"])
def test_wide_gamuts_are_not_mistaken_for_srgb(space: str) -> None:
    assert read_profile(profiles.icc(space)) == Profile(space="rgb", is_srgb=False)


def test_a_sampled_curve_of_srgb_is_known_and_one_of_another_gamma_is_not() -> None:
    ramp = np.linspace(0, 1, 1024)
    decoded = np.where(ramp <= 0.04045, ramp / 12.92, ((ramp + 0.055) / 1.055) ** 2.4)
    assert read_profile(profiles.with_curve("srgb", decoded)) == Profile(space="rgb", is_srgb=True)
    assert read_profile(profiles.with_curve("srgb", ramp**1.8)) == Profile(space="rgb", is_srgb=False)


def test_grey_and_cmyk_are_told_apart() -> None:
    assert read_profile(profiles.icc("grey")) == Profile(space="grey", is_srgb=False)
    press = bytes(pyvips.Image.profile_load("cmyk"))
    assert read_profile(press) == Profile(space="cmyk", is_srgb=False)


@pytest.mark.parametrize("length", range(0, 500, 37))
def test_a_profile_cut_anywhere_is_no_profile(length: int) -> None:
    assert read_profile(profiles.icc("p3")[:length]) is None
