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
    """Turn and mirror as EXIF `orientation` (1 … 8) asks; frames of an animation one by one.

    The result says nothing of an orientation, although that of a HEIC, which its decoder has turned
    already, still does: encoders would write it, and viewers would turn the picture again.
    Anything but 1 and 2 reads the image in another order than it was written: `image` must allow
    random access.
    """
    turned = image if orientation == 1 else _turned(image, orientation)
    return _without_tags(turned)


def _turned(image: pyvips.Image, orientation: int) -> pyvips.Image:
    turn = _TURNS[orientation]
    page_height = image.get_page_height()
    if page_height == image.height:
        return turn(image)
    tops = range(0, image.height, page_height)
    pages = [turn(image.crop(0, top, image.width, page_height)) for top in tops]
    turned = pyvips.Image.arrayjoin(pages, across=1).copy()
    turned.set_type(pyvips.GValue.gint_type, "page-height", pages[0].height)
    return turned


def _without_tags(image: pyvips.Image) -> pyvips.Image:
    tags = [tag for tag in _TAGS if image.get_typeof(tag)]
    if not tags:
        return image
    bare = image.copy()
    for tag in tags:
        bare.remove(tag)
    return bare
