"""Telling what becomes of images as it happens: JSON lines, or a bar and a table."""

from __future__ import annotations

from collections.abc import Iterable

from safelight.app import App
from safelight.cli.figures import count
from safelight.cli.grid import printable
from safelight.cli.in_order import in_order
from safelight.cli.outcome import Outcome, Refusal
from safelight.cli.output import notes, print_json, results
from safelight.cli.progress import with_progress
from safelight.cli.report import Report


def follow(app: App, submitted: Iterable[Outcome], *, total: int, wait: bool, json: bool) -> Report:
    """Print every outcome; with `wait`, process images meanwhile and report each when it is settled."""
    report = Report(variants_folder=app.settings.variants_url)
    if wait:
        app.start()
    try:
        for outcome in with_progress(in_order(app, submitted, wait=wait), total=total):
            report.note(outcome)
            if json:
                print_json(outcome.public())
            if isinstance(outcome.result, Refusal):
                notes().print(f"safelight: {printable(outcome.name)}: {outcome.result.message}", markup=False)
    except KeyboardInterrupt:
        _tell_interrupted(total - report.images)
        raise
    if not json and report.statuses:
        report.print(results())
        if not wait:
            notes().print("They are processed by `safelight serve` or `safelight worker`.")
    return report


def _tell_interrupted(missing: int) -> None:
    notes().print(
        f"Interrupted with {count(missing, 'image')} to go. What is stored goes on at the next start of "
        "`safelight add`, `serve` or `worker`; adding the same files again does nothing twice."
    )
