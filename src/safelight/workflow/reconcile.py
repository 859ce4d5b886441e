"""Repairs what a crash, a power cut or changes behind our back left between buckets, catalog and engine.

Uploads and executions go on meanwhile. So whatever was listed may be out of date, and is looked at once
more before anything is done about it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Final

from safelight import identity
from safelight.errors import InvalidKey, NotFound
from safelight.model import ImageRecord, Lane, RecipeRef, Status, UploadEvent
from safelight.ports import Bucket, Catalog, Engine, KeyIndex, ObjectInfo
from safelight.temporary_names import STILL_SECONDS, is_temporary
from safelight.workflow.intake import Intake
from safelight.workflow.ledger import settles
from safelight.workflow.sweep import sweep

_ROUNDS: Final = 3  # of looking whether what was submitted still is what is there

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
    keys: KeyIndex
    engine: Engine
    originals: Bucket
    variants: Bucket
    recipe: RecipeRef
    sleep: Callable[[float], None] = time.sleep

    def run(self) -> Reconciliation:
        """Compare and repair everything once. Waits `STILL_SECONDS` if files are being written just now."""
        found, unfinished = self._submit_unknown()
        removed = self.forget_missing([""])
        restarted, swept = self._mend_records()
        found += self._look_again(unfinished)
        return Reconciliation(found=found, restarted=restarted, removed=removed, swept=swept)

    def notice(self, key: str, *, lane: Lane = Lane.INTERACTIVE) -> bool:
        """Submit the original under `key` if its bytes are news; nothing when it is gone again.

        Looks once more after that: an upload may have come in between, and its event before ours.
        """
        submitted = False
        for _ in range(_ROUNDS):
            info = self._head(key)
            if info is None or not self._is_news(info):
                break
            event = UploadEvent(bucket=self.originals.name, key=key, etag=info.etag, size=info.size)
            self.intake.submit(event, self.recipe, lane=lane)
            submitted = True
        return submitted

    def forget_missing(self, folders: Iterable[str]) -> int:
        """Remove the images below these folders, "" for all, whose originals are gone; how many.

        An empty bucket more likely is a disk that is not mounted than a user who deleted everything, so
        without any original nothing is taken for removed.
        """
        keys = chain.from_iterable(
            self.keys.keys_below(self.originals.name, folder) for folder in dict.fromkeys(folders)
        )
        if any(not is_temporary(info.key) for info in self.originals.list()):
            return sum(self._forget_if_gone(key) for key in keys)
        if next(keys, None) is not None:
            log.warning("there is no original at all: is its disk mounted? No image is taken for removed")
        return 0

    def _forget_if_gone(self, key: str) -> bool:
        record = self._record(key)
        try:
            gone = record is not None and self._head(key) is None
        except InvalidKey:  # such a key never had an object; its record says so
            return False
        if record is None or not gone:
            return False
        self.intake.forget(record)
        return True

    def _submit_unknown(self) -> tuple[int, list[ObjectInfo]]:
        """How many originals were news; and those that may still be written, which were not submitted."""
        found = 0
        unfinished = []
        for info in self.originals.list():
            if is_temporary(info.key) or not self._is_news(info):
                continue
            if abs(self.intake.clock.now() - info.modified) < timedelta(seconds=STILL_SECONDS):
                unfinished.append(info)
            else:
                found += self.notice(info.key, lane=Lane.BACKFILL)
        return found, unfinished

    def _look_again(self, unfinished: list[ObjectInfo]) -> int:
        if not unfinished:
            return 0
        self.sleep(STILL_SECONDS)
        found = 0
        for before in unfinished:
            now = self._head(before.key)
            if now is not None and now.etag == before.etag:
                found += self.notice(before.key, lane=Lane.BACKFILL)
            elif now is not None:
                log.info("%r is being written; it is left to the watch, or to the next start", before.key)
        return found

    def _mend_records(self) -> tuple[int, int]:
        """How many executions were started again, and how many images were swept."""
        restarted = swept = 0
        for record in self._records():
            if record.bucket != self.originals.name:
                continue
            if not record.status.settled:
                restarted += self._restart(record)
            elif record.superseded_keys and settles(record):
                sweep(self.intake.ledger, self.variants, self.catalog.get(record.image_id))
                swept += 1
        return restarted, swept

    def _restart(self, record: ImageRecord) -> bool:
        try:
            execution = self.engine.get(record.execution)
        except NotFound:
            self.intake.start(record, size=record.original.bytes, lane=Lane.BACKFILL)
            return True
        if execution.status == "RUNNING":
            return False
        present = self.catalog.get(record.image_id)
        if present.status.settled or present.execution != record.execution:
            return False
        log.warning("execution ended without settling its image", extra={"image_id": record.image_id})
        self.intake.redrive(record.image_id, record.recipe, lane=Lane.BACKFILL)
        return True

    def _is_news(self, info: ObjectInfo) -> bool:
        record = self._record(info.key)
        return record is None or record.status is Status.DELETED or record.etag != info.etag

    def _record(self, key: str) -> ImageRecord | None:
        return self.intake.ledger.find(identity.image_id(self.originals.name, key))

    def _head(self, key: str) -> ObjectInfo | None:
        try:
            return self.originals.head(key)
        except NotFound:
            return None

    def _records(self) -> Iterator[ImageRecord]:
        after: str | None = None
        while True:
            page = self.catalog.list(limit=200, after=after)
            yield from page.items
            if page.next is None:
                return
            after = page.next
