"""Write every generated document, or with `--check` only tell which are stale."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools.documents.command_line import command_line
from tools.documents.http_api import http_api
from tools.documents.recipe_schema import recipe_schema
from tools.documents.settings import settings

ROOT = Path(__file__).parents[2]
DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/cli.md": command_line,
    "docs/settings.md": settings,
    "docs/openapi.json": http_api,
    "docs/recipe.schema.json": recipe_schema,
}


def main(arguments: list[str]) -> int:
    stale = [name for name, make in DOCUMENTS.items() if _is_stale(ROOT / name, make())]
    if arguments == ["--check"]:
        for name in stale:
            sys.stderr.write(f"{name} is stale: run `make docs` and commit it.\n")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(DOCUMENTS[name](), encoding="utf-8")
        sys.stdout.write(f"{name} written\n")
    return 0


def _is_stale(file: Path, text: str) -> bool:
    return not file.exists() or file.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
