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
    decoded had not made them whole: half a pixel more or less moves every detail.
    """
    if (image.width, image.height) == (size.width, size.height):
        return image
    if extent is None:
        extent = image.width, image.height
    image = _nearest(image, extent)
    across, down = size.width / extent[0], size.height / extent[1]
    if linear:
        return linear_light.leave(_scaled(linear_light.enter(image), size, across, down))
    return _scaled(image, size, across, down)


def shrink(image: pyvips.Image, factor: int) -> pyvips.Image:
    """Average squares of `factor` px; reads the image from top to bottom, so that it can stream."""
    if factor == 1:
        return image
    return _weighted_by_alpha(image, lambda colours: colours.shrink(factor, factor, ceil=True))


def _nearest(image: pyvips.Image, extent: Extent) -> pyvips.Image:
    """Without a last column or row of which the smaller part is picture; with one that decoding dropped.

    libvips cannot place a resized image between pixels: what a side lacks or has too much moves it
    by half of that.
    """
    width, height = round(extent[0]), round(extent[1])
    if (image.width, image.height) == (width, height):
        return image
    return image.embed(0, 0, width, height, extend="copy")


def _scaled(image: pyvips.Image, size: Size, across: float, down: float) -> pyvips.Image:
    return _weighted_by_alpha(image, lambda colours: _enlarged(_reduced(colours, across, down), size))


def _reduced(image: pyvips.Image, across: float, down: float) -> pyvips.Image:
    return image.resize(min(across, 1), vscale=min(down, 1), kernel=KERNEL, gap=_AVERAGED_STAYS_LARGER)


def _enlarged(image: pyvips.Image, size: Size) -> pyvips.Image:
    """By an affine transform of our own: that of libvips' `resize` moves the picture by half a pixel."""
    across, down = size.width / image.width, size.height / image.height
    if across == down == 1:
        return image
    return image.affine(
        (across, 0, 0, down),
        interpolate=pyvips.Interpolate.new("bicubic"),
        oarea=(0, 0, size.width, size.height),
        idx=0.5,  # from pixel centre
        idy=0.5,
        odx=-0.5,  # to pixel centre
        ody=-0.5,
        extend="copy",
        premultiplied=True,
    )


def _weighted_by_alpha(image: pyvips.Image, change: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """What is transparent must not bleed its hidden colour into what is not."""
    if not image.hasalpha():
        return change(image)
    # Whole numbers in between: libvips resizes them several times faster than floats.
    weighted = _as(image.format, image.premultiply())
    return _as(image.format, change(weighted).unpremultiply())


def _as(format: str, floats: pyvips.Image) -> pyvips.Image:
    """Rounded, where `format` is of whole numbers; a cast alone cuts off, which darkens faint colours."""
    return floats if format == "float" else floats.rint().cast(format)
