"""Under which key an original is stored (DESIGN §6)."""

from __future__ import annotations

from safelight import identity
from safelight.cli.adding.inputs import Input
from safelight.errors import Conflict


class Naming:
    """By content, so that adding twice is adding once; or by `key` (one file) or `prefix`."""

    def __init__(self, *, key: str | None = None, prefix: str | None = None) -> None:
        self._key = key
        self._prefix = prefix
        self._taken: dict[str, str] = {}  # with a prefix: key → path

    @property
    def by_content(self) -> bool:
        return self._key is None and self._prefix is None

    def key(self, given: Input, sha256: str) -> str:
        """Raises Conflict when another file of this command has the key."""
        if self._key is not None:
            return self._key
        if self._prefix is None:
            return identity.original_key_for_add(sha256, given.name)
        key = f"{self._prefix.rstrip('/')}/{given.relative}".lstrip("/")
        first = self._taken.setdefault(key, given.path)
        if first != given.path:
            raise Conflict(
                f"{key} is the key of {first} already.",
                remedy="Add the two folders with different prefixes.",
            )
        return key
