"""A catalog record as plain JSON, the same in every backend that keeps documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from safelight.model import ImageRecord, Original, Problem, RecipeRef, Status, Variant

Document = dict[str, Any]
Changes = tuple[list[ImageRecord], int]  # what ChangeFeed answers; a class with a method `list` cannot say it


def to_document(record: ImageRecord) -> Document:
    """JSON types only; times keep their microseconds. `from_document` is the inverse."""
    # `dataclasses.asdict` copies deeply, which takes ten times as long.
    return {
        **vars(record),
        "status": record.status.value,
        "recipe": dict(vars(record.recipe)),
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "ready_at": record.ready_at.isoformat() if record.ready_at else None,
        "error": dict(vars(record.error)) if record.error else None,
        "original": dict(vars(record.original)),
        "variants": [dict(vars(variant)) for variant in record.variants],
        "superseded_keys": list(record.superseded_keys),
    }


def from_document(document: Mapping[str, Any]) -> ImageRecord:
    ready_at, error = document["ready_at"], document["error"]
    return ImageRecord(
        **{
            **document,
            "status": Status(document["status"]),
            "recipe": RecipeRef(**document["recipe"]),
            "created_at": datetime.fromisoformat(document["created_at"]),
            "updated_at": datetime.fromisoformat(document["updated_at"]),
            "ready_at": datetime.fromisoformat(ready_at) if ready_at else None,
            "error": Problem(**error) if error else None,
            "original": Original(**document["original"]),
            "variants": tuple(Variant(**variant) for variant in document["variants"]),
            "superseded_keys": tuple(document["superseded_keys"]),
        }
    )


def owned_keys(record: ImageRecord) -> set[str]:
    """Keys that the image may own; those of a deleted one are on their way out."""
    if record.status is Status.DELETED:
        return set()
    return {*record.superseded_keys, *(variant.key for variant in record.variants)}
