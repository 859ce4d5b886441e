"""What only a folder can do wrong: links, leftovers of killed writers, odd files, disks that go away."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safelight.errors import (
    ConfigurationError,
    InvalidKey,
    NotFound,
    StorageFull,
    StoreUnavailable,
    Superseded,
)
from safelight.stores.buckets.folder import FolderBucket
from safelight.stores.buckets.os_faults import reading, writing
from safelight.stores.buckets.staging import STAGING

SECRET = b"not an object of the bucket"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jpg").write_bytes(SECRET)
    (tmp_path / "bucket").mkdir()
    return tmp_path / "bucket"


@pytest.fixture
def bucket(root: Path) -> FolderBucket:
    return FolderBucket(root=root, name="originals")


def keys_of(bucket: FolderBucket) -> list[str]:
    return sorted(info.key for info in bucket.list())


def staged_files(root: Path) -> list[Path]:
    return list((root / STAGING).iterdir())


READS: list[Callable[[FolderBucket, str], object]] = [
    FolderBucket.head,
    FolderBucket.read,
    FolderBucket.stream,
]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("key", ["link.jpg", "linked/secret.jpg", "inner/link.jpg"])
def test_no_link_is_followed_when_reading(
    bucket: FolderBucket, root: Path, read: Callable[[FolderBucket, str], object], key: str
) -> None:
    (root / "inner").mkdir()
    (root / "link.jpg").symlink_to("../outside/secret.jpg")
    (root / "inner" / "link.jpg").symlink_to(root.parent / "outside" / "secret.jpg")
    (root / "linked").symlink_to("../outside")
    with pytest.raises(NotFound):
        read(bucket, key)


def test_no_link_is_followed_when_writing_or_deleting(bucket: FolderBucket, root: Path) -> None:
    (root / "linked").symlink_to("../outside")
    with pytest.raises(InvalidKey, match="link"):
        bucket.put("linked/new.jpg", b"x")
    bucket.delete(["linked/secret.jpg"])
    assert [path.name for path in (root.parent / "outside").iterdir()] == ["secret.jpg"]


def test_a_link_is_replaced_not_written_through(bucket: FolderBucket, root: Path) -> None:
    (root / "link.jpg").symlink_to("../outside/secret.jpg")
    bucket.put("link.jpg", b"new")
    assert bucket.read("link.jpg") == b"new"
    assert (root.parent / "outside" / "secret.jpg").read_bytes() == SECRET


def test_the_bucket_itself_may_be_a_link(bucket: FolderBucket, root: Path) -> None:
    bucket.put("a.jpg", b"x")
    (root.parent / "alias").symlink_to(root)
    assert keys_of(FolderBucket(root=root.parent / "alias", name="originals")) == ["a.jpg"]


def test_a_listing_passes_over_what_is_no_object_and_says_so(
    bucket: FolderBucket, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bucket.put("good.jpg", b"x")
    (root / "link.jpg").symlink_to("../outside/secret.jpg")
    (root / "linked").symlink_to("../outside")
    os.mkfifo(root / "pipe.jpg")
    Path(os.fsdecode(bytes(root) + b"/latin1-\xe9.jpg")).write_bytes(b"x")
    (root / "line\nbreak.jpg").write_bytes(b"x")
    with caplog.at_level(logging.WARNING):
        assert keys_of(bucket) == ["good.jpg"]
    reported = "\n".join(record.getMessage() for record in caplog.records)
    for name in ("link.jpg", "linked", "pipe.jpg", "latin1-\\udce9.jpg", "line\\nbreak.jpg"):
        assert f"'{name}'" in reported


def test_a_named_pipe_is_not_waited_for(bucket: FolderBucket, root: Path) -> None:
    os.mkfifo(root / "pipe.jpg")
    with pytest.raises(NotFound):
        bucket.read("pipe.jpg")


def test_files_that_users_put_there_are_objects(bucket: FolderBucket, root: Path) -> None:
    (root / "holiday").mkdir()
    (root / "holiday" / "beach.jpg").write_bytes(b"sand")
    assert bucket.read("holiday/beach.jpg", etag=bucket.head("holiday/beach.jpg").etag) == b"sand"


def test_an_object_changed_in_place_while_it_is_read_is_superseded(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = bucket.put("a.jpg", b"one").etag
    fdopen = os.fdopen

    def change_then_open(descriptor: int, mode: str) -> object:
        (root / "a.jpg").write_bytes(b"torn")
        return fdopen(descriptor, mode)

    monkeypatch.setattr(os, "fdopen", change_then_open)
    with pytest.raises(Superseded):
        bucket.read("a.jpg", etag=etag)


def test_a_restored_backup_holds_the_same_objects(bucket: FolderBucket, root: Path) -> None:
    etag = bucket.put("a.jpg", b"x").etag
    shutil.copytree(root, root.parent / "restored")
    assert FolderBucket(root=root.parent / "restored", name="originals").head("a.jpg").etag == etag


WRITER = """
import sys
from pathlib import Path
from safelight.stores.buckets.folder import FolderBucket

def chunks():
    yield b"begun"
    print("writing", flush=True)
    sys.stdin.read()
    yield b"ended"

FolderBucket(root=Path(sys.argv[1]), name="originals").put("slow.jpg", chunks())
"""


@pytest.fixture
def writer(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of a put; it goes on when its standard input is closed."""
    command = [sys.executable, "-c", WRITER, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_killed_put_is_never_seen_and_is_cleaned_up(
    bucket: FolderBucket, root: Path, writer: subprocess.Popen[str]
) -> None:
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert len(staged_files(root)) == 1
    assert keys_of(bucket) == []
    bucket.clean_temporary()
    assert staged_files(root) == []


def test_cleaning_up_leaves_a_put_of_another_process_alone(
    bucket: FolderBucket, root: Path, writer: subprocess.Popen[str]
) -> None:
    bucket.clean_temporary()
    assert len(staged_files(root)) == 1
    assert writer.stdin is not None
    writer.stdin.close()
    assert writer.wait() == 0
    assert bucket.read("slow.jpg") == b"begunended"
    assert staged_files(root) == []


def test_a_staged_file_that_was_cleaned_up_before_it_was_locked_is_made_again(
    bucket: FolderBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, calls = fcntl.flock, []

    def clean_first(descriptor: int, operation: int) -> None:
        calls.append(operation)
        if len(calls) == 1:
            bucket.clean_temporary()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", clean_first)
    bucket.put("a.jpg", b"x")
    assert bucket.read("a.jpg") == b"x"


def test_the_staging_folder_cannot_be_reached_by_key(bucket: FolderBucket) -> None:
    with pytest.raises(InvalidKey, match="own"):
        bucket.put(f"{STAGING}/a.jpg", b"x")


def test_content_and_folders_are_on_disk_before_put_returns(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append(f"sync {'staged' if path.parent.name == STAGING else path.relative_to(root.parent)}")
        fsync(descriptor)

    def noted_rename(*arguments: str, **descriptors: int) -> None:
        steps.append("rename")
        rename(*arguments, **descriptors)

    bucket.put("first.jpg", b"x")
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    bucket.put("new/folder/a.jpg", b"x")
    assert steps == ["sync staged", "sync bucket", "sync bucket/new", "rename", "sync bucket/new/folder"]


@pytest.mark.parametrize(("taken", "key"), [("a", "a/b.jpg"), ("a/b.jpg", "a")])
def test_a_key_below_or_above_another_object_is_refused(bucket: FolderBucket, taken: str, key: str) -> None:
    bucket.put(taken, b"x")
    with pytest.raises(InvalidKey, match="in the way"):
        bucket.put(key, b"y")
    assert keys_of(bucket) == [taken]


def test_a_name_too_long_for_the_file_system_is_refused(bucket: FolderBucket) -> None:
    with pytest.raises(InvalidKey, match="shorter"):
        bucket.put("x" * 256, b"x")
    with pytest.raises(InvalidKey):
        bucket.read("x" * 256)


@pytest.mark.parametrize(
    "use",
    [
        lambda bucket: bucket.head("a.jpg"),
        lambda bucket: bucket.read("a.jpg"),
        lambda bucket: bucket.put("b.jpg", b"x"),
        lambda bucket: bucket.delete(["a.jpg"]),
        lambda bucket: list(bucket.list()),
        lambda bucket: bucket.clean_temporary(),
    ],
    ids=["head", "read", "put", "delete", "list", "clean"],
)
def test_a_folder_that_went_away_is_a_passing_fault_not_an_empty_bucket(
    bucket: FolderBucket, root: Path, use: Callable[[FolderBucket], object]
) -> None:
    bucket.put("a.jpg", b"x")
    root.rename(root.with_name("unmounted"))
    with pytest.raises(StoreUnavailable, match=r"^The folder of \w+ is gone\. Is its disk mounted"):
        use(bucket)


def test_a_file_larger_than_allowed_is_storage_full_and_leaves_nothing(
    bucket: FolderBucket, root: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(StorageFull):
            bucket.put("a.jpg", b"x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert keys_of(bucket) == []
    assert staged_files(root) == []


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EACCES, ConfigurationError),
        (errno.EROFS, ConfigurationError),
        (errno.ENAMETOOLONG, InvalidKey),
        (errno.EIO, StoreUnavailable),
        (errno.EMFILE, StoreUnavailable),
    ],
)
def test_error_numbers_become_our_errors(number: int, error: type[Exception]) -> None:
    for explained in (reading, writing):
        with pytest.raises(error), explained("originals", "a.jpg"):
            raise OSError(number, os.strerror(number))


def test_pruning_removes_the_folders_a_deletion_left_empty(root: Path) -> None:
    bucket = FolderBucket(root=root, name="variants", prune=True)
    bucket.put("a/b/c/1.jpg", b"x")
    bucket.put("a/2.jpg", b"x")
    bucket.delete(["a/b/c/1.jpg"])
    assert sorted(path.name for path in (root / "a").iterdir()) == ["2.jpg"]
    bucket.delete(["a/2.jpg"])
    assert [path.name for path in root.iterdir()] == [STAGING]


def test_without_pruning_the_folders_of_users_stay(bucket: FolderBucket, root: Path) -> None:
    bucket.put("scans/1.jpg", b"x")
    bucket.delete(["scans/1.jpg"])
    assert (root / "scans").is_dir()


def test_a_put_survives_that_its_folder_is_pruned_under_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = FolderBucket(root=root, name="variants", prune=True)
    bucket.put("a/1.jpg", b"x")
    rename, calls = os.rename, []

    def prune_first(*arguments: str, **descriptors: int) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            bucket.delete(["a/1.jpg"])
        rename(*arguments, **descriptors)

    monkeypatch.setattr(os, "rename", prune_first)
    bucket.put("a/2.jpg", b"y")
    assert len(calls) == 2
    assert keys_of(bucket) == ["a/2.jpg"]


def test_a_large_file_is_streamed_in_pieces(bucket: FolderBucket) -> None:
    bucket.put("large", b"x" * 1_000_000)
    assert max(len(piece) for piece in bucket.stream("large")) < 500_000


def test_a_stream_that_is_given_up_closes_its_file(bucket: FolderBucket) -> None:
    bucket.put("large", b"x" * 1_000_000)
    before = len(list(Path("/proc/self/fd").iterdir()))
    pieces = bucket.stream("large")
    next(pieces)
    del pieces
    bucket.stream("large")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
