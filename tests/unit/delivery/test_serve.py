"""Which bytes a request gets, decided from headers and facts alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from safelight.delivery.serve import Answer, Conditions, Presentation, answer, http_date
from safelight.ports import ObjectInfo

MODIFIED = datetime(2026, 3, 1, 10, 0, 0, 250_000, tzinfo=UTC)
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"
STORED = ObjectInfo(key="a/b.webp", size=1000, etag="abc-1", modified=MODIFIED)
WEBP = Presentation(
    content_type="image/webp", cache_control="public, max-age=60", content_disposition="inline"
)


def asking(**headers: str) -> Answer:
    return answer(STORED, WEBP, Conditions(**headers))


def test_a_plain_request_gets_everything_with_its_validators() -> None:
    assert asking() == Answer(
        status=200,
        start=0,
        end=1000,
        headers={
            "ETag": '"abc-1"',
            "Last-Modified": DATE,
            "Cache-Control": "public, max-age=60",
            "Content-Type": "image/webp",
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Accept-Ranges": "bytes",
            "Content-Length": "1000",
        },
    )


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=900-", 900, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=0-0", 0, 1),
        ("bytes=990-2000", 990, 1000),
        ("Bytes= 5-6 ", 5, 7),
    ],
)
def test_one_range_is_answered_with_that_part(asked: str, start: int, end: int) -> None:
    got = asking(range=asked)
    assert (got.status, got.start, got.end) == (206, start, end)
    assert got.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000"
    assert got.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_beyond_the_end_cannot_be_satisfied(asked: str) -> None:
    assert asking(range=asked) == Answer(status=416, headers={"Content-Range": "bytes */1000"})


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "bytes=-", "bytes=9-5", "bytes=a-b", "items=0-1", "", "bytes=" + "9" * 5000 + "-"],
)
def test_several_or_unreadable_ranges_get_everything(asked: str) -> None:
    got = asking(range=asked)
    assert (got.status, got.end - got.start) == (200, 1000)


@pytest.mark.parametrize("tags", ['"abc-1"', 'W/"abc-1"', '"x", "abc-1"', "*"])
def test_a_known_etag_is_not_modified(tags: str) -> None:
    got = asking(if_none_match=tags, range="bytes=0-1")
    assert (got.status, got.end) == (304, 0)
    assert got.headers == {"ETag": '"abc-1"', "Last-Modified": DATE, "Cache-Control": "public, max-age=60"}


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (DATE, 304),
        ("Sun, 01 Mar 2026 10:00:01 GMT", 304),
        ("Sun, 01 Mar 2026 09:59:59 GMT", 200),
        ("not a date", 200),
    ],
)
def test_if_modified_since_compares_whole_seconds(since: str, status: int) -> None:
    assert asking(if_modified_since=since).status == status


def test_an_etag_outranks_a_date() -> None:
    assert asking(if_none_match='"other"', if_modified_since=DATE).status == 200


@pytest.mark.parametrize(
    ("validator", "status"),
    [
        ('"abc-1"', 206),
        (DATE, 206),
        ('"old"', 200),
        ('W/"abc-1"', 200),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 200),
    ],
)
def test_a_range_is_only_given_of_the_bytes_the_client_began_with(validator: str, status: int) -> None:
    assert asking(range="bytes=0-1", if_range=validator).status == status


def test_nothing_of_an_empty_object_can_be_a_part() -> None:
    empty = ObjectInfo(key="k", size=0, etag="e", modified=MODIFIED)
    assert answer(empty, WEBP, Conditions(range="bytes=0-")).status == 416
    assert answer(empty, WEBP, Conditions()).headers["Content-Length"] == "0"


def test_dates_are_written_as_http_wants_them() -> None:
    assert http_date(MODIFIED) == DATE
