"""One SQLite file shared by threads and processes: one writer at a time, readers never wait."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from safelight.database.connect import connect
from safelight.database.failures import explained
from safelight.database.migrate import migrate
from safelight.errors import StoreUnavailable

BUSY_SECONDS: Final = 10.0


class Database:
    """Opens the file, creates it when missing, and brings its tables up to date.

    Safe to share between threads; not across `fork`: a child process opens its own. Raises
    ConfigurationError when the file cannot be used, StoreUnavailable when it stays locked for
    `busy_seconds`, StorageFull when the disk is full; statements at fault raise `sqlite3.Error`.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._writing = threading.Lock()
        self._idle_readers: list[sqlite3.Connection] = []
        self._pooling = threading.Lock()
        self._closed = False
        with explained(path):
            self._writer = connect(path, busy_seconds=busy_seconds)
            try:
                migrate(self._writer, path)
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock; commit at the end, roll back if the block raises.

        Keep it short and never nest it: hand the connection on instead.
        """
        # Threads queue on a lock, which is fair and wakes at once; SQLite's own wait polls.
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise StoreUnavailable(f"The database was busy for {self._busy_seconds:g} seconds.")
        try:
            self._check_open()
            with explained(self.path), _span(self._writer, begin="BEGIN IMMEDIATE"):
                yield self._writer
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """See one unchanging state of the committed data for the length of the block; cannot write."""
        with explained(self.path):
            reader = self._take_reader()
            try:
                with _span(reader, begin="BEGIN"):
                    yield reader
            finally:
                self._give_back(reader)

    def close(self) -> None:
        """Waits for a transaction that is under way; blocks that still read end on their own."""
        with self._writing, self._pooling:
            self._closed = True
            self._writer.close()
            while self._idle_readers:
                self._idle_readers.pop().close()

    def _take_reader(self) -> sqlite3.Connection:
        with self._pooling:
            self._check_open()
            if self._idle_readers:
                return self._idle_readers.pop()
        return connect(self.path, busy_seconds=self._busy_seconds, read_only=True)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("The database is closed.")

    def _give_back(self, reader: sqlite3.Connection) -> None:
        with self._pooling:
            if self._closed:
                reader.close()
            else:
                self._idle_readers.append(reader)


@contextmanager
def _span(connection: sqlite3.Connection, *, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # SQLite itself has rolled back already after some failures, a full disk among them.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
