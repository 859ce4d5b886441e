"""Fields that every log line inside an execution carries: `execution`, `image_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_fields: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default={})  # noqa: B039 - never changed


@contextmanager
def log_context(**fields: str) -> Iterator[None]:
    """Add fields for the length of the block; formatters read them with `log_fields`."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def log_fields() -> Mapping[str, str]:
    """The fields of the work this thread is at; empty outside of any."""
    return _fields.get()
