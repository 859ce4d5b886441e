"""The folder watch joined to the App: what appears is taken up, what goes is forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from safelight.app import App
from safelight.errors import SafelightError
from safelight.model import UploadEvent
from safelight.temporary_names import STILL_SECONDS
from safelight.triggers.watch import FolderWatch

log = logging.getLogger(__name__)

GATHER_SECONDS = 1.0  # removed folders are looked for together, because `rm -r` reports every one


class Watching:
    """`run` blocks until it is told to stop; what cannot be taken up now is logged, and found at a start.

    `ready` is set once nothing that happens in the folder is missed, or when there is nothing to watch.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._removed: list[str] = []  # folders that may be gone
        self._guard = threading.Lock()
        folder = app.originals_folder if app.settings.watch else None
        self._watch: FolderWatch | None = None
        if folder is not None:
            self._watch = FolderWatch(folder, self.changed, self.removed, STILL_SECONDS)
        self.ready = self._watch.ready if self._watch else threading.Event()

    def run(self, stop: threading.Event) -> None:
        try:
            if self._watch is not None:
                self._follow(self._watch, stop)
        finally:
            self.ready.set()

    def changed(self, key: str) -> None:
        """A file is new or has other bytes; one of an upload over HTTP is known already."""
        with _told(key):
            self._app.notice(key)

    def removed(self, key: str) -> None:
        """A file is gone, or a folder with all that was in it; "" means that anything may be."""
        with _told(key):
            if self._app.find_original(key) is not None:
                self._app.submit(UploadEvent(bucket=self._app.originals.name, key=key, removed=True))
                return
        with self._guard:
            self._removed.append(key)

    def _follow(self, watch: FolderWatch, stop: threading.Event) -> None:
        thread = threading.Thread(target=self._forget, args=(stop,), name="removals", daemon=True)
        thread.start()
        watch.run(stop)
        thread.join()

    def _forget(self, stop: threading.Event) -> None:
        while not stop.wait(GATHER_SECONDS):
            with self._guard:
                folders, self._removed = self._removed, []
            if folders:
                with _told(", ".join(folders)):
                    count = self._app.forget_missing(folders)
                    log.info("looked for what was removed", extra={"removed": count})


@contextmanager
def _told(key: str) -> Iterator[None]:
    try:
        yield
    except SafelightError as error:
        log.warning("a change in the folder of originals is put off: %s", error, extra={"key": key})
