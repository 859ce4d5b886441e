"""A bucket behind obstore: any S3-compatible service, or memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore

from safelight.errors import NotFound, SafelightError
from safelight.ports import ObjectInfo
from safelight.stores.buckets.chunks import Source
from safelight.stores.buckets.keys import MAX_KEY_BYTES, check_key, is_walkable
from safelight.stores.buckets.remote_faults import explained

if TYPE_CHECKING:
    from obstore import Attributes, GetOptions, GetResult, ObjectMeta
    from obstore.store import ObjectStore

PART_BYTES: Final = 8 * 1024 * 1024  # of a multipart upload; what fits into one is put in one request
PARTS_AT_ONCE: Final = 2
STREAM_BYTES: Final = 1024 * 1024
LIST_AT_ONCE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class RemoteBucket:
    """Implements ports.Bucket. `prefix` is the one the store adds to keys; it counts for their length."""

    store: ObjectStore
    name: str
    prefix: str = ""

    def head(self, key: str) -> ObjectInfo:
        self._check(key)
        # obstore's own `head` leaves the content type out.
        return self._info(self._get(key, {"head": True}))

    def read(self, key: str, *, etag: str | None = None) -> bytes:
        self._check(key)
        found = self._get(key, {} if etag is None else {"if_match": f'"{etag}"'})
        with explained(self.name, key):
            return found.bytes().to_bytes()

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        self._check(key)
        options: GetOptions = {}
        if (start, end) != (0, None):
            info = self.head(key)
            end = info.size if end is None else min(end, info.size)
            if start >= end:
                return iter(())  # services answer an empty range with an error
            options = {"range": (start, end), "if_match": f'"{info.etag}"'}
        return self._parts(key, self._get(key, options))

    def put(
        self,
        key: str,
        data: bytes | Path | Iterable[bytes],
        *,
        content_type: str | None = None,
        cache_control: str | None = None,
        content_disposition: str | None = None,
    ) -> ObjectInfo:
        self._check(key)
        attributes: Attributes = {}
        if content_type is not None:
            attributes["Content-Type"] = content_type
        if cache_control is not None:
            attributes["Cache-Control"] = cache_control
        if content_disposition is not None:
            attributes["Content-Disposition"] = content_disposition
        source = Source(data)
        etag = self._upload(key, source, attributes)
        return ObjectInfo(
            key=key,
            size=source.size,
            etag=etag,
            modified=datetime.now(UTC),  # the service's own clock would cost another request
            content_type=content_type,
        )

    def delete(self, keys: Iterable[str]) -> None:
        doomed = list(keys)
        for key in doomed:
            self._check(key)
        with explained(self.name, ", ".join(doomed)):
            obstore.delete(self.store, doomed)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        folder = prefix.rpartition("/")[0]
        if not is_walkable(folder):
            return
        with explained(self.name, prefix):
            for batch in obstore.list(self.store, prefix=folder or None, chunk_size=LIST_AT_ONCE):
                for meta in batch:
                    if meta["path"].startswith(prefix) and self._is_object(meta):
                        yield _object_info(meta)

    def clean_temporary(self) -> None:
        """Nothing to do: services keep unfinished uploads out of sight; a lifecycle rule ends them."""

    def _upload(self, key: str, source: Source, attributes: Attributes) -> str:
        first = source.take(PART_BYTES)
        try:
            with explained(self.name, key):
                result = obstore.put(
                    self.store,
                    key,
                    first if source.exhausted else chain([first], source),
                    attributes=attributes,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
        except SafelightError:
            if source.fault is not None:  # not the service's: the caller's own iterator raised
                raise source.fault from None
            raise
        return _bare(result["e_tag"])

    def _get(self, key: str, options: GetOptions) -> GetResult:
        with explained(self.name, key):
            return obstore.get(self.store, key, options=options)

    def _parts(self, key: str, found: GetResult) -> Iterator[bytes]:
        with explained(self.name, key):
            yield from (bytes(part) for part in found.stream(min_chunk_size=STREAM_BYTES))

    def _info(self, found: GetResult) -> ObjectInfo:
        return _object_info(found.meta, content_type=found.attributes.get("Content-Type"))

    def _is_object(self, meta: ObjectMeta) -> bool:
        """False for the empty `folder/` objects of S3 consoles: obstore lists them without the slash."""
        if meta["size"] > 0:
            return True
        try:
            self.head(meta["path"])
        except NotFound:
            return False
        return True

    def _check(self, key: str) -> None:
        room = MAX_KEY_BYTES - len(f"{self.prefix}/".encode()) if self.prefix else MAX_KEY_BYTES
        check_key(key, max_bytes=room)


def _object_info(meta: ObjectMeta, *, content_type: str | None = None) -> ObjectInfo:
    return ObjectInfo(
        key=meta["path"],
        size=meta["size"],
        etag=_bare(meta["e_tag"]),
        modified=meta["last_modified"],
        content_type=content_type,
    )


def _bare(etag: str | None) -> str:
    return (etag or "").strip('"')
