"""What became of one thing the user asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from safelight.model import ImageRecord


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an input was not stored at all, so that there is no record of it."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A record; a refusal for an input that could not be read or named."""

    path: str | None = None  # of the input as the user wrote it; None where there was none
    result: ImageRecord | Refusal

    @property
    def name(self) -> str:
        return self.path or (self.result.filename if isinstance(self.result, ImageRecord) else "")

    def public(self) -> dict[str, Any]:
        """The catalog record plus `path`, or `{path, error: {code, message}}`."""
        path = {} if self.path is None else {"path": self.path}
        if isinstance(self.result, Refusal):
            return {**path, "error": {"code": self.result.code, "message": self.result.message}}
        return {**self.result.public(), **path}
