"""The bytes of one input, read twice: once for the hash that names it, once to store it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from safelight.cli.adding.inputs import STDIN, Input

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Source:
    file: BinaryIO
    size: int
    sha256: str  # hex

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(0)
        while chunk := self.file.read(CHUNK_BYTES):
            yield chunk


@contextmanager
def open_source(given: Input) -> Iterator[Source]:
    """Raises OSError. A pipe is kept in a temporary file without a name, so nothing of it is left behind."""
    with _opened(given) as file:
        kind = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(kind):
            yield _measured(file)
            return
        if given.path != STDIN and not stat.S_ISFIFO(kind):
            raise OSError(errno.EINVAL, "Neither a file nor a pipe")
        with tempfile.TemporaryFile(prefix="safelight-") as spool:
            shutil.copyfileobj(file, spool, CHUNK_BYTES)
            spool.seek(0)
            yield _measured(spool)


@contextmanager
def _opened(given: Input) -> Iterator[BinaryIO]:
    if given.path == STDIN:
        yield sys.stdin.buffer
        return
    with open(given.path, "rb") as file:  # noqa: PTH123 - the path is kept as the user wrote it
        yield file


def _measured(file: BinaryIO) -> Source:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return Source(file=file, size=file.tell(), sha256=digest.hexdigest())
