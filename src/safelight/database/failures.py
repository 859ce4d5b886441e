"""What SQLite's result codes mean to the people who run Safelight."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from safelight.errors import ConfigurationError, SafelightError, StorageFull, StoreUnavailable

_PRIMARY: Final = 0xFF  # an extended result code carries the primary one in its low byte
_FULL: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNWRITABLE: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise one of our errors for a fault of the file; a statement's own fault passes unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        # Errors of the Python module itself, such as "Cannot operate on a closed database", have no code.
        code = getattr(error, "sqlite_errorcode", None)
        explanation = None if code is None else explain(code, path)
        if explanation is None:
            raise
        raise explanation from error


def explain(code: int, path: Path) -> SafelightError | None:
    """The error for a result code, primary or extended; None when the statement is to blame."""
    primary = code & _PRIMARY
    if code in _FULL:
        return StorageFull("The database cannot be written: the disk or the quota is full.")
    if primary in _BUSY:
        return StoreUnavailable("The database is locked by another process.")
    if primary in _DAMAGED:
        return damaged(path)
    if primary in _UNWRITABLE:
        return ConfigurationError(
            f"The database {path} cannot be opened for writing.",
            remedy="Make the file and its folder writable for this user, or choose another home folder.",
        )
    if primary == sqlite3.SQLITE_IOERR:
        return StoreUnavailable("The disk failed while the database was read or written.")
    return None


def damaged(path: Path) -> ConfigurationError:
    """The error for a file that is broken, or somebody else's."""
    return ConfigurationError(
        f"The database {path} is damaged or is not a Safelight database.",
        remedy=(
            f"Stop Safelight, then repair it with `sqlite3 {path} .recover | sqlite3 recovered.db` and put "
            "recovered.db in its place; or move it away together with its -wal and -shm files: the originals "
            "stay where they are and Safelight makes the catalog anew from them at start."
        ),
    )
