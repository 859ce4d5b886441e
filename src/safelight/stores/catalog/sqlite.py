"""The catalog in SQLite: implements ports.Catalog, ChangeFeed and KeyIndex."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Final

from safelight.database import Database, load_queries
from safelight.errors import NotFound
from safelight.model import ImageRecord, Page, Status
from safelight.stores.catalog.cursor import Cursor, microseconds, page_of, rows_to_fetch
from safelight.stores.catalog.records import Changes, from_document, owned_keys, to_document

_KEYS_AT_ONCE: Final = 500


class SqliteCatalog:
    """Safe to share between threads; other processes may use the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sql = load_queries("safelight.stores.catalog", "sqlite.sql")

    def get(self, image_id: str) -> ImageRecord:
        row = self._row("get", {"image_id": image_id})
        if row is None:
            raise NotFound(f"There is no image {image_id!r}.")
        return _record(row)

    def create(self, record: ImageRecord) -> bool:
        return self._write("create", record, _columns(record))

    def update(self, record: ImageRecord) -> bool:
        written = record.replace(revision=record.revision + 1)
        return self._write("swap", written, {**_columns(written), "expected_revision": record.revision})

    def list(self, *, status: Status | None = None, limit: int = 50, after: str | None = None) -> Page:
        query = ("next_page" if after else "first_page") + ("_of_status" if status else "")
        parameters: dict[str, object] = {"limit": rows_to_fetch(limit)}
        if status:
            parameters["status"] = status.value
        if after:
            parameters |= vars(Cursor.parse(after))
        with self._database.read() as connection:
            rows = connection.execute(self._sql[query], parameters).fetchall()
        return page_of([_record(row) for row in rows], limit)

    def counts(self) -> dict[Status, int]:
        with self._database.read() as connection:
            rows = connection.execute(self._sql["counts"]).fetchall()
        return dict.fromkeys(Status, 0) | {Status(row["status"]): row["images"] for row in rows}

    def changes(self, *, after: int | None, limit: int = 100) -> Changes:
        with self._database.read() as connection:
            if after is None:
                return [], connection.execute(self._sql["present_position"]).fetchone()[0]
            rows = connection.execute(self._sql["changes"], {"after": after, "limit": limit}).fetchall()
        return [_record(row) for row in rows], rows[-1]["position"] if rows else after

    def owner(self, key: str) -> str | None:
        row = self._row("owner", {"key": key})
        return None if row is None else row["image_id"]

    def keys_below(self, bucket: str, folder: str) -> Iterator[str]:
        path = folder.encode(errors="surrogatepass")
        # `0` follows `/`, and no UTF-8 has a byte of 255.
        after, end = (path + b"/", path + b"0") if path else (b"", b"\xff")
        while True:
            parameters = {"bucket": bucket, "after": after, "end": end, "limit": _KEYS_AT_ONCE}
            with self._database.read() as connection:
                keys = [row["key"] for row in connection.execute(self._sql["keys_below"], parameters)]
            if not keys:
                return
            yield from (key.decode(errors="surrogatepass") for key in keys)
            after = keys[-1]

    def _row(self, query: str, parameters: dict[str, object]) -> sqlite3.Row | None:
        try:
            with self._database.read() as connection:
                row: sqlite3.Row | None = connection.execute(self._sql[query], parameters).fetchone()
        except UnicodeEncodeError:  # a lone surrogate, in a path that somebody asks for
            return None
        return row

    def _write(self, query: str, record: ImageRecord, columns: dict[str, object]) -> bool:
        with self._database.transaction() as connection:
            written = connection.execute(self._sql[query], columns).rowcount == 1
            if written:
                self._index_variants(connection, record)
        return written

    def _index_variants(self, connection: sqlite3.Connection, record: ImageRecord) -> None:
        image = {"image_id": record.image_id}
        indexed = {row["key"] for row in connection.execute(self._sql["variant_keys"], image)}
        for key in indexed - owned_keys(record):
            connection.execute(self._sql["forget_variant"], {**image, "key": key})
        connection.executemany(
            self._sql["keep_variant"], [{**image, "key": variant.key} for variant in record.variants]
        )


def _columns(record: ImageRecord) -> dict[str, object]:
    return {
        "image_id": record.image_id,
        "bucket": record.bucket,
        "key": record.key.encode(errors="surrogatepass"),
        "status": record.status.value,
        "created_at": microseconds(record.created_at),
        "revision": record.revision,
        "document": json.dumps(to_document(record), separators=(",", ":")),
    }


def _record(row: sqlite3.Row) -> ImageRecord:
    return from_document(json.loads(row["document"]))
