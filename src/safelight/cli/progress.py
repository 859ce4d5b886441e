"""A progress bar on stderr, where stderr is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from safelight.cli.output import notes

Item = TypeVar("Item")


def with_progress(items: Iterable[Item], *, total: int) -> Iterator[Item]:
    console = notes()
    columns = (TextColumn("Working"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(items, total=total)
