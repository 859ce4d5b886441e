"""Headers and variants to plan with."""

from __future__ import annotations

from typing import Any

from safelight.image.formats import FORMATS
from safelight.image.options import VariantOptions
from safelight.image.probe import Probe

ENCODABLE = [name for name, facts in FORMATS.items() if facts.encodes]


def facts(width: int = 4000, height: int = 3000, *, format: str = "jpeg", **others: Any) -> Probe:
    stated: dict[str, Any] = {"frames": 1, "orientation": 1, "has_alpha": False, "progressive": False}
    return Probe(
        format=format,
        content_type=FORMATS[format].content_type,
        width=width,
        height=height,
        bytes=1,
        bands=3,
        bit_depth=8,
        has_profile=False,
        **stated | others,
    )


def asked(**options: Any) -> VariantOptions:
    return VariantOptions(**{"name": "v", "format": "webp"} | options)
