"""What a file is, from its first bytes and its header; no pixel is decoded here, and libvips not asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from safelight.errors import ImageRejected
from safelight.image.formats import FORMATS
from safelight.image.headers import gif, heif, jpeg, png, tiff, webp
from safelight.image.headers.header import UNSTATED, Header
from safelight.image.options import Limits
from safelight.image.rejections import corrupt
from safelight.image.sniff import sniff

MAX_SIDE: Final = 65_535  # px; JPEG's own limit, and above what any display or print asks for

_READERS: Final[dict[str, Callable[[bytes], Header]]] = {
    "jpeg": jpeg.read,
    "png": png.read,
    "webp": webp.read,
    "gif": gif.read,
    "avif": heif.read,
    "heic": heif.read,
    "tiff": tiff.read,
}


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Facts of an image file. Width and height are px of one frame, after EXIF orientation."""

    format: str  # a name in formats.FORMATS, from the content
    content_type: str
    width: int
    height: int
    frames: int  # 1 for all but animated GIF and WebP: of a multi-page TIFF or an APNG the first is taken
    bytes: int
    orientation: int  # EXIF, 1 … 8; 1 for AVIF and HEIC, whose decoders turn the picture themselves
    has_alpha: bool
    bands: int  # of colour and alpha; a palette counts as the colours it stands for
    bit_depth: int  # bits of one band in the file; 8 for a palette
    progressive: bool  # cannot be streamed: charged by its decoded size
    has_profile: bool
    primaries: int = UNSTATED  # colour primaries stated outside a profile, as an ITU-T H.273 code

    @property
    def megapixels(self) -> float:
        """Millions of pixels of all frames together."""
        return self.width * self.height * self.frames / 1e6

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height of one frame as the decoder yields it: before EXIF orientation, px."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def probe(data: bytes) -> Probe:
    """Facts of the image file `data`, from its header alone.

    Nothing is decoded or decompressed, so the time taken is bounded by the size of `data` and no
    claim of the header costs memory. The header may still promise pixels that are not there or are
    damaged: only decoding tells.

    Raises ImageRejected with code `empty_file`, `not_an_image`, `unsupported_format`, `truncated`,
    `corrupt_image` or `dimension_too_large`.
    """
    header = _READERS[sniff(data)](data)
    if header.width < 1 or header.height < 1:
        raise corrupt(f"The image has a size of {header.width} × {header.height} pixels")
    if max(header.width, header.height) > MAX_SIDE:
        raise ImageRejected(
            "dimension_too_large",
            f"The image is {header.width} × {header.height} pixels; the limit is {MAX_SIDE} on a side.",
            remedy="Scale it down or cut it into parts; no setting raises this limit.",
        )
    turned = header.orientation >= 5
    return Probe(
        format=header.format,
        content_type=FORMATS[header.format].content_type,
        width=header.height if turned else header.width,
        height=header.width if turned else header.height,
        frames=header.frames,
        bytes=len(data),
        orientation=header.orientation,
        has_alpha=header.has_alpha,
        bands=header.bands,
        bit_depth=header.bit_depth,
        progressive=header.progressive,
        has_profile=header.has_profile,
        primaries=header.primaries,
    )


def check_limits(facts: Probe, limits: Limits) -> None:
    """Raises ImageRejected naming the limit, the image's figure, and the recipe field that moves it.

    Codes: `format_not_accepted`, `too_many_bytes`, `too_many_frames`, `too_many_megapixels`.
    """
    if facts.format not in limits.formats:
        raise ImageRejected(
            "format_not_accepted",
            f"The image is {facts.format}; accepted are {', '.join(limits.formats)}.",
            remedy=f"Convert it, or add {facts.format} to accept.formats in the recipe.",
        )
    if facts.bytes > limits.max_bytes:
        raise ImageRejected(
            "too_many_bytes",
            f"The file has {facts.bytes:,} bytes; the limit is {limits.max_bytes:,}.",
            remedy="Raise accept.max_bytes in the recipe.",
        )
    if facts.frames > limits.max_frames:
        raise ImageRejected(
            "too_many_frames",
            f"The image has {facts.frames} frames; the limit is {limits.max_frames}.",
            remedy="Raise accept.max_frames in the recipe.",
        )
    if facts.megapixels > limits.max_megapixels:
        raise _too_many_megapixels(facts, limits)


def _too_many_megapixels(facts: Probe, limits: Limits) -> ImageRejected:
    frames = "1 frame" if facts.frames == 1 else f"{facts.frames} frames"
    return ImageRejected(
        "too_many_megapixels",
        f"The image has {facts.megapixels:.1f} megapixels ({facts.width} × {facts.height} × {frames}); "
        f"the limit is {limits.max_megapixels:g}.",
        remedy="Raise accept.max_megapixels in the recipe.",
    )
