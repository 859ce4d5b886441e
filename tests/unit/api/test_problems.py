"""Every error is a problem document, and none tells what only the log should know."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from safelight.api.problems import KINDS, kind_of
from safelight.app import App
from safelight.errors import ConfigurationError, ImageRejected, RecipeError, SafelightError, StorageFull

MEMBERS = {"type", "title", "status", "detail", "instance", "code"}


def failing(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", list(KINDS))
def test_every_error_has_its_status_code_and_remedy(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch, error: type[SafelightError]
) -> None:
    fault = (
        ImageRejected("bad", "It is wrong.", remedy="Mend it.")
        if error is ImageRejected
        else error("It is wrong.", remedy="Mend it.")
    )
    monkeypatch.setattr(type(app), "get", failing(fault))
    answer = client.get("/v1/images/i")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.status_code == KINDS[error].status
    assert answer.json() == {
        "type": f"urn:safelight:problem:{fault.code}",
        "title": KINDS[error].title,
        "status": KINDS[error].status,
        "detail": "It is wrong.",
        "remedy": "Mend it.",
        "instance": "/v1/images/i",
        "code": fault.code,
    }


def test_a_subclass_has_the_status_of_its_class() -> None:
    class DiskFull(StorageFull):
        pass

    assert kind_of(DiskFull("x")) is KINDS[StorageFull]
    assert kind_of(RecipeError("x")) is None


@pytest.mark.parametrize("error", [RuntimeError("secret"), ConfigurationError("secret"), KeyError("secret")])
def test_what_nobody_foresaw_is_a_reference_to_the_log_and_nothing_else(
    app: App,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    monkeypatch.setattr(type(app), "get", failing(error))
    with caplog.at_level(logging.ERROR, logger="safelight.http"):
        answer = client.get("/v1/images/i", headers={"X-Request-Id": "my-id-1"})
    assert answer.status_code == 500
    assert set(answer.json()) == MEMBERS | {"remedy", "reference"}
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["reference"] == "my-id-1"
    assert "secret" not in answer.text
    assert any(record.exc_info and record.exc_info[1] is error for record in caplog.records)


def test_an_unknown_address_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v2/nothing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["remedy"] == "See /docs for what there is."


def test_a_wrong_method_is_a_problem_that_says_which_are_right(client: TestClient) -> None:
    answer = client.put("/v1/images")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(re.findall(r"[A-Z]+", answer.headers["Allow"])) <= {"GET", "POST", "HEAD"}


def test_every_answer_carries_the_requests_id(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc.1"}).headers["X-Request-Id"] == "abc.1"
    made = client.get("/nothing", headers={"X-Request-Id": "not valid\t"}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_requests_are_logged_with_route_status_and_time(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="safelight.http"):
        client.get("/v1/images/i")
        client.get("/healthz")
    (line,) = [record for record in caplog.records if record.name == "safelight.http"]
    assert line.getMessage() == "GET /v1/images/i 404"
    assert line.__dict__["route"] == "/v1/images/{image_id}"
    assert line.__dict__["seconds"] >= 0
