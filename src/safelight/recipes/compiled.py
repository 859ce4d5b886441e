"""A compiled recipe: complete plain JSON, watermark images inside, loaded without pydantic or YAML.

The digest is what tells recipes apart wherever something is made by one. It covers everything that
decides what becomes of an image: limits, variants, keys and headers. It does not cover what cannot
change a result: the recipe's name, the order of variants, and whether a default was written out.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from operator import itemgetter
from typing import Any

from safelight.errors import RecipeError
from safelight.image.formats import FORMATS
from safelight.image.options import (
    ImageWatermark,
    Length,
    Limits,
    Point,
    TextWatermark,
    VariantOptions,
    Watermark,
)
from safelight.recipes.recipe import Output, Recipe

LAYOUT = 1  # of the JSON; a document of another is compiled again


def compile_recipe(
    *, name: str, accept: Limits, variants: tuple[VariantOptions, ...], output: Output
) -> Recipe:
    return Recipe(
        name=name,
        accept=accept,
        variants=variants,
        output=output,
        digest=digest(accept=accept, variants=variants, output=output),
    )


def to_json(recipe: Recipe) -> dict[str, Any]:
    """JSON values only; `from_json` gives the same recipe back."""
    return {
        "compiled": LAYOUT,
        "name": recipe.name,
        "accept": asdict(recipe.accept) | {"formats": list(recipe.accept.formats)},
        "variants": [_variant_json(variant) for variant in recipe.variants],
        "output": asdict(recipe.output),
    }


def from_json(document: Mapping[str, Any]) -> Recipe:
    """Raises RecipeError for what `to_json` of this version did not write."""
    recipe = None
    if document.get("compiled") == LAYOUT:
        with suppress(KeyError, TypeError, ValueError):
            recipe = _recipe(document)
    if recipe is None:
        raise RecipeError(
            "This is not a compiled recipe of this version of Safelight.",
            remedy="Compile the recipe file again: redrive the image, or deploy again.",
        )
    return recipe


def digest(*, accept: Limits, variants: tuple[VariantOptions, ...], output: Output) -> str:
    """SHA-256, hex, of the canonical JSON."""
    limits = asdict(accept) | {
        "formats": sorted(accept.formats),
        "max_megapixels": float(accept.max_megapixels),
    }
    canonical = {
        "accept": limits,
        "variants": sorted(
            (_variant_json(_effective(variant)) for variant in variants), key=itemgetter("name")
        ),
        "output": asdict(output) | {"cache_control": output.effective_cache_control},
    }
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _effective(variant: VariantOptions) -> VariantOptions:
    """The same pixels with nothing left to defaults, and nothing said that has no effect."""
    fixed = None if variant.format == "original" else FORMATS[variant.format]
    always_lossless = fixed is not None and fixed.default_quality is None
    quality = variant.quality
    if quality is None and fixed is not None and variant.format != "tiff":  # a tiff without one is lossless
        quality = fixed.default_quality
    uses_background = variant.fit == "contain" or fixed is None or not fixed.alpha
    return replace(
        variant,
        fit="inside" if variant.width is None or variant.height is None else variant.fit,
        quality=None if variant.lossless else quality,
        lossless=variant.lossless and not always_lossless,
        background=variant.background if uses_background else VariantOptions(name="").background,
    )


def _variant_json(variant: VariantOptions) -> dict[str, Any]:
    return asdict(variant) | {"watermarks": [_watermark_json(mark) for mark in variant.watermarks]}


def _watermark_json(watermark: Watermark) -> dict[str, Any]:
    fields = asdict(watermark) | {
        "opacity": float(watermark.opacity),
        "size": _length_json(watermark.size),
        "margin": _length_json(watermark.margin),
    }
    if isinstance(watermark, ImageWatermark):
        fields["image"] = base64.b64encode(watermark.image).decode("ascii")
    return fields


def _length_json(length: Length) -> dict[str, Any]:
    return {"value": float(length.value), "unit": length.unit}


def _recipe(document: Mapping[str, Any]) -> Recipe:
    accept = document["accept"]
    return compile_recipe(
        name=document["name"],
        accept=Limits(**{**accept, "formats": tuple(accept["formats"])}),
        variants=tuple(_variant(variant) for variant in document["variants"]),
        output=Output(**document["output"]),
    )


def _variant(fields: Mapping[str, Any]) -> VariantOptions:
    watermarks = tuple(_watermark(mark) for mark in fields["watermarks"])
    return VariantOptions(**{**fields, "watermarks": watermarks})


def _watermark(fields: Mapping[str, Any]) -> Watermark:
    position = fields["position"]
    plain = {
        **fields,
        "size": Length(**fields["size"]),
        "margin": Length(**fields["margin"]),
        "position": Point(**position) if isinstance(position, Mapping) else position,
    }
    if "text" in plain:
        return TextWatermark(**plain)
    return ImageWatermark(**plain | {"image": base64.b64decode(plain["image"], validate=True)})
