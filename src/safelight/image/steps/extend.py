"""Set a picture on a larger canvas."""

from __future__ import annotations

from safelight.image.colours import parse_colour
from safelight.image.geometry import Box, Size
from safelight.image.libvips import pyvips


def extend(image: pyvips.Image, canvas: Size, place: Box, background: str) -> pyvips.Image:
    """`image` at `place` on a canvas of `background`; gains alpha when the background is not opaque."""
    colour = parse_colour(background)
    if colour.alpha < 255 and not image.hasalpha():
        image = image.addalpha()
    return image.embed(
        place.left,
        place.top,
        canvas.width,
        canvas.height,
        extend="background",
        background=list(colour[: image.bands]),
    )
