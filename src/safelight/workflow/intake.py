"""From an event to a running execution. Events come at least once, late, and in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from safelight import identity
from safelight.errors import Conflict, NotFound
from safelight.model import ImageRecord, Lane, Original, RecipeRef, Status, UploadEvent
from safelight.ports import Bucket, Clock, Engine
from safelight.workflow.ledger import Ledger, every_key
from safelight.workflow.sequence import is_newer, stamp, successor
from safelight.workflow.sweep import sweep


@dataclass(frozen=True, kw_only=True)
class Intake:
    ledger: Ledger
    engine: Engine
    variants: Bucket
    clock: Clock

    def submit(self, event: UploadEvent, recipe: RecipeRef, *, lane: Lane = Lane.INTERACTIVE) -> ImageRecord:
        """Record an upload and start its execution; a repeated event changes nothing, an older one loses.

        An event without `sequencer` is the stored upload when its etag is, else the newest one.
        """
        image_id = identity.image_id(event.bucket, event.key)
        while True:
            stored = self.ledger.find(image_id)
            record = self._record(event, recipe, stored)
            if stored is not None and not _supersedes(record, stored):
                break
            if written := self._write(record, stored):
                stored = written
                break
        if not stored.status.settled:
            self.start(stored, size=event.size, lane=lane)
        return stored

    def redrive(self, image_id: str, recipe: RecipeRef, *, lane: Lane = Lane.INTERACTIVE) -> ImageRecord:
        """Run an image again under the recipe as it is now. Raises NotFound; Conflict when deleted."""
        while True:
            stored = self.ledger.catalog.get(image_id)
            if stored.status is Status.DELETED:
                raise Conflict(f"{stored.key} was deleted.", remedy="Upload the image again.")
            if not stored.status.settled and self._running(stored):
                return stored
            if record := self._write(self._again(stored, recipe), stored):
                self.start(record, size=stored.original.bytes, lane=lane)
                return record

    def remove(self, event: UploadEvent) -> ImageRecord | None:
        """Mark the image DELETED and remove its variants. None when nothing is known of it.

        A removal older than the stored upload loses; one without `sequencer` is about that upload.
        """
        stored = self.ledger.find(identity.image_id(event.bucket, event.key))
        if stored is None:
            return None
        if not event.sequencer:
            return self.forget(stored)
        return self._delete(stored, event.sequencer, lambda found: is_newer(event.sequencer, found.sequencer))

    def forget(self, record: ImageRecord) -> ImageRecord:
        """Mark the image DELETED and remove its variants, unless another upload came since `record` was read.

        For who has found the original gone: read the record first, then look for the original.
        """
        return self._delete(
            record, successor(record.sequencer), lambda found: found.sequencer == record.sequencer
        )

    def start(self, record: ImageRecord, *, size: int | None, lane: Lane) -> None:
        """Start the record's execution; starting it twice is starting it once."""
        self.engine.start(
            record.execution,
            {
                "bucket": record.bucket,
                "key": record.key,
                "etag": record.etag,
                "sequencer": record.sequencer,
                "size": size,
            },
            lane=lane,
        )

    def _delete(
        self, record: ImageRecord, sequencer: str, wins: Callable[[ImageRecord], bool]
    ) -> ImageRecord:
        def delete(stored: ImageRecord) -> ImageRecord:
            return stored.replace(
                status=Status.DELETED,
                sequencer=sequencer,
                variants=(),
                superseded_keys=every_key(stored),
            )

        deleted = self.ledger.write(
            record, delete, only_if=lambda stored: stored.status is not Status.DELETED and wins(stored)
        )
        present = deleted or self.ledger.catalog.get(record.image_id)
        sweep(self.ledger, self.variants, present)
        return present

    def _running(self, record: ImageRecord) -> bool:
        try:
            return self.engine.get(record.execution).status == "RUNNING"
        except NotFound:
            return False

    def _write(self, record: ImageRecord, stored: ImageRecord | None) -> ImageRecord | None:
        """The record as it is stored now; None when somebody else wrote since `stored` was read."""
        if stored is None:
            return record if self.ledger.catalog.create(record) else None
        return record.replace(revision=record.revision + 1) if self.ledger.catalog.update(record) else None

    def _record(self, event: UploadEvent, recipe: RecipeRef, stored: ImageRecord | None) -> ImageRecord:
        now = self.clock.now()
        sequencer = event.sequencer or self._sequencer(event, stored)
        attempts = 1
        if stored is not None and stored.sequencer == sequencer:
            attempts = stored.attempts + (stored.recipe.digest != recipe.digest)
        image_id = identity.image_id(event.bucket, event.key)
        return ImageRecord(
            image_id=image_id,
            bucket=event.bucket,
            key=event.key,
            filename=event.key.rpartition("/")[2],
            status=Status.PENDING,
            recipe=recipe,
            execution=identity.execution_name(image_id, event.etag, sequencer, recipe.digest, attempts),
            original=Original(bytes=event.size),
            attempts=attempts,
            etag=event.etag,
            sequencer=sequencer,
            created_at=stored.created_at if stored else now,
            updated_at=now,
            superseded_keys=every_key(stored) if stored else (),
            revision=stored.revision if stored else 0,
        )

    def _sequencer(self, event: UploadEvent, stored: ImageRecord | None) -> str:
        if stored is None:
            return stamp(self.clock.now(), "")
        same_upload = stored.etag == event.etag and stored.status is not Status.DELETED
        return stored.sequencer if same_upload else stamp(self.clock.now(), stored.sequencer)

    def _again(self, stored: ImageRecord, recipe: RecipeRef) -> ImageRecord:
        attempts = stored.attempts + 1
        return stored.replace(
            status=Status.PENDING,
            recipe=recipe,
            error=None,
            variants=(),
            version=None,
            ready_at=None,
            superseded_keys=every_key(stored),
            attempts=attempts,
            execution=identity.execution_name(
                stored.image_id, stored.etag, stored.sequencer, recipe.digest, attempts
            ),
            updated_at=self.clock.now(),
        )


def _supersedes(record: ImageRecord, stored: ImageRecord) -> bool:
    if is_newer(record.sequencer, stored.sequencer):
        return True
    return record.sequencer == stored.sequencer and record.attempts > stored.attempts
