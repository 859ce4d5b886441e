"""The tables as all migrations leave them. `python -m safelight.database.schema` rewrites `schema.sql`."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from safelight.database.database import Database

SCHEMA_FILE = Path(__file__).with_name("schema.sql")
_HEADER = (
    "-- What all migrations add up to, for reading; nothing executes it.\n"
    "-- Written by `python -m safelight.database.schema`; a test keeps it up to date.\n\n"
)


def describe() -> str:
    """Make an empty database and write down what it consists of."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(Path(folder) / "empty.db")) as database,
        database.read() as connection,
    ):
        return _HEADER + "\n\n".join(_statements(connection)) + "\n"


def _statements(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name"
    )
    return [f"{sql};" for (sql,) in rows]


if __name__ == "__main__":
    SCHEMA_FILE.write_text(describe(), encoding="utf-8")
