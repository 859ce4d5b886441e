"""What to answer a request for stored bytes: all, a part, "not modified", or "no such part". Pure.

RFC 9110: conditions (section 13) come before ranges (section 14).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from safelight.ports import ObjectInfo

_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Request headers that decide which bytes are sent; None: not sent."""

    if_none_match: str | None = None
    if_modified_since: str | None = None
    range: str | None = None
    if_range: str | None = None


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """How the bytes are to be taken by whoever receives them."""

    content_type: str
    cache_control: str
    content_disposition: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`status` is 200, 206, 304 or 416; the body is bytes `start` up to, not including, `end`."""

    status: int
    start: int = 0
    end: int = 0
    headers: dict[str, str] = field(default_factory=dict)


def answer(stored: ObjectInfo, presentation: Presentation, asked: Conditions) -> Answer:
    """Decide. Several ranges at once, and ranges we cannot read, are answered with everything."""
    validators = {
        "ETag": f'"{stored.etag}"',
        "Last-Modified": http_date(stored.modified),
        "Cache-Control": presentation.cache_control,
    }
    if _not_modified(stored, asked):
        return Answer(status=304, headers=validators)
    headers = {
        **validators,
        "Content-Type": presentation.content_type,
        "Content-Disposition": presentation.content_disposition,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }
    part = _part(stored, asked)
    if part is None:
        return Answer(status=200, end=stored.size, headers={**headers, "Content-Length": str(stored.size)})
    start, end = part
    if start >= end:
        return Answer(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    return Answer(
        status=206,
        start=start,
        end=end,
        headers={
            **headers,
            "Content-Range": f"bytes {start}-{end - 1}/{stored.size}",
            "Content-Length": str(end - start),
        },
    )


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _not_modified(stored: ObjectInfo, asked: Conditions) -> bool:
    if asked.if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in asked.if_none_match.split(",")]
        return "*" in tags or f'"{stored.etag}"' in tags
    since = _moment(asked.if_modified_since)
    return since is not None and stored.modified.replace(microsecond=0) <= since


def _part(stored: ObjectInfo, asked: Conditions) -> tuple[int, int] | None:
    """First byte and one past the last; None: everything; an empty part cannot be satisfied."""
    found = _RANGE.fullmatch(asked.range or "")
    if found is None or found.groups() == ("", "") or not _still_the_same(stored, asked.if_range):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return max(0, stored.size - int(last)), stored.size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, stored.size) if last else stored.size


def _still_the_same(stored: ObjectInfo, if_range: str | None) -> bool:
    return if_range is None or if_range.strip() in (f'"{stored.etag}"', http_date(stored.modified))


def _moment(date: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
