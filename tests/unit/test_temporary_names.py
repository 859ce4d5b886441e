"""Which files of a folder are never taken for originals."""

from __future__ import annotations

import pytest

from safelight.temporary_names import is_temporary


@pytest.mark.parametrize(
    "key",
    [
        ".hidden.jpg",
        ".safelight-staging/0123",
        "holiday/.DS_Store",
        "._photo.jpg",
        ".git/logo.png",
        "photo.jpg.part",
        "photo.jpg.PART",
        "photo.jpg.partial",
        "photo.jpg.filepart",
        "photo.jpg.crdownload",
        "photo.jpg.download",
        "photo.tmp",
        "photo.temp",
        "photo.jpg~",
        "~$cover.tiff",
        "Thumbs.db",
        "holiday/desktop.ini",
        "holiday/@eaDir/photo.jpg/SYNOPHOTO_THUMB_M.jpg",
        "#recycle/photo.jpg",
        "__MACOSX/photo.jpg",
        "lost+found/123.jpg",
    ],
)
def test_unfinished_and_system_files_are_temporary(key: str) -> None:
    assert is_temporary(key)


@pytest.mark.parametrize(
    "key",
    [
        "photo.jpg",
        "holiday/beach 1.jpg",
        "photo.jpg#12",
        "part.jpg",
        "photo.part.jpg",
        "tmp/photo.jpg",
        "~/photo.jpg",
        "~photo.jpg",
        "ünïcode/日本.png",
        "thumbs.db.jpg",
        "lost+found.jpg",
        "no extension",
        "notes.txt",
    ],
)
def test_everything_else_is_not(key: str) -> None:
    assert not is_temporary(key)
