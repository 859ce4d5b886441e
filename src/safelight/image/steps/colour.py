"""From whatever colour a file holds to 8-bit RGB of one known space, alpha kept as it is."""

from __future__ import annotations

import logging
from typing import Final, Literal

from safelight.image.headers.header import DISPLAY_P3
from safelight.image.libvips import pyvips
from safelight.image.options import ColourPolicy
from safelight.image.probe import Probe
from safelight.image.profiles import Profile, read_profile

_log: Final = logging.getLogger(__name__)

Space = Literal["grey", "rgb", "cmyk", "lab"]

_PROFILE: Final = "icc-profile-data"
_SPACE_OF: Final[dict[str, Space]] = {  # by libvips' interpretation; our headers let no other through
    "b-w": "grey",
    "grey16": "grey",
    "srgb": "rgb",
    "rgb16": "rgb",
    "cmyk": "cmyk",
    "lab": "lab",
    "labs": "lab",
}
_COLOURS: Final[dict[Space, int]] = {"grey": 1, "rgb": 3, "cmyk": 4, "lab": 3}
# Relative with black point compensation, as image editors convert: whites stay white, blacks black.
_CONVERSION: Final = {"intent": "relative", "black_point_compensation": True, "depth": 8}


def to_working_space(image: pyvips.Image, colour: ColourPolicy, facts: Probe) -> pyvips.Image:
    """Convert to 8 bits, 3 bands or 4 with alpha, interpretation `srgb`; works at any size.

    There is an alpha band exactly when `facts` say so.

    `srgb`: sRGB, without a profile. `p3`: Display P3, its profile attached. `keep`: RGB values stay
    and so does their profile; grey, CMYK and Lab, which most formats cannot hold, become sRGB.

    A file's profile is used when it is readable and fits the pixels; otherwise the file's stated
    primaries; otherwise RGB and grey count as sRGB, CMYK as a common offset press. Depth beyond 8
    bits is given up: no delivery format of the web needs it.
    """
    space = _SPACE_OF[image.interpretation]
    bands = _COLOURS[space] + facts.has_alpha
    if image.bands > bands:  # some TIFFs bring masks and spot colours along
        image = image.extract_band(0, n=bands)
    converted = _converted(image, space, colour, facts)
    return converted.addalpha() if facts.has_alpha and converted.bands == 3 else converted


def _converted(image: pyvips.Image, space: Space, colour: ColourPolicy, facts: Probe) -> pyvips.Image:
    profile = _usable_profile(image, space)
    assumed = _assumed(space, facts)
    if space == "rgb" and colour == "keep" and profile:
        return _eight_bits(image)
    target = _target(space, colour, assumed)
    is_srgb = profile.is_srgb if profile else assumed == "srgb"
    if space == "rgb" and target == "srgb" and is_srgb:
        return _without_profile(_eight_bits(image))
    converted = _from_profile(image, target) if profile else None
    return converted or _from_assumption(image, space, assumed, target)


def _usable_profile(image: pyvips.Image, space: Space) -> Profile | None:
    if not image.get_typeof(_PROFILE):
        return None
    profile = read_profile(bytes(image.get(_PROFILE)))
    return profile if profile is not None and profile.space == space else None


def _assumed(space: Space, facts: Probe) -> str:
    """libvips' name of the profile that pixels without one are taken to have."""
    if space == "cmyk":
        return "cmyk"
    return "p3" if space == "rgb" and facts.primaries == DISPLAY_P3 else "srgb"


def _target(space: Space, colour: ColourPolicy, assumed: str) -> Literal["srgb", "p3"]:
    kept_as_p3 = colour == "keep" and space == "rgb" and assumed == "p3"
    return "p3" if colour == "p3" or kept_as_p3 else "srgb"


def _from_profile(image: pyvips.Image, target: str) -> pyvips.Image | None:
    """None when the colour engine cannot use what looked like a fitting profile."""
    try:
        converted = image.icc_transform(target, embedded=True, **_CONVERSION)
    except pyvips.Error as error:
        _log.debug("profile ignored: %s", error)
        return None
    return _tagged(converted, target)


def _from_assumption(image: pyvips.Image, space: Space, assumed: str, target: str) -> pyvips.Image:
    plain = _without_profile(image)
    if space == "lab":  # under D50, as files mean it and as profiles connect; `colourspace` takes D65
        lab = plain.colourspace("lab")
        return _tagged(lab.icc_export(output_profile=target, intent="relative", depth=8), target)
    if space == "grey":
        plain = plain.colourspace("srgb")
    if assumed == target:
        return _labelled(_eight_bits(plain), target)
    return _tagged(plain.icc_transform(target, input_profile=assumed, **_CONVERSION), target)


def _tagged(image: pyvips.Image, target: str) -> pyvips.Image:
    """The transform leaves its profile on the image; sRGB goes without saying."""
    return image if target == "p3" else _without_profile(image)


def _labelled(image: pyvips.Image, target: str) -> pyvips.Image:
    """For values that are in the target space already."""
    if target == "p3":
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, _PROFILE, pyvips.Image.profile_load(target))
    return image


def _eight_bits(image: pyvips.Image) -> pyvips.Image:
    if image.format == "uchar":
        return image
    return image.cast("uchar", shift=image.format == "ushort").copy(interpretation="srgb")


def _without_profile(image: pyvips.Image) -> pyvips.Image:
    if not image.get_typeof(_PROFILE):
        return image
    bare = image.copy()
    bare.remove(_PROFILE)
    return bare
