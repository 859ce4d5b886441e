"""One Safelight a test, or one for all tests of a module that only look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.command import Safelight, new


@pytest.fixture
def safelight(tmp_path: Path) -> Safelight:
    return new(tmp_path)
