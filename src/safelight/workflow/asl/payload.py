"""JSON payloads and their size limit."""

from __future__ import annotations

import json
from typing import Any

from safelight.workflow.asl.failure import DATA_LIMIT_EXCEEDED, StateFailure

LIMIT_BYTES = 256 * 1024
_MAX_UTF8_BYTES = 4  # of one character

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def to_text(value: Any) -> str:
    """Compact JSON, the form in which Step Functions turns data into strings."""
    return _encode(value)


def check_size(value: Any, what: str) -> None:
    """Raises States.DataLimitExceeded when `value` is more than 256 KiB of UTF-8 JSON."""
    text = _encode(value)
    if len(text) * _MAX_UTF8_BYTES <= LIMIT_BYTES:
        return
    if len(text.encode("utf-8", "surrogatepass")) > LIMIT_BYTES:
        raise StateFailure(
            DATA_LIMIT_EXCEEDED, f"{what} with a size exceeding the maximum number of bytes service limit."
        )
