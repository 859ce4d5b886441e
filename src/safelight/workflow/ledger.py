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

    def write(self, record: ImageRecord, change: Change, *, only_if: Callable[[ImageRecord], bool]) -> bool:
        """Apply `change` to what is stored for as long as `only_if` holds; False once it does not."""
        while only_if(record):
            changed = change(record).replace(updated_at=self.clock.now())
            if self.catalog.update(changed):
                return True
            record = self.catalog.get(record.image_id)
        return False

    def advance(self, image_id: str, execution: str, change: Change) -> ImageRecord | None:
        """Apply `change` if the record still is about `execution`; None: a newer upload or a removal won."""

        def current(stored: ImageRecord) -> bool:
            return stored.execution == execution and stored.status is not Status.DELETED

        if self.write(self.catalog.get(image_id), change, only_if=current):
            return self.catalog.get(image_id)
        return None

    def condemn(self, image_id: str, keys: tuple[str, ...]) -> ImageRecord:
        """Note variants that nobody will list, so that whoever settles the image removes them."""

        def add(stored: ImageRecord) -> ImageRecord:
            return stored.replace(superseded_keys=tuple(dict.fromkeys((*stored.superseded_keys, *keys))))

        record = self.catalog.get(image_id)
        self.write(record, add, only_if=lambda _: True)
        return self.catalog.get(image_id)


def every_key(record: ImageRecord) -> tuple[str, ...]:
    """Keys of all objects ever made for the image and not yet removed."""
    return tuple(dict.fromkeys((*record.superseded_keys, *(variant.key for variant in record.variants))))


def settles(record: ImageRecord) -> bool:
    """True when superseded variants may go: their successors are there, or never will be."""
    return record.status in (Status.READY, Status.REJECTED, Status.DELETED)
