"""The catalog's data: frozen, keyword-only, plain. Imports nothing of ours.

Widths and heights are pixels after orientation is applied; sizes are bytes; times are aware UTC.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    REJECTED = "REJECTED"  # the image is at fault
    FAILED = "FAILED"  # we, or the platform, are at fault
    DELETED = "DELETED"

    @property
    def settled(self) -> bool:
        """True when no execution is expected to change it."""
        return self not in (Status.PENDING, Status.PROCESSING)


class Lane(StrEnum):
    """Queue of an execution: uploads never wait behind a mass re-run."""

    INTERACTIVE = "interactive"
    BACKFILL = "backfill"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why an image is REJECTED or FAILED: `message` names the limit that was hit and what moves it."""

    code: str
    message: str
    stage: str  # the workflow state that failed


@dataclass(frozen=True, kw_only=True)
class Original:
    """Facts of the uploaded image. Unknown facts of a refused file are None."""

    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    bytes: int | None = None
    sha256: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One image derived from an original, as stored."""

    name: str
    key: str
    url: str
    format: str
    content_type: str
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RecipeRef:
    """Which recipe made the variants; `digest` is SHA-256 of its compiled form, hex."""

    name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class ImageRecord:
    """One row of the catalog. `public()` is the JSON of `safelight show` and of the API."""

    image_id: str
    bucket: str
    key: str
    filename: str
    status: Status
    recipe: RecipeRef
    execution: str
    created_at: datetime
    updated_at: datetime
    ready_at: datetime | None = None
    error: Problem | None = None
    original: Original = Original()
    variants: tuple[Variant, ...] = ()
    version: str | None = None
    attempts: int = 1  # executions started for this upload; a redrive adds one
    # Internal, not in `public()`: which upload this row is about, variants that await removal.
    etag: str = ""
    sequencer: str = ""
    superseded_keys: tuple[str, ...] = ()
    revision: int = 0  # counted up by the catalog at every write

    def replace(self, **changes: Any) -> ImageRecord:
        return dataclasses.replace(self, **changes)

    def public(self) -> dict[str, Any]:
        """The contract's JSON: times ISO 8601 UTC, absent facts null."""
        document = dataclasses.asdict(self)
        for internal in ("etag", "sequencer", "superseded_keys", "revision"):
            del document[internal]
        for name in ("created_at", "updated_at", "ready_at"):
            document[name] = iso(document[name]) if document[name] else None
        document["variants"] = list(document["variants"])
        return document


@dataclass(frozen=True, kw_only=True)
class UploadEvent:
    """One `ObjectCreated` or `ObjectRemoved` record, decoded; `key` is the real, unquoted key."""

    bucket: str
    key: str
    etag: str = ""
    sequencer: str = ""
    size: int | None = None
    removed: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of records, newest first; `next` is the cursor for `after`, None on the last page."""

    items: tuple[ImageRecord, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One run of the workflow. `status` uses Step Functions' words: RUNNING, SUCCEEDED, FAILED …"""

    name: str
    status: str
    input: dict[str, Any]
    output: Any = None
    error: str | None = None
    cause: str | None = None
    lane: Lane = Lane.INTERACTIVE
    started_at: datetime
    stopped_at: datetime | None = None

    @property
    def image_id(self) -> str:
        return self.name.partition("-")[0]

    def public(self) -> dict[str, Any]:
        """The JSON of `safelight executions` and of the API: times ISO 8601 UTC."""
        return {
            "name": self.name,
            "image_id": self.image_id,
            "status": self.status,
            "lane": self.lane.value,
            "input": self.input,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
            "started_at": iso(self.started_at),
            "stopped_at": iso(self.stopped_at) if self.stopped_at else None,
        }


@dataclass(frozen=True, kw_only=True)
class HistoryEvent:
    """One entry of an execution's history; `type` is Step Functions' own, e.g. `TaskStateEntered`."""

    id: int
    type: str
    timestamp: datetime
    details: dict[str, Any]

    def public(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "timestamp": iso(self.timestamp), "details": self.details}


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, e.g. `2026-01-02T03:04:05.678Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
