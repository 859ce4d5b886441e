"""A watermark made ready for a picture of a given size: what to lay over it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from safelight.errors import ConfigurationError, ImageRejected
from safelight.image.geometry import Size, place
from safelight.image.ink import faded, image_ink, text_ink, with_shadow
from safelight.image.libvips import pyvips
from safelight.image.options import Length, Point, TextWatermark, Watermark

_BLUR_OF_TEXT: Final = 0.06  # of its em or its height
_BLUR_OF_IMAGE: Final = 0.02  # of its smaller side


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """8-bit RGBA in memory, and where its top left corner goes; a shadow may reach over the edge."""

    image: pyvips.Image
    left: int
    top: int


def make_overlay(watermark: Watermark, picture: Size) -> Overlay:
    """The watermark for a picture of that size, made smaller where it would not fit with its margin.

    Raises ConfigurationError when the watermark itself is at fault.
    """
    try:
        return _make(watermark, picture)
    except (ImageRejected, ValueError) as error:
        raise ConfigurationError(
            f"A watermark cannot be drawn: {error}", remedy="Correct `watermark` in the recipe."
        ) from error


def _make(watermark: Watermark, picture: Size) -> Overlay:
    margin = _margin(watermark, picture)
    room = Size(width=picture.width - 2 * margin, height=picture.height - 2 * margin)
    size = max(1, _pixels(watermark.size, picture))
    if isinstance(watermark, TextWatermark):
        ink, blur = text_ink(watermark, size, room), _BLUR_OF_TEXT
    else:
        ink, blur = image_ink(watermark, size, room), _BLUR_OF_IMAGE
    left, top = _corner(watermark, room, Size(width=ink.width, height=ink.height))
    reach = 0
    if watermark.shadow:
        ink, reach = with_shadow(ink, blur=blur * min(size, ink.width, ink.height))
    return Overlay(
        image=faded(ink, watermark.opacity).copy_memory(),
        left=margin + left - reach,
        top=margin + top - reach,
    )


def _margin(watermark: Watermark, picture: Size) -> int:
    if isinstance(watermark.position, Point):
        return 0
    shorter = min(picture.width, picture.height)
    return min(_pixels(watermark.margin, picture), (shorter - 1) // 2)


def _pixels(length: Length, picture: Size) -> int:
    return round(length.value * picture.width / 100 if length.unit == "%" else length.value)


def _corner(watermark: Watermark, room: Size, ink: Size) -> tuple[int, int]:
    position = watermark.position
    if not isinstance(position, Point):
        return place(room, ink, position)
    return min(max(0, position.x), room.width - ink.width), min(max(0, position.y), room.height - ink.height)
