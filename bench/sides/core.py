"""Safelight's image core, called as the pixel workers call it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import safelight
from bench.jobs import Output
from safelight.image import encode
from safelight.image.options import Limits, VariantOptions
from safelight.image.render import render


@cache
def _recipe(name: str) -> safelight.Recipe:
    return safelight.load_recipe(name)


def by_recipe(data: bytes, name: str) -> dict[str, bytes]:
    """Every variant of a shipped recipe, with the recipe's own encoder settings."""
    recipe = _recipe(name)
    return {variant.name: variant.data for variant in render(data, recipe.accept, recipe.variants, threads=1)}


def by_outputs(data: bytes, outputs: Sequence[Output]) -> dict[str, bytes]:
    """The outputs with exactly the encoder settings that the other sides use.

    A recipe cannot say some of them (a PNG without a row filter), so the encoder's table is given them.
    """
    given = {output.name: output.encoding.vips for output in outputs}
    for name in {output.encoding.format for output in outputs}:
        encode.SETTINGS[name] = lambda options, _quality: given[options.name]
    variants = [
        VariantOptions(
            name=output.name,
            width=output.width,
            height=output.height,
            fit=output.fit,
            position=output.position,
            format=output.encoding.format,  # type: ignore[arg-type]  # checked by the planner
            quality=output.encoding.quality,
        )
        for output in outputs
    ]
    return {variant.name: variant.data for variant in render(data, Limits(), variants, threads=1)}
