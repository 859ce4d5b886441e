"""Sizes, lengths and colours as people write them in a recipe, turned into plain values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from safelight.image.options import Length

UNITS = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}
# The sixteen names of CSS 1, with both spellings of grey, `orange` of CSS 2 and `transparent` of CSS 3.
COLOURS = {
    "aqua": "#00ffff",
    "black": "#000000",
    "blue": "#0000ff",
    "fuchsia": "#ff00ff",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "lime": "#00ff00",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orange": "#ffa500",
    "purple": "#800080",
    "red": "#ff0000",
    "silver": "#c0c0c0",
    "teal": "#008080",
    "transparent": "#00000000",
    "white": "#ffffff",
    "yellow": "#ffff00",
}
SIZE_PATTERN = r"^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)$"
LENGTH_PATTERN = r"^([0-9]+(?:\.[0-9]+)?)\s*(px|%)?$"
COLOUR_PATTERN = r"^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"

_LARGEST_LENGTH = {"px": 65535, "%": 100}


class Unacceptable(ValueError):
    """A value a recipe cannot hold. `remedy` says what to write; None leaves that to the field's example."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def parse_bytes(value: Any) -> int:
    """`50MB`, `512 KiB` or a plain number, in bytes: kB, MB, GB count in 1000s, KiB, MiB, GiB in 1024s."""
    found = re.fullmatch(SIZE_PATTERN, _text(value))
    unit = UNITS.get((found[2] or "B").lower()) if found else None
    if found is None or unit is None:
        raise Unacceptable(
            f"{value!r} is not a size.", "Write a number with B, kB, MB, GB, KiB, MiB or GiB, such as `50MB`."
        )
    size = Decimal(found[1]) * unit
    if size < 1 or size != size.to_integral_value():
        raise Unacceptable(
            f"{value!r} is not a whole number of bytes above 0.", "Write, for instance, `50MB`."
        )
    return int(size)


def parse_length(value: Any) -> Length:
    """`4%`, `12px` or `12` (px)."""
    found = re.fullmatch(LENGTH_PATTERN, _text(value))
    if found is None:
        raise Unacceptable(f"{value!r} is not a length.", "Write px or %, such as `24px` or `4%`.")
    length = Length(value=float(found[1]), unit="%" if found[2] == "%" else "px")
    largest = _LARGEST_LENGTH[length.unit]
    if length.value > largest:
        limit = f"{largest}{length.unit}"
        raise Unacceptable(f"{value!r} is more than {limit}.", f"Write at most `{limit}`.")
    return length


def parse_colour(value: Any) -> str:
    """`#rrggbb`, or `#rrggbbaa` where not opaque, in lower case; from `#rgb` and colour names as well."""
    text = COLOURS.get(value.lower(), value.lower()) if isinstance(value, str) else ""
    if not re.fullmatch(COLOUR_PATTERN, text):
        raise Unacceptable(
            f"{value!r} is not a colour.",
            'Write `"#rrggbb"` or `"#rrggbbaa"` in quotes, or one of ' + ", ".join(COLOURS) + ".",
        )
    digits = text[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return "#" + (digits[:6] if digits[6:] == "ff" else digits)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
