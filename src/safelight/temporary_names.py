"""Which files in a folder of originals are no images, or not yet: by their names, and by their age. Pure."""

from __future__ import annotations

from typing import Final

STILL_SECONDS: Final = 1.0  # a file that has not changed for so long is taken to be whole

_UNFINISHED: Final = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp", "~")
_OFFICE_LOCK: Final = "~$"
_LEFT_BY_SYSTEMS: Final = frozenset({"thumbs.db", "desktop.ini"})
_SYSTEM_FOLDERS: Final = frozenset(
    {"@eadir", "#recycle", "#snapshot", "__macosx", "$recycle.bin", "system volume information", "lost+found"}
)


def is_temporary(key: str) -> bool:
    """True for hidden files and folders, downloads and copies under way, and the systems' own files."""
    *folders, name = key.lower().split("/")
    return (
        any(segment.startswith(".") for segment in (*folders, name))
        or name.endswith(_UNFINISHED)
        or name.startswith(_OFFICE_LOCK)
        or name in _LEFT_BY_SYSTEMS
        or not _SYSTEM_FOLDERS.isdisjoint(folders)
    )
