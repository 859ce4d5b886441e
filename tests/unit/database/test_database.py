"""The SQLite file behind the embedded backends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from safelight.database import Database
from safelight.errors import ConfigurationError, StorageFull, StoreUnavailable


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "safelight.db", busy_seconds=5)
    with database.transaction() as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    yield database
    database.close()


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute("SELECT count(*) AS n FROM notes").fetchone()["n"])


def test_a_transaction_is_kept_when_its_block_ends(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes (text) VALUES ('kept')")
    assert count(database) == 1


def test_a_transaction_leaves_nothing_when_its_block_raises(database: Database) -> None:
    def write_and_fail() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('lost')")
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert count(database) == 0


def test_readers_see_one_state_while_others_write(database: Database) -> None:
    with database.read() as reader:
        before = reader.execute("SELECT count(*) FROM notes").fetchone()[0]
        with database.transaction() as writer:
            writer.execute("INSERT INTO notes (text) VALUES ('meanwhile')")
        assert reader.execute("SELECT count(*) FROM notes").fetchone()[0] == before
    assert count(database) == before + 1


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(ConfigurationError), database.read() as reader:
        reader.execute("INSERT INTO notes (text) VALUES ('sneaked in')")
    assert count(database) == 0


def test_no_write_is_lost_between_threads_and_processes(database: Database, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from safelight.database import Database\n"
        "database = Database(Path(sys.argv[1]))\n"
        "for _ in range(50):\n"
        "    with database.transaction() as connection:\n"
        "        connection.execute(\"INSERT INTO notes (text) VALUES ('process')\")\n"
        "database.close()\n"
    )
    process = subprocess.Popen([sys.executable, "-W", "error", "-c", script, str(database.path)])

    def write(_: int) -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('thread')")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(100)))
    assert process.wait(timeout=60) == 0
    assert count(database) == 150


def test_a_lock_held_by_another_process_is_a_passing_fault(database: Database) -> None:
    impatient = Database(database.path, busy_seconds=0.05)
    with database.transaction(), pytest.raises(StoreUnavailable), impatient.transaction():
        pass
    impatient.close()


def test_a_nested_transaction_is_refused_rather_than_waiting_for_itself(tmp_path: Path) -> None:
    database = Database(tmp_path / "safelight.db", busy_seconds=0.05)
    with database.transaction(), pytest.raises(StoreUnavailable), database.transaction():
        pass
    database.close()


def test_a_full_disk_is_named_and_leaves_the_database_usable(database: Database) -> None:
    with database.transaction() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageFull), database.transaction() as connection:
        connection.execute("INSERT INTO notes (text) VALUES (zeroblob(1000000))")
    assert count(database) == 0
    with database.transaction() as connection:
        connection.execute("INSERT INTO notes (text) VALUES ('small')")
    assert count(database) == 1


def test_a_file_that_is_no_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "safelight.db"
    path.write_bytes(b"this was never a database" * 100)
    with pytest.raises(ConfigurationError, match="move it away") as caught:
        Database(path)
    assert str(path) in str(caught.value)


def test_a_damaged_page_is_reported_as_damage(database: Database) -> None:
    with database.transaction() as connection:
        connection.executemany("INSERT INTO notes (text) VALUES (?)", [("x" * 1000,)] * 200)
    database.close()
    content = bytearray(database.path.read_bytes())
    content[-40_000:] = b"\xff" * 40_000
    database.path.write_bytes(content)
    damaged = Database(database.path)
    with pytest.raises(ConfigurationError, match=r"\.recover"), damaged.read() as connection:
        connection.execute("SELECT sum(length(text)) FROM notes").fetchone()
    damaged.close()


def test_a_missing_folder_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="writable"):
        Database(tmp_path / "missing" / "safelight.db")


def test_an_error_of_the_statement_itself_passes_unchanged(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO notes (id) VALUES (1), (1)")


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "safelight.db")
    database.close()
    with pytest.raises(StoreUnavailable, match="closed"), database.read():
        pass
    with pytest.raises(StoreUnavailable, match="closed"), database.transaction():
        pass


def test_closing_waits_for_the_transaction_that_is_under_way(tmp_path: Path) -> None:
    database = Database(tmp_path / "safelight.db")
    with database.transaction() as connection:
        closing = threading.Thread(target=database.close)
        closing.start()
        connection.execute("CREATE TABLE late (id)")
    closing.join(timeout=30)
    reopened = Database(database.path)
    with reopened.read() as reader:
        assert reader.execute("SELECT count(*) FROM late").fetchone()[0] == 0
    reopened.close()


def test_as_many_readers_stay_open_as_ever_read_at_once(database: Database) -> None:
    for _ in range(5):
        with database.read() as first, database.read() as second:
            assert first is not second
    assert len(database._idle_readers) == 2


@pytest.mark.parametrize("tables", ["CREATE TABLE images (a)", "CREATE TABLE schema_migrations (version)"])
def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path, tables: str) -> None:
    file = tmp_path / "safelight.db"
    with closing(sqlite3.connect(file)) as foreign:
        foreign.execute(tables)
        before = foreign.execute("SELECT sql FROM sqlite_master").fetchall()
        with pytest.raises(ConfigurationError, match="is not a Safelight database"):
            Database(file)
        assert foreign.execute("SELECT sql FROM sqlite_master").fetchall() == before
