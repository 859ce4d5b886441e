"""Opening one connection the way Safelight needs it (docs/decisions/0004-sqlite.md)."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from safelight.errors import ConfigurationError

OLDEST_SQLITE: Final = (3, 35, 0)  # RETURNING
CACHED_STATEMENTS: Final = 256  # every statement we have, prepared once a connection
_RETRY_SECONDS: Final = 0.01


def connect(path: Path, *, busy_seconds: float, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode with `sqlite3.Row` rows; transactions are begun by hand."""
    _check_version()
    connection = sqlite3.connect(
        path,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    connection.row_factory = sqlite3.Row
    try:
        if not read_only:
            _use_wal(connection, path, busy_seconds=busy_seconds)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection, path: Path, *, busy_seconds: float) -> None:
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.OperationalError as error:
            # Two processes that create the file together: this statement does not wait for locks.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
    if mode != "wal":
        raise ConfigurationError(
            f"The file system of {path.parent} cannot hold the database.",
            remedy="Choose a home folder on a local disk; network folders lack the shared memory it needs.",
        )


def _check_version() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise ConfigurationError(
            f"This Python has SQLite {sqlite3.sqlite_version}; Safelight needs {oldest} or newer.",
            remedy="Use a Python that brings a newer SQLite, for instance one from python.org.",
        )
