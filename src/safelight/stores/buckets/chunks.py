"""The three shapes of `Bucket.put`'s data as one stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

CHUNK_BYTES: Final = 1024 * 1024


def chunks(data: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    """The bytes in order. Raises what opening and reading the source raises."""
    if isinstance(data, bytes):
        yield data
    elif isinstance(data, Path):
        with data.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                yield chunk
    else:
        yield from data


class Source:
    """Chunks that are counted as they pass; `fault` is what reading them raised."""

    def __init__(self, data: bytes | Path | Iterable[bytes]) -> None:
        self._chunks = chunks(data)
        self.size = 0
        self.exhausted = False
        self.fault: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            self.exhausted = True
            raise
        except BaseException as fault:
            self.fault = fault
            raise
        self.size += len(chunk)
        return chunk

    def take(self, size: int) -> bytes:
        """At least `size` bytes in one piece, fewer only when there are no more."""
        taken = bytearray()
        while len(taken) < size and not self.exhausted:
            taken += next(self, b"")
        return bytes(taken)
