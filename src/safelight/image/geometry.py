"""Where the pixels go: fit, position and size as plain numbers. Touches no pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from safelight.image.options import Position, VariantOptions

SmartCrop = Literal["attention", "entropy"]

# Share of the free room that lies left of and above the picture.
GRAVITIES: dict[Position, tuple[float, float]] = {
    "north-west": (0.0, 0.0),
    "north": (0.5, 0.0),
    "north-east": (1.0, 0.0),
    "west": (0.0, 0.5),
    "centre": (0.5, 0.5),
    "east": (1.0, 0.5),
    "south-west": (0.0, 1.0),
    "south": (0.5, 1.0),
    "south-east": (1.0, 1.0),
    # A smart position with nothing to choose from.
    "attention": (0.5, 0.5),
    "entropy": (0.5, 0.5),
}


@dataclass(frozen=True, kw_only=True)
class Size:
    """px, both at least 1."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def turned(self) -> Size:
        return Size(width=self.height, height=self.width)

    def covers(self, other: Size, *, times: float = 1.0) -> bool:
        """True when both sides are at least `times` those of `other`."""
        return self.width >= other.width * times and self.height >= other.height * times


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle by its top left corner, px."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """The way from the oriented original to a variant: resize to `scaled`, then crop or extend to `final`."""

    scaled: Size
    final: Size
    crop: Box | SmartCrop | None = None  # smart crops choose their box of size `final` from the pixels
    extend: Box | None = None  # where the scaled picture lies on the canvas of size `final`


def geometry(original: Size, options: VariantOptions) -> Geometry:
    """Sizes and boxes of one variant.

    With only one of width and height the other follows from the aspect ratio, whatever the fit.
    Without `enlarge` no side grows: `cover` and `fill` leave a side shorter that the original cannot
    reach, and `contain` sets the picture as it is on the full canvas.
    """
    if options.width is None or options.height is None:
        scaled = _follow(original, options)
        return Geometry(scaled=scaled, final=scaled)
    wanted = Size(width=options.width, height=options.height)
    if options.fit == "fill":
        final = wanted if options.enlarge else _smaller(wanted, original)
        return Geometry(scaled=final, final=final)
    scaled = _scale(original, wanted, inside=options.fit in ("inside", "contain"), enlarge=options.enlarge)
    if options.fit == "cover":
        final = _smaller(wanted, scaled)
        return Geometry(scaled=scaled, final=final, crop=_crop(scaled, final, options.position))
    if options.fit == "contain":
        return Geometry(scaled=scaled, final=wanted, extend=_extend(scaled, wanted, options.position))
    return Geometry(scaled=scaled, final=scaled)


def place(outer: Size, inner: Size, position: Position) -> tuple[int, int]:
    """Left and top of `inner`, no larger than `outer`, inside it, px."""
    across, down = GRAVITIES[position]
    return int((outer.width - inner.width) * across), int((outer.height - inner.height) * down)


def _follow(original: Size, options: VariantOptions) -> Size:
    if options.width is not None:
        return _by_width(original, options.width, enlarge=options.enlarge)
    if options.height is not None:
        return _by_height(original, options.height, enlarge=options.enlarge)
    return original


def _scale(original: Size, wanted: Size, *, inside: bool, enlarge: bool) -> Size:
    """The original's shape, scaled until it fits inside `wanted`, or until it covers it."""
    wider_than_wanted = original.width * wanted.height >= wanted.width * original.height
    if wider_than_wanted == inside:
        return _by_width(original, wanted.width, enlarge=enlarge)
    return _by_height(original, wanted.height, enlarge=enlarge)


def _by_width(original: Size, width: int, *, enlarge: bool) -> Size:
    if width > original.width and not enlarge:
        return original
    return Size(width=width, height=_proportion(original.height, width, original.width))


def _by_height(original: Size, height: int, *, enlarge: bool) -> Size:
    return _by_width(original.turned, height, enlarge=enlarge).turned


def _proportion(side: int, numerator: int, denominator: int) -> int:
    """`side × numerator / denominator`, rounded half up, never below 1; exact in integers."""
    return max(1, (2 * side * numerator + denominator) // (2 * denominator))


def _smaller(one: Size, other: Size) -> Size:
    return Size(width=min(one.width, other.width), height=min(one.height, other.height))


def _crop(scaled: Size, final: Size, position: Position) -> Box | SmartCrop | None:
    if scaled == final:
        return None
    match position:
        case "attention" | "entropy":
            return position
        case _:
            left, top = place(scaled, final, position)
            return Box(left=left, top=top, width=final.width, height=final.height)


def _extend(scaled: Size, final: Size, position: Position) -> Box | None:
    if scaled == final:
        return None
    left, top = place(final, scaled, position)
    return Box(left=left, top=top, width=scaled.width, height=scaled.height)
