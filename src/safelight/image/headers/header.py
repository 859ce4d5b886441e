"""What every header parser returns. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# ITU-T H.273 codes of colour primaries, as CICP and `nclx` state them beside or instead of a profile.
UNSTATED: Final = 2
DISPLAY_P3: Final = 12


@dataclass(frozen=True, kw_only=True)
class Header:
    """Facts as stored: width and height are px of one frame before EXIF orientation is applied."""

    format: str  # as the content is coded, whatever the signature said
    width: int
    height: int
    bands: int  # of colour and alpha; a palette counts as the colours it stands for
    bit_depth: int = 8  # bits of one band; 8 for a palette
    has_alpha: bool = False
    frames: int = 1
    orientation: int = 1  # 1 … 8; for AVIF and HEIC always 1: their decoders turn the picture
    progressive: bool = False
    has_profile: bool = False
    primaries: int = UNSTATED
