"""Walking down a folder by descriptors, so that no symbolic link below its root is ever followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Without O_NONBLOCK, opening a named pipe would wait for a writer.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class RootGone(OSError):
    """The bucket's own folder is not there; objects are not missing, they are out of reach."""


@contextmanager
def folder(root: Path, segments: Sequence[str], *, create: bool = False) -> Iterator[int]:
    """A descriptor of the folder `segments` below `root`. Raises OSError, RootGone without root."""
    current = _open_root(root)
    try:
        for segment in segments:
            inner = _make_and_enter(current, segment) if create else enter(current, segment)
            os.close(current)
            current = inner
        yield current
    finally:
        os.close(current)


def open_file(root: Path, key: str) -> int:
    """A descriptor of the regular file, for reading. Raises OSError, RootGone without root."""
    *segments, filename = key.split("/")
    with folder(root, segments) as parent:
        descriptor = os.open(filename, _FILE, dir_fd=parent)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return descriptor


def _open_root(root: Path) -> int:
    try:
        return os.open(root, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        raise RootGone(errno.ENODEV, f"{root} is gone") from None


def enter(parent: int, segment: str) -> int:
    """A descriptor of the folder `segment` in the folder `parent`. Raises OSError, for a link as well."""
    return os.open(segment, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)


def _make_and_enter(parent: int, segment: str) -> int:
    with suppress(FileNotFoundError):
        return enter(parent, segment)
    with suppress(FileExistsError):
        os.mkdir(segment, dir_fd=parent)
        os.fsync(parent)
    return enter(parent, segment)
