"""Which of two uploads of one key is the newer. S3's sequencers, and our own where S3 gives none."""

from __future__ import annotations

from datetime import datetime


def is_newer(candidate: str, stored: str) -> bool:
    """Compare sequencers as S3 defines it: the shorter right-padded with zeros, then as text."""
    width = max(len(candidate), len(stored))
    return candidate.upper().ljust(width, "0") > stored.upper().ljust(width, "0")


def stamp(now: datetime, stored: str) -> str:
    """A sequencer for an event that brought none: the time, or just past `stored` if that is later."""
    microseconds = int(now.timestamp() * 1_000_000)
    candidate = f"{microseconds:016X}"
    return candidate if is_newer(candidate, stored) else successor(stored)


def successor(stored: str) -> str:
    """The smallest handy sequencer that is newer than `stored`."""
    return stored + "1"
