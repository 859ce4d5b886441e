"""From a checked recipe file to the plain data that the pipeline works on."""

from __future__ import annotations

from typing import Any

from safelight.image.options import ImageWatermark, Limits, TextWatermark, VariantOptions, Watermark
from safelight.recipes.compiled import compile_recipe
from safelight.recipes.recipe import Output, Recipe
from safelight.recipes.schema import AcceptSection, RecipeFile, Section, VariantSection, WatermarkSection


def convert(file: RecipeFile) -> Recipe:
    return compile_recipe(
        name=file.name,
        accept=_limits(file.accept),
        variants=tuple(_variant(variant) for variant in file.variants),
        output=Output(**_given(file.output)),
    )


def _limits(accept: AcceptSection) -> Limits:
    fields = _given(accept)
    fields["formats"] = tuple(dict.fromkeys(accept.formats))
    return Limits(**fields)


def _variant(variant: VariantSection) -> VariantOptions:
    fields = _given(variant)
    fields.pop("watermark")
    watermarks = tuple(_watermark(watermark) for watermark in variant.watermark)
    return VariantOptions(**fields, watermarks=watermarks)


def _watermark(watermark: WatermarkSection) -> Watermark:
    fields = _given(watermark)
    if watermark.image is None:
        return TextWatermark(**fields)
    return ImageWatermark(**fields)


def _given(section: Section) -> dict[str, Any]:
    """The fields that hold something; the others keep the default of the plain data."""
    return {name: value for name, value in section if value is not None}
