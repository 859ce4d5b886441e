"""One worked example for the API's documentation: the same photo everywhere."""

from __future__ import annotations

from typing import Any

_ID = "cm3vjpmr5gq2l4kqaa7d4ynfhe"
_KEY = "0198c1c4-6b1e-7c3a-9d55-2f1f6f0d7b11/holiday.jpg"
_VERSION = "3f0c9a7be12d"
_RUN = f"{_ID}-5d41402abc4b2a76b9719d911017c592"
_SHA = "9b2cf535f27731c974343645a3985328c1e2f4a5d6b7c8091a2b3c4d5e6f7081"


def _variant(name: str, width: int, height: int, size: int) -> dict[str, Any]:
    key = f"{_ID}/{_VERSION}/{name}.webp"
    return {
        "name": name,
        "key": key,
        "url": f"/img/{key}",
        "format": "webp",
        "content_type": "image/webp",
        "width": width,
        "height": height,
        "bytes": size,
        "sha256": _SHA,
    }


IMAGE: dict[str, Any] = {
    "image_id": _ID,
    "bucket": "originals",
    "key": _KEY,
    "filename": "holiday.jpg",
    "status": "READY",
    "error": None,
    "original": {
        "format": "jpeg",
        "width": 4032,
        "height": 3024,
        "frames": 1,
        "bytes": 3_145_728,
        "sha256": _SHA,
        "content_type": "image/jpeg",
    },
    "variants": [_variant("large", 2048, 1536, 412_310), _variant("small", 640, 480, 48_112)],
    "recipe": {"name": "web", "digest": _SHA},
    "version": _VERSION,
    "execution": _RUN,
    "attempts": 1,
    "created_at": "2026-03-01T10:00:00.000Z",
    "updated_at": "2026-03-01T10:00:00.412Z",
    "ready_at": "2026-03-01T10:00:00.412Z",
}

PENDING: dict[str, Any] = {
    **IMAGE,
    "status": "PENDING",
    "original": {**dict.fromkeys(IMAGE["original"]), "bytes": 3_145_728},
    "variants": [],
    "version": None,
    "ready_at": None,
    "updated_at": IMAGE["created_at"],
}

DELETED: dict[str, Any] = {**IMAGE, "status": "DELETED", "variants": []}

IMAGE_PAGE: dict[str, Any] = {"items": [IMAGE], "next": None}

EXECUTION: dict[str, Any] = {
    "name": _RUN,
    "image_id": _ID,
    "status": "SUCCEEDED",
    "lane": "interactive",
    "input": {"bucket": "originals", "key": _KEY, "etag": "1a2b-300000", "sequencer": "", "size": 3_145_728},
    "output": {"status": "READY"},
    "error": None,
    "cause": None,
    "started_at": "2026-03-01T10:00:00.003Z",
    "stopped_at": "2026-03-01T10:00:00.412Z",
    "history": [
        {
            "id": 1,
            "type": "ExecutionStarted",
            "timestamp": "2026-03-01T10:00:00.003Z",
            "details": {"input": {"bucket": "originals", "key": _KEY}},
        },
        {
            "id": 2,
            "type": "TaskStateEntered",
            "timestamp": "2026-03-01T10:00:00.004Z",
            "details": {"name": "ValidateImage"},
        },
    ],
}

S3_EVENT: dict[str, Any] = {
    "Records": [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": "originals"},
                "object": {"key": "albums/red+flower.jpg", "size": 1024, "sequencer": "0055AED6DCD90281E5"},
            },
        }
    ]
}

EVENT_RESULTS: dict[str, Any] = {"results": [{"key": _KEY, "image": PENDING, "error": None}]}

HEALTH: dict[str, Any] = {"status": "ok", "version": "1.0.0"}

READY: dict[str, Any] = {
    "status": "ok",
    "parts": {"database": "ok", "originals": "ok", "variants": "ok", "workers": "ok"},
}

PROBLEM: dict[str, Any] = {
    "type": "urn:safelight:problem:not_found",
    "title": "There is no such thing",
    "status": 404,
    "detail": f"There is no image {_ID}.",
    "instance": f"/v1/images/{_ID}",
    "code": "not_found",
}

CHANGES = f"""id: 41

event: image
data: {{"image_id": "{_ID}", "status": "READY"}}
id: 42

: heartbeat
id: 42
"""
