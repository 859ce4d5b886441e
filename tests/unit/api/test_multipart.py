"""The one file of a multipart body, however the body is cut into chunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.api.multipart import FilePart, boundary_of, open_file_part
from safelight.errors import InvalidRequest

BOUNDARY = b"----x"


def part(name: str, content: bytes, filename: str | None = None, content_type: str | None = None) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"' if filename is not None else ""
    head += f"\r\nContent-Type: {content_type}" if content_type else ""
    return b"--" + BOUNDARY + b"\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def read(data: bytes, size: int = 64) -> tuple[FilePart, bytes]:
    async def reading() -> tuple[FilePart, bytes]:
        found = await open_file_part(pieces(data, size), BOUNDARY)
        return found, b"".join([piece async for piece in found.content])

    return asyncio.run(reading())


@given(content=st.binary(max_size=300), size=st.integers(1, 400))
def test_the_bytes_arrive_whole_whatever_the_chunks(content: bytes, size: int) -> None:
    data = body(part("note", b"hello"), part("file", content, "a.jpg", "image/jpeg"), part("after", b"x"))
    found, got = read(data, size)
    assert got == content
    assert (found.filename, found.content_type) == ("a.jpg", "image/jpeg")


def test_content_that_looks_like_a_boundary_is_content() -> None:
    content = b"\r\n----" + b"\r\n------" + b"\r\n--" + b"--" + BOUNDARY[:-1] + b"\r\n"
    assert read(body(part("file", content, "a")), 3)[1] == content


def test_file_names_are_utf8() -> None:
    assert read(body(part("file", b"x", "写真 🌸.jpg")))[0].filename == "写真 🌸.jpg"


def test_a_part_without_a_file_name_is_taken_too() -> None:
    assert read(body(part("file", b"x")))[0].filename is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (body(part("photo", b"x", "a.jpg")), 'no part named "file"'),
        (body(part("file", b"x", "a"), part("file", b"y", "b")), "two files"),
        (part("file", b"x" * 100, "a"), "breaks off"),
        (b"--" + BOUNDARY + b"--\r\n", 'no part named "file"'),
        (b"", "breaks off"),
        (b"not multipart at all", "malformed"),
        (body(part("note", b"n" * 70_000), part("file", b"x")), "more than 65536 bytes beside the file"),
        (body(part("file", b"x"), part("note", b"n" * 70_000)), "more than 65536 bytes beside the file"),
    ],
)
def test_a_bad_body_is_refused_with_what_is_wrong(data: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        read(data, 4096)


def test_many_small_headers_do_not_grow_without_bound() -> None:
    data = b"--" + BOUNDARY + b"\r\n" + b"A: b\r\n" * 1000
    with pytest.raises(InvalidRequest, match="malformed"):
        read(data)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=----x", b"----x"),
        ('Multipart/Form-Data; charset=utf-8; boundary="a b"', b"a b"),
        ("image/jpeg", None),
        ("", None),
    ],
)
def test_the_content_type_tells_multipart_from_raw(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary


def test_multipart_without_a_boundary_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="no boundary"):
        boundary_of("multipart/form-data")
