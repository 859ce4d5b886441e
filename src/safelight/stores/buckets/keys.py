"""Which keys every bucket can hold. One rule for all, so that what works on a laptop works on AWS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from safelight.errors import InvalidKey

MAX_KEY_BYTES: Final = 1024  # S3's limit, of UTF-8
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN: Final = 80


def check_key(key: str, *, max_bytes: int = MAX_KEY_BYTES) -> None:
    """Raises InvalidKey that says which rule the key breaks and how to name the object instead."""
    fault = _fault(key, max_bytes)
    if fault:
        rule, remedy = fault
        raise InvalidKey(f"The key {shown(key)} {rule}.", remedy=remedy)


def shown(key: str) -> str:
    """The key for a message: quoted, escaped, and cut when it is long."""
    return repr(key) if len(key) <= _SHOWN else f"{key[:_SHOWN]!r}…"


def is_walkable(path: str) -> bool:
    """Whether keys can begin with this folder; empty is the whole bucket."""
    return not path or not any(segment in ("", ".", "..") for segment in path.split("/"))


def _fault(key: str, max_bytes: int) -> tuple[str, str] | None:
    return next(((rule, remedy) for breaks, rule, remedy in _RULES if breaks(key)), None) or _length_fault(
        key, max_bytes
    )


def _length_fault(key: str, max_bytes: int) -> tuple[str, str] | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "is not valid Unicode", "Rename the file in UTF-8, for instance with `convmv`."
    if size > max_bytes:
        return f"is {size} bytes long; the limit is {max_bytes}", "Use a shorter path."
    return None


_RULES: Final[tuple[tuple[Callable[[str], object], str, str], ...]] = (
    (lambda key: not key, "is empty", "Name the object."),
    (
        lambda key: key[0] == "/" or key[-1] == "/",
        "begins or ends with a slash",
        "Leave the slash out: keys are `folder/name.jpg`.",
    ),
    (lambda key: "//" in key, "has two slashes in a row", "Write a single slash."),
    (
        lambda key: not {".", ".."}.isdisjoint(key.split("/")),
        "has `.` or `..` between slashes",
        "Write the path without them.",
    ),
    (_CONTROLS.search, "has a control character", "Rename the file without line breaks, tabs and the like."),
)
