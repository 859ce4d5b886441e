"""Every change of a catalog record, as compare-and-swap: read, decide, write, or read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from safelight.errors import NotFound
from safelight.model import ImageRecord, Status
from safelight.ports import Catalog, Clock

Change = Callable[[ImageRecord], ImageRecord]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    catalog: Catalog
    clock: Clock

    def find(self, image_id: str) -> ImageRecord | None:
        try:
            return self.catalog.get(image_id)
        except NotFound:
            return None

    def write(
        self, record: ImageRecord, change: Change, *, only_if: Callable[[ImageRecord], bool]
    ) -> ImageRecord | None:
        """Apply `change` to what is stored for as long as `only_if` holds; None once it does not.

        `record` is what the caller read; the answer is what this call has stored.
        """
        while only_if(record):
            changed = change(record).replace(updated_at=self.clock.now())
            if self.catalog.update(changed):
                return changed.replace(revision=record.revision + 1)
            record = self.catalog.get(record.image_id)
        return None

    def advance(self, image_id: str, execution: str, change: Change) -> ImageRecord | None:
        """Apply `change` while `execution` has the image in hand.

        None: it has settled the image before, or a newer upload or a removal won. So a task that was given
        up and yet comes to its end changes nothing that has been decided without it.
        """

        def in_hand(stored: ImageRecord) -> bool:
            return stored.execution == execution and not stored.status.settled

        return self.write(self.catalog.get(image_id), change, only_if=in_hand)

    def condemn(self, image_id: str, keys: tuple[str, ...]) -> ImageRecord:
        """Note variants that nobody lists, so that whoever settles the image removes them."""

        record = self.catalog.get(image_id)
        noted = self.write(
            record,
            lambda stored: condemned(stored, keys),
            only_if=lambda stored: not set(keys) <= set(every_key(stored)),
        )
        return noted or self.catalog.get(image_id)


def condemned(record: ImageRecord, keys: tuple[str, ...]) -> ImageRecord:
    """The record with those of `keys` that it does not list among its superseded ones."""
    listed = {variant.key for variant in record.variants}
    unlisted = (key for key in keys if key not in listed)
    return record.replace(superseded_keys=tuple(dict.fromkeys((*record.superseded_keys, *unlisted))))


def every_key(record: ImageRecord) -> tuple[str, ...]:
    """Keys of all objects ever made for the image and not yet removed."""
    return tuple(dict.fromkeys((*record.superseded_keys, *(variant.key for variant in record.variants))))


def settles(record: ImageRecord) -> bool:
    """True when superseded variants may go: their successors are there, or never will be."""
    return record.status in (Status.READY, Status.REJECTED, Status.DELETED)
