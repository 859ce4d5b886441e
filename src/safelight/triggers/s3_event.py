"""S3 event notifications as S3, MinIO and EventBridge send them, as `UploadEvent`s. Pure.

Knows nothing of who carries them: an HTTP request, an SQS message, a Lambda payload.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from safelight.errors import InvalidRequest
from safelight.model import UploadEvent
from safelight.ports import Json

_REMEDY = "Send an S3 event notification: an object with `Records`, or an EventBridge event of `aws.s3`."

_MOST_BYTES = 2**50  # more than any object: S3's limit is 50 TB

# By the part of `eventName` before the colon; MinIO writes `s3:` in front.
_REMOVES = {"ObjectCreated": False, "ObjectRemoved": True, "LifecycleExpiration": True}
_BRIDGE_REMOVES = {"Object Created": False, "Object Deleted": True}


def parse(document: Any) -> list[UploadEvent]:
    """Every event of a notification; a test event has none. Raises InvalidRequest, naming the bad record."""
    return [event(record, place=place) for place, record in enumerate(records(document))]


def records(document: Any) -> list[Json]:
    """The records of a notification as they are, so that one bad record need not cost the others.

    An EventBridge event is its own one record. Raises InvalidRequest when it is no notification at all.
    """
    if not isinstance(document, dict):
        raise InvalidRequest("The notification is not a JSON object.", remedy=_REMEDY)
    if document.get("Event") == "s3:TestEvent":
        return []
    if "detail-type" in document:
        return [document]
    found = document.get("Records")
    if not isinstance(found, list):
        raise InvalidRequest("The notification has no `Records`.", remedy=_REMEDY)
    return found


def event(record: Any, *, place: int = 0) -> UploadEvent:
    """One record's event; `place` is its index, for the message. Raises InvalidRequest."""
    try:
        found = _event(record)
    except InvalidRequest as fault:
        raise InvalidRequest(f"Records[{place}]: {fault.message}", remedy=_REMEDY) from None
    return found


def as_ours(event: UploadEvent, *, url: str, name: str) -> UploadEvent:
    """The event in the words of our bucket `name`, which lies at `url`. Raises InvalidRequest.

    S3 speaks of its own bucket and of whole keys; ours is called `originals` and may be a prefix of it.
    """
    if event.bucket == name:
        return event
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    folder = f"{prefix.strip('/')}/".lstrip("/")
    if url.startswith("s3://") and event.bucket == bucket and event.key.startswith(folder):
        return dataclasses.replace(event, bucket=name, key=event.key.removeprefix(folder))
    raise InvalidRequest(
        f"The event is about {event.key!r} in {event.bucket!r}; the originals are in {url!r}.",
        remedy=f"Send only events of the originals; their bucket may also be called {name!r}.",
    )


def _event(record: Any) -> UploadEvent:
    if not isinstance(record, dict):
        raise InvalidRequest("it is not an object.")
    return _bridge_event(record) if "detail-type" in record else _notification_event(record)


def _notification_event(record: Json) -> UploadEvent:
    name = _text(record, "eventName")
    kind = name.removeprefix("s3:").partition(":")[0]
    if kind not in _REMOVES:
        raise InvalidRequest(f"`eventName` is {name!r}; only {_listed(_REMOVES)} events concern originals.")
    s3 = _part(record, "s3")
    stored = _part(s3, "object")
    return UploadEvent(
        bucket=_text(_part(s3, "bucket"), "name"),
        key=_decoded(_text(stored, "key")),
        etag=_etag(stored.get("eTag")),
        sequencer=_optional_text(stored, "sequencer"),
        size=_size(stored),
        removed=_REMOVES[kind],
    )


def _bridge_event(record: Json) -> UploadEvent:
    """EventBridge gives the key as it is, not URL-encoded."""
    kind = _text(record, "detail-type")
    if kind not in _BRIDGE_REMOVES:
        raise InvalidRequest(f"`detail-type` is {kind!r}; only {_listed(_BRIDGE_REMOVES)} concern originals.")
    detail = _part(record, "detail")
    stored = _part(detail, "object")
    return UploadEvent(
        bucket=_text(_part(detail, "bucket"), "name"),
        key=_text(stored, "key"),
        etag=_etag(stored.get("etag")),
        sequencer=_optional_text(stored, "sequencer"),
        size=_size(stored),
        removed=_BRIDGE_REMOVES[kind],
    )


def _part(record: Json, name: str) -> Json:
    found = record.get(name)
    if not isinstance(found, dict):
        raise InvalidRequest(f"`{name}` is missing or not an object.")
    return found


def _text(record: Json, name: str) -> str:
    found = record.get(name)
    if not isinstance(found, str) or not found:
        raise InvalidRequest(f"`{name}` is missing or not a text.")
    if any("\ud800" <= character <= "\udfff" for character in found):  # JSON can spell them, UTF-8 cannot
        raise InvalidRequest(f"`{name}` is not valid Unicode.")
    return found


def _optional_text(record: Json, name: str) -> str:
    return _text(record, name) if record.get(name) else ""


def _size(stored: Json) -> int | None:
    size = stored.get("size")
    if size is None or (isinstance(size, int) and 0 <= size <= _MOST_BYTES):
        return size
    raise InvalidRequest("`size` is not a number of bytes.")


def _etag(found: Any) -> str:
    return found.strip('"') if isinstance(found, str) else ""


def _decoded(key: str) -> str:
    try:
        return unquote_plus(key, errors="strict")
    except UnicodeDecodeError:
        raise InvalidRequest(f"`key` {key!r} does not decode to UTF-8.") from None


def _listed(kinds: Mapping[str, bool]) -> str:
    return ", ".join(f"`{kind}`" for kind in kinds)
