"""Opening buckets by URL, and refusing two that overlap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from safelight.errors import ConfigurationError
from safelight.stores.buckets.folder import FolderBucket

if TYPE_CHECKING:
    from safelight.stores.buckets.remote import RemoteBucket


def open_bucket(url: str, *, name: str, prune: bool = False) -> FolderBucket | RemoteBucket:
    """A bucket for a folder (made when missing), `file://`, `memory://` or `s3://bucket/prefix`.

    S3 takes credentials, region and endpoint from the usual AWS_* variables or the machine's role.
    `prune`: a folder's sub-folders are removed once they are empty. Raises ConfigurationError.
    """
    if _is_folder(url):
        return _open_folder(_folder_path(url), name, prune=prune)
    # Imported here: obstore takes 30 ms that a machine with folders need not spend at each start.
    from safelight.stores.buckets.services import SERVICES  # noqa: PLC0415

    opener = SERVICES.get(url.partition("://")[0])
    if opener is None:
        raise ConfigurationError(
            f"The setting `{name}` is {url!r}, which is no place for objects.",
            remedy="Write a folder, or s3://bucket/prefix.",
        )
    return opener(url, name)


def refuse_overlap(originals: str, variants: str) -> None:
    """Raises ConfigurationError when one of the two URLs lies within the other: variants would loop."""
    if overlaps(originals, variants):
        raise ConfigurationError(
            f"Originals ({originals}) and variants ({variants}) overlap: every variant would be taken for "
            "a new original.",
            remedy="Set `originals` and `variants` to folders or prefixes beside each other.",
        )


def overlaps(one: str, other: str) -> bool:
    """Whether an object of one could be an object of the other; folders are compared as they are on disk."""
    if _is_folder(one) and _is_folder(other):
        first, second = _folder_path(one).resolve(), _folder_path(other).resolve()
        return _lies_within(first, second) or _lies_within(second, first)
    if one.startswith("s3://") and other.startswith("s3://"):
        shorter, longer = sorted((f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"), key=len)
        return longer.startswith(shorter)
    return False


def _is_folder(url: str) -> bool:
    return "://" not in url or url.startswith("file://")


def _folder_path(url: str) -> Path:
    path = unquote(url.removeprefix("file://")) if url.startswith("file://") else url
    return Path(path).expanduser()


def _open_folder(path: Path, name: str, *, prune: bool) -> FolderBucket:
    root = path.absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The setting `{name}` is the folder {root}, which cannot be made: {error.strerror}.",
            remedy="Choose a folder that the user Safelight runs as may write.",
        ) from error
    return FolderBucket(root=root, name=name, prune=prune)


def _lies_within(inner: Path, outer: Path) -> bool:
    """`samefile` sees what names do not: bind mounts, and file systems that ignore case."""
    return any(
        path == outer or (path.exists() and outer.exists() and path.samefile(outer))
        for path in (inner, *inner.parents)
    )
