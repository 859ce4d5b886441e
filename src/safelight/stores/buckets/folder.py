"""A folder as a bucket: every file below it is an object, its path is the key.

Not obstore's LocalStore: that neither syncs to disk nor refuses links out of the folder, and alters or
refuses some file names (docs/decisions/0009-folders.md).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from safelight.errors import InvalidKey, NotFound, Superseded
from safelight.ports import ObjectInfo
from safelight.stores.buckets.chunks import chunks
from safelight.stores.buckets.descriptors import folder, open_file
from safelight.stores.buckets.keys import check_key, shown
from safelight.stores.buckets.os_faults import reading, writing
from safelight.stores.buckets.staging import STAGING, StagedFile, clean
from safelight.stores.buckets.tree import files

STREAM_BYTES: Final = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class FolderBucket:
    """Implements ports.Bucket. Keeps no content types; symbolic links are not objects.

    `prune` removes folders that a deletion left empty; never set it where users made the folders.
    """

    root: Path
    name: str
    prune: bool = False

    def head(self, key: str) -> ObjectInfo:
        _check(key)
        *segments, filename = key.split("/")
        with reading(self.name, key), folder(self.root, segments) as parent:
            return self._info(key, os.stat(filename, dir_fd=parent, follow_symlinks=False))

    def read(self, key: str, *, etag: str | None = None) -> bytes:
        _check(key)
        with reading(self.name, key), os.fdopen(open_file(self.root, key), "rb") as file:
            before = self._info(key, os.fstat(file.fileno()))
            data = file.read()
            after = self._info(key, os.fstat(file.fileno()))
        # Programs that write in place, unlike ourselves, can change a file while it is read.
        if etag is not None and not before.etag == after.etag == etag:
            raise Superseded(f"The object {shown(key)} in {self.name} has been replaced.")
        return data

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        _check(key)
        parts = self._parts(key, start, end)
        next(parts)  # opens the file: a missing one raises here, not at the first chunk
        return parts

    def put(
        self,
        key: str,
        data: bytes | Path | Iterable[bytes],
        *,
        content_type: str | None = None,  # noqa: ARG002 - the catalog keeps these three
        cache_control: str | None = None,  # noqa: ARG002
        content_disposition: str | None = None,  # noqa: ARG002
    ) -> ObjectInfo:
        _check(key)
        at_fault = partial(writing, self.name, key)  # not around `chunks`: its faults are the caller's
        with at_fault():
            file = StagedFile(self.root)
        with closing(file):
            for chunk in chunks(data):
                with at_fault():
                    file.write(chunk)
            with at_fault():
                info = self._info(key, file.finish())
                file.publish(key)
        return info

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            _check(key)
            *segments, filename = key.split("/")
            with suppress(NotFound), reading(self.name, key):
                with folder(self.root, segments) as parent:
                    os.unlink(filename, dir_fd=parent)
                    os.fsync(parent)
                if self.prune:
                    self._prune(segments)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        with reading(self.name, prefix):
            for key, facts in files(self.root, prefix):
                yield self._info(key, facts)

    def clean_temporary(self) -> None:
        """Remove what writers that died left behind; safe while others write."""
        with reading(self.name, STAGING):
            clean(self.root)

    def _parts(self, key: str, start: int, end: int | None) -> Iterator[bytes]:
        with reading(self.name, key), os.fdopen(open_file(self.root, key), "rb") as file:
            size = self._info(key, os.fstat(file.fileno())).size
            yield b""
            file.seek(start)
            left = (size if end is None else min(end, size)) - start
            while left > 0 and (part := file.read(min(left, STREAM_BYTES))):
                left -= len(part)
                yield part

    def _info(self, key: str, facts: os.stat_result) -> ObjectInfo:
        if not stat.S_ISREG(facts.st_mode):
            raise NotFound(f"There is no object {shown(key)} in {self.name}.")
        return ObjectInfo(
            key=key,
            size=facts.st_size,
            # Without the inode: a folder restored from a backup holds the same objects as before.
            etag=f"{facts.st_mtime_ns:x}-{facts.st_size:x}",
            modified=datetime.fromtimestamp(facts.st_mtime, UTC),
        )

    def _prune(self, segments: Sequence[str]) -> None:
        """Remove the folders that are empty now, innermost first."""
        for depth in range(len(segments), 0, -1):
            *outer, innermost = segments[:depth]
            try:
                with folder(self.root, outer) as parent:
                    os.rmdir(innermost, dir_fd=parent)
            except OSError:  # not empty, or already gone
                return


def _check(key: str) -> None:
    check_key(key)
    if key.partition("/")[0] == STAGING:
        raise InvalidKey(f"The folder {STAGING} is Safelight's own.", remedy="Use another key.")
