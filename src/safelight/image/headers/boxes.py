"""Boxes of ISO base media files: a size, a four-letter kind, a content."""

from __future__ import annotations

from collections.abc import Iterator

from safelight.image.headers.reader import Reader, bounded
from safelight.image.rejections import corrupt


def children(parent: Reader) -> Iterator[tuple[bytes, Reader]]:
    """Kind and content of each box in the parent. Raises ImageRejected when one leaves its parent."""
    return bounded(_all_children(parent), "file")


def _all_children(parent: Reader) -> Iterator[tuple[bytes, Reader]]:
    at = 0
    while at + 8 <= len(parent):
        size, start = parent.u32(at), at + 8
        if size == 1:
            size, start = parent.integer(at + 8, 8), at + 16
        elif size == 0:
            size = len(parent) - at
        if size < start - at:
            raise corrupt("The file has a box of impossible size")
        yield parent.take(at + 4, 4), parent.part(start, at + size - start)
        at += size


def child(parent: Reader, kind: bytes) -> Reader | None:
    """Content of the first box of that kind; boxes after it are not looked at."""
    return next((content for name, content in children(parent) if name == kind), None)
