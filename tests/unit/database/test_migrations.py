"""Tables are made and changed by numbered migrations, once each."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from safelight.database import Database
from safelight.database.migrate import migrations, statements
from safelight.database.schema import SCHEMA_FILE, describe
from safelight.errors import ConfigurationError

OPEN = (
    "import sys; from pathlib import Path; from safelight.database import Database\n"
    "Database(Path(sys.argv[1])).close()"
)


def test_schema_sql_is_what_the_migrations_make() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == describe(), "run `python -m safelight.database.schema`"


def test_no_two_migrations_have_one_number() -> None:
    numbers = [migration.number for migration in migrations()]
    assert numbers == sorted(set(numbers))


def test_each_migration_is_noted_once_however_often_the_file_is_opened(tmp_path: Path) -> None:
    for _ in range(2):
        Database(tmp_path / "safelight.db").close()
    with closing(sqlite3.connect(tmp_path / "safelight.db")) as connection:
        noted = connection.execute("SELECT number, name FROM schema_migrations ORDER BY number").fetchall()
    assert noted == [(migration.number, migration.name) for migration in migrations()]


def test_processes_that_create_the_file_together_all_succeed(tmp_path: Path) -> None:
    for round_number in range(3):
        path = tmp_path / f"{round_number}.db"
        processes = [
            subprocess.Popen([sys.executable, "-W", "error", "-c", OPEN, str(path)]) for _ in range(4)
        ]
        assert [process.wait(timeout=60) for process in processes] == [0, 0, 0, 0]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "safelight.db"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO schema_migrations (number, name) VALUES (9999, 'future')")
    with pytest.raises(ConfigurationError, match="newer Safelight"):
        Database(path)


def test_a_migration_that_was_left_out_is_applied_later(tmp_path: Path) -> None:
    path = tmp_path / "safelight.db"
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE idempotency_keys")
        connection.execute("DELETE FROM schema_migrations WHERE name = 'idempotency'")
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM idempotency_keys").fetchone() == (0,)


def test_scripts_are_split_at_statements_not_at_semicolons() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n    DELETE FROM b;\n    DELETE FROM c;\nEND;\n"
    assert list(statements(f"CREATE TABLE a (x); -- first; table\n{trigger}")) == [
        "CREATE TABLE a (x); -- first; table\n",
        trigger,
    ]
