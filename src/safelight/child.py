"""The composition root of a child process: what `app.py` is to the parent, without its imports.

A child is ready the sooner the less it imports: no settings, no catalog, no engine.
"""

from __future__ import annotations

from pathlib import Path

from safelight.ports import Pixels
from safelight.recipes.archive import RecipeArchive
from safelight.recipes.recipe import Recipe
from safelight.stores.buckets.folder import FolderBucket
from safelight.stores.objects import open_bucket

ORIGINALS = "originals"
VARIANTS = "variants"


def open_pixels(originals_url: str, variants_url: str, recipes: Path) -> Pixels:
    """What the child works with. Libvips is imported when this is called, so never in the parent."""
    from safelight.workflow.pixels import BucketPixels  # noqa: PLC0415

    return BucketPixels(
        originals=open_bucket(originals_url, name=ORIGINALS),
        variants=open_bucket(variants_url, name=VARIANTS, prune=True),
        recipe=RecipeArchive(recipes).find,
    )


def open_folder_pixels(originals: Path, variants: Path, recipe: Recipe) -> Pixels:
    """For one recipe, from any folder into any other."""
    from safelight.workflow.pixels import BucketPixels  # noqa: PLC0415

    return BucketPixels(
        originals=FolderBucket(root=originals, name=ORIGINALS),
        variants=FolderBucket(root=variants, name=VARIANTS),
        recipe=lambda _digest: recipe,
    )
