"""Repairs what a crash, a power cut or changes behind our back left between buckets, catalog and engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safelight import identity
from safelight.errors import InvalidKey, NotFound
from safelight.model import ImageRecord, Lane, RecipeRef, Status, UploadEvent
from safelight.ports import Bucket, Catalog, Engine, ObjectInfo
from safelight.workflow.intake import Intake
from safelight.workflow.sweep import sweep

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """How many images each repair concerned."""

    found: int = 0  # originals without a record, or changed since
    restarted: int = 0  # records whose execution was never started or is gone
    removed: int = 0  # records whose original is gone
    swept: int = 0  # images with superseded variants still stored


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    intake: Intake
    catalog: Catalog
    engine: Engine
    originals: Bucket
    variants: Bucket
    recipe: RecipeRef

    def run(self) -> Reconciliation:
        """Compare and repair everything once. Safe while uploads and executions go on."""
        present, found = self._submit_unknown()
        restarted = removed = swept = 0
        for record in self._records():
            if record.bucket != self.originals.name:
                continue
            if present and record.status is not Status.DELETED and self._original_is_gone(record):
                self._forget(record)
                removed += 1
            elif not record.status.settled:
                restarted += self._restart(record)
            elif record.superseded_keys:
                sweep(self.intake.ledger, self.variants, record)
                swept += 1
        return Reconciliation(found=found, restarted=restarted, removed=removed, swept=swept)

    def notice(self, key: str) -> None:
        """Submit the original under `key` if its bytes are news; nothing when it is gone again."""
        try:
            info = self.originals.head(key)
        except NotFound:
            return
        if self._is_news(info):
            self._submit(info, Lane.INTERACTIVE)

    def forget_missing(self, prefixes: Sequence[str]) -> int:
        """Remove the images whose key begins with one of these and whose original is gone; how many."""
        removed = 0
        for record in self._records():
            concerned = record.bucket == self.originals.name and record.key.startswith(tuple(prefixes))
            if concerned and record.status is not Status.DELETED and self._original_is_gone(record):
                self._forget(record)
                removed += 1
        return removed

    def _forget(self, record: ImageRecord) -> None:
        self.intake.remove(UploadEvent(bucket=record.bucket, key=record.key, removed=True))

    def _submit_unknown(self) -> tuple[bool, int]:
        """Whether there are originals at all, and how many were news.

        An empty bucket more likely is a disk that is not mounted than a user who deleted everything, so
        without any original nothing is taken for removed.
        """
        present = False
        found = 0
        for info in self.originals.list():
            present = True
            if self._is_news(info):
                self._submit(info, Lane.BACKFILL)
                found += 1
        return present, found

    def _submit(self, info: ObjectInfo, lane: Lane) -> None:
        event = UploadEvent(bucket=self.originals.name, key=info.key, etag=info.etag, size=info.size)
        self.intake.submit(event, self.recipe, lane=lane)

    def _is_news(self, info: ObjectInfo) -> bool:
        record = self.intake.ledger.find(identity.image_id(self.originals.name, info.key))
        return record is None or record.status is Status.DELETED or record.etag != info.etag

    def _records(self) -> Iterator[ImageRecord]:
        after: str | None = None
        while True:
            page = self.catalog.list(limit=200, after=after)
            yield from page.items
            if page.next is None:
                return
            after = page.next

    def _original_is_gone(self, record: ImageRecord) -> bool:
        try:
            self.originals.head(record.key)
        except NotFound:
            return True
        except InvalidKey:  # such a key never had an object; its record says so
            return False
        return False

    def _restart(self, record: ImageRecord) -> int:
        try:
            execution = self.engine.get(record.execution)
        except NotFound:
            self.intake.start(record, size=record.original.bytes, lane=Lane.BACKFILL)
            return 1
        if execution.status == "RUNNING":
            return 0
        log.warning("execution ended without settling its image", extra={"image_id": record.image_id})
        self.intake.redrive(record.image_id, record.recipe, lane=Lane.BACKFILL)
        return 1
