"""A real folder, watched while other programs work in it."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from safelight.triggers import watch
from safelight.triggers.watch import FolderWatch

PATIENCE = 30.0  # seconds; a condition that holds earlier ends the wait


@dataclass
class Watched:
    """A folder under watch, and what was told of it."""

    folder: Path
    watch: FolderWatch = field(init=False)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)  # as they were when told

    def note_changed(self, key: str) -> None:
        self.contents[key] = (self.folder / key).read_bytes()
        self.changed.append(key)

    def write(self, key: str, data: bytes = b"x") -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def wait_for(self, *, changed: set[str] | None = None, removed: set[str] | None = None) -> None:
        until(lambda: (changed or set()) <= set(self.changed) and (removed or set()) <= set(self.removed))

    def wait_until_quiet(self) -> None:
        """A new file is told after all that happened before it."""
        name = f"last-{len(self.changed)}.jpg"
        self.write(name)
        self.wait_for(changed={name})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.01)


@pytest.fixture
def still_seconds() -> float:
    return 0.15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "originals").mkdir()
    return tmp_path / "originals"


@pytest.fixture
def watched(folder: Path, still_seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(watch, "_FIRST_PAUSE", 0.05)
    watched = Watched(folder)
    watched.watch = FolderWatch(folder, watched.note_changed, watched.removed.append, still_seconds)
    stop = threading.Event()
    thread = threading.Thread(target=watched.watch.run, args=(stop,))
    thread.start()
    assert watched.watch.ready.wait(PATIENCE)
    yield watched
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_new_file_is_told_once_with_all_its_bytes(watched: Watched) -> None:
    watched.write("holiday/beach 1.jpg", b"sand" * 100_000)
    watched.wait_until_quiet()
    assert Counter(watched.changed)["holiday/beach 1.jpg"] == 1
    assert watched.contents["holiday/beach 1.jpg"] == b"sand" * 100_000


def test_files_that_were_there_before_are_left_to_whoever_compares_at_start(
    folder: Path, still_seconds: float
) -> None:
    (folder / "old.jpg").write_bytes(b"x")
    told: list[str] = []
    stop = threading.Event()
    folder_watch = FolderWatch(folder, told.append, told.append, still_seconds)
    thread = threading.Thread(target=folder_watch.run, args=(stop,))
    thread.start()
    assert folder_watch.ready.wait(PATIENCE)
    (folder / "new.jpg").write_bytes(b"x")
    until(lambda: "new.jpg" in told)
    stop.set()
    thread.join(PATIENCE)
    assert told == ["new.jpg"]


@pytest.mark.parametrize("still_seconds", [1.0])
def test_a_file_that_still_grows_is_not_told(watched: Watched) -> None:
    done = threading.Event()

    def grow() -> None:
        with (watched.folder / "growing.jpg").open("wb", buffering=0) as file:
            while not done.is_set():
                file.write(b"more")
                time.sleep(0.005)
            file.write(b"end")

    writer = threading.Thread(target=grow)
    writer.start()
    until((watched.folder / "growing.jpg").exists)
    watched.wait_until_quiet()
    assert "growing.jpg" not in watched.changed
    done.set()
    writer.join(PATIENCE)
    watched.wait_for(changed={"growing.jpg"})
    assert watched.contents["growing.jpg"].endswith(b"end")


def test_an_overwritten_file_is_told_again(watched: Watched) -> None:
    watched.write("a.jpg", b"one")
    watched.wait_for(changed={"a.jpg"})
    watched.write("a.jpg", b"two")
    until(lambda: watched.changed.count("a.jpg") == 2)
    assert watched.contents["a.jpg"] == b"two"


def test_unfinished_names_are_told_when_they_get_their_own(watched: Watched) -> None:
    for temporary in (".a.jpg.Xy12", "b.jpg.part", "c.jpg.crdownload", "d.tmp", "~$e.jpg"):
        watched.write(temporary, temporary.encode())
    (watched.folder / ".a.jpg.Xy12").rename(watched.folder / "a.jpg")
    (watched.folder / "b.jpg.part").rename(watched.folder / "b.jpg")
    (watched.folder / "d.tmp").unlink()
    watched.wait_until_quiet()
    assert sorted(watched.changed)[:2] == ["a.jpg", "b.jpg"]
    assert len(watched.changed) == 3
    assert watched.removed == []


def test_a_removed_file_is_told(watched: Watched) -> None:
    watched.write("a.jpg")
    watched.wait_for(changed={"a.jpg"})
    (watched.folder / "a.jpg").unlink()
    watched.wait_for(removed={"a.jpg"})


def test_a_renamed_file_is_one_removed_and_one_new(watched: Watched) -> None:
    watched.write("a.jpg", b"content")
    watched.wait_for(changed={"a.jpg"})
    (watched.folder / "a.jpg").rename(watched.folder / "b.jpg")
    watched.wait_for(changed={"b.jpg"}, removed={"a.jpg"})
    assert watched.contents["b.jpg"] == b"content"


def test_a_file_that_is_deleted_and_written_again_is_not_told_as_removed(watched: Watched) -> None:
    watched.write("a.jpg", b"one")
    watched.wait_for(changed={"a.jpg"})
    (watched.folder / "a.jpg").unlink()
    watched.write("a.jpg", b"two")
    until(lambda: watched.changed.count("a.jpg") == 2)
    assert watched.removed == []


def test_a_folder_moved_in_is_told_file_by_file(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "outside" / "deep" / "er").mkdir(parents=True)
    for key in ("1.jpg", "deep/2.jpg", "deep/er/3.jpg", "deep/.hidden.jpg"):
        (tmp_path / "outside" / key).write_bytes(b"x")
    (tmp_path / "outside").rename(watched.folder / "moved")
    watched.wait_for(changed={"moved/1.jpg", "moved/deep/2.jpg", "moved/deep/er/3.jpg"})
    watched.write("moved/deep/er/4.jpg")
    watched.wait_for(changed={"moved/deep/er/4.jpg"})
    assert not any("hidden" in key for key in watched.changed)


def test_a_folder_moved_away_is_told_as_one_and_its_later_life_is_not(
    watched: Watched, tmp_path: Path
) -> None:
    watched.write("album/deep/1.jpg")
    watched.wait_for(changed={"album/deep/1.jpg"})
    (watched.folder / "album").rename(tmp_path / "elsewhere")
    watched.wait_for(removed={"album"})
    (tmp_path / "elsewhere" / "deep" / "2.jpg").write_bytes(b"x")
    watched.wait_until_quiet()
    assert not any("2.jpg" in key for key in watched.changed)


def test_a_renamed_folder_is_gone_under_its_old_name_and_new_under_the_new(watched: Watched) -> None:
    watched.write("old/1.jpg")
    watched.wait_for(changed={"old/1.jpg"})
    (watched.folder / "old").rename(watched.folder / "new")
    watched.wait_for(changed={"new/1.jpg"}, removed={"old"})


def test_a_folder_deleted_with_its_files_is_told_with_each_file(watched: Watched) -> None:
    keys = {f"album/{number}.jpg" for number in range(20)}
    for key in keys:
        watched.write(key)
    watched.wait_for(changed=keys)
    shutil.rmtree(watched.folder / "album")
    watched.wait_for(removed=keys)


def test_no_file_of_a_burst_is_missed(watched: Watched, tmp_path: Path) -> None:
    keys = {f"d{number % 25}/e/{number}.jpg" for number in range(1000)}
    for key in keys:
        (tmp_path / "camera" / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "camera" / key).write_bytes(b"x")
    shutil.copytree(tmp_path / "camera", watched.folder / "import")
    watched.wait_for(changed={f"import/{key}" for key in keys})


def test_links_are_neither_followed_nor_told_but_reported_once(
    watched: Watched, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "secret.jpg").write_bytes(b"x")
    (watched.folder / "link.jpg").symlink_to(tmp_path / "private" / "secret.jpg")
    (watched.folder / "linked").symlink_to(tmp_path / "private")
    watched.wait_until_quiet()
    assert [key for key in watched.changed if "last" not in key] == []
    reports = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert sum("'link.jpg'" in report for report in reports) == 1
    assert sum("'linked'" in report for report in reports) == 1


def test_a_name_that_is_not_utf8_is_reported_and_the_watch_goes_on(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    latin1 = os.fsencode(watched.folder) + b"/caf\xe9.jpg"
    watched.write("before.jpg")
    Path(os.fsdecode(latin1)).write_bytes(b"x")
    watched.write("after.jpg")
    watched.wait_for(changed={"before.jpg", "after.jpg"})
    until(lambda: "'caf\\udce9.jpg'" in caplog.text)
    watched.write("later.jpg")
    watched.wait_for(changed={"later.jpg"}, removed={""})
    assert caplog.text.count("'caf\\udce9.jpg'") == 1
    assert "convmv" in caplog.text


def test_removals_in_a_gap_of_the_watch_are_told_as_such(watched: Watched) -> None:
    watched.write("kept.jpg")
    watched.write("gone.jpg")
    watched.wait_for(changed={"kept.jpg", "gone.jpg"})
    watched.folder.rename(watched.folder.with_name("away"))
    (watched.folder.with_name("away") / "gone.jpg").unlink()
    watched.folder.with_name("away").rename(watched.folder)
    watched.wait_until_quiet()
    assert set(watched.removed) <= {"", "gone.jpg"}
    assert watched.removed


def test_a_folder_that_comes_back_empty_tells_no_removal(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.write("a.jpg")
    watched.wait_for(changed={"a.jpg"})
    watched.folder.rename(watched.folder.with_name("unmounted"))
    until(lambda: "broke off" in caplog.text)
    watched.folder.mkdir()
    until(lambda: not watched.watch._missed)
    watched.write("b.jpg")
    watched.wait_for(changed={"b.jpg"})
    assert watched.removed == []


def test_a_watched_folder_may_be_a_link(tmp_path: Path, folder: Path, still_seconds: float) -> None:
    (tmp_path / "alias").symlink_to(folder)
    told: list[str] = []
    stop = threading.Event()
    folder_watch = FolderWatch(tmp_path / "alias", told.append, told.append, still_seconds)
    thread = threading.Thread(target=folder_watch.run, args=(stop,))
    thread.start()
    assert folder_watch.ready.wait(PATIENCE)
    (folder / "album").mkdir()
    (folder / "album" / "new.jpg").write_bytes(b"x")
    until(lambda: "album/new.jpg" in told)
    stop.set()
    thread.join(PATIENCE)


def test_what_a_callback_raises_ends_the_watch(folder: Path, still_seconds: float) -> None:
    def refuse(_: str) -> None:
        raise OSError("the owner's own fault")

    outcome: list[BaseException] = []
    folder_watch = FolderWatch(folder, refuse, refuse, still_seconds)

    def run() -> None:
        try:
            folder_watch.run(threading.Event())
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert folder_watch.ready.wait(PATIENCE)
    (folder / "a.jpg").write_bytes(b"x")
    thread.join(PATIENCE)
    assert [str(error) for error in outcome] == ["the owner's own fault"]
