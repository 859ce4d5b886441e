"""Whether the recipe in use is right."""

from __future__ import annotations

from collections.abc import Iterator

from safelight.config import Settings
from safelight.doctor.finding import Finding, fail, ok
from safelight.errors import ConfigurationError
from safelight.recipes.load import load_recipe


def examine_recipe(settings: Settings) -> Iterator[Finding]:
    try:
        recipe = load_recipe(settings.recipe)
    except ConfigurationError as error:
        yield fail("recipe", error.message, error.remedy or "Correct the recipe.")
        return
    variants = ", ".join(variant.name for variant in recipe.variants)
    yield ok("recipe", f"{settings.recipe}: {variants}")
