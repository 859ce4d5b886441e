"""What the errors of a storage service mean to the people who run Safelight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from obstore import exceptions

from safelight.errors import (
    ConfigurationError,
    NotFound,
    SafelightError,
    StorageFull,
    StoreUnavailable,
    Superseded,
)
from safelight.stores.buckets.keys import shown


@contextmanager
def explained(bucket: str, key: str) -> Iterator[None]:
    """Raise our errors for the service's; its own words, which hold addresses, stay the cause."""
    try:
        yield
    except (FileNotFoundError, exceptions.BaseError) as error:
        raise _explain(error, bucket, key) from error


def _explain(error: Exception, bucket: str, key: str) -> SafelightError:
    answer = str(error)
    if "NoSuchBucket" in answer:
        return ConfigurationError(
            f"The bucket that the setting `{bucket}` names does not exist.",
            remedy="Create it, or correct the setting.",
        )
    if "StorageFull" in answer or "QuotaExceeded" in answer:  # MinIO, Ceph
        return StorageFull(f"The service that holds {bucket} is full.", remedy="Free some space there.")
    return _explain_type(error, bucket, key)


def _explain_type(error: Exception, bucket: str, key: str) -> SafelightError:
    match error:
        case FileNotFoundError():
            return NotFound(f"There is no object {shown(key)} in {bucket}.")
        case exceptions.PreconditionError():
            return Superseded(f"The object {shown(key)} in {bucket} has been replaced.")
        case exceptions.PermissionDeniedError() | exceptions.UnauthenticatedError():
            return ConfigurationError(
                f"The service that holds {bucket} refused access to {shown(key)}.",
                remedy="Check the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or the role) and the "
                "bucket's policy: Safelight needs to get, put, delete and list.",
            )
        case exceptions.InvalidPathError():
            return ConfigurationError(
                f"{bucket} holds an object whose key has `//`, `..` or a control character.",
                remedy="Rename or remove it, or give Safelight a prefix of its own: s3://bucket/prefix.",
            )
        case _:
            return StoreUnavailable(f"The service that holds {bucket} did not answer as it should.")
