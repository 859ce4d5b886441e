"""Idempotency keys in memory, for one process: implements ports.IdempotencyKeys."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from safelight.ports import Clock
from safelight.stores.idempotency.reservation import KEPT, Reservation


@dataclass(frozen=True, kw_only=True)
class _Dated:
    reservation: Reservation
    at: datetime


class MemoryIdempotencyKeys:
    """Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._reserved: OrderedDict[str, _Dated] = OrderedDict()  # oldest first

    def reserve(self, token: str, *, key: str, fingerprint: str) -> str:
        now = self._clock.now()
        with self._lock:
            self._forget_expired(now - KEPT)
            mine = _Dated(reservation=Reservation(key=key, fingerprint=fingerprint), at=now)
            first = self._reserved.setdefault(token, mine)
        return first.reservation.key_for(fingerprint)

    def _forget_expired(self, oldest: datetime) -> None:
        while self._reserved and next(iter(self._reserved.values())).at < oldest:
            self._reserved.popitem(last=False)
