"""Named SQL queries out of `.sql` files that lie beside the backend that uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

_HEADING = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def load_queries(package: str, filename: str) -> Mapping[str, str]:
    """Split `filename` in `package` at its `-- name: query_name` lines; comments stay in the SQL."""
    text = resources.files(package).joinpath(filename).read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    return {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}
