"""Pixels to a file: one table of encoder settings, chosen by measurement (docs/decisions/0011)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from safelight.image.formats import Format
from safelight.image.libvips import pyvips
from safelight.image.options import VariantOptions
from safelight.image.png_filter import best_filter

Settings = dict[str, Any]

# A recipe's effort, 0 … 9, where it says none: of each encoder what gives most for its time.
DEFAULT_EFFORT: Final = {"jpeg": 3, "png": 3, "webp": 3, "avif": 2, "gif": 2}

# The encoders' own scales for 0 … 9. AV1's goes on to where one picture takes minutes.
_PNG_LEVELS, _WEBP_METHODS, _AVIF_EFFORTS, _GIF_EFFORTS = (1, 9), (0, 6), (0, 5), (1, 10)
_PNG_TRIES_EVERY_ROW_FROM: Final = 7
_PNG_USUAL_FILTER: Final = "up"  # the best for most photographs; `encode` tries all on a sample
_JPEG_FITS_CODES_FROM, _JPEG_PROGRESSIVE_FROM = 3, 7

_TIFF_LOSSLESS: Final[Settings] = {"compression": "deflate", "predictor": "horizontal"}

# Of mozjpeg's quantization tables that of Klein, Silverstein and Carney (1992): at the same quality it
# looks better than the standard's in fewer bytes, up to where little is lost anyway.
_JPEG_TABLE: Final = 5
_JPEG_STANDARD_TABLE_FROM: Final = 90


def encode(image: pyvips.Image, format: Format, options: VariantOptions, *, keep: int) -> bytes:
    """The encoded file. `keep` says which metadata of `image` to write (steps/metadata.py).

    An animation is laid out as libvips does it: frames one below the other, with `page-height`,
    `delay` and `loop` in the metadata. For PNG the image must be in memory.
    """
    settings = SETTINGS[format.name](options, options.quality or format.default_quality)
    save = getattr(image, SAVERS[format.name])
    encoded: bytes = save(keep=keep, **_suited_to(image, settings))
    return encoded


def _suited_to(image: pyvips.Image, settings: Settings) -> Settings:
    """What cannot be said without a look at the picture."""
    if settings.get("filter") == _PNG_USUAL_FILTER:
        return settings | {"filter": best_filter(image, settings["compression"])}
    if settings.get("compression") == "jpeg" and image.hasalpha():
        return _TIFF_LOSSLESS
    return settings


def effort(options: VariantOptions, format: str) -> int:
    """The variant's effort, 0 … 9, or the format's default."""
    return DEFAULT_EFFORT[format] if options.effort is None else options.effort


def _jpeg(options: VariantOptions, quality: int | None) -> Settings:
    tried = effort(options, "jpeg")
    return {
        "Q": quality,
        "quant_table": _JPEG_TABLE if (quality or 0) < _JPEG_STANDARD_TABLE_FROM else 0,
        "optimize_coding": tried >= _JPEG_FITS_CODES_FROM,
        "interlace": tried >= _JPEG_PROGRESSIVE_FROM,
    }


def _png(options: VariantOptions, _quality: int | None) -> Settings:
    tried = effort(options, "png")
    every_row = tried >= _PNG_TRIES_EVERY_ROW_FROM
    return {
        "compression": _scaled(tried, _PNG_LEVELS),
        "filter": "all" if every_row else _PNG_USUAL_FILTER,
    }


def _webp(options: VariantOptions, quality: int | None) -> Settings:
    return {
        "Q": quality,
        "lossless": options.lossless,
        "effort": _scaled(effort(options, "webp"), _WEBP_METHODS),
    }


def _avif(options: VariantOptions, quality: int | None) -> Settings:
    return {
        "Q": quality,
        "lossless": options.lossless,
        "effort": _scaled(effort(options, "avif"), _AVIF_EFFORTS),
        "compression": "av1",
        "bitdepth": 8,
    }


def _gif(options: VariantOptions, _quality: int | None) -> Settings:
    # Frames that do not change stay frames, so that an animation keeps its count and its delays.
    return {"effort": _scaled(effort(options, "gif"), _GIF_EFFORTS), "keep_duplicate_frames": True}


def _tiff(options: VariantOptions, _quality: int | None) -> Settings:
    """Lossless, as who asks for TIFF expects, unless the recipe states a quality."""
    if options.quality is None or options.lossless:
        return _TIFF_LOSSLESS
    return {"compression": "jpeg", "Q": options.quality}


def _scaled(effort: int, scale: tuple[int, int]) -> int:
    low, high = scale
    return low + round(effort * (high - low) / 9)


SAVERS: Final[dict[str, str]] = {
    "jpeg": "jpegsave_buffer",
    "png": "pngsave_buffer",
    "webp": "webpsave_buffer",
    "avif": "heifsave_buffer",
    "gif": "gifsave_buffer",
    "tiff": "tiffsave_buffer",
}

SETTINGS: dict[str, Callable[[VariantOptions, int | None], Settings]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "avif": _avif,
    "gif": _gif,
    "tiff": _tiff,
}
