"""What every bucket must do, whatever holds its objects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from safelight.errors import InvalidKey, NotFound, Superseded
from safelight.ports import OwnBucket
from tests.contract.buckets import BACKENDS

MANY_PARTS = 9 * 1024 * 1024 + 1  # more than one part of a multipart upload, and not a whole number of them


@pytest.fixture(params=BACKENDS)
def bucket(request: pytest.FixtureRequest) -> OwnBucket:
    return BACKENDS[request.param](request)


def keys_of(bucket: OwnBucket, prefix: str = "") -> list[str]:
    return sorted(info.key for info in bucket.list(prefix))


def patterned(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


def as_file(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


SHAPES: dict[str, Callable[[bytes, Path], bytes | Path | Iterator[bytes]]] = {
    "bytes": lambda data, _: data,
    "file": as_file,
    "chunks": lambda data, _: iter([data[: len(data) // 3], b"", data[len(data) // 3 :]]),
    "generator": lambda data, _: (data[at : at + 700_001] for at in range(0, len(data), 700_001)),
}


@pytest.mark.parametrize("size", [0, 1, 100_000, MANY_PARTS])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_put_is_read_back(bucket: OwnBucket, tmp_path: Path, shape: str, size: int) -> None:
    data = patterned(size)
    info = bucket.put("folder/image.jpg", SHAPES[shape](data, tmp_path / "source"))
    assert bucket.read("folder/image.jpg") == data
    assert info.size == size


def test_put_answers_what_head_and_list_answer_later(bucket: OwnBucket) -> None:
    stored = bucket.put("a.jpg", b"12345")
    found = bucket.head("a.jpg")
    (listed,) = bucket.list()
    assert (stored.key, stored.size, stored.etag) == ("a.jpg", 5, found.etag)
    assert (found.key, found.size) == ("a.jpg", 5)
    assert (listed.key, listed.size, listed.etag) == ("a.jpg", 5, found.etag)
    assert found.modified.tzinfo is not None


def test_an_etag_is_bare_and_changes_with_the_content(bucket: OwnBucket) -> None:
    etags = [bucket.put("a.jpg", content).etag for content in (b"one", b"two", b"six", b"ten")]
    assert len(set(etags)) == 4
    assert not any('"' in etag or not etag for etag in etags)


def test_reading_by_etag_gives_that_object_or_superseded(bucket: OwnBucket) -> None:
    first = bucket.put("a.jpg", b"one").etag
    assert bucket.read("a.jpg", etag=first) == b"one"
    second = bucket.put("a.jpg", b"two").etag
    with pytest.raises(Superseded):
        bucket.read("a.jpg", etag=first)
    assert bucket.read("a.jpg", etag=second) == b"two"


@pytest.mark.parametrize(
    "look",
    [
        lambda bucket, key: bucket.head(key),
        lambda bucket, key: bucket.read(key),
        lambda bucket, key: bucket.read(key, etag="abc"),
        lambda bucket, key: bucket.stream(key),
        lambda bucket, key: bucket.stream(key, start=1, end=2),
    ],
    ids=["head", "read", "read by etag", "stream", "range"],
)
@pytest.mark.parametrize("key", ["missing.jpg", "folder", "folder/missing.jpg", "folder/there.jpg/below.jpg"])
def test_a_missing_object_is_not_found_before_any_byte_is_asked_for(
    bucket: OwnBucket, look: Callable[[OwnBucket, str], object], key: str
) -> None:
    bucket.put("folder/there.jpg", b"here")
    with pytest.raises(NotFound):
        look(bucket, key)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 10, b"0123456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (9, None, b"9"),
        (4, 999, b"456789"),
        (10, None, b""),
        (99, 100, b""),
        (5, 5, b""),
    ],
)
def test_a_stream_is_the_bytes_from_start_up_to_end(
    bucket: OwnBucket, start: int, end: int | None, expected: bytes
) -> None:
    bucket.put("digits", b"0123456789")
    assert b"".join(bucket.stream("digits", start=start, end=end)) == expected


def test_an_empty_object_streams_nothing(bucket: OwnBucket) -> None:
    bucket.put("empty", b"")
    assert b"".join(bucket.stream("empty")) == b""
    assert bucket.head("empty").size == 0


def test_a_large_object_streams_whole(bucket: OwnBucket) -> None:
    data = patterned(MANY_PARTS)
    bucket.put("large", data)
    assert b"".join(bucket.stream("large", start=1)) == data[1:]


@pytest.mark.parametrize(
    "fault", [RuntimeError("boom"), FileNotFoundError("boom"), ConnectionResetError("boom")]
)
@pytest.mark.parametrize("size", [10, MANY_PARTS])
def test_a_put_that_fails_midway_changes_nothing_and_raises_its_own_fault(
    bucket: OwnBucket, fault: Exception, size: int
) -> None:
    def broken() -> Iterator[bytes]:
        yield patterned(size)
        raise fault

    bucket.put("kept.jpg", b"before")
    for key in ("kept.jpg", "new.jpg"):
        with pytest.raises(type(fault), match="boom"):
            bucket.put(key, broken())
    assert bucket.read("kept.jpg") == b"before"
    assert keys_of(bucket) == ["kept.jpg"]


def test_a_put_of_a_missing_file_raises_its_own_fault(bucket: OwnBucket, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bucket.put("a.jpg", tmp_path / "missing.jpg")
    assert keys_of(bucket) == []


def test_deleting_removes_what_is_there_and_ignores_what_is_not(bucket: OwnBucket) -> None:
    for key in ("a.jpg", "b/c.jpg", "b/d.jpg"):
        bucket.put(key, b"x")
    bucket.delete(key for key in ("a.jpg", "never/was.jpg", "b", "b/c.jpg", "a.jpg"))
    assert keys_of(bucket) == ["b/d.jpg"]
    bucket.delete([])
    assert keys_of(bucket) == ["b/d.jpg"]


def test_a_deleted_key_can_be_used_again(bucket: OwnBucket) -> None:
    bucket.put("a/b/c.jpg", b"one")
    bucket.delete(["a/b/c.jpg"])
    bucket.put("a/b/c.jpg", b"two")
    assert bucket.read("a/b/c.jpg") == b"two"


def test_many_objects_are_deleted_in_one_call(bucket: OwnBucket) -> None:
    bucket.put("k1200", b"x")
    bucket.delete(f"k{number}" for number in range(1500))
    assert keys_of(bucket) == []


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["a.jpg", "ab/c.jpg", "ab/cd/e.jpg", "b.jpg"]),
        ("a", ["a.jpg", "ab/c.jpg", "ab/cd/e.jpg"]),
        ("ab", ["ab/c.jpg", "ab/cd/e.jpg"]),
        ("ab/", ["ab/c.jpg", "ab/cd/e.jpg"]),
        ("ab/c", ["ab/c.jpg", "ab/cd/e.jpg"]),
        ("ab/cd/", ["ab/cd/e.jpg"]),
        ("ab/c.jpg", ["ab/c.jpg"]),
        ("nothing/here", []),
        ("a.jpg/", []),
        ("/", []),
        ("../", []),
        ("ab/../", []),
    ],
)
def test_a_listing_has_every_key_that_begins_with_the_prefix(
    bucket: OwnBucket, prefix: str, expected: list[str]
) -> None:
    for key in ("a.jpg", "ab/c.jpg", "ab/cd/e.jpg", "b.jpg"):
        bucket.put(key, b"x")
    assert keys_of(bucket, prefix) == expected


ODD_KEYS = [
    "with space.jpg",
    " leading and trailing ",
    "per%20cent%2F.jpg",
    "plus+sign&query?=x#1.jpg",
    "photo.jpg#12",
    "ümläut/日本語/🙂.png",
    "e\u0301 is not \u00e9.jpg",
    "\u00e9.jpg",
    "e\u0301.jpg",
    "quotes\"and'stars*:|<>.jpg",
    "back\\slash.jpg",
    "~tilde",
    ".hidden/.jpg",
    "...",
    "trailing.dot.",
    "CON",
    "line\u2028separator\u0085.jpg",
    "x" * 255,
    "/".join(["y" * 99] * 10),  # 999 bytes
]


def test_odd_keys_are_kept_to_the_letter(bucket: OwnBucket) -> None:
    for key in ODD_KEYS:
        bucket.put(key, key.encode())
    assert {key: bucket.read(key) for key in ODD_KEYS} == {key: key.encode() for key in ODD_KEYS}
    assert keys_of(bucket) == sorted(ODD_KEYS)
    bucket.delete(ODD_KEYS)
    assert keys_of(bucket) == []


BAD_KEYS = [
    "",
    "/",
    "/leading.jpg",
    "trailing/",
    "two//slashes.jpg",
    ".",
    "..",
    "../outside.jpg",
    "a/../../outside.jpg",
    "a/./b.jpg",
    "a/..",
    "nul\0.jpg",
    "line\nbreak.jpg",
    "tab\t.jpg",
    "delete\x7f.jpg",
    "surrogate\udcff.jpg",
    "/".join(["z" * 100] * 11),
    "ü" * 600,
]


@pytest.mark.parametrize(
    "use",
    [
        lambda bucket, key: bucket.put(key, b"x"),
        lambda bucket, key: bucket.head(key),
        lambda bucket, key: bucket.read(key),
        lambda bucket, key: bucket.stream(key),
        lambda bucket, key: bucket.delete([key]),
    ],
    ids=["put", "head", "read", "stream", "delete"],
)
def test_a_key_that_cannot_be_held_is_refused_with_a_remedy(
    bucket: OwnBucket, use: Callable[[OwnBucket, str], object]
) -> None:
    for key in BAD_KEYS:
        with pytest.raises(InvalidKey) as caught:
            use(bucket, key)
        assert caught.value.remedy
        caught.value.message.encode()
    assert keys_of(bucket) == []


def test_readers_see_the_old_object_or_the_new_one_never_a_mixture(bucket: OwnBucket) -> None:
    contents = [bytes([letter]) * 300_000 for letter in b"abcd"]
    bucket.put("a.jpg", contents[0])
    done = threading.Event()

    def look() -> set[bytes]:
        seen: set[bytes] = set()
        while not done.is_set():
            seen.add(bucket.read("a.jpg"))
        return seen

    with ThreadPoolExecutor(6) as threads:
        readers = [threads.submit(look) for _ in range(2)]
        writers = [threads.submit(bucket.put, "a.jpg", content) for content in contents * 5]
        for writer in writers:
            writer.result()
        done.set()
        seen = set().union(*(reader.result() for reader in readers))
    assert seen <= set(contents)
    assert bucket.read("a.jpg") in contents


def test_cleaning_up_leaves_objects_alone(bucket: OwnBucket) -> None:
    bucket.put("a.jpg", b"x")
    bucket.clean_temporary()
    assert keys_of(bucket) == ["a.jpg"]


def test_a_bucket_knows_its_name(bucket: OwnBucket) -> None:
    assert bucket.name == "originals"
