"""The rule that every backend applies to a token it knows already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from safelight.errors import Conflict

KEPT: Final = timedelta(hours=48)  # at least 24 are promised


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """The object key and the fingerprint of the first request that carried a token."""

    key: str
    fingerprint: str

    def key_for(self, fingerprint: str) -> str:
        """Raises Conflict when another request carries the token."""
        if fingerprint != self.fingerprint:
            raise Conflict(
                "This Idempotency-Key was used for another upload.",
                remedy="Send a new key with each new upload, and the same one only to repeat it.",
            )
        return self.key
