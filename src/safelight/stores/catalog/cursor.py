"""Pages of a listing, newest first, and the cursors between them: they survive new and changed records."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from safelight.errors import InvalidRequest
from safelight.model import ImageRecord, Page

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST: Final = 2**63  # of SQLite's integers


def microseconds(moment: datetime) -> int:
    """Since 1970; exact, unlike a float's timestamp."""
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, order=True)
class Cursor:
    """The last record of a page; the next page begins with the one that is less."""

    created_at: int  # microseconds since 1970
    image_id: str

    @classmethod
    def of(cls, record: ImageRecord) -> Self:
        return cls(microseconds(record.created_at), record.image_id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidRequest for what `str` has not made."""
        try:
            created_at, image_id = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise _invalid() from None
        if type(created_at) is not int or abs(created_at) >= _LARGEST:
            raise _invalid()
        if type(image_id) is not str or not image_id.isascii():
            raise _invalid()
        return cls(created_at, image_id)

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.created_at, self.image_id]).encode()).decode()


def rows_to_fetch(limit: int) -> int:
    """One more than the page holds: it tells whether there is a next one. Raises InvalidRequest."""
    if limit < 1:
        raise InvalidRequest(f"A page of {limit} records was asked for.", remedy="Ask for at least one.")
    return limit + 1


def page_of(fetched: Sequence[ImageRecord], limit: int) -> Page:
    items = tuple(fetched[:limit])
    return Page(items=items, next=str(Cursor.of(items[-1])) if len(fetched) > limit else None)


def _invalid() -> InvalidRequest:
    return InvalidRequest(
        "The cursor `after` is not one that a listing has given.", remedy="Pass a page's `next` unchanged."
    )
