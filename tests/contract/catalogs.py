"""The backends that must pass the catalog's contracts. A new one is one function and one line of BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

import pytest

from safelight.database import Database
from safelight.ports import Catalog, ChangeFeed, KeyIndex
from safelight.stores.catalog.memory import MemoryCatalog
from safelight.stores.catalog.sqlite import SqliteCatalog


class FullCatalog(Catalog, ChangeFeed, KeyIndex, Protocol):
    """What the embedded runtime asks of one backend."""


Opener = Callable[[pytest.FixtureRequest], FullCatalog]


def sqlite(request: pytest.FixtureRequest) -> FullCatalog:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    database = Database(tmp_path / "safelight.db")
    request.addfinalizer(database.close)
    return SqliteCatalog(database)


def memory(_: pytest.FixtureRequest) -> FullCatalog:
    return MemoryCatalog()


BACKENDS: Final[Mapping[str, Opener]] = {
    "memory": memory,
    "sqlite": sqlite,
}
