"""Bounds-checked reading of binary structures: running off the end is a rejection, not an exception."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeVar

from safelight.image.rejections import corrupt, truncated

Part = TypeVar("Part")

_CODES: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
_MOST_PARTS: Final = 200_000


def bounded(parts: Iterable[Part], name: str, *, most: int = _MOST_PARTS) -> Iterator[Part]:
    """Chunks, segments or blocks of one file; well-formed files have some thousands at most.

    Raises ImageRejected `corrupt_image` for files of millions, made to keep a reader busy.
    """
    for count, part in enumerate(parts):
        if count >= most:
            raise corrupt(f"The {name} has impossibly many parts")
        yield part


class Reader:
    """Reads integers and bytes of `data` between `start` and `end`; offsets count from `start`."""

    def __init__(
        self,
        data: bytes,
        name: str,
        *,
        start: int = 0,
        end: int | None = None,
        byteorder: Literal["big", "little"] = "big",
    ) -> None:
        self._data = data
        self._name = name
        self._start = start
        self._end = len(data) if end is None else end
        self._byteorder: Literal["big", "little"] = byteorder

    def __len__(self) -> int:
        return self._end - self._start

    def take(self, at: int, length: int) -> bytes:
        """`length` bytes from offset `at`. Raises ImageRejected `truncated`."""
        first, last = self._bounds(at, length)
        return self._data[first:last]

    def starts_with(self, mark: bytes) -> bool:
        return self._data.startswith(mark, self._start, self._end)

    def all(self) -> bytes:
        return self._data[self._start : self._end]

    def integer(self, at: int, length: int) -> int:
        return int.from_bytes(self.take(at, length), self._byteorder)

    def integers(self, at: int, count: int, length: int) -> tuple[int, ...]:
        """`count` integers of 1, 2, 4 or 8 bytes side by side."""
        order = ">" if self._byteorder == "big" else "<"
        return struct.unpack(f"{order}{count}{_CODES[length]}", self.take(at, count * length))

    def u8(self, at: int) -> int:
        return self.integer(at, 1)

    def u16(self, at: int) -> int:
        return self.integer(at, 2)

    def u32(self, at: int) -> int:
        return self.integer(at, 4)

    def rest(self, at: int) -> Reader:
        """A reader of all from offset `at`, with offsets of its own."""
        return self.part(at, len(self) - at)

    def part(self, at: int, length: int) -> Reader:
        """A reader of `length` bytes from `at`, with offsets of its own. Raises ImageRejected `truncated`."""
        first, last = self._bounds(at, length)
        return Reader(self._data, self._name, start=first, end=last, byteorder=self._byteorder)

    def _bounds(self, at: int, length: int) -> tuple[int, int]:
        first = self._start + at
        last = first + length
        if at < 0 or length < 0 or last > self._end:
            raise truncated(f"The {self._name} ends inside its header")
        return first, last
