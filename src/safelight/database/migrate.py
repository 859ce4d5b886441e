"""Bringing a database's tables up to date, once, whoever comes first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from safelight.database.failures import damaged
from safelight.errors import ConfigurationError

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)
"""


@dataclass(frozen=True, kw_only=True)
class Migration:
    """`number` and `name` are the two halves of the file name `0001_catalog.sql`."""

    number: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """Every migration we ship, by number."""
    folder = resources.files("safelight.database").joinpath("migrations")
    scripts = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda e: e.name
    )
    return tuple(
        Migration(number=int(number), name=name.removesuffix(".sql"), sql=script.read_text(encoding="utf-8"))
        for script in scripts
        for number, _, name in [script.name.partition("_")]
    )


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing in one transaction. Raises ConfigurationError for a newer or foreign database."""
    try:
        _apply_missing(connection, path)
    except sqlite3.OperationalError as error:
        # A statement that was tested on our own tables fails on those of somebody else.
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise damaged(path) from error
        raise


def _apply_missing(connection: sqlite3.Connection, path: Path) -> None:
    known = migrations()
    if not _missing(connection, known, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_LEDGER)
        # Looked up again: another process may have been first while this one waited for the lock.
        for migration in _missing(connection, known, path):
            for statement in statements(migration.sql):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO schema_migrations (number, name) VALUES (?, ?)",
                (migration.number, migration.name),
            )
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` would commit the transaction we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _missing(
    connection: sqlite3.Connection, known: tuple[Migration, ...], path: Path
) -> tuple[Migration, ...]:
    applied = _applied(connection)
    if unknown := applied - {migration.number for migration in known}:
        raise ConfigurationError(
            f"The database {path} was made by a newer Safelight (it has migration {max(unknown)}).",
            remedy="Install that version or a later one, or choose another home folder.",
        )
    return tuple(migration for migration in known if migration.number not in applied)


def _applied(connection: sqlite3.Connection) -> set[int]:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations'").fetchone()
    if not found:
        return set()
    return {number for (number,) in connection.execute("SELECT number FROM schema_migrations")}
