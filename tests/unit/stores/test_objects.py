"""Buckets are opened by URL, and two that overlap are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from safelight.errors import ConfigurationError
from safelight.stores.buckets.folder import FolderBucket
from safelight.stores.objects import open_bucket, overlaps, refuse_overlap


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "url", ["pictures/new", "./pictures/new", "{cwd}/pictures/new", "file://{cwd}/pictures/new"]
)
def test_a_folder_is_made_when_it_is_missing(tmp_path: Path, url: str) -> None:
    bucket = open_bucket(url.format(cwd=tmp_path), name="originals")
    bucket.put("a.jpg", b"x")
    assert (tmp_path / "pictures" / "new" / "a.jpg").read_bytes() == b"x"


def test_a_folder_bucket_stays_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = open_bucket("pictures", name="originals")
    bucket.put("a.jpg", b"x")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert bucket.read("a.jpg") == b"x"


def test_pruning_is_only_done_where_it_is_asked_for() -> None:
    buckets = [open_bucket("one", name="originals"), open_bucket("two", name="variants", prune=True)]
    assert [bucket.prune for bucket in buckets if isinstance(bucket, FolderBucket)] == [False, True]


def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="originals"):
        open_bucket("file/folder", name="originals")


@pytest.mark.parametrize(
    "url", ["ftp://host/folder", "https://bucket.example.com", "s3://", "s3:///prefix", "s3://b/a//c"]
)
def test_a_url_that_is_no_place_for_objects_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ConfigurationError, match="s3://bucket/prefix"):
        open_bucket(url, name="originals")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("photos", "photos", True),
        ("photos", "./photos/", True),
        ("photos", "photos/variants", True),
        ("photos", "{cwd}/photos/not/yet/there", True),
        ("photos", "file://{cwd}/photos", True),
        ("photos", "link-to-photos", True),
        ("photos", "link-to-photos/variants", True),
        ("photos", "photos-variants", False),
        ("photos", "variants", False),
        ("photos/../variants", "variants", True),
        ("s3://bucket", "s3://bucket/", True),
        ("s3://bucket", "s3://bucket/variants", True),
        ("s3://bucket/a", "s3://bucket/a/b/", True),
        ("s3://bucket/a", "s3://bucket/ab", False),
        ("s3://bucket/a", "s3://bucket/b", False),
        ("s3://bucket", "s3://bucket-variants", False),
        ("photos", "s3://photos", False),
        ("memory://", "memory://", False),
    ],
)
def test_overlapping_buckets_are_recognised_in_both_directions(
    tmp_path: Path, one: str, other: str, *, expected: bool
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "link-to-photos").symlink_to("photos")
    one, other = one.format(cwd=tmp_path), other.format(cwd=tmp_path)
    assert (overlaps(one, other), overlaps(other, one)) == (expected, expected)


def test_an_overlap_is_refused_with_the_way_out() -> None:
    refuse_overlap("photos", "variants")
    with pytest.raises(ConfigurationError, match="beside each other"):
        refuse_overlap("photos", "photos/variants")
