"""What the pipeline needs from the outside, in its own words. Knows `model` and `errors` only.

Every backend of a port passes one contract suite (tests/contract).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from safelight.model import Execution, HistoryEvent, ImageRecord, Lane, Page, Status

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ObjectInfo:
    """An object as the bucket sees it; `etag` without quotes, `content_type` None where not kept."""

    key: str
    size: int
    etag: str
    modified: datetime
    content_type: str | None = None


class Bucket(Protocol):
    """A place for objects. Keys are as S3's; one that the backend cannot hold raises InvalidKey.

    A missing object raises NotFound; a passing fault StoreUnavailable; a full disk StorageFull.
    """

    @property
    def name(self) -> str: ...

    def head(self, key: str) -> ObjectInfo: ...

    def read(self, key: str, *, etag: str | None = None) -> bytes:
        """The whole object; with `etag`, raises Superseded when the object is no longer that one."""

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Chunks of bytes `start` up to, not including, `end`."""

    def put(
        self,
        key: str,
        data: bytes | Path | Iterable[bytes],
        *,
        content_type: str | None = None,
        cache_control: str | None = None,
        content_disposition: str | None = None,
    ) -> ObjectInfo:
        """Store durably and visibly at once, or not at all. Replaces what was there."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; a missing one is no error."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object, in no promised order, without holding them all."""


class OwnBucket(Bucket, Protocol):
    """A bucket as its owner sees it: writers that died may have left something half done."""

    def clean_temporary(self) -> None:
        """Remove what they left; safe while others write."""


class Catalog(Protocol):
    """The table of images. Which event wins is decided by its callers; it keeps them from racing."""

    def get(self, image_id: str) -> ImageRecord:
        """Raises NotFound."""

    def create(self, record: ImageRecord) -> bool:
        """Store the first record of an image. False: there is one already; nothing was written."""

    def update(self, record: ImageRecord) -> bool:
        """Compare and swap: replace the stored record if its `revision` still is `record.revision`.

        The stored revision becomes one higher. False: somebody wrote in between; read again, decide again.
        """

    def list(self, *, status: Status | None = None, limit: int = 50, after: str | None = None) -> Page:
        """Newest created first. `after` is a page's `next`; another text raises InvalidRequest."""

    def counts(self) -> dict[Status, int]:
        """Records by status."""

    def owner(self, key: str) -> str | None:
        """Id of the image that was the last to list a variant under `key`, and still has it.

        It has what is listed or superseded; a DELETED image has nothing.
        """


class ChangeFeed(Protocol):
    """What changed in the catalog since, for those who wait or watch; also sees other processes' writes."""

    def changes(self, *, after: int | None, limit: int = 100) -> tuple[list[ImageRecord], int]:
        """Records written after position `after`, earliest write first, and the position to go on from.

        None: no records, only the present position. A record written twice in between comes once, as
        it is now.
        """


class KeyIndex(Protocol):
    """Finds the images of a folder, for who learns that the folder itself is gone."""

    def keys_below(self, bucket: str, folder: str) -> Iterator[str]:
        """Keys of images that begin with `folder/` and are not DELETED; all of them for an empty `folder`."""


class Engine(Protocol):
    """Runs the workflow file. An execution's name makes starting it twice starting it once."""

    def start(self, name: str, input: Json, *, lane: Lane = Lane.INTERACTIVE) -> bool:
        """False when an execution of that name exists already."""

    def get(self, name: str) -> Execution:
        """Raises NotFound."""

    def history(self, name: str) -> list[HistoryEvent]:
        """In order. Raises NotFound."""

    def list(self, *, prefix: str = "", limit: int = 50) -> list[Execution]:
        """Executions whose name begins with `prefix`, latest start first."""


class Pixels(Protocol):
    """Image work by key: implementations read and write the buckets, callers never see bytes."""

    def validate(self, job: Json) -> Json:
        """Facts of the original, from its header, and keys of the variants to come. Raises ImageRejected.

        See workflow/pixels.py.
        """

    def render(self, job: Json) -> Json:
        """Make and store every variant. Raises ImageRejected, RenderTimeout, WorkerCrashed …"""


class IdempotencyKeys(Protocol):
    """Remembers which object key a client's `Idempotency-Key` stands for."""

    def reserve(self, token: str, *, key: str, fingerprint: str) -> str:
        """The object key first reserved for `token` (`key` when this call is the first).

        Raises Conflict when `fingerprint` differs from the first call's. Kept at least 24 hours.
        """


class Observer(Protocol):
    """Is told what happened, to count it. Must be quick and never raise."""

    def task(self, name: str, outcome: str, seconds: float) -> None:
        """One try of a task: `outcome` is `succeeded`, `failed` or `timed_out`."""

    def settled(self, record: ImageRecord) -> None:
        """An image became READY, REJECTED or FAILED."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
