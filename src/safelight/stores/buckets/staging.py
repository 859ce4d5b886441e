"""Files in the making: in a hidden folder until complete and on disk, then renamed to where they belong."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from safelight.stores.buckets.descriptors import folder

STAGING: Final = ".safelight-staging"  # inside the bucket's folder, because a rename stays on one file system
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class StagedFile:
    """A new file, locked for as long as its writer lives: `clean` leaves it alone. Raises OSError.

    `write`, then `finish`, then `publish`; `close` in any case, which removes what was not published.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        with folder(root, [STAGING], create=True) as staging:
            self._name, self._descriptor = _create_locked(staging)

    def write(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def finish(self) -> os.stat_result:
        """What is written survives a power cut; its facts as they will be once it is published."""
        # The kernel's own stamps advance in steps of milliseconds; two versions must never share one.
        moment = time.time_ns()
        os.utime(self._descriptor, ns=(moment, moment))
        os.fsync(self._descriptor)
        return os.fstat(self._descriptor)

    def publish(self, key: str) -> None:
        """Appear under `key`, at once and for good, replacing what was there."""
        *segments, filename = key.split("/")
        published = False
        while not published:
            with folder(self._root, segments, create=True) as target:
                published = self._move(target, filename)

    def close(self) -> None:
        with suppress(OSError), folder(self._root, [STAGING]) as staging:  # else `clean` does it
            os.unlink(self._name, dir_fd=staging)
        os.close(self._descriptor)

    def _move(self, target: int, filename: str) -> bool:
        """False when the target folder was empty and a concurrent deletion has just tidied it away."""
        with folder(self._root, [STAGING]) as staging:
            try:
                os.rename(self._name, filename, src_dir_fd=staging, dst_dir_fd=target)
            except FileNotFoundError:
                if _is_linked(target):
                    raise
                return False
        os.fsync(target)
        return True


def clean(root: Path) -> None:
    """Remove the files whose writers died."""
    with suppress(FileNotFoundError), folder(root, [STAGING]) as staging:
        for name in os.listdir(staging):  # noqa: PTH208 - of a descriptor, not a path
            with suppress(BlockingIOError, FileNotFoundError):
                _remove_abandoned(staging, name)


def _create_locked(staging: int) -> tuple[str, int]:
    while True:
        name = secrets.token_hex(8)
        descriptor = os.open(name, _NEW, 0o666, dir_fd=staging)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # `clean` may have taken the file for abandoned in the moment before it was locked.
        if _is_linked(descriptor):
            return name, descriptor
        os.close(descriptor)


def _remove_abandoned(staging: int, name: str) -> None:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=staging)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(name, dir_fd=staging)
    finally:
        os.close(descriptor)


def _is_linked(descriptor: int) -> bool:
    return os.fstat(descriptor).st_nlink > 0
