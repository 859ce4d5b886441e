"""The backends that must pass the Bucket contract. A new one is one function and one line of BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from safelight.ports import OwnBucket
from safelight.stores.objects import open_bucket

Opener = Callable[[pytest.FixtureRequest], OwnBucket]


def folder(request: pytest.FixtureRequest) -> OwnBucket:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    return open_bucket(str(tmp_path / "bucket"), name="originals")


def memory(_: pytest.FixtureRequest) -> OwnBucket:
    return open_bucket("memory://", name="originals")


def s3(request: pytest.FixtureRequest) -> OwnBucket:
    return open_bucket(f"{request.getfixturevalue('s3_url')}/some/prefix", name="originals")


BACKENDS: Final[Mapping[str, Opener]] = {
    "folder": folder,
    "memory": memory,
    "s3": s3,
}
