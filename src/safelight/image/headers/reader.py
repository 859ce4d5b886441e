"""Bounds-checked reading of binary structures: running off the end is a rejection, not an exception."""

from __future__ import annotations

import struct
from typing import Final, Literal

from safelight.image.rejections import truncated

_CODES: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}


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
        self._end = len(data) if end is None else min(end, len(data))
        self._byteorder: Literal["big", "little"] = byteorder

    def __len__(self) -> int:
        return max(0, self._end - self._start)

    def take(self, at: int, length: int) -> bytes:
        """`length` bytes from offset `at`. Raises ImageRejected `truncated`."""
        first = self._start + at
        if at < 0 or length < 0 or first + length > self._end:
            raise truncated(f"The {self._name} ends inside its header")
        return self._data[first : first + length]

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

    def part(self, at: int, length: int) -> Reader:
        """A reader of `length` bytes from `at`, with offsets of its own."""
        self.take(at, 0)
        first = self._start + at
        if first + length > self._end:
            raise truncated(f"The {self._name} ends inside its header")
        return Reader(self._data, self._name, start=first, end=first + length, byteorder=self._byteorder)
