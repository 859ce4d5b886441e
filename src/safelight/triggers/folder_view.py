"""What is in the watched folder, by key; odd names and links are reported once and passed over."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from safelight.temporary_names import is_temporary
from safelight.triggers.stillness import Facts, Kind

log = logging.getLogger(__name__)

_RENAME = "its name is not valid UTF-8; rename it, for instance with `convmv -f latin1 -t utf8`"
_COPY = "links and devices are not followed; copy the file into the folder"
_MISSING = Facts(kind=Kind.MISSING)


class FolderView:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reported: set[str] = set()

    def identity(self) -> tuple[int, int]:
        """Changes when another folder or disk takes the place. Raises FileNotFoundError."""
        facts = self.folder.stat()
        return facts.st_dev, facts.st_ino

    def key(self, path: str) -> str | None:
        """None for the folder itself and for names that are never images."""
        key = path.removeprefix(f"{self.folder}/")
        return None if key == path or is_temporary(key) else key

    def look(self, key: str) -> Facts:
        try:
            facts = (self.folder / key).lstat()
        except OSError:  # or not to be seen, which its bucket will say
            return _MISSING
        if stat.S_ISREG(facts.st_mode):
            return Facts(kind=Kind.FILE, size=facts.st_size, modified_ns=facts.st_mtime_ns)
        if stat.S_ISDIR(facts.st_mode):
            return Facts(kind=Kind.FOLDER)
        self._report(key, _COPY)
        return Facts(kind=Kind.OTHER)

    def files(self, folder: str = "") -> Iterator[str]:
        """Key of every file in the folder and below; what vanishes meanwhile is left out."""
        try:
            with os.scandir(self.folder / folder) as entries:
                for entry in entries:
                    yield from self._files_of(f"{folder}/{entry.name}" if folder else entry.name, entry)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self._report(folder, f"it cannot be read: {error.strerror}; give Safelight's user the right to")

    def _files_of(self, key: str, entry: os.DirEntry[str]) -> Iterator[str]:
        if is_temporary(key):
            return
        if not _is_utf8(key):
            self._report(key, _RENAME)
        elif entry.is_dir(follow_symlinks=False):
            yield from self.files(key)
        elif entry.is_file(follow_symlinks=False):
            yield key
        else:
            self._report(key, _COPY)

    def _report(self, key: str, why: str) -> None:
        if key not in self._reported:
            self._reported.add(key)
            log.warning("%r in the folder of originals is passed over: %s", key, why)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
