"""What the operating system's error numbers mean for a folder of objects."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from safelight.errors import (
    ConfigurationError,
    InvalidKey,
    NotFound,
    SafelightError,
    StorageFull,
    StoreUnavailable,
)
from safelight.stores.buckets.descriptors import RootGone
from safelight.stores.buckets.keys import shown

# A folder is no object, and a link, which is never followed, shows as ENOTDIR or ELOOP.
_MISSING: Final = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}
_UNNAMEABLE: Final = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
_OCCUPIED: Final = {errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST, errno.ELOOP}
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def reading(bucket: str, key: str) -> Iterator[None]:
    """Raise our errors for what can go wrong where an object is looked for."""
    try:
        yield
    except OSError as error:
        if error.errno in _MISSING:
            raise NotFound(f"There is no object {shown(key)} in {bucket}.") from error
        raise _explain(error, bucket, key) from error


@contextmanager
def writing(bucket: str, key: str) -> Iterator[None]:
    """Raise our errors for what can go wrong where an object is stored or removed."""
    try:
        yield
    except OSError as error:
        if error.errno in _OCCUPIED:
            raise InvalidKey(
                f"The key {shown(key)} cannot be stored in {bucket}: a folder of that name, an object named "
                "like one of its folders, or a symbolic link is in the way.",
                remedy="Use another key, or remove what is in the way.",
            ) from error
        raise _explain(error, bucket, key) from error


def _explain(error: OSError, bucket: str, key: str) -> SafelightError:
    if isinstance(error, RootGone):
        return StoreUnavailable(
            f"The folder of {bucket} is gone.",
            remedy="Is its disk mounted? Restart Safelight to make it anew.",
        )
    if error.errno in _UNNAMEABLE:
        return InvalidKey(
            f"The key {shown(key)} cannot be a file of {bucket}: {error.strerror}.",
            remedy="Use a key with shorter and plainer names between its slashes.",
        )
    if error.errno in _FULL:
        return StorageFull(f"The disk or quota that holds {bucket} is full.", remedy="Free some space.")
    if error.errno in _FORBIDDEN:
        return ConfigurationError(
            f"Safelight may not access {shown(key)} in {bucket}: {error.strerror}.",
            remedy="Give the user that Safelight runs as the right to read and write there.",
        )
    return StoreUnavailable(f"The disk that holds {bucket} failed: {error.strerror}.")
