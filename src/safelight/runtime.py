"""A process that works: workers, repair at start, the folder watch, tidying; until it is told to stop."""

from __future__ import annotations

import dataclasses
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from safelight.app import App, build
from safelight.config import Settings
from safelight.errors import SafelightError
from safelight.model import UploadEvent
from safelight.observability.logs import configure_logging
from safelight.triggers.watch import FolderWatch

log = logging.getLogger(__name__)

SETTLE_SECONDS = 1.0  # a file that has not changed for so long is taken to be whole
RETRY_SECONDS = 10.0
TIDY_SECONDS = 3600.0
GRACE_SECONDS = 5.0

Chore = Callable[[App, threading.Event], None]


def work(settings: Settings) -> None:
    """Process executions until SIGINT or SIGTERM. Raises what `build` raises."""
    configure_logging(settings.log_level, settings.log_format)
    app = build(settings)
    stop = threading.Event()
    with stopping_on_signals(stop.set), running(app):
        log.info("working", extra={"home": str(settings.home), "workers": settings.workers})
        stop.wait()
    log.info("stopped")


@contextmanager
def running(app: App) -> Iterator[None]:
    """Let `app` work in background threads for the length of the block; then close it."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_contained, args=(chore, app, stop), name=chore.__name__, daemon=True)
        for chore in (_watch, _repair, _tidy)
    ]
    app.start()
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(GRACE_SECONDS)
        app.close()


@contextmanager
def stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first SIGINT or SIGTERM; a second one ends the process at once."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal.signal wants it
        for each in before:
            signal.signal(each, signal.SIG_DFL)
        stop()

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _contained(chore: Chore, app: App, stop: threading.Event) -> None:
    try:
        chore(app, stop)
    except Exception:
        log.exception("%s has ended; restart the process once it is mended", chore.__name__.lstrip("_"))


def _repair(app: App, stop: threading.Event) -> None:
    """Once; later again when a store does not answer yet."""
    while not stop.is_set():
        try:
            repaired = app.reconcile()
        except SafelightError as error:
            log.warning("cannot look for what changed while nothing ran: %s", error)
            stop.wait(RETRY_SECONDS)
        else:
            log.info("looked for what changed while nothing ran", extra=dataclasses.asdict(repaired))
            return


def _watch(app: App, stop: threading.Event) -> None:
    folder = app.originals_folder
    if folder is None or not app.settings.watch:
        return

    def changed(key: str) -> None:
        with _told(key):
            app.notice(key)

    def removed(key: str) -> None:
        with _told(key):
            if app.find_original(key) is not None:
                app.submit(UploadEvent(bucket=app.originals.name, key=key, removed=True))

    FolderWatch(folder, changed, removed, SETTLE_SECONDS).run(stop)


@contextmanager
def _told(key: str) -> Iterator[None]:
    """One file that cannot be taken up now does not end the watch; the next start finds it."""
    try:
        yield
    except SafelightError as error:
        log.warning("a change in the folder of originals is put off: %s", error, extra={"key": key})


def _tidy(app: App, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            forgotten = app.engine.prune(datetime.now(UTC) - timedelta(days=app.settings.history_days))
        except SafelightError as error:
            log.warning("cannot forget old executions: %s", error)
        else:
            log.debug("forgot old executions", extra={"count": forgotten})
        stop.wait(TIDY_SECONDS)
