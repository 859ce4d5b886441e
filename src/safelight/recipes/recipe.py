"""A recipe after parsing: what it accepts, the variants it makes, where they go. Plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from safelight.image.options import Limits, VariantOptions

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


@dataclass(frozen=True, kw_only=True)
class Output:
    """Where variants are stored and how they are served; `cache_control` None: chosen from `key`."""

    key: str = "{image_id}/{version}/{variant}.{ext}"
    cache_control: str | None = None
    content_disposition: str = "inline"

    @property
    def effective_cache_control(self) -> str:
        return self.cache_control or (IMMUTABLE if "{version}" in self.key else REVALIDATE)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """`digest` is the SHA-256, hex, of all that decides what becomes of an image (recipes/compiled.py)."""

    name: str
    accept: Limits
    variants: tuple[VariantOptions, ...]
    output: Output
    digest: str
