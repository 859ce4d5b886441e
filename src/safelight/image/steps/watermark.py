"""Lay a watermark over a picture."""

from __future__ import annotations

from safelight.image.libvips import pyvips
from safelight.image.overlay import Overlay


def watermark(image: pyvips.Image, overlay: Overlay) -> pyvips.Image:
    """`image` with the overlay on it, in the same bands; what reaches over the edge is cut off.

    Only the pixels under the overlay are touched: blending the whole picture takes a hundred times
    as long. They are read once more than the others, so `image` must not be a stream.
    """
    left, top = max(0, overlay.left), max(0, overlay.top)
    right = min(image.width, overlay.left + overlay.image.width)
    bottom = min(image.height, overlay.top + overlay.image.height)
    under = image.crop(left, top, right - left, bottom - top)
    over = overlay.image.crop(left - overlay.left, top - overlay.top, right - left, bottom - top)
    blended = under.composite2(over, "over")[: image.bands].cast(image.format)
    return image.insert(blended, left, top)
