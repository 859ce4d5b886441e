"""Change a picture's size: to the exact pixel, colours weighted by alpha, in linear light if wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from safelight.image.geometry import Size
from safelight.image.libvips import pyvips
from safelight.image.steps import linear_light

KERNEL: Final = "lanczos3"

# libvips averages whole pixels before it applies the kernel, as long as the average stays so many
# times larger than the result: 2 by default, which is neither faster nor as good (docs/decisions/0010).
_AVERAGED_STAYS_LARGER: Final = 3.0

Extent = tuple[float, float]


def resize(
    image: pyvips.Image, size: Size, *, linear: bool = False, extent: Extent | None = None
) -> pyvips.Image:
    """One frame at `size`, in the same number format. With `linear` it must be 8-bit sRGB or P3.

    `extent` is the width and height, px, that the image would have if shrinking it while it was
    decoded had not rounded them: half a pixel more or less moves every detail.
    """
    if (image.width, image.height) == (size.width, size.height):
        return image
    across, down = _scales(image, size, extent or (image.width, image.height))
    if linear:
        return linear_light.leave(_scaled(linear_light.enter(image), across, down))
    return _scaled(image, across, down)


def shrink(image: pyvips.Image, factor: int) -> pyvips.Image:
    """Average squares of `factor` px; reads the image from top to bottom, so that it can stream."""
    if factor == 1:
        return image
    return _weighted_by_alpha(image, lambda colours: colours.shrink(factor, factor, ceil=True))


def _scales(image: pyvips.Image, size: Size, extent: Extent) -> tuple[float, float]:
    across, down = size.width / extent[0], size.height / extent[1]
    # libvips rounds the product to whole pixels; where that misses the size, the size goes first.
    if round(image.width * across) != size.width:
        across = size.width / image.width
    if round(image.height * down) != size.height:
        down = size.height / image.height
    return across, down


def _scaled(image: pyvips.Image, across: float, down: float) -> pyvips.Image:
    return _weighted_by_alpha(
        image,
        lambda colours: colours.resize(across, vscale=down, kernel=KERNEL, gap=_AVERAGED_STAYS_LARGER),
    )


def _weighted_by_alpha(image: pyvips.Image, change: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """What is transparent must not bleed its hidden colour into what is not."""
    if not image.hasalpha():
        return change(image)
    # Whole numbers in between: libvips resizes them several times faster than floats.
    weighted = image.premultiply().cast(image.format)
    return change(weighted).unpremultiply().cast(image.format)
