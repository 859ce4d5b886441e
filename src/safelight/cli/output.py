"""Where output goes: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPE_COLUMNS = 120  # width of tables that no terminal limits


def print_json(document: Any) -> None:
    """One line; at once, so that whoever reads a pipe sees each as it comes."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def results() -> Console:
    """The console of results."""
    return _console(stderr=False)


def notes() -> Console:
    """The console of progress, hints and warnings."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_COLUMNS
    return console
