"""Bytes are delivered with what browsers and caches need, and never from outside the bucket."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from safelight.api.content import attachment
from safelight.app import App
from safelight.delivery.url import variant_url
from tests.samples import photos

JPEG = {"Content-Type": "image/jpeg"}
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def ready(working: tuple[App, TestClient]) -> dict[str, Any]:
    _, client = working
    params = {"wait": 30, "filename": "Été 1.jpg"}
    record: dict[str, Any] = client.post(
        "/v1/images", params=params, content=photos.jpeg(64, 48), headers=JPEG
    ).json()
    assert record["status"] == "READY"
    return record


def test_a_variants_url_gives_its_bytes_to_keep_for_ever(
    working: tuple[App, TestClient], ready: dict[str, Any]
) -> None:
    app, client = working
    for variant in ready["variants"]:
        answer = client.get(variant["url"])
        assert answer.status_code == 200
        assert answer.content == app.variants.read(variant["key"])
        assert answer.headers["Content-Type"] == variant["content_type"]
        assert answer.headers["Content-Length"] == str(variant["bytes"])
        assert answer.headers["Cache-Control"] == IMMUTABLE
        assert answer.headers["Content-Disposition"] == "inline"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["ETag"].startswith('"')


def test_head_has_the_headers_of_get_and_no_body(
    working: tuple[App, TestClient], ready: dict[str, Any]
) -> None:
    _, client = working
    image = f"/v1/images/{ready['image_id']}"
    for address in (ready["variants"][0]["url"], f"{image}/variants/thumb", f"{image}/original"):
        got, head = client.get(address), client.head(address)
        assert head.content == b""
        varying = {"x-request-id"}
        assert {k: v for k, v in head.headers.items() if k not in varying} == {
            k: v for k, v in got.headers.items() if k not in varying
        }


def test_ranges_conditions_and_parts_beyond_the_end(
    working: tuple[App, TestClient], ready: dict[str, Any]
) -> None:
    _, client = working
    url = ready["variants"][0]["url"]
    whole = client.get(url)
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    known = client.get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["Cache-Control"] == IMMUTABLE
    since = client.get(url, headers={"If-Modified-Since": whole.headers["Last-Modified"]})
    assert since.status_code == 304
    beyond = client.get(url, headers={"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.content)}"
    assert beyond.headers["Cache-Control"] == "no-store"


def test_a_variant_by_name_is_the_present_one_and_private(
    working: tuple[App, TestClient], ready: dict[str, Any]
) -> None:
    _, client = working
    answer = client.get(f"/v1/images/{ready['image_id']}/variants/tiny")
    assert answer.content == client.get(ready["variants"][1]["url"]).content
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    missing = client.get(f"/v1/images/{ready['image_id']}/variants/huge")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_the_original_is_given_to_be_saved(working: tuple[App, TestClient], ready: dict[str, Any]) -> None:
    _, client = working
    answer = client.get(f"/v1/images/{ready['image_id']}/original")
    assert answer.content == photos.jpeg(64, 48)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "%C3%89t%C3%A9%201.jpg" in answer.headers["Content-Disposition"]


def test_an_original_that_is_no_image_is_never_served_as_what_it_claims(client: TestClient) -> None:
    page = b"<script>alert(1)</script>"
    record = client.post("/v1/images", content=page, headers={"Content-Type": "text/html"}).json()
    answer = client.get(f"/v1/images/{record['image_id']}/original")
    assert answer.content == page
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_what_lies_among_the_variants_and_is_no_image_has_no_type(app: App, client: TestClient) -> None:
    app.variants.put("a/note.jpg", b"<html>")
    assert client.get("/img/a/note.jpg").headers["Content-Type"] == "application/octet-stream"


def test_an_empty_object_is_delivered_empty(app: App, client: TestClient) -> None:
    app.variants.put("a/empty.jpg", b"")
    answer = client.get("/img/a/empty.jpg")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    "path",
    [
        "/img/",
        "/img/nothing.jpg",
        "/img/a",
        "/img/%2e%2e/safelight.db",
        "/img/..%2fsafelight.db",
        "/img/a/%2e%2e/%2e%2e/safelight.db",
        "/img/%2fetc/passwd",
        "/img//etc/passwd",
        "/img/a%00.jpg",
        "/img/a%0a.jpg",
        "/img/%ff.jpg",
        "/img/" + "a" * 2000,
        "/img/.safelight-staging/x",
        "/img/..%5c..%5csafelight.db",
    ],
)
def test_odd_keys_lead_nowhere(app: App, client: TestClient, path: str) -> None:
    app.variants.put("a/b.jpg", b"x")
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"


def test_keys_with_special_characters_are_found_by_their_url(app: App, client: TestClient) -> None:
    for key in ("a b/c+d.jpg", "50%/e#f?.jpg", "写真/🌸.webp"):
        app.variants.put(key, key.encode())
        assert client.get(variant_url("", key)).content == key.encode()


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("a.jpg", "attachment; filename=\"a.jpg\"; filename*=UTF-8''a.jpg"),
        ('"x";.jpg', "attachment; filename=\"_x_;.jpg\"; filename*=UTF-8''%22x%22%3B.jpg"),
        ("é\r\nX: y", "attachment; filename=\"___X: y\"; filename*=UTF-8''%C3%A9%0D%0AX%3A%20y"),
    ],
)
def test_file_names_cannot_break_out_of_the_header(filename: str, header: str) -> None:
    assert attachment(filename) == header
