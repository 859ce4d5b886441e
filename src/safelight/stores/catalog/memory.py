"""The catalog in memory, for one process: implements ports.Catalog, ChangeFeed and KeyIndex."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from safelight.errors import NotFound
from safelight.model import ImageRecord, Page, Status
from safelight.stores.catalog.cursor import Cursor, page_of, rows_to_fetch
from safelight.stores.catalog.records import Changes, owned_keys


class MemoryCatalog:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, ImageRecord] = {}  # by image_id, in the order of their last write
        self._positions: dict[str, int] = {}
        self._position = 0
        self._owners: dict[str, str] = {}  # image_id by key of a variant

    def get(self, image_id: str) -> ImageRecord:
        with self._lock:
            record = self._records.get(image_id)
        if record is None:
            raise NotFound(f"There is no image {image_id!r}.")
        return record

    def create(self, record: ImageRecord) -> bool:
        with self._lock:
            if record.image_id in self._records:
                return False
            self._store(record)
            return True

    def update(self, record: ImageRecord) -> bool:
        with self._lock:
            stored = self._records.get(record.image_id)
            if stored is None or stored.revision != record.revision:
                return False
            self._store(record.replace(revision=record.revision + 1))
            return True

    def list(self, *, status: Status | None = None, limit: int = 50, after: str | None = None) -> Page:
        count = rows_to_fetch(limit)
        cursor = Cursor.parse(after) if after else None
        with self._lock:
            found = [
                record
                for record in self._records.values()
                if status in (None, record.status) and (cursor is None or Cursor.of(record) < cursor)
            ]
        return page_of(sorted(found, key=Cursor.of, reverse=True)[:count], limit)

    def counts(self) -> dict[Status, int]:
        with self._lock:
            return dict.fromkeys(Status, 0) | Counter(record.status for record in self._records.values())

    def changes(self, *, after: int | None, limit: int = 100) -> Changes:
        with self._lock:
            if after is None:
                return [], self._position
            changed = [
                record for record in self._records.values() if self._positions[record.image_id] > after
            ]
            found = changed[:limit]
            return found, self._positions[found[-1].image_id] if found else after

    def owner(self, key: str) -> str | None:
        with self._lock:
            return self._owners.get(key)

    def keys_below(self, bucket: str, folder: str) -> Iterator[str]:
        prefix = f"{folder}/" if folder else ""
        with self._lock:
            keys = [
                record.key
                for record in self._records.values()
                if record.bucket == bucket
                and record.key.startswith(prefix)
                and record.status is not Status.DELETED
            ]
        yield from sorted(keys)

    def _store(self, record: ImageRecord) -> None:
        self._position += 1
        self._positions[record.image_id] = self._position
        replaced = self._records.pop(record.image_id, None)
        self._records[record.image_id] = record
        for key in (owned_keys(replaced) if replaced else set()) - owned_keys(record):
            if self._owners.get(key) == record.image_id:
                del self._owners[key]
        self._owners |= dict.fromkeys((variant.key for variant in record.variants), record.image_id)
