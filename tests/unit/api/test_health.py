"""Watchdogs learn whether the process lives, whether it can work, and how much it does."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from safelight.__about__ import __version__
from safelight.app import App
from safelight.errors import ConfigurationError, StoreUnavailable
from tests.samples import photos


def test_alive_asks_nothing_of_anyone(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": __version__})


def test_ready_when_every_part_is(working: tuple[App, TestClient]) -> None:
    answer = working[1].get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"] == dict.fromkeys(("database", "originals", "variants", "workers"), "ok")


def test_without_workers_it_is_not_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert answer.json()["detail"] == "Not in order: workers."
    assert answer.json()["parts"]["workers"] == "No worker runs in this process."


def test_without_its_folder_it_is_not_ready(app: App, client: TestClient) -> None:
    folder = app.originals_folder
    assert folder is not None
    shutil.rmtree(folder)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "is gone" in answer.json()["parts"]["originals"]
    assert str(folder) not in answer.text
    assert answer.json()["parts"]["variants"] == "ok"


def test_without_its_database_it_is_not_ready(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any) -> None:
        raise StoreUnavailable("The database was busy.")

    monkeypatch.setattr(type(app.database), "transaction", locked)
    assert client.get("/readyz").json()["parts"]["database"] == "The database was busy."


def test_what_only_the_operator_may_know_is_left_to_the_log(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: Any) -> None:
        raise ConfigurationError("The database /home/secret.db is damaged.")

    monkeypatch.setattr(type(app.database), "transaction", damaged)
    answer = client.get("/readyz")
    assert answer.json()["parts"]["database"] == "not in order; the log says more"
    assert "secret" not in answer.text
    assert "secret" in caplog.text


def test_metrics_count_tasks_images_bytes_and_requests(working: tuple[App, TestClient]) -> None:
    _, client = working
    data = photos.jpeg(64, 48)
    record = client.post(
        "/v1/images", params={"wait": 30}, content=data, headers={"Content-Type": "image/jpeg"}
    ).json()
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["safelight_task_seconds_count", "succeeded", "RenderVariants"] >= 1
    assert found["safelight_images", "READY"] >= 1
    assert found["safelight_images_settled_total", "READY"] >= 1
    assert found["safelight_original_bytes_total",] >= len(data)
    assert found["safelight_variant_bytes_total", "webp"] >= record["variants"][1]["bytes"]
    assert found["safelight_queue_executions", "interactive"] == 0
    assert found["safelight_http_request_seconds_count", "POST", "/v1/images", "200"] >= 1


def test_made_up_paths_and_methods_do_not_become_labels(client: TestClient) -> None:
    client.get("/nothing/1")
    client.request("BREW", "/nothing/2")
    text = client.get("/metrics").text
    assert "nothing" not in text
    assert "BREW" not in text
