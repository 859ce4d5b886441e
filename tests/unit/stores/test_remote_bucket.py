"""What only a service can do wrong: absent buckets, refused credentials, silence, foreign objects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from safelight.errors import ConfigurationError, InvalidKey, StorageFull, StoreUnavailable
from safelight.stores.buckets.remote import RemoteBucket
from safelight.stores.buckets.remote_faults import explained
from safelight.stores.buckets.services import open_s3

MANY_PARTS = 9 * 1024 * 1024


@pytest.fixture
def bucket(s3_url: str) -> RemoteBucket:
    return open_s3(f"{s3_url}/prefix", "originals")


def keys_of(bucket: RemoteBucket) -> list[str]:
    return sorted(info.key for info in bucket.list())


def address(endpoint: str, url: str, key: str) -> str:
    return f"{endpoint}/{url.removeprefix('s3://')}/{key}"


def test_types_and_caching_are_kept_with_the_object(
    bucket: RemoteBucket, s3_endpoint: str, s3_url: str
) -> None:
    stored = bucket.put(
        "a.webp", b"x", content_type="image/webp", cache_control="no-cache", content_disposition="inline"
    )
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}
    answer = httpx.get(address(s3_endpoint, s3_url, "prefix/a.webp"), headers=signed)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-disposition"] == "inline"
    assert stored.content_type == bucket.head("a.webp").content_type == "image/webp"


def test_two_prefixes_of_one_bucket_do_not_see_each_other(s3_url: str) -> None:
    originals, variants = open_s3(f"{s3_url}/a", "originals"), open_s3(f"{s3_url}/ab/", "variants")
    originals.put("x.jpg", b"1")
    variants.put("y.jpg", b"2")
    assert (keys_of(originals), keys_of(variants)) == (["x.jpg"], ["y.jpg"])


def test_the_prefix_counts_for_the_length_of_a_key(s3_url: str) -> None:
    bucket = open_s3(f"{s3_url}/prefix", "originals")
    bucket.put("k" * (1024 - len("prefix/")), b"x")
    with pytest.raises(InvalidKey, match="1017"):
        bucket.put("k" * (1025 - len("prefix/")), b"x")


def test_a_failed_upload_leaves_no_parts_behind(bucket: RemoteBucket, s3_endpoint: str, s3_url: str) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(MANY_PARTS)
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        bucket.put("a.jpg", broken())
    assert "<Upload>" not in httpx.get(address(s3_endpoint, s3_url, "?uploads")).text


def test_a_stored_large_object_is_one_whole_upload(
    bucket: RemoteBucket, s3_endpoint: str, s3_url: str
) -> None:
    info = bucket.put("a.jpg", bytes(MANY_PARTS))
    assert info.etag.endswith("-2")
    assert "<Upload>" not in httpx.get(address(s3_endpoint, s3_url, "?uploads")).text


def test_the_folders_that_consoles_make_are_not_objects(
    bucket: RemoteBucket, s3_endpoint: str, s3_url: str
) -> None:
    httpx.put(address(s3_endpoint, s3_url, "prefix/holiday/"), content=b"").raise_for_status()
    bucket.put("holiday/beach.jpg", b"x")
    bucket.put("empty.jpg", b"")
    assert keys_of(bucket) == ["empty.jpg", "holiday/beach.jpg"]


def test_an_object_whose_key_cannot_be_named_is_reported_not_left_out(
    bucket: RemoteBucket, s3_endpoint: str, s3_url: str
) -> None:
    httpx.put(address(s3_endpoint, s3_url, "prefix/a//b.jpg"), content=b"x").raise_for_status()
    with pytest.raises(ConfigurationError, match="//"):
        keys_of(bucket)


def test_a_bucket_that_does_not_exist_is_a_configuration_error(s3_url: str) -> None:
    bucket = open_s3(f"{s3_url}-missing", "originals")
    for use in (lambda: bucket.put("a", b"x"), lambda: bucket.read("a"), lambda: keys_of(bucket)):
        with pytest.raises(ConfigurationError, match="does not exist"):
            use()


def test_a_service_that_does_not_answer_is_a_passing_fault(
    s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    bucket = open_s3(s3_url, "originals")
    for use in (lambda: bucket.put("a", b"x"), lambda: bucket.head("a"), lambda: keys_of(bucket)):
        with pytest.raises(StoreUnavailable) as caught:
            use()
        assert "127.0.0.1" not in str(caught.value)


def test_a_refused_request_names_the_credentials() -> None:
    with pytest.raises(ConfigurationError, match="AWS_ACCESS_KEY_ID"), explained("originals", "a"):
        raise PermissionDeniedError("403 AccessDenied at http://internal")


def test_a_full_service_is_storage_full() -> None:
    with pytest.raises(StorageFull), explained("originals", "a"):
        raise GenericError("507: <Code>XMinioStorageFull</Code>")


def test_folders_need_neither_obstore_nor_boto3(tmp_path: object) -> None:
    script = (
        "import sys; from safelight.stores.objects import open_bucket\n"
        "open_bucket(sys.argv[1], name='originals').put('a.jpg', b'x')\n"
        "assert not {'obstore', 'boto3'} & set(sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 0


def test_services_do_not_need_boto3() -> None:
    script = "import sys, safelight.stores.buckets.services; assert 'boto3' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
