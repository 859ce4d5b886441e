"""Every file below a folder, as it is read from the disk: memory stays flat however many there are."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from safelight.errors import InvalidKey
from safelight.stores.buckets.descriptors import enter, folder
from safelight.stores.buckets.keys import check_key, is_walkable, shown
from safelight.stores.buckets.staging import STAGING

log = logging.getLogger(__name__)


def files(root: Path, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    """Key and facts of each regular file whose key begins with `prefix`. Raises OSError.

    A link, a device or a name that cannot be a key is passed over with a warning.
    """
    path, slash, start = prefix.rpartition("/")
    if not is_walkable(path) or (slash and not path):
        return  # no key begins like that, and `..` would leave the folder
    with (
        suppress(FileNotFoundError, NotADirectoryError),
        folder(root, path.split("/") if path else ()) as top,
    ):
        yield from _walk(top, path + slash, start)


def _walk(directory: int, base: str, start: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if not entry.name.startswith(start) or base + entry.name == STAGING:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _descend(directory, base, entry.name)
            elif _is_object(base, entry):
                with suppress(FileNotFoundError):
                    yield base + entry.name, entry.stat(follow_symlinks=False)


def _descend(directory: int, base: str, name: str) -> Iterator[tuple[str, os.stat_result]]:
    with suppress(FileNotFoundError, NotADirectoryError):  # removed or replaced since it was listed
        inner = enter(directory, name)
        try:
            yield from _walk(inner, f"{base}{name}/", "")
        finally:
            os.close(inner)


def _is_object(base: str, entry: os.DirEntry[str]) -> bool:
    if not entry.is_file(follow_symlinks=False):
        log.warning(
            "%s is passed over: links and devices are not objects; copy the file", shown(base + entry.name)
        )
        return False
    try:
        check_key(base + entry.name)
    except InvalidKey as fault:
        log.warning("a file is passed over: %s", fault)
        return False
    return True
