"""RFC 3339 timestamps as the language profiles them: an upper-case T, and Z or an offset."""

from __future__ import annotations

import re
from datetime import datetime

_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def parse_timestamp(text: object) -> datetime | None:
    """Aware; None for anything that is not such a timestamp."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
