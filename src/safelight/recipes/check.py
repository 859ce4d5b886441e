"""Everything that is wrong with the plain values of a recipe, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from safelight.recipes.explain import explain
from safelight.recipes.problem import Problem
from safelight.recipes.rules import clash_problems, doubled_names, variant_problems
from safelight.recipes.schema import RecipeFile, VariantSection


def check(values: Mapping[str, Any], folder: Path) -> tuple[RecipeFile | None, list[Problem]]:
    """The recipe, if each of its fields can be read, and the problems; usable only if there are none.

    `folder` is where the paths of watermark images begin.
    """
    problems = list(_of_sound_sections(values, folder))
    try:
        recipe = RecipeFile.model_validate(values, context=folder)
    except ValidationError as error:
        return None, [*explain(error), *problems]
    return recipe, problems or list(clash_problems(recipe))


def _of_sound_sections(values: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    """Rules between fields, wherever the fields themselves are sound."""
    variants = values.get("variants")
    listed = variants if isinstance(variants, list) else []
    yield from doubled_names(listed)
    for index, variant in enumerate(listed):
        with suppress(ValidationError):
            sound = VariantSection.model_validate(variant, context=folder)
            yield from variant_problems(("variants", index), sound)
