"""The recipes that come with Safelight, as the YAML files they are."""

from __future__ import annotations

from importlib import resources

from safelight.errors import RecipeError
from safelight.recipes.suggest import meant

BUILTIN = ("web", "five-variants", "resize-800x600", "thumbnail-300", "watermark-800x600", "convert-webp")


def builtin_names() -> tuple[str, ...]:
    """The default first."""
    return BUILTIN


def recipe_source(name: str) -> str:
    """The YAML of a shipped recipe, comments and all. Raises RecipeError for another name."""
    if name not in BUILTIN:
        close = meant(name, BUILTIN)
        hint = f"Did you mean `{close}`?" if close else f"Shipped are {', '.join(BUILTIN)}."
        raise RecipeError(
            f"There is no shipped recipe '{name}'.",
            remedy=f"{hint} A file is named by its path, such as `./my.yaml`.",
        )
    return resources.files("safelight.recipes.builtin").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
