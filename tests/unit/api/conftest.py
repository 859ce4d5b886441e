"""A real App in a temporary home, and a client of its API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from safelight.api.app import create_app
from safelight.app import App, build
from safelight.config import Settings
from safelight.observability.metrics import Metrics

BASE_URL = "http://127.0.0.1:8000"
MAX_BYTES = 200_000

RECIPE = f"""
version: 1
name: small
accept:
  max_bytes: {MAX_BYTES}
variants:
  - name: thumb
    width: 32
    format: jpeg
  - name: tiny
    width: 16
    format: webp
"""


@contextmanager
def opened(home: Path, **settings: Any) -> Iterator[tuple[App, TestClient]]:
    """An app whose workers stand still, and a client that talks to it over ASGI."""
    recipe = home.with_suffix(".yaml")
    recipe.write_text(RECIPE, encoding="utf-8")
    metrics = Metrics()
    app = build(Settings(home=home, recipe=str(recipe), workers=1, **settings), metrics)
    try:
        with TestClient(create_app(app, metrics), base_url=BASE_URL) as client:
            yield app, client
    finally:
        app.close()


Open = Callable[..., tuple[App, TestClient]]


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Open]:
    """Open an app with other settings than the usual."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(opened(tmp_path / "home", **settings))


@pytest.fixture
def app_and_client(tmp_path: Path) -> Iterator[tuple[App, TestClient]]:
    with opened(tmp_path / "home") as both:
        yield both


@pytest.fixture
def app(app_and_client: tuple[App, TestClient]) -> App:
    return app_and_client[0]


@pytest.fixture
def client(app_and_client: tuple[App, TestClient]) -> TestClient:
    return app_and_client[1]


@pytest.fixture(scope="session")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, TestClient]]:
    """An app that processes what it gets; shared, because its pixel process takes a second to start."""
    with opened(tmp_path_factory.mktemp("working") / "home") as (app, client):
        app.start()
        yield app, client
