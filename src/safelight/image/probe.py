"""What a file is, from its first bytes and its header; no pixel is decoded here."""

from __future__ import annotations

from dataclasses import dataclass

from safelight.image.options import Limits


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Facts of an image file. Width and height are px of one frame, after EXIF orientation."""

    format: str  # a name in formats.FORMATS, from the content
    content_type: str
    width: int
    height: int
    frames: int
    bytes: int
    orientation: int  # EXIF, 1 … 8
    has_alpha: bool
    bands: int
    bit_depth: int
    progressive: bool  # cannot be streamed: charged by its decoded size
    has_profile: bool

    @property
    def megapixels(self) -> float:
        return self.width * self.height * self.frames / 1e6


def probe(data: bytes) -> Probe:
    """Read the header. Raises ImageRejected for what is not an image of a known format."""
    raise NotImplementedError


def check_limits(facts: Probe, limits: Limits) -> None:
    """Raises ImageRejected naming the limit, the image's figure, and the recipe field that moves it."""
    raise NotImplementedError
