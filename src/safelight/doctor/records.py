"""Whether the database is sound and of this version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from safelight.config import Settings
from safelight.database.connect import connect
from safelight.database.failures import explained
from safelight.database.migrate import migrations
from safelight.doctor.finding import Finding, fail, ok, warn
from safelight.errors import SafelightError

BUSY_SECONDS = 5.0


def examine_database(settings: Settings) -> Iterator[Finding]:
    path = settings.database_path
    if not path.exists():
        yield ok("database", f"{path} will be made at the first use")
        return
    try:
        with explained(path), closing(connect(path, busy_seconds=BUSY_SECONDS, read_only=True)) as connection:
            yield _sound(connection, path)
            yield _version(connection)
    except SafelightError as error:
        yield fail("database", error.message, error.remedy or "Try again while Safelight is stopped.")


def _sound(connection: sqlite3.Connection, path: Path) -> Finding:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict == "ok":
        return ok("database", f"{path} is sound")
    return fail(
        "database",
        f"{path} is damaged: {verdict}",
        "Move it away together with its -wal and -shm files: the catalog is made anew from the originals.",
    )


def _version(connection: sqlite3.Connection) -> Finding:
    applied = {number for (number,) in connection.execute("SELECT number FROM schema_migrations")}
    known = {migration.number for migration in migrations()}
    if applied - known:
        return fail(
            "schema",
            "The database is newer than this Safelight.",
            "Install the version that made it, or newer.",
        )
    if known - applied:
        return warn("schema", f"{len(known - applied)} migrations to come", "They run at the next start.")
    return ok("schema", f"version {max(known)}")
