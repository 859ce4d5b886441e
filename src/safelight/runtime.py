"""A process that works: workers, repair at start, the folder watch, tidying; until it is told to stop."""

from __future__ import annotations

import dataclasses
import functools
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
from safelight.observability.logs import configure_logging
from safelight.watching import Watching

log = logging.getLogger(__name__)

RETRY_SECONDS = 10.0
TIDY_SECONDS = 3600.0
GRACE_SECONDS = 5.0

Chore = Callable[[threading.Event], None]


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
    watching = Watching(app)
    chores: dict[str, Chore] = {
        "watch": watching.run,
        "repair": functools.partial(_repair, app, watching.ready),
        "tidy": functools.partial(_tidy, app),
    }
    threads = [
        threading.Thread(target=_contained, args=(name, chore, stop), name=name, daemon=True)
        for name, chore in chores.items()
    ]
    app.sandbox.warm()
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


def _contained(name: str, chore: Chore, stop: threading.Event) -> None:
    try:
        chore(stop)
    except Exception:
        log.exception("%s has ended; restart the process once it is mended", name)


def _repair(app: App, watched: threading.Event, stop: threading.Event) -> None:
    """Once; later again when a store does not answer yet."""
    watched.wait()  # so that no file falls between this look and the watch; it is set on `stop` too
    while not stop.is_set():
        try:
            repaired = app.reconcile()
        except SafelightError as error:
            log.warning("cannot look for what changed while nothing ran: %s", error)
            stop.wait(RETRY_SECONDS)
        else:
            log.info("looked for what changed while nothing ran", extra=dataclasses.asdict(repaired))
            return


def _tidy(app: App, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            forgotten = app.engine.prune(datetime.now(UTC) - timedelta(days=app.settings.history_days))
        except SafelightError as error:
            log.warning("cannot forget old executions: %s", error)
        else:
            log.debug("forgot old executions", extra={"count": forgotten})
        stop.wait(TIDY_SECONDS)
