"""`safelight.render`: a recipe applied to bytes, with no catalog, bucket or workflow around it."""

from __future__ import annotations

from safelight.image.render import RenderedVariant
from safelight.image.render import render as render_variants
from safelight.recipes.recipe import Recipe


def render(data: bytes, recipe: Recipe) -> list[RenderedVariant]:
    """Every variant of `recipe`, in its order, from the bytes of one image.

    Raises ImageRejected when the recipe does not accept the image or it cannot be decoded.
    """
    return render_variants(data, recipe.accept, recipe.variants)
