"""Removal of variants that no record lists any more."""

from __future__ import annotations

from safelight.model import ImageRecord
from safelight.ports import Bucket
from safelight.workflow.ledger import Ledger, settles


def sweep(ledger: Ledger, variants: Bucket, record: ImageRecord) -> None:
    """Delete the superseded variants of a settled record, then forget them.

    Does nothing once a newer upload has taken over: its own execution sweeps. `record` has to be as it was
    just read, because what an older one calls superseded may have been made again since. What another
    image has stored under the same key since is that image's.
    """
    if not record.superseded_keys or not settles(record):
        return
    listed = {variant.key for variant in record.variants}
    swept = set(record.superseded_keys)
    variants.delete(
        key for key in sorted(swept - listed) if ledger.catalog.owner(key) in (None, record.image_id)
    )

    def forget(stored: ImageRecord) -> ImageRecord:
        return stored.replace(superseded_keys=tuple(k for k in stored.superseded_keys if k not in swept))

    ledger.write(record, forget, only_if=lambda stored: stored.execution == record.execution)
