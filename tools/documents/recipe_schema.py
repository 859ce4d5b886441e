"""docs/recipe.schema.json, from the recipe model."""

from __future__ import annotations

import json

from safelight.recipes.schema import json_schema


def recipe_schema() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
