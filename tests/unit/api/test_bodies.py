"""Bodies pass from the event loop to a thread piece by piece, no faster than they are stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import pytest
from anyio import to_thread
from hypothesis import given
from hypothesis import strategies as st

from safelight.api.bodies import FromLoop, Limit, begun, blocks, limited
from safelight.errors import InvalidRequest, UploadTooLarge, UploadTooSlow

Result = TypeVar("Result")

LIMIT = Limit(bytes=10, remedy="Send less.")


async def sent(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def gathered(chunks: AsyncIterator[bytes]) -> list[bytes]:
    return [chunk async for chunk in chunks]


def run(work: Callable[[], Awaitable[Result]]) -> Result:
    async def running() -> Result:
        return await work()

    return asyncio.run(running())


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert run(lambda: gathered(limited(sent(b"12345", b"67890"), LIMIT))) == [b"12345", b"67890"]


def test_one_byte_more_is_refused_as_soon_as_it_comes() -> None:
    async def taking() -> None:
        chunks = limited(sent(b"12345", b"678901", b"never asked for"), LIMIT)
        assert await anext(chunks) == b"12345"
        with pytest.raises(UploadTooLarge, match=r"larger than 10 bytes\. Send less\."):
            await anext(chunks)

    run(taking)


@given(chunks=st.lists(st.binary(max_size=20), max_size=30).filter(any), size=st.integers(1, 50))
def test_blocks_are_the_same_bytes_in_few_pieces(chunks: list[bytes], size: int) -> None:
    got = run(lambda: gathered(blocks(sent(*chunks), size)))
    assert b"".join(got) == b"".join(chunks)
    assert all(len(block) >= size for block in got[:-1])


@pytest.mark.parametrize("chunks", [(), (b"",), (b"", b"")])
def test_nothing_is_not_an_upload(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(InvalidRequest, match="empty"):
        run(lambda: gathered(blocks(sent(*chunks))))


def test_a_body_that_stops_coming_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safelight.api.bodies.BLOCK_SECONDS", 0.05)

    async def stalling() -> AsyncIterator[bytes]:
        yield b"12345678"
        await asyncio.sleep(60)

    async def taking() -> None:
        chunks = blocks(stalling(), 5)
        assert await anext(chunks) == b"12345678"
        with pytest.raises(UploadTooSlow, match="Send the image again"):
            await anext(chunks)

    run(taking)


def test_what_is_wrong_from_the_start_shows_before_anything_is_stored() -> None:
    with pytest.raises(InvalidRequest, match="empty"):
        run(lambda: begun(blocks(sent())))


def test_a_thread_gets_every_chunk_and_none_before_it_asks() -> None:
    asked: list[int] = []

    async def counted() -> AsyncIterator[bytes]:
        for number in range(5):
            asked.append(number)
            yield bytes([number])

    def store(chunks: FromLoop) -> list[tuple[bytes, int]]:
        return [(chunk, len(asked)) for chunk in chunks]

    async def storing() -> list[tuple[bytes, int]]:
        return await to_thread.run_sync(store, FromLoop(await begun(counted())))

    assert run(storing) == [(bytes([number]), number + 1) for number in range(5)]


def test_what_goes_wrong_in_the_body_is_raised_where_it_is_stored() -> None:
    seen: list[bytes] = []

    async def storing() -> None:
        chunks = FromLoop(limited(sent(b"12345", b"678901"), LIMIT))
        await to_thread.run_sync(lambda: seen.extend(chunks))

    with pytest.raises(UploadTooLarge):
        run(storing)
    assert seen == [b"12345"]
