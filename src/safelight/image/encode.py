"""Pixels to a file: one table of encoder settings, chosen by measurement (docs/decisions/0011)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safelight.image.formats import Format
from safelight.image.libvips import pyvips
from safelight.image.options import VariantOptions

Settings = dict[str, Any]

LARGEST_EFFORT = 9  # of a recipe


def encode(image: pyvips.Image, format: Format, options: VariantOptions, *, keep: int) -> bytes:
    """The encoded file. `keep` says which metadata of `image` to write (steps/metadata.py).

    Animations carry `page-height`, `delay` and `loop` in their metadata, as libvips lays them out.
    """
    settings = SETTINGS[format.name](options, options.quality or format.default_quality)
    encoded: bytes = getattr(image, SAVERS[format.name])(keep=keep, **settings)
    return encoded


def _jpeg(_options: VariantOptions, quality: int | None) -> Settings:
    return {"Q": quality, "optimize_coding": True, "subsample_mode": "auto"}


def _png(options: VariantOptions, _quality: int | None) -> Settings:
    # Neighbour subtraction and a light search: less work and fewer bytes than level 6 without a filter.
    return {"compression": scaled_effort(options, default=3, largest=9), "filter": "sub"}


def _webp(options: VariantOptions, quality: int | None) -> Settings:
    effort = scaled_effort(options, default=4, largest=6)
    return {"Q": quality, "effort": effort, "lossless": options.lossless}


def _avif(options: VariantOptions, quality: int | None) -> Settings:
    effort = scaled_effort(options, default=1, largest=9)
    return {"Q": quality, "effort": effort, "lossless": options.lossless, "compression": "av1"}


def _gif(options: VariantOptions, _quality: int | None) -> Settings:
    return {"effort": max(1, scaled_effort(options, default=7, largest=10))}


def _tiff(options: VariantOptions, quality: int | None) -> Settings:
    if options.lossless or options.quality is None:
        return {"compression": "deflate", "predictor": "horizontal"}
    return {"compression": "jpeg", "Q": quality}


def scaled_effort(options: VariantOptions, *, default: int, largest: int) -> int:
    """The recipe's 0 … 9 on the encoder's 0 … `largest`."""
    if options.effort is None:
        return default
    return round(options.effort * largest / LARGEST_EFFORT)


SAVERS: dict[str, str] = {
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
