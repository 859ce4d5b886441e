"""What the fields of a recipe may not say together: each rule is one function with its own remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from safelight.image.formats import FORMATS
from safelight.image.options import Point
from safelight.recipes.keys import clash
from safelight.recipes.problem import Path, Problem
from safelight.recipes.schema import RecipeFile, VariantSection, WatermarkSection

Found = Iterable[tuple[str, str, str]]  # field, message, remedy

_LOSSLESS = ("webp", "avif", "tiff", "png")


def variant_problems(path: Path, variant: VariantSection) -> Iterator[Problem]:
    for variant_rule in VARIANT_RULES:
        yield from _at(path, variant_rule(variant))
    for index, watermark in enumerate(variant.watermark):
        for watermark_rule in WATERMARK_RULES:
            yield from _at((*path, "watermark", index), watermark_rule(watermark))


def clash_problems(recipe: RecipeFile) -> Iterator[Problem]:
    """Of a recipe with no other problem."""
    names = clash(recipe.output.key, [(variant.name, variant.format) for variant in recipe.variants])
    if names:
        yield Problem(
            path=("output", "key"),
            message=f"variants '{names[0]}' and '{names[1]}' could get the same key.",
            remedy="Put `{variant}` into the key.",
        )


def doubled_names(variants: Sequence[Any]) -> Iterator[Problem]:
    """Variants of one name, found in the plain values even where other fields are wrong."""
    seen: dict[str, int] = {}
    for index, variant in enumerate(variants):
        name = variant.get("name") if isinstance(variant, dict) else None
        if isinstance(name, str) and (first := seen.setdefault(name.lower(), index)) != index:
            yield Problem(
                path=("variants", index, "name"),
                message=f"{name!r} is the name of variants.{first} too (upper and lower case count as one).",
                remedy="Give each variant a name of its own.",
            )


def _at(path: Path, found: Found) -> Iterator[Problem]:
    for field, message, remedy in found:
        yield Problem(path=(*path, field), message=message, remedy=remedy)


def _size_of_fit(variant: VariantSection) -> Found:
    missing = [side for side in ("width", "height") if getattr(variant, side) is None]
    if variant.fit in ("cover", "contain", "fill") and missing:
        yield (
            "fit",
            f"`fit: {variant.fit}` needs both width and height.",
            f"Add {' and '.join(f'`{side}: 600`' for side in missing)}, or write `fit: inside`.",
        )
    if variant.fit == "outside" and len(missing) == 2:
        yield "fit", "`fit: outside` needs a width or a height.", "Add `width: 800`, or remove `fit`."


def _meaning_without_size(variant: VariantSection) -> Found:
    if variant.width is not None or variant.height is not None:
        return
    for field in ("enlarge", "linear"):
        if getattr(variant, field):
            yield (
                field,
                f"`{field}` says how to resize, but the variant keeps the original's size.",
                f"Add `width: 1024`, or remove `{field}`.",
            )


def _largest_side(variant: VariantSection) -> Found:
    largest = None if variant.format == "original" else FORMATS[variant.format].max_side
    for field in ("width", "height"):
        side = getattr(variant, field)
        if side is not None and largest is not None and side > largest:
            yield (
                field,
                f"{side} is more than the {largest} px of the largest {variant.format}.",
                f"Write at most `{field}: {largest}`, or choose another `format`.",
            )


def _position(variant: VariantSection) -> Found:
    if variant.fit not in ("cover", "contain") and variant.position != "centre":
        yield (
            "position",
            f"`position: {variant.position}` means nothing with `fit: {variant.fit}`, which crops nothing.",
            "Write `fit: cover`, or remove `position`.",
        )


def _lossless(variant: VariantSection) -> Found:
    if not variant.lossless:
        return
    if variant.format not in _LOSSLESS:
        yield (
            "lossless",
            f"`format: {variant.format}` cannot promise to be lossless.",
            f"Remove `lossless`, or write one of {', '.join(f'`format: {name}`' for name in _LOSSLESS)}.",
        )
    if variant.quality is not None:
        yield (
            "quality",
            "a lossless variant has no quality: every pixel is kept.",
            "Remove `quality` or `lossless`.",
        )


def _quality(variant: VariantSection) -> Found:
    if variant.quality is None or variant.format == "original":
        return
    if FORMATS[variant.format].default_quality is None:
        yield (
            "quality",
            f"a {variant.format} has no quality.",
            "Remove `quality`; to save bytes write `effort: 9`, or `format: webp`, which has a quality.",
        )


def _background(variant: VariantSection) -> Found:
    opaque = variant.format != "original" and not FORMATS[variant.format].alpha
    if opaque and len(variant.background) > len("#rrggbb"):
        yield (
            "background",
            f"a {variant.format} has no transparency.",
            f'Write an opaque colour such as `background: "{variant.background[:7]}"`, or `format: webp`.',
        )


def _colour(variant: VariantSection) -> Found:
    if variant.format == "gif" and variant.colour != "srgb":
        yield (
            "colour",
            "a gif holds no colour profile, so any colours but sRGB would look wrong.",
            "Remove `colour`, or write `format: webp`.",
        )


def _text_or_image(watermark: WatermarkSection) -> Found:
    if watermark.text is None and watermark.image is None:
        yield (
            "text",
            "the watermark has neither a text nor an image.",
            'Write `text: "© Studio"` or `image: logo.png`.',
        )
    if watermark.text is not None and watermark.image is not None:
        yield "image", "the watermark has both a text and an image.", "Make it a list of two watermarks."
    if watermark.text is None and watermark.image is not None and watermark.colour is not None:
        yield (
            "colour",
            "an image has colours of its own.",
            "Remove `colour`; `opacity` makes an image fainter.",
        )


def _margin(watermark: WatermarkSection) -> Found:
    if watermark.margin is not None and isinstance(watermark.position, Point):
        yield (
            "margin",
            "a position in px says where the watermark lies; a margin would change nothing.",
            "Remove `margin`, or write a direction such as `position: south-east`.",
        )


VARIANT_RULES: tuple[Callable[[VariantSection], Found], ...] = (
    _size_of_fit,
    _meaning_without_size,
    _largest_side,
    _position,
    _lossless,
    _quality,
    _background,
    _colour,
)
WATERMARK_RULES: tuple[Callable[[WatermarkSection], Found], ...] = (_text_or_image, _margin)
