"""S3, MinIO and EventBridge notifications become upload events with the real key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from safelight.errors import InvalidRequest
from safelight.model import UploadEvent
from safelight.triggers import s3_event

EVENTS = Path(__file__).parents[2] / "events"


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def test_a_put_is_one_event_with_its_key_unquoted() -> None:
    assert s3_event.parse(recorded("s3_put")) == [
        UploadEvent(
            bucket="photos-originals",
            key="holiday/red flower.jpg",
            etag="d41d8cd98f00b204e9800998ecf8427e",
            sequencer="0055AED6DCD90281E5",
            size=1024,
        )
    ]


def test_every_record_of_a_batch_is_read_in_order() -> None:
    events = s3_event.parse(recorded("s3_batch"))
    assert [(event.key, event.removed) for event in events] == [
        ("a+b=100%.jpg", False),
        ("写真/🌸 1.heic", False),
        ("old.png", True),
        ("older.png", True),
        ("oldest.png", True),
    ]


def test_the_test_event_s3_sends_at_set_up_is_no_event() -> None:
    assert s3_event.parse(recorded("s3_test")) == []


def test_minio_encodes_slashes_and_prefixes_event_names() -> None:
    (event,) = s3_event.parse(recorded("minio_put"))
    assert event.key == "albums/a b.jpg"
    assert event.size == 2048
    assert not event.removed


def test_eventbridge_keys_are_taken_as_they_are() -> None:
    (event,) = s3_event.parse(recorded("eventbridge_created"))
    assert event.key == "1+1 is 2%.jpg"
    assert event.etag == "b1946ac92492d2347c6235b4d2611184"


def test_an_eventbridge_deletion_is_a_removal() -> None:
    (event,) = s3_event.parse(recorded("eventbridge_deleted"))
    assert (event.key, event.removed) == ("gone.jpg", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"eventName": "ObjectTagging:Put"}, "Records[0]: `eventName` is 'ObjectTagging:Put'"),
        ({"eventName": None}, "Records[0]: `eventName` is missing"),
        ({"s3": []}, "Records[0]: `s3` is missing or not an object"),
        ({"s3": {"bucket": {"name": "b"}, "object": {}}}, "Records[0]: `key` is missing"),
        ({"s3": {"bucket": {}, "object": {"key": "k"}}}, "Records[0]: `name` is missing"),
        ({"s3": {"bucket": {"name": "b"}, "object": {"key": "%FF"}}}, "does not decode to UTF-8"),
        ({"s3": {"bucket": {"name": "b"}, "object": {"key": "\ud800"}}}, "not valid Unicode"),
        ({"s3": {"bucket": {"name": "b"}, "object": {"key": "k", "size": "1"}}}, "`size` is not a number"),
        ({"s3": {"bucket": {"name": "b"}, "object": {"key": "k", "size": 10**30}}}, "`size` is not a number"),
    ],
)
def test_a_bad_record_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    document = recorded("s3_put")
    document["Records"][0].update(change)
    with pytest.raises(InvalidRequest) as refusal:
        s3_event.parse(document)
    assert said in str(refusal.value)


@pytest.mark.parametrize("document", [None, [], "Records", {}, {"Records": {}}])
def test_what_is_no_notification_is_refused_with_what_to_send(document: Any) -> None:
    with pytest.raises(InvalidRequest, match="Send an S3 event notification"):
        s3_event.records(document)


def test_records_are_given_raw_so_that_a_bad_one_does_not_cost_the_others() -> None:
    good = recorded("s3_put")["Records"][0]
    found = s3_event.records({"Records": ["nonsense", good]})
    with pytest.raises(InvalidRequest, match=r"Records\[0\]: it is not an object"):
        s3_event.event(found[0], place=0)
    assert s3_event.event(found[1], place=1).key == "holiday/red flower.jpg"


@pytest.mark.parametrize(
    ("bucket", "key", "url", "ours"),
    [
        ("originals", "a/b.jpg", "/home/me/originals", "a/b.jpg"),
        ("originals", "in/b.jpg", "s3://photos/in", "in/b.jpg"),
        ("photos", "b.jpg", "s3://photos", "b.jpg"),
        ("photos", "in/b.jpg", "s3://photos/in/", "b.jpg"),
        ("photos", "in/in/b.jpg", "s3://photos/in", "in/b.jpg"),
    ],
)
def test_an_event_of_the_bucket_behind_the_originals_is_ours(
    bucket: str, key: str, url: str, ours: str
) -> None:
    event = s3_event.as_ours(UploadEvent(bucket=bucket, key=key), url=url, name="originals")
    assert (event.bucket, event.key) == ("originals", ours)


@pytest.mark.parametrize(
    ("bucket", "key", "url"),
    [
        ("elsewhere", "b.jpg", "s3://photos"),
        ("photos", "out/b.jpg", "s3://photos/in"),
        ("photos", "inside/b.jpg", "s3://photos/in"),
        ("photos", "b.jpg", "photos"),
    ],
)
def test_an_event_of_another_place_is_refused(bucket: str, key: str, url: str) -> None:
    with pytest.raises(InvalidRequest, match="Send only events of the originals"):
        s3_event.as_ours(UploadEvent(bucket=bucket, key=key), url=url, name="originals")
