"""When a file that is being written may be taken for whole. Knows no clock and no disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"  # a link or a device
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a path looked like at one moment."""

    kind: Kind
    size: int = 0
    modified_ns: int = 0


@dataclass(frozen=True, kw_only=True)
class _Sighting:
    facts: Facts
    at: float


class Stillness:
    """Keys that changed lately. One is still when it looks the same `seconds` after its last change."""

    def __init__(self, seconds: float, look: Callable[[str], Facts]) -> None:
        self._seconds = seconds
        self._look = look
        self._seen: dict[str, _Sighting] = {}

    def touch(self, key: str, now: float) -> None:
        """Something happened to `key`: its time begins anew."""
        self._seen[key] = _Sighting(facts=self._look(key), at=now)

    def still(self, now: float) -> Iterator[tuple[str, Kind]]:
        """Keys whose time is over, each once, with what is there now."""
        due = [key for key, sighting in self._seen.items() if now - sighting.at >= self._seconds]
        for key in due:
            facts = self._look(key)
            if facts == self._seen[key].facts:
                del self._seen[key]
                yield key, facts.kind
            else:  # changed without an event, as on network file systems
                self._seen[key] = _Sighting(facts=facts, at=now)

    def forget_all(self) -> None:
        self._seen.clear()
