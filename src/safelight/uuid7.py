"""UUID version 7 (RFC 9562) for Pythons that lack it. Imports nothing of ours.

48 bits of Unix milliseconds, a 12 bit counter, 62 random bits. Within a process each is greater than
the last, even when the clock stands still or steps back.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from uuid import UUID

_COUNTER_BITS = 12
_FRESH_COUNTER_BITS = 11  # a new millisecond starts in the lower half, so that it has room to count


class Uuid7Source:
    """Greater with every call. Safe between threads."""

    def __init__(self, milliseconds: Callable[[], int]) -> None:
        self._milliseconds = milliseconds
        self._lock = threading.Lock()
        self._stamp = 0
        self._counter = 0

    def next(self) -> UUID:
        with self._lock:
            self._advance(self._milliseconds())
            stamp, counter = self._stamp, self._counter
        return UUID(int=stamp << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | _random_bits(62))

    def _advance(self, now: int) -> None:
        if now <= self._stamp and self._counter + 1 < 1 << _COUNTER_BITS:
            self._counter += 1
            return
        self._stamp = max(now, self._stamp + 1)
        self._counter = _random_bits(_FRESH_COUNTER_BITS)


def _random_bits(count: int) -> int:
    # Not `secrets.randbits`: importing that takes longer than everything else here.
    return int.from_bytes(os.urandom(8), "big") >> (64 - count)


_source = Uuid7Source(lambda: time.time_ns() // 1_000_000)


def uuid7() -> UUID:
    return _source.next()
