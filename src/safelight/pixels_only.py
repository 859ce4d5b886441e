"""The second, smaller composition root: one file into a folder; no catalog and no workflow.

The pixels are worked on by the same child process with the same limits as in the pipeline.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from pathlib import Path

from safelight.child import ORIGINALS, open_folder_pixels
from safelight.config import Settings
from safelight.errors import InvalidRequest
from safelight.ports import Json
from safelight.recipes.load import load_recipe
from safelight.recipes.recipe import Output
from safelight.stores.buckets.folder import FolderBucket
from safelight.stores.buckets.staging import STAGING
from safelight.workflow.sandbox import Sandbox

FILE_NAME = "{variant}.{ext}"


def render_file(settings: Settings, file: Path, folder: Path) -> Json:
    """`{original, variants}` as in a catalog record; a variant's `key` is its file name in `folder`.

    Raises InvalidRequest, ImageRejected, RenderTimeout, MemoryLimitExceeded, WorkerCrashed, StorageFull,
    OSError.
    """
    source = file.resolve(strict=True)
    if not source.is_file():
        raise InvalidRequest(f"{file} is not a file.", remedy="`safelight add` takes folders.")
    folder.mkdir(parents=True, exist_ok=True)
    recipe = dataclasses.replace(load_recipe(settings.recipe), output=Output(key=FILE_NAME))
    sandbox = Sandbox(
        functools.partial(open_folder_pixels, source.parent, folder.resolve(), recipe),
        workers=1,
        seconds=settings.render_seconds,
        memory_bytes=settings.memory_mb * 1_000_000,
        tasks_per_child=settings.tasks_per_child,
    )
    try:
        etag = FolderBucket(root=source.parent, name=ORIGINALS).head(source.name).etag
        job = {"image_id": "", "key": source.name, "etag": etag, "recipe": "", "threads": settings.workers}
        original = sandbox.validate(job)["original"]
        rendering = sandbox.render({**job, "sha256": original["sha256"]})
    finally:
        sandbox.close()
        with contextlib.suppress(OSError):  # not there, or another process is at work in it
            (folder / STAGING).rmdir()
    return {"original": original, "variants": rendering["variants"]}
