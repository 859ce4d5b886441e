"""Opening the buckets that obstore provides."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from obstore.exceptions import BaseError
from obstore.store import MemoryStore, S3Store

from safelight.errors import ConfigurationError
from safelight.stores.buckets.remote import RemoteBucket

_CONNECT_SECONDS: Final = 5
_REQUEST_SECONDS: Final = 120  # one part of an upload, or one object read
_RETRIES: Final = 3  # the workflow tries again on top, with longer pauses
_RETRY_SECONDS: Final = 30


def open_memory(_: str, name: str) -> RemoteBucket:
    """A bucket of this process only, gone with it."""
    return RemoteBucket(store=MemoryStore(), name=name)


def open_s3(url: str, name: str) -> RemoteBucket:
    """`s3://bucket/prefix`; the rest comes from AWS_* variables or the machine's role."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix.removesuffix("/")
    try:
        store = _s3_store(bucket, prefix)
    except (BaseError, ValueError) as error:
        raise ConfigurationError(
            f"The setting `{name}` is {url!r}, which cannot be opened.", remedy="Write s3://bucket/prefix."
        ) from error
    return RemoteBucket(store=store, name=name, prefix=prefix)


def _s3_store(bucket: str, prefix: str) -> S3Store:
    if not bucket:
        raise ValueError("no bucket")
    # The first is what AWS's own tools read for S3 alone; obstore knows the second only.
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    return S3Store(
        bucket,
        prefix=prefix or None,
        config={"endpoint": endpoint} if endpoint else None,
        client_options={
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
            "timeout": timedelta(seconds=_REQUEST_SECONDS),
            "allow_http": endpoint.startswith("http://"),
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_SECONDS)},
    )


SERVICES: Final[Mapping[str, Callable[[str, str], RemoteBucket]]] = {
    "memory": open_memory,
    "s3": open_s3,
}
