"""Notifications of uploads and removals: every record is answered, bad ones cost only themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from fastapi.testclient import TestClient

from safelight.api import schemas
from safelight.app import App
from safelight.errors import StoreUnavailable

EVENTS = Path(__file__).parents[2] / "events"


def record(
    key: str, name: str = "ObjectCreated:Put", bucket: str = "originals", sequencer: str = ""
) -> dict[str, Any]:
    stored = {"key": quote_plus(key), "sequencer": sequencer}
    return {"eventName": name, "s3": {"bucket": {"name": bucket}, "object": stored}}


def send(client: TestClient, *records: Any) -> list[dict[str, Any]]:
    answer = client.post("/v1/events/s3", json={"Records": records})
    assert answer.status_code == 200
    schemas.EventResults.model_validate(answer.json())
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_uploads_are_taken_up_by_their_real_keys(app: App, client: TestClient) -> None:
    keys = ["red flower.jpg", "a+b=100%.jpg", "写真/🌸 1.heic"]
    for key in keys:
        app.originals.put(key, key.encode())
    results = send(client, *(record(key) for key in keys))
    assert [result["key"] for result in results] == keys
    assert [result["image"]["status"] for result in results] == ["PENDING"] * 3
    assert {execution.input["key"] for execution in app.executions()} == set(keys)


def test_the_same_event_again_changes_nothing(app: App, client: TestClient) -> None:
    app.originals.put("a.jpg", b"x")
    first = send(client, record("a.jpg", sequencer="0A"))
    again = send(client, record("a.jpg", sequencer="0A"), record("a.jpg", sequencer="0A"))
    assert again == [*first, *first]
    assert len(app.executions()) == 1


def test_an_older_event_does_not_replace_a_newer_upload(app: App, client: TestClient) -> None:
    app.originals.put("a.jpg", b"x")
    (newer,) = send(client, record("a.jpg", sequencer="0B"))
    (older,) = send(client, record("a.jpg", sequencer="0A"))
    assert older["image"]["execution"] == newer["image"]["execution"]


def test_a_bad_record_costs_only_itself(app: App, client: TestClient) -> None:
    app.originals.put("a.jpg", b"x")
    results = send(
        client, "nonsense", record("a.jpg"), record("a.jpg", bucket="elsewhere"), record("missing.jpg")
    )
    assert [result["error"] and result["error"]["code"] for result in results] == [
        "invalid_request",
        None,
        "invalid_request",
        "not_found",
    ]
    assert "Records[0]" in results[0]["error"]["detail"]
    assert "'elsewhere'" in results[2]["error"]["detail"]


def test_a_key_that_no_bucket_can_hold_gets_a_record_all_the_same(app: App, client: TestClient) -> None:
    (result,) = send(client, record("../../etc/passwd"))
    assert result["image"]["key"] == "../../etc/passwd"


@pytest.mark.parametrize("name", ["ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"])
def test_a_removal_deletes_the_image(app: App, client: TestClient, name: str) -> None:
    app.originals.put("a.jpg", b"x")
    send(client, record("a.jpg", sequencer="0A"))
    app.originals.delete(["a.jpg"])
    (result,) = send(client, record("a.jpg", name, sequencer="0B"))
    assert result["image"]["status"] == "DELETED"


def test_the_end_of_an_old_version_deletes_nothing(app: App, client: TestClient) -> None:
    app.originals.put("a.jpg", b"x")
    send(client, record("a.jpg", sequencer="0A"))
    (result,) = send(client, record("a.jpg", "ObjectRemoved:Delete", sequencer="0B"))
    assert result["image"]["status"] == "PENDING"


def test_a_removal_of_what_was_never_seen_is_answered_as_such(client: TestClient) -> None:
    (result,) = send(client, record("a.jpg", "ObjectRemoved:Delete"))
    assert result["error"]["code"] == "not_found"


def test_s3s_test_event_is_welcome(client: TestClient) -> None:
    document = json.loads((EVENTS / "s3_test.json").read_text(encoding="utf-8"))
    answer = client.post("/v1/events/s3", json=document)
    assert (answer.status_code, answer.json()) == (200, {"results": []})


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_notification_is_a_400_problem(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/events/s3", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_an_endless_body_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/events/s3", content=(b" " * 100_000 for _ in range(11)))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_bytes")


def test_a_passing_fault_fails_the_request_so_that_the_sender_tries_again(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("The store does not answer.")

    monkeypatch.setattr(type(app.originals), "head", down)
    answer = client.post("/v1/events/s3", json={"Records": [record("a.jpg")]})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["Retry-After"] == "5"
