"""Write a picture without colour in one band instead of three equal ones."""

from __future__ import annotations

from safelight.image.libvips import pyvips


def drop_colour(image: pyvips.Image) -> pyvips.Image:
    """The first band of RGB, with alpha where there is one."""
    grey = image[0]
    if image.hasalpha():
        grey = grey.bandjoin(image[3])
    return grey.copy(interpretation="b-w")
