"""Cut a picture to size, at a given place or where it matters most."""

from __future__ import annotations

from safelight.image.geometry import Box, Size, SmartCrop
from safelight.image.libvips import pyvips


def crop(image: pyvips.Image, box: Box) -> pyvips.Image:
    return image.crop(box.left, box.top, box.width, box.height)


def find_box(image: pyvips.Image, size: Size, by: SmartCrop) -> Box:
    """The box of `size` with the most salient colours and skin (attention) or the most detail (entropy).

    `image` is read more than once, so it must not be a stream.
    """
    found = image.smartcrop(size.width, size.height, interesting=by)
    return Box(left=-found.xoffset, top=-found.yoffset, width=size.width, height=size.height)
