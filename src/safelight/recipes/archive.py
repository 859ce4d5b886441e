"""Compiled recipes kept by digest, so that an execution ends with the recipe it began with."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from safelight.errors import NotFound
from safelight.recipes.compiled import from_json, to_json
from safelight.recipes.recipe import Recipe


class RecipeArchive:
    """A folder of `<digest>.json`. Cheap to pickle: child processes open their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, recipe: Recipe) -> None:
        path = self._path(recipe.digest)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(to_json(recipe)), encoding="utf-8")
        temporary.replace(path)

    def find(self, digest: str) -> Recipe:
        """Raises NotFound when the recipe was never kept here."""
        return _load(self._path(digest))

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


@lru_cache(maxsize=32)
def _load(path: Path) -> Recipe:
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotFound(f"Recipe {path.stem} is not in the archive.", remedy="Redrive the image.") from None
