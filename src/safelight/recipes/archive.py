"""Compiled recipes kept by digest, so that an execution ends with the recipe it began with."""

from __future__ import annotations

import errno
import json
import os
from functools import lru_cache
from pathlib import Path

from safelight.errors import ConfigurationError, NotFound, RecipeError, SafelightError, StorageFull
from safelight.recipes.compiled import from_json, to_json
from safelight.recipes.recipe import Recipe

_REMEDY = "Restart Safelight with the recipe you want, then redrive the image."


class RecipeArchive:
    """A folder of `<digest>.json`. Cheap to pickle: child processes open their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, recipe: Recipe) -> None:
        """Durably; processes that keep the same recipe at once do not disturb each other.

        Raises StorageFull, ConfigurationError.
        """
        path = self._path(recipe.digest)
        try:
            if not _is_whole(path):
                self._folder.mkdir(parents=True, exist_ok=True)
                _write(path, json.dumps(to_json(recipe)))
        except OSError as error:
            raise _explain(error, self._folder) from error

    def find(self, digest: str) -> Recipe:
        """Raises NotFound when the recipe was never kept here, RecipeError when it cannot be read."""
        return _load(self._path(digest))

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


def _read(path: Path) -> Recipe:
    digest = path.stem[:12]
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(
            f"The recipe {digest}… that the image was to be made with is gone.", remedy=_REMEDY
        ) from None
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict):
        raise RecipeError(f"The recipe {digest}… that was kept for the image is damaged.", remedy=_REMEDY)
    return from_json(document)


_load = lru_cache(maxsize=32)(_read)


def _is_whole(path: Path) -> bool:
    try:
        _read(path)
    except (NotFound, RecipeError):
        return False
    return True


def _write(path: Path, text: str) -> None:
    """Whole or not at all, under a name of this writer's own until then."""
    temporary = path.with_name(f"{path.stem}.{os.urandom(8).hex()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _explain(error: OSError, folder: Path) -> SafelightError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("The disk or quota that holds the home folder is full.", remedy="Free some space.")
    return ConfigurationError(
        f"The recipe cannot be kept in {folder}: {error.strerror}.",
        remedy="Give Safelight's user the right to write there, or choose another home folder.",
    )
