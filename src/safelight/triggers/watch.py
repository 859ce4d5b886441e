"""The folder of originals, watched: which files are whole, and what is gone, told by key."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import watchfiles

from safelight.triggers.folder_view import FolderView
from safelight.triggers.stillness import Kind, Stillness

log = logging.getLogger(__name__)

_GROUPED_MS: Final = 200  # events of one burst come together
_STEP_MS: Final = 50
_TICK_MS: Final = 100
_FIRST_PAUSE: Final = 2.0  # seconds before a watch that broke off is begun again, doubled while it cannot be
_LONGEST_PAUSE: Final = 300.0


class FolderWatch:
    """Tells `on_changed` the key of each new or changed file once it is still, `on_removed` what is gone.

    `on_removed` gets the key of a file, or of a folder with all that was in it, or "" when removals may
    have been missed: its owner knows which keys are concerned, and looks before it believes. Both are
    called by the thread in `run`; what they raise ends it. Files that were there before are not told.
    """

    def __init__(
        self,
        folder: Path,
        on_changed: Callable[[str], None],
        on_removed: Callable[[str], None],
        still_seconds: float = 1.0,
    ) -> None:
        self.ready = threading.Event()  # set once whatever happens will be told, sooner or later
        self._view = FolderView(folder.absolute())
        self._on_changed = on_changed
        self._on_removed = on_removed
        self._stillness = Stillness(still_seconds, self._view.look)
        self._missed = False

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set. A watch that breaks off is begun again and the folder looked through."""
        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it would log every single change
        for changes in self._rounds(stop):
            if self._missed:
                self._look_through()
            for path in changes:
                self._touch(path)
            self._tell_still()

    def _rounds(self, stop: threading.Event) -> Iterator[set[str]]:
        """Changed paths, none most of the time; begins again after what ends a watch."""
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                for changes in self._watch(stop):
                    pause = _FIRST_PAUSE
                    yield changes
            except (OSError, RuntimeError) as error:  # the latter is what watchfiles raises
                log.warning("the watch of %s broke off: %s", self._view.folder, _explained(error))
                self._stillness.forget_all()
                self._missed = True
                self.ready.set()
                stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _watch(self, stop: threading.Event) -> Iterator[set[str]]:
        home = self._view.identity()
        for changes in watchfiles.watch(
            self._view.folder,
            watch_filter=None,
            debounce=_GROUPED_MS,
            step=_STEP_MS,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
        ):
            # On a disk that is no longer mounted, or in a folder that was replaced, files only seem gone.
            if self._view.identity() != home:
                raise FileNotFoundError("another folder is in its place")
            self.ready.set()
            yield {path for _, path in changes}

    def _touch(self, path: str) -> None:
        key = self._view.key(path)
        if key is None:
            return
        if self._view.look(key).kind is Kind.FOLDER:
            # Moved here with its files, or filled before it was watched: they have no events of their own.
            for inner in self._view.files(key):
                self._stillness.touch(inner, time.monotonic())
        else:
            self._stillness.touch(key, time.monotonic())

    def _tell_still(self) -> None:
        for key, kind in self._stillness.still(time.monotonic()):
            if kind is Kind.FILE:
                self._on_changed(key)
            elif kind is not Kind.FOLDER:
                self._on_removed(key)

    def _look_through(self) -> None:
        """Catch up after a gap. An empty folder is rather an unmounted disk than a thousand deletions."""
        present = False
        for key in self._view.files():
            present = True
            self._stillness.touch(key, time.monotonic())
        if present:
            self._on_removed("")
        self._missed = False


def _explained(error: Exception) -> str:
    text = str(error)
    if "watch limit" in text:
        return (
            "the system's limit of watched folders is reached; raise it with "
            "`sysctl fs.inotify.max_user_watches=1048576` or set `watch: false`"
        )
    if "decode path" in text:
        return f"{text}; rename the file in UTF-8, for instance with `convmv -f latin1 -t utf8`"
    return text
