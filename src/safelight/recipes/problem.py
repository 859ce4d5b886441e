"""One thing wrong with a recipe, and where."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`path` leads to the field, as in `("variants", 0, "width")`; `line` None: look the path up."""

    path: Path
    message: str
    remedy: str
    line: int | None = None

    @property
    def field(self) -> str:
        """The path as people read it: `variants.0.width`."""
        return ".".join(str(part) for part in self.path)
