"""The API describes itself: completely, freshly, and readable without the internet."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

from safelight.api import examples, schemas
from safelight.app import App
from safelight.model import ImageRecord

OPERATIONS = {
    ("post", "/v1/images"),
    ("get", "/v1/images"),
    ("get", "/v1/images/{image_id}"),
    ("delete", "/v1/images/{image_id}"),
    ("post", "/v1/images/{image_id}/redrive"),
    ("get", "/v1/images/{image_id}/variants/{name}"),
    ("get", "/v1/images/{image_id}/original"),
    ("get", "/v1/executions"),
    ("get", "/v1/executions/{name}"),
    ("get", "/v1/events"),
    ("post", "/v1/events/s3"),
    ("get", "/img/{key}"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}
NEED_NO_KEY = {"/img/{key}", "/healthz", "/readyz"}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    found = operations(document)
    assert set(found) == OPERATIONS
    for operation in found.values():
        assert operation["summary"]
        assert operation["description"]


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "path":
                assert parameter.get("description"), parameter


def test_errors_are_problems_everywhere(document: dict[str, Any]) -> None:
    for (_, path), operation in operations(document).items():
        errors = {code: found for code, found in operation["responses"].items() if code >= "4"}
        assert "422" not in errors
        assert ("default" in errors) is (path != "/healthz")
        for found in errors.values():
            assert list(found["content"]) == ["application/problem+json"]


def test_operations_that_need_a_key_say_so(document: dict[str, Any]) -> None:
    for (_, path), operation in operations(document).items():
        assert ("security" not in operation) is (path in NEED_NO_KEY)
        assert ("401" in operation["responses"]) is (path not in NEED_NO_KEY)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert names <= set(document["components"]["schemas"])
    assert "Problem" in names


def test_examples_have_the_shapes_they_illustrate() -> None:
    for example in (examples.IMAGE, examples.PENDING, examples.DELETED):
        schemas.Image.model_validate(example)
    schemas.ImagePage.model_validate(examples.IMAGE_PAGE)
    schemas.ExecutionWithHistory.model_validate(examples.EXECUTION)
    schemas.EventResults.model_validate(examples.EVENT_RESULTS)
    schemas.Health.model_validate(examples.HEALTH)
    schemas.Readiness.model_validate(examples.READY)
    schemas.Problem.model_validate(examples.PROBLEM)


def test_the_promised_record_is_the_record(app: App) -> None:
    record: ImageRecord = app.upload("a.jpg", b"x")
    assert set(schemas.Image.model_fields) == set(record.public())


class Page(HTMLParser):
    """What a browser would fetch or run, and what it would show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe"):
            self.fetched.append(tag)
        self.fetched += [name for name, _ in attributes if name in ("src", "style") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_docs_page_shows_every_operation_and_fetches_nothing(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    page = Page(answer.text)
    assert page.fetched == []
    for method, path in OPERATIONS:
        assert f"{method.upper()} {path}" in page.text
