"""EXIF orientation, applied to the pixels and then forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from safelight.image.libvips import pyvips

_TURNS: Final[dict[int, Callable[[pyvips.Image], pyvips.Image]]] = {
    2: lambda image: image.fliphor(),
    3: lambda image: image.rot180(),
    4: lambda image: image.flipver(),
    5: lambda image: image.rot90().fliphor(),
    6: lambda image: image.rot90(),
    7: lambda image: image.rot270().fliphor(),
    8: lambda image: image.rot270(),
}
_TAGS: Final = ("orientation", "exif-ifd0-Orientation")


def orient(image: pyvips.Image, orientation: int) -> pyvips.Image:
    """Turn and mirror one picture, or one frame of an animation, as EXIF `orientation` (1 … 8) asks.

    Anything but 1 and 2 reads the image in another order than it was written: `image` must allow
    random access.
    """
    if orientation == 1:
        return image
    turned = _TURNS[orientation](image).copy()
    for tag in _TAGS:
        if turned.get_typeof(tag):
            turned.remove(tag)
    return turned
