"""The backends that must pass the IdempotencyKeys contract. A new one: one function, one line of BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from safelight.database import Database
from safelight.ports import Clock, IdempotencyKeys
from safelight.stores.idempotency.memory import MemoryIdempotencyKeys
from safelight.stores.idempotency.sqlite import SqliteIdempotencyKeys

Opener = Callable[[pytest.FixtureRequest, Clock], IdempotencyKeys]


def sqlite(request: pytest.FixtureRequest, clock: Clock) -> IdempotencyKeys:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    database = Database(tmp_path / "safelight.db")
    request.addfinalizer(database.close)
    return SqliteIdempotencyKeys(database, clock)


def memory(_: pytest.FixtureRequest, clock: Clock) -> IdempotencyKeys:
    return MemoryIdempotencyKeys(clock)


BACKENDS: Final[Mapping[str, Opener]] = {
    "memory": memory,
    "sqlite": sqlite,
}
