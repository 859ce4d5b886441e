"""What a watermark is made of, as 8-bit RGBA images: text or an image, and a shadow around it."""

from __future__ import annotations

from typing import Final

from safelight.image.colours import parse_colour
from safelight.image.decode import decode, decoding
from safelight.image.fonts import draw_text
from safelight.image.geometry import GRAVITIES, Size, geometry
from safelight.image.libvips import pyvips
from safelight.image.options import ImageWatermark, Limits, Point, TextWatermark, VariantOptions
from safelight.image.probe import check_limits, probe
from safelight.image.steps.colour import to_working_space
from safelight.image.steps.orient import orient
from safelight.image.steps.resize import resize

_MEASURING_SIZE: Final = 24  # px of the em; enough to tell the proportions of a text of any size
_ALIGNMENTS: Final = {0.0: "low", 0.5: "centre", 1.0: "high"}  # of lines, by the side the text stands at

_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_LUMINANCE: Final = (0.2126, 0.7152, 0.0722)  # Rec. 709, on curved values

# Strength makes up for what blurring takes from thin strokes.
_SHADOW_STRENGTH: Final = 2.4
_SHADOW_OPACITY: Final = 0.85


def text_ink(watermark: TextWatermark, size: int, room: Size) -> pyvips.Image:
    """The text with an em of `size` px, or the largest that fits into `room`."""
    across = 0.0 if isinstance(watermark.position, Point) else GRAVITIES[watermark.position][0]
    align = _ALIGNMENTS[across]
    measured = draw_text(watermark.text, size=_MEASURING_SIZE, align=align)
    largest = _MEASURING_SIZE * min(room.width / measured.width, room.height / measured.height)
    mask = draw_text(watermark.text, size=max(1, min(size, int(largest))), align=align)
    mask = resize(mask, _fitting(mask, Size(width=mask.width, height=mask.height), room))
    colour = parse_colour(watermark.colour)
    alpha = (mask * (colour.alpha / 255)).rint().cast("uchar")
    return _plain(mask, colour[:3]).bandjoin(alpha).copy(interpretation="srgb")


def image_ink(watermark: ImageWatermark, width: int, room: Size) -> pyvips.Image:
    """The image at `width` px, or the largest that fits into `room`; of an animation the first frame."""
    facts = probe(watermark.image)
    check_limits(facts, Limits())
    with decoding(watermark.image, facts):
        image = decode(watermark.image, facts).copy_memory()
    image = to_working_space(orient(image, facts.orientation), "srgb", facts)
    if not image.hasalpha():
        image = image.addalpha()
    return resize(image, _fitting(image, Size(width=width, height=room.height), room))


def with_shadow(ink: pyvips.Image, *, blur: float) -> tuple[pyvips.Image, int]:
    """The ink over a soft shadow on all sides, dark under light ink and light under dark.

    `blur` is its standard deviation, px. Also returns by how many px it reaches out on each side.
    """
    reach = max(1, round(3 * blur))
    room = (ink.width + 2 * reach, ink.height + 2 * reach)
    padded = ink.embed(reach, reach, *room)
    shade = padded[3].gaussblur(blur) * (_SHADOW_STRENGTH * _SHADOW_OPACITY)
    shade = (shade > 255 * _SHADOW_OPACITY).ifthenelse(255 * _SHADOW_OPACITY, shade).cast("uchar")
    colour = _BLACK if _luminance(ink) > 127 else _WHITE
    shadow = _plain(shade, colour).bandjoin(shade).copy(interpretation="srgb")
    return shadow.composite2(padded, "over"), reach


def faded(ink: pyvips.Image, opacity: float) -> pyvips.Image:
    """With alpha times `opacity`, 0 … 1."""
    return (ink * [1, 1, 1, opacity]).rint().cast("uchar").copy(interpretation="srgb")


def _fitting(image: pyvips.Image, wanted: Size, room: Size) -> Size:
    """The image's shape inside both boxes."""
    limits = VariantOptions(
        name="ink",
        width=min(wanted.width, room.width),
        height=min(wanted.height, room.height),
        enlarge=True,
    )
    return geometry(Size(width=image.width, height=image.height), limits).final


def _plain(like: pyvips.Image, colour: tuple[int, ...]) -> pyvips.Image:
    return (pyvips.Image.black(like.width, like.height) + list(colour)).cast("uchar")


def _luminance(ink: pyvips.Image) -> float:
    """Of what can be seen of it, 0 … 255."""
    light = sum(ink[band] * weight for band, weight in enumerate(_LUMINANCE))
    visible = ink[3].avg()
    return float((light * ink[3]).avg() / visible) if visible else 0.0
