"""Whether originals and variants can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from safelight.config import Settings
from safelight.doctor.finding import Finding, fail, ok
from safelight.errors import SafelightError
from safelight.stores.objects import open_bucket, refuse_overlap


def examine_buckets(settings: Settings) -> Iterator[Finding]:
    try:
        refuse_overlap(settings.originals_url, settings.variants_url)
    except SafelightError as error:
        yield _failure("buckets", error)
    for name, url in (("originals", settings.originals_url), ("variants", settings.variants_url)):
        yield _reach(name, url)


def _reach(name: str, url: str) -> Finding:
    if "://" not in url and not Path(url).exists():  # opening it would make it
        return ok(name, f"{url} will be made at the first use")
    try:
        next(iter(open_bucket(url, name=name).list()), None)
    except SafelightError as error:
        return _failure(name, error)
    return ok(name, f"{url} can be reached")


def _failure(subject: str, error: SafelightError) -> Finding:
    return fail(subject, error.message, error.remedy or f"Correct the settings of the {subject}.")
