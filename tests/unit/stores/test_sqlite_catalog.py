"""What keeps the SQLite catalog quick with a million images, and whole when several processes use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safelight.database import Database, load_queries
from safelight.model import ImageRecord, RecipeRef, Status
from safelight.stores.catalog.sqlite import SqliteCatalog

QUERIES = load_queries("safelight.stores.catalog", "sqlite.sql")
PARAMETERS = {
    "image_id": "a",
    "status": "READY",
    "created_at": 1,
    "limit": 2,
    "after": 1,
    "key": "k",
    "bucket": "originals",
    "end": "z",
    "document": "{}",
    "revision": 1,
    "expected_revision": 0,
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "safelight.db")
    yield database
    database.close()


def record(image_id: str, status: Status = Status.PENDING) -> ImageRecord:
    now = datetime.now(UTC)
    return ImageRecord(
        image_id=image_id,
        bucket="originals",
        key="k",
        filename="k",
        status=status,
        recipe=RecipeRef(name="web", digest="d"),
        execution="e",
        created_at=now,
        updated_at=now,
    )


@pytest.mark.parametrize("name", sorted(set(QUERIES) - {"counts"}))
def test_no_query_reads_or_sorts_the_whole_table(database: Database, name: str) -> None:
    with database.read() as connection:
        plan = [
            row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {QUERIES[name]}", PARAMETERS)
        ]
    # `first_page` scans, but an index in its own order, and LIMIT ends the scan.
    scans = [
        step for step in plan if step.startswith("SCAN") and "USING" not in step and "CONSTANT" not in step
    ]
    sorts = [step for step in plan if "TEMP B-TREE" in step]
    assert (scans, sorts) == ([], [])


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("first_page", "SCAN images USING INDEX images_by_time"),
        ("next_page", "SEARCH images USING INDEX images_by_time ((created_at,image_id)<(?,?))"),
        ("first_page_of_status", "SEARCH images USING INDEX images_by_status (status=?)"),
        (
            "next_page_of_status",
            "SEARCH images USING INDEX images_by_status (status=? AND (created_at,image_id)<(?,?))",
        ),
        ("changes", "SEARCH images USING INDEX images_by_position (position>?)"),
        ("keys_below", "SEARCH images USING INDEX images_by_key (bucket=? AND key>? AND key<?)"),
    ],
)
def test_a_deep_page_is_looked_up_like_the_first(database: Database, name: str, index: str) -> None:
    with database.read() as connection:
        plan = [
            row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {QUERIES[name]}", PARAMETERS)
        ]
    assert [step.replace("COVERING ", "") for step in plan] == [index]


def test_counting_reads_one_row_a_status_however_many_images_there_are(database: Database) -> None:
    catalog = SqliteCatalog(database)
    for number in range(30):
        catalog.create(record(f"i{number}", Status.READY if number % 2 else Status.FAILED))
    with database.read() as connection:
        rows = connection.execute(QUERIES["counts"]).fetchall()
    assert sorted(map(tuple, rows)) == [("FAILED", 15), ("READY", 15)]


def test_counts_stay_right_when_rows_are_removed_by_hand(database: Database) -> None:
    catalog = SqliteCatalog(database)
    catalog.create(record("a"))
    catalog.create(record("b"))
    with database.transaction() as connection:
        connection.execute("DELETE FROM images WHERE image_id = 'a'")
    assert catalog.counts()[Status.PENDING] == 1


def test_what_one_process_writes_another_sees_and_is_told_of(database: Database) -> None:
    other = Database(database.path)
    here, there = SqliteCatalog(database), SqliteCatalog(other)
    _, position = there.changes(after=None)
    here.create(record("a"))
    assert there.get("a").image_id == "a"
    assert [changed.image_id for changed in there.changes(after=position)[0]] == ["a"]
    other.close()
