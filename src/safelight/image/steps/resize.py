"""Change a picture's size: to the exact pixel, colours weighted by alpha, in linear light if wanted."""

from __future__ import annotations

from collections.abc import Callable

from safelight.image.geometry import Size
from safelight.image.libvips import pyvips
from safelight.image.steps import linear_light

KERNEL = "lanczos3"


def resize(image: pyvips.Image, size: Size, *, linear: bool = False) -> pyvips.Image:
    """One frame at `size`, in the same number format. With `linear` it must be 8-bit sRGB or P3."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    if linear:
        return linear_light.leave(_resize(linear_light.enter(image), size))
    return _resize(image, size)


def shrink(image: pyvips.Image, factor: int) -> pyvips.Image:
    """Average squares of `factor` px; reads the image from top to bottom, so that it can stream."""
    if factor == 1:
        return image
    return _weighted_by_alpha(image, lambda colours: colours.shrink(factor, factor, ceil=True))


def _resize(image: pyvips.Image, size: Size) -> pyvips.Image:
    across, down = size.width / image.width, size.height / image.height
    return _weighted_by_alpha(image, lambda colours: colours.resize(across, vscale=down, kernel=KERNEL))


def _weighted_by_alpha(image: pyvips.Image, change: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """What is transparent must not bleed its hidden colour into what is not."""
    if not image.hasalpha():
        return change(image)
    # Whole numbers in between: libvips resizes them four times faster than floats.
    weighted = image.premultiply().cast(image.format)
    return change(weighted).unpremultiply().cast(image.format)
