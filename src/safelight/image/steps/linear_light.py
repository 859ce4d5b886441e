"""Between sRGB's transfer curve and linear light, by table: 16 bits hold what 8 curved bits can show."""

from __future__ import annotations

from functools import cache

import pyvips

_DEPTH = {"uchar": 255, "ushort": 65535}


def enter(image: pyvips.Image) -> pyvips.Image:
    """An 8- or 16-bit sRGB or grey image as 16-bit linear light; alpha is only scaled."""
    colours = image.bands - image.hasalpha()
    table = _with_alpha(_linear(image.format), _scaled(image.format, "ushort"), image)
    interpretation = "grey16" if colours == 1 else "rgb16"
    return image.maplut(table).copy(interpretation=interpretation)


def leave(image: pyvips.Image, like: pyvips.Image) -> pyvips.Image:
    """Back from 16-bit linear light to the number format and the interpretation of `like`."""
    table = _with_alpha(_curved(like.format), _scaled("ushort", like.format), like)
    return image.maplut(table).copy(interpretation=like.interpretation)


def _with_alpha(colour: pyvips.Image, alpha: pyvips.Image, image: pyvips.Image) -> pyvips.Image:
    if not image.hasalpha():
        return colour
    return colour.bandjoin([*[colour] * (image.bands - 2), alpha])


@cache
def _linear(format: str) -> pyvips.Image:
    curved = _ramp(format)
    linear = (curved <= 0.04045).ifthenelse(curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    return _table(linear, "ushort")


@cache
def _curved(format: str) -> pyvips.Image:
    linear = _ramp("ushort")
    curved = (linear <= 0.0031308).ifthenelse(linear * 12.92, linear ** (1 / 2.4) * 1.055 - 0.055)
    return _table(curved, format)


@cache
def _scaled(format: str, to: str) -> pyvips.Image:
    return _table(_ramp(format), to)


def _ramp(format: str) -> pyvips.Image:
    """Every value of the format, as 0 … 1."""
    return pyvips.Image.identity(ushort=format == "ushort") / _DEPTH[format]


def _table(values: pyvips.Image, format: str) -> pyvips.Image:
    return (values * _DEPTH[format]).rint().cast(format).copy_memory()
