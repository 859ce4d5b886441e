"""What an examination found. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, but not as well as it could
    FAIL = "fail"  # it does not work


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`remedy` says what to do; None where all is well."""

    subject: str
    level: Level
    text: str
    remedy: str | None = None


def ok(subject: str, text: str) -> Finding:
    return Finding(subject=subject, level=Level.OK, text=text)


def warn(subject: str, text: str, remedy: str) -> Finding:
    return Finding(subject=subject, level=Level.WARN, text=text, remedy=remedy)


def fail(subject: str, text: str, remedy: str) -> Finding:
    return Finding(subject=subject, level=Level.FAIL, text=text, remedy=remedy)
