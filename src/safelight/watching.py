"""The folder watch joined to the App: what appears is taken up, what goes is forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safelight.app import App
from safelight.errors import SafelightError
from safelight.model import UploadEvent
from safelight.triggers.watch import FolderWatch

log = logging.getLogger(__name__)

SETTLE_SECONDS = 1.0  # a file that has not changed for so long is taken to be whole
GATHER_SECONDS = 1.0  # removed folders are looked for together, because `rm -r` reports every one


class Watching:
    """`run` blocks until it is told to stop; what cannot be taken up now is logged, and found at a start."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._removed: list[str] = []  # prefixes of keys that may be gone
        self._guard = threading.Lock()

    def run(self, folder: Path, stop: threading.Event) -> None:
        thread = threading.Thread(target=self._forget, args=(stop,), name="removals", daemon=True)
        thread.start()
        FolderWatch(folder, self.changed, self.removed, SETTLE_SECONDS).run(stop)
        thread.join()

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
            self._removed.append(f"{key}/" if key else "")

    def _forget(self, stop: threading.Event) -> None:
        while not stop.wait(GATHER_SECONDS):
            with self._guard:
                prefixes, self._removed = self._removed, []
            if prefixes:
                with _told(", ".join(prefixes)):
                    count = self._app.forget_missing(prefixes)
                    log.info("looked for what was removed", extra={"removed": count})


@contextmanager
def _told(key: str) -> Iterator[None]:
    try:
        yield
    except SafelightError as error:
        log.warning("a change in the folder of originals is put off: %s", error, extra={"key": key})
