"""A recipe in words, for `safelight recipe` and for whoever wants to know what a file came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safelight.image.options import ImageWatermark, TextWatermark, VariantOptions, Watermark
from safelight.recipes.recipe import Recipe


def describe(recipe: Recipe) -> str:
    """Several lines: what is accepted, a row for each variant, keys and headers."""
    rows = variant_rows(recipe)
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    accept = recipe.accept
    limits = f"at most {_bytes(accept.max_bytes)}, {accept.max_megapixels:g} megapixels"
    lines = [
        f"recipe {recipe.name}, digest {recipe.digest[:12]}",
        f"accepts {', '.join(accept.formats)}: {limits}, {accept.max_frames} frames",
        *(_aligned(row, widths) for row in rows),
        f"key {recipe.output.key}",
        f"Cache-Control: {recipe.output.effective_cache_control}",
        f"Content-Disposition: {recipe.output.content_disposition}",
    ]
    return "\n".join(lines)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    *cells, last = row
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(["", *padded, last]).rstrip()


def variant_rows(recipe: Recipe) -> list[tuple[str, str, str, str]]:
    """Name, format, size and whatever else is said of each variant."""
    return [
        (variant.name, variant.format, _size(variant), ", ".join(_settings(variant)))
        for variant in recipe.variants
    ]


def advice(recipe: Recipe) -> tuple[str, ...]:
    """What is allowed and may still surprise."""
    return tuple(_advice(recipe))


def _advice(recipe: Recipe) -> Iterator[str]:
    key, cache = recipe.output.key, recipe.output.effective_cache_control
    if "{image_id}" not in key and "{key}" not in key:
        if "{dir}" not in key:
            yield (
                f"output.key `{key}`: originals of one name in different folders replace each other's "
                "variants; add `{dir}/` to keep them apart."
            )
        if "{name}" not in key:
            yield (
                f"output.key `{key}`: originals that differ only in their extension replace each other's "
                "variants; use `{name}` or `{key}` to keep them apart."
            )
    if "{version}" not in key and "immutable" in cache:
        yield (
            f"output.cache_control `{cache}`: the key stays when the picture changes, so caches will show "
            "the old one; add `{version}` to the key."
        )
    for variant in recipe.variants:
        if variant.metadata == "all":
            yield f"variant {variant.name}: `metadata: all` publishes the GPS position of photos."


def _bytes(number: int) -> str:
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number} bytes"


def _size(variant: VariantOptions) -> str:
    if variant.width is not None and variant.height is not None:
        return f"{variant.fit} {variant.width}×{variant.height}"
    if variant.width is not None:
        return f"{variant.width} px wide"
    return "original size" if variant.height is None else f"{variant.height} px high"


def _settings(variant: VariantOptions) -> Iterator[str]:
    if variant.position != "centre":
        yield variant.position
    if variant.quality is not None:
        yield f"quality {variant.quality}"
    if variant.effort is not None:
        yield f"effort {variant.effort}"
    for flag in ("lossless", "enlarge", "sharpen", "linear"):
        if getattr(variant, flag):
            yield flag
    if variant.background != "#ffffff":
        yield f"background {variant.background}"
    if variant.metadata != "none":
        yield f"metadata {variant.metadata}"
    if variant.colour != "srgb":
        yield f"colour {variant.colour}"
    yield from (_watermark(watermark) for watermark in variant.watermarks)


def _watermark(watermark: Watermark) -> str:
    match watermark:
        case TextWatermark():
            return f"text {watermark.text!r}"
        case ImageWatermark():
            return f"image of {_bytes(len(watermark.image))}"
