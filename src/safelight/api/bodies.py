"""Request bodies on their way from the event loop to a thread that stores them; never held in memory.

Each step takes and gives an async iterator of chunks, so that a slow disk slows the client down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import anyio.from_thread

from safelight.errors import InvalidRequest, UploadTooLarge, UploadTooSlow

BLOCK_BYTES = 256 * 1024  # handed to a thread at once: the switch costs more than copying a small chunk
BLOCK_SECONDS = 60.0  # for a block to come: 35 kbit/s; a thread waits for it that others want

Chunks = AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Most bytes a body may have; `remedy` says what to do beyond that."""

    bytes: int
    remedy: str

    def refuse(self) -> UploadTooLarge:
        return UploadTooLarge(f"The body is larger than {self.bytes} bytes.", remedy=self.remedy)


async def limited(chunks: Chunks, limit: Limit) -> Chunks:
    """The same chunks. Raises UploadTooLarge as soon as there are more bytes than `limit` allows."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit.bytes:
            raise limit.refuse()
        yield chunk


async def blocks(chunks: Chunks, size: int = BLOCK_BYTES) -> Chunks:
    """The same bytes in pieces of at least `size`, but for the last.

    Raises InvalidRequest when there are none, UploadTooSlow when a piece takes longer than BLOCK_SECONDS.
    """
    block = await _block(chunks, size)
    if not block:
        raise InvalidRequest("The upload is empty.", remedy="Send the image's bytes.")
    while block:
        yield block
        block = await _block(chunks, size)


async def _block(chunks: Chunks, size: int) -> bytes:
    block = bytearray()
    try:
        async with asyncio.timeout(BLOCK_SECONDS):
            while len(block) < size and (chunk := await anext(chunks, None)) is not None:
                block += chunk
    except TimeoutError:
        raise UploadTooSlow(
            f"No {size} bytes came within {BLOCK_SECONDS:g} seconds.",
            remedy="Send the image again, over a better connection or made smaller.",
        ) from None
    return bytes(block)


async def begun(chunks: Chunks) -> Chunks:
    """The same chunks, the first of which has been awaited: its errors come before anything is stored."""
    first = await anext(chunks)

    async def all_of_them() -> Chunks:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of_them()


class FromLoop(Iterator[bytes]):
    """The chunks for a worker thread of the event loop; every one waits until it is asked for.

    What the chunks raise is raised in the thread, where `Bucket.put` then stores nothing.
    """

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks

    def __next__(self) -> bytes:
        chunk = anyio.from_thread.run(self._next)
        if chunk is None:
            raise StopIteration
        return chunk

    async def _next(self) -> bytes | None:
        return await anext(self._chunks, None)
