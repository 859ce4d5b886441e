"""The visible list of what `safelight doctor` looks at."""

from __future__ import annotations

from collections.abc import Iterator

from safelight.config import Settings
from safelight.doctor.buckets import examine_buckets
from safelight.doctor.codecs import examine_codecs
from safelight.doctor.finding import Finding
from safelight.doctor.home import examine_home
from safelight.doctor.machine import examine_machine
from safelight.doctor.port import examine_port
from safelight.doctor.recipe import examine_recipe
from safelight.doctor.records import examine_database


def examine(settings: Settings) -> Iterator[Finding]:
    """Each finding as soon as it is made, some take a second. Makes and changes nothing."""
    yield from examine_machine(settings)
    yield from examine_codecs()
    yield from examine_recipe(settings)
    yield from examine_home(settings)
    yield from examine_buckets(settings)
    yield from examine_database(settings)
    yield from examine_port(settings)
