"""From the paths on the command line to the files behind them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from safelight.temporary_names import is_temporary

STDIN = "-"


@dataclass(frozen=True, kw_only=True)
class Input:
    """One thing to add. `fault` says why it cannot be, where that is known before it is opened."""

    path: str  # as given, or found below a folder that was
    relative: str  # below the argument; the file's own name where the argument is the file
    fault: str | None = None

    @property
    def name(self) -> str:
        return self.relative.rpartition("/")[2]


class Inputs:
    """Walks the arguments in their order, folders by name, again at each iteration; holds no list.

    Below folders, what is hidden, unfinished or a system's own is left out, and so are the folders
    `kept` (Safelight's own). Symbolic links are followed, but no folder is entered from within.
    """

    def __init__(self, arguments: Iterable[str], *, stdin_name: str, kept: Iterable[Path] = ()) -> None:
        self._arguments = tuple(arguments)
        self._stdin_name = stdin_name
        self._kept = frozenset(filter(None, (_identity(folder) for folder in kept)))

    def __iter__(self) -> Iterator[Input]:
        for argument in self._arguments:
            if argument == STDIN:
                yield Input(path=STDIN, relative=self._stdin_name)
            elif os.path.isdir(argument):  # noqa: PTH112 - the path is kept as the user wrote it
                yield from self._folder(argument)
            else:
                yield Input(path=argument, relative=os.path.basename(argument))  # noqa: PTH119 - the same

    def _folder(self, argument: str) -> Iterator[Input]:
        empty = True
        for found in _walk(argument, "", self._kept):
            empty = False
            yield found
        if empty:
            yield Input(path=argument, relative="", fault="The folder holds no file to add.")


_Identity = tuple[int, int]  # device and inode


def _walk(folder: str, below: str, closed: Collection[_Identity]) -> Iterator[Input]:
    """`closed` are the folders not to enter: those we are in, and Safelight's own."""
    own = _identity(folder)
    if own is None or own in closed:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Input(path=folder, relative=below, fault=f"{error.strerror}.")
        return
    for entry in entries:
        relative = f"{below}/{entry.name}" if below else entry.name
        if is_temporary(relative):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, relative, {*closed, own})
        elif entry.is_file():
            yield Input(path=entry.path, relative=relative)


def _identity(folder: str | Path) -> _Identity | None:
    try:
        status = os.stat(folder)  # noqa: PTH116 - takes both kinds of path
    except OSError:
        return None
    return status.st_dev, status.st_ino
