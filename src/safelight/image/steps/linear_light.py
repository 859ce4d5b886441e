"""Between sRGB's transfer curve and linear light, by table: 16 bits hold what 8 curved bits can show."""

from __future__ import annotations

from functools import cache

from safelight.image.libvips import pyvips


def enter(image: pyvips.Image) -> pyvips.Image:
    """8-bit sRGB as 16-bit linear light; alpha, which is linear as it is, only gets more bits."""
    return image.maplut(_linear(image.bands)).copy(interpretation="rgb16")


def leave(image: pyvips.Image) -> pyvips.Image:
    """16-bit linear light as 8-bit sRGB."""
    return image.maplut(_curved(image.bands)).copy(interpretation="srgb")


@cache
def _linear(bands: int) -> pyvips.Image:
    curved = pyvips.Image.identity() / 255
    linear = (curved <= 0.04045).ifthenelse(curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    return _table(bands, colour=linear * 65535, alpha=curved * 65535, format="ushort")


@cache
def _curved(bands: int) -> pyvips.Image:
    linear = pyvips.Image.identity(ushort=True) / 65535
    curved = (linear <= 0.0031308).ifthenelse(linear * 12.92, linear ** (1 / 2.4) * 1.055 - 0.055)
    return _table(bands, colour=curved * 255, alpha=linear * 255, format="uchar")


def _table(bands: int, *, colour: pyvips.Image, alpha: pyvips.Image, format: str) -> pyvips.Image:
    columns = colour.bandjoin([colour, colour, alpha]) if bands == 4 else colour
    return columns.rint().cast(format).copy_memory()
