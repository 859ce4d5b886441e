"""What the folder watch tells becomes uploads and removals; what cannot be done now stops nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from safelight import runtime, watching
from safelight.app import App, build
from safelight.config import Settings
from safelight.errors import StoreUnavailable
from safelight.model import Status, UploadEvent
from safelight.watching import Watching
from safelight.workflow.reconcile import Reconciliation


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with closing(build(Settings(home=tmp_path / "home", workers=1))) as app:
        yield app


def drop(app: App, key: str, data: bytes = b"x") -> Path:
    """A file that somebody copied into the folder of originals."""
    assert app.originals_folder is not None
    file = app.originals_folder / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def statuses(app: App) -> dict[str, Status]:
    return {record.key: record.status for record in app.list().items}


def forget(app: App, watch: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of what `run` does in the background."""
    monkeypatch.setattr(watching, "GATHER_SECONDS", 0.0)
    stop = threading.Event()
    real = app.forget_missing

    def once(prefixes: Any) -> int:
        stop.set()
        return real(prefixes)

    monkeypatch.setattr(type(app), "forget_missing", lambda _, prefixes: once(prefixes))
    watch._forget(stop)


def test_a_new_file_is_an_upload_and_the_same_file_again_is_none(app: App) -> None:
    drop(app, "album/a b.jpg")
    watch = Watching(app)
    watch.changed("album/a b.jpg")
    watch.changed("album/a b.jpg")
    assert statuses(app) == {"album/a b.jpg": Status.PENDING}
    assert len(app.executions()) == 1


def test_an_upload_over_http_is_not_taken_up_twice(app: App) -> None:
    record = app.upload("k/a.jpg", b"x")
    Watching(app).changed("k/a.jpg")
    assert [execution.name for execution in app.executions()] == [record.execution]


def test_other_bytes_under_the_same_name_are_a_new_version(app: App) -> None:
    watch = Watching(app)
    drop(app, "a.jpg", b"one")
    watch.changed("a.jpg")
    drop(app, "a.jpg", b"another")
    watch.changed("a.jpg")
    assert len(app.executions()) == 2
    assert len(app.list().items) == 1


def test_a_file_that_is_gone_again_is_nothing(app: App) -> None:
    Watching(app).changed("a.jpg")
    assert statuses(app) == {}


def test_a_file_that_goes_takes_its_image_with_it(app: App) -> None:
    watch = Watching(app)
    file = drop(app, "a.jpg")
    watch.changed("a.jpg")
    file.unlink()
    watch.removed("a.jpg")
    assert statuses(app) == {"a.jpg": Status.DELETED}


def test_a_removal_is_not_believed_while_the_file_is_there(app: App) -> None:
    watch = Watching(app)
    drop(app, "a.jpg")
    watch.changed("a.jpg")
    watch.removed("a.jpg")
    assert statuses(app) == {"a.jpg": Status.PENDING}


@pytest.mark.parametrize(("gone", "left"), [("album", {"albums/c.jpg", "d.jpg"}), ("", {"d.jpg"})])
def test_a_folder_that_goes_takes_what_was_in_it(
    app: App, monkeypatch: pytest.MonkeyPatch, gone: str, left: set[str]
) -> None:
    watch = Watching(app)
    for key in ("album/a.jpg", "album/inner/b.jpg", "albums/c.jpg", "d.jpg"):
        file = drop(app, key)
        watch.changed(key)
        if key != "d.jpg":
            file.unlink()
    watch.removed(gone)
    forget(app, watch, monkeypatch)
    assert {key for key, status in statuses(app).items() if status is not Status.DELETED} == left


def test_a_store_that_does_not_answer_is_logged_and_the_watch_goes_on(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(*_: Any) -> None:
        raise StoreUnavailable("The disk failed.")

    monkeypatch.setattr(type(app.originals), "head", down)
    with caplog.at_level(logging.WARNING):
        Watching(app).changed("a.jpg")
    assert "The disk failed." in caplog.text


def test_where_nothing_is_watched_nobody_waits_for_the_watch(tmp_path: Path) -> None:
    with closing(build(Settings(home=tmp_path / "home", workers=1, watch=False))) as app:
        watch = Watching(app)
        assert not watch.ready.is_set()
        watch.run(threading.Event())
    assert watch.ready.is_set()


def test_a_watch_that_cannot_begin_keeps_nobody_waiting(app: App) -> None:
    watch = Watching(app)
    assert app.originals_folder is not None
    app.originals_folder.rename(app.originals_folder.with_name("unmounted"))
    stop = threading.Event()
    thread = threading.Thread(target=watch.run, args=(stop,))
    thread.start()
    assert watch.ready.wait(10)
    stop.set()
    thread.join()


def test_the_repair_waits_for_the_watch_so_that_no_file_falls_between(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def reconcile(_: App) -> Reconciliation:
        began.set()
        return Reconciliation()

    monkeypatch.setattr(App, "reconcile", reconcile)
    watched = threading.Event()
    thread = threading.Thread(target=runtime._repair, args=(app, watched, threading.Event()))
    thread.start()
    assert not began.wait(0.1)
    watched.set()
    thread.join()
    assert began.is_set()


def test_deleting_an_image_whose_key_no_object_can_have_leaves_a_deleted_record(app: App) -> None:
    record = app.submit(UploadEvent(bucket="originals", key="a//b.jpg"))
    assert app.delete(record.image_id).status is Status.DELETED
