"""Set a transparent picture on an opaque background."""

from __future__ import annotations

from safelight.image.colours import parse_colour
from safelight.image.libvips import pyvips


def flatten(image: pyvips.Image, background: str) -> pyvips.Image:
    """Without alpha; the background's own alpha has no meaning here."""
    if not image.hasalpha():
        return image
    colour = parse_colour(background)
    return image.flatten(background=[colour.red, colour.green, colour.blue])
