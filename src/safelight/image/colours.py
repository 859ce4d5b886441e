"""Colours as recipes write them. Touches no pixel."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """0 … 255 each; alpha 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def is_grey(self) -> bool:
        return self.red == self.green == self.blue


def parse_colour(text: str) -> Colour:
    """`#rrggbb` or `#rrggbbaa`. Raises ValueError."""
    digits = text.removeprefix("#")
    if not text.startswith("#") or len(digits) not in (6, 8):
        raise ValueError(f"'{text}' is not a colour; write #rrggbb or #rrggbbaa.")
    return Colour(*bytes.fromhex(digits))
