"""Change a picture's size: to the exact pixel, colours weighted by alpha, in linear light if wanted."""

from __future__ import annotations

from collections.abc import Callable

import pyvips

from safelight.image.geometry import Size
from safelight.image.steps import linear_light

KERNEL = "lanczos3"


def resize(image: pyvips.Image, size: Size, *, linear: bool = False) -> pyvips.Image:
    """One frame at `size`, in the same number format; `linear` needs an sRGB-like transfer curve."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    if not linear:
        return _weighted_by_alpha(image, lambda colours: _to_size(colours, size))
    bright = _weighted_by_alpha(linear_light.enter(image), lambda colours: _to_size(colours, size))
    return linear_light.leave(bright, image)


def shrink(image: pyvips.Image, factor: int) -> pyvips.Image:
    """Average squares of `factor` px; reads the image from top to bottom, so that it can stream."""
    if factor == 1:
        return image
    return _weighted_by_alpha(image, lambda colours: colours.shrink(factor, factor, ceil=True))


def _to_size(image: pyvips.Image, size: Size) -> pyvips.Image:
    return image.resize(size.width / image.width, vscale=size.height / image.height, kernel=KERNEL)


def _weighted_by_alpha(image: pyvips.Image, change: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """What is transparent must not bleed its hidden colour into what is not."""
    if not image.hasalpha():
        return change(image)
    # Whole numbers in between: libvips resizes them four times faster than floats.
    weighted = image.premultiply().cast(image.format)
    return change(weighted).unpremultiply().cast(image.format)
