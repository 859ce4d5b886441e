"""Who may come in, with keys and without."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from safelight.api.auth import is_loopback, refuse_open_network
from safelight.config import Settings
from safelight.errors import ConfigurationError
from tests.unit.api.conftest import Open

KEYS = ("first-key", "second-key")
EVERYWHERE = "0.0.0.0"  # noqa: S104 - said to be refused
PROTECTED = [
    ("POST", "/v1/images"),
    ("GET", "/v1/images"),
    ("GET", "/v1/images/i"),
    ("DELETE", "/v1/images/i"),
    ("GET", "/v1/images/i/original"),
    ("HEAD", "/v1/images/i/original"),
    ("GET", "/v1/images/i/variants/v"),
    ("POST", "/v1/images/i/redrive"),
    ("GET", "/v1/executions"),
    ("GET", "/v1/executions/e"),
    ("GET", "/v1/events"),
    ("POST", "/v1/events/s3"),
    ("GET", "/metrics"),
]


@pytest.fixture
def locked(opening: Open) -> TestClient:
    return opening(api_keys=KEYS)[1]


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_without_a_key_nothing_but_the_public_routes_answers(
    locked: TestClient, method: str, path: str
) -> None:
    answer = locked.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="safelight"'
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer first-key"},
        {"Authorization": "bearer second-key"},
        {"X-Api-Key": "second-key"},
        {"Authorization": "Bearer wrong", "X-Api-Key": "first-key"},
    ],
)
def test_any_of_the_keys_opens(locked: TestClient, headers: dict[str, str]) -> None:
    assert locked.get("/v1/images", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic Zmlyc3Qta2V5"},
        {"Authorization": "first-key"},
        {"X-Api-Key": ""},
        {"X-Api-Key": "first-key "[:-2]},
        {"X-Api-Key": b"\xff\xfe"},
    ],
)
def test_a_wrong_key_is_no_key(locked: TestClient, headers: dict[str, str]) -> None:
    answer = locked.get("/v1/images", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json"])
def test_public_routes_need_no_key(locked: TestClient, path: str) -> None:
    assert locked.get(path).status_code == 200


def test_delivery_and_readiness_need_no_key(locked: TestClient) -> None:
    assert locked.get("/img/nothing").status_code == 404
    assert locked.get("/readyz").status_code == 503


def test_with_keys_every_host_name_and_origin_is_served(locked: TestClient) -> None:
    headers = {"Host": "img.example.com", "Origin": "https://app.example.com", "X-Api-Key": "first-key"}
    assert locked.post("/v1/images", content=b"x", headers=headers).status_code == 202


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "127.8.8.8:1", "[::1]:8000", "a.localhost"])
def test_without_keys_the_machine_itself_is_served(client: TestClient, host: str) -> None:
    assert client.get("/v1/images", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:8000", "", "[::2]"])
def test_without_keys_another_host_name_is_refused(client: TestClient, host: str) -> None:
    """DNS rebinding: a page of evil.example whose name now leads to 127.0.0.1."""
    answer = client.get("/v1/images", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_without_keys_pages_of_other_sites_change_nothing(
    client: TestClient, headers: dict[str, str]
) -> None:
    for method, path in (("POST", "/v1/images"), ("DELETE", "/v1/images/i"), ("POST", "/v1/events/s3")):
        assert client.request(method, path, headers=headers).status_code == 403


def test_without_keys_a_page_of_the_server_itself_may_upload(client: TestClient) -> None:
    headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/images", content=b"x", headers=headers).status_code == 202


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.5", "example.com", ""])
def test_an_open_network_without_keys_is_refused_at_start(host: str) -> None:
    with pytest.raises(ConfigurationError, match="SAFELIGHT_API_KEYS"):
        refuse_open_network(Settings(host=host))
    refuse_open_network(Settings(host=host, api_keys=("k",)))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), (EVERYWHERE, False), ("localhost.evil", False)],
)
def test_loopback_is_told_from_the_network(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
