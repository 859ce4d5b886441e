"""Uploads end as a stored original and a record, or leave nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from safelight.app import App
from tests.samples import photos
from tests.unit.api.conftest import MAX_BYTES

JPEG = {"Content-Type": "image/jpeg"}


def stored(app: App) -> dict[str, bytes]:
    return {info.key: app.originals.read(info.key) for info in app.originals.list()}


def files(app: App) -> list[str]:
    """Everything below the folder of originals, temporary files too."""
    folder = app.originals_folder
    assert folder is not None
    return [path.name for path in folder.rglob("*") if path.is_file()]


def assert_refused(answer: Response, status: int, code: str, app: App) -> None:
    """A problem, and neither object, half a file, record nor execution."""
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert files(app) == []
    assert app.list().items == ()
    assert app.executions() == []


def test_a_raw_body_is_stored_and_recorded(app: App, client: TestClient) -> None:
    data = photos.jpeg(40, 30)
    answer = client.post("/v1/images", params={"filename": "My photo.jpg"}, content=data, headers=JPEG)
    assert answer.status_code == 202
    record = answer.json()
    assert record == app.get(record["image_id"]).public()
    assert record["status"] == "PENDING"
    assert record["filename"] == "My photo.jpg"
    assert record["original"]["bytes"] == len(data)
    assert answer.headers["Location"] == f"/v1/images/{record['image_id']}"
    assert stored(app) == {record["key"]: data}
    assert [execution.name for execution in app.executions()] == [record["execution"]]


def test_a_form_is_stored_the_same_way(app: App, client: TestClient) -> None:
    data = photos.jpeg(40, 30)
    answer = client.post("/v1/images", files={"file": ("写真 🌸.jpg", data, "image/jpeg")})
    assert answer.status_code == 202
    assert answer.json()["filename"] == "写真 🌸.jpg"
    assert stored(app) == {answer.json()["key"]: data}


def test_the_key_is_a_uuid7_and_a_safe_file_name(client: TestClient) -> None:
    answer = client.post(
        "/v1/images", params={"filename": "../../etc/passwd\0.jpg"}, content=b"x", headers=JPEG
    )
    prefix, name = answer.json()["key"].split("/")
    assert prefix[14] == "7"
    assert name == "passwd.jpg"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("image/jpeg", "upload.jpg"), ("image/heic", "upload.heic"), ("text/html", "upload"), (None, "upload")],
)
def test_without_a_file_name_the_declared_type_gives_one(
    client: TestClient, content_type: str | None, name: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post("/v1/images", content=b"anything", headers=headers)
    assert answer.json()["filename"] == name


def test_a_body_without_a_length_is_taken_in_chunks(app: App, client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for number in range(100):
            yield bytes([number]) * 1000

    answer = client.post("/v1/images", content=chunks(), headers=JPEG)
    assert answer.status_code == 202
    assert stored(app) == {answer.json()["key"]: b"".join(bytes([n]) * 1000 for n in range(100))}


def test_an_upload_of_exactly_the_limit_is_taken(client: TestClient) -> None:
    assert client.post("/v1/images", content=bytes(MAX_BYTES), headers=JPEG).status_code == 202
    assert client.post("/v1/images", files={"file": ("a", bytes(MAX_BYTES))}).status_code == 202


def test_a_body_that_announces_too_much_is_refused_unread(app: App, client: TestClient) -> None:
    headers = {**JPEG, "Content-Length": str(MAX_BYTES + 1)}
    answer = client.post("/v1/images", content=b"", headers=headers)
    assert_refused(answer, 413, "too_many_bytes", app)
    assert f"larger than {MAX_BYTES} bytes" in answer.json()["detail"]
    assert "accept.max_bytes in the recipe 'small'" in answer.json()["remedy"]


def test_a_body_that_turns_out_too_large_leaves_nothing(app: App, client: TestClient) -> None:
    chunks = (b"x" * 10_000 for _ in range(30))
    assert_refused(client.post("/v1/images", content=chunks, headers=JPEG), 413, "too_many_bytes", app)


def test_a_form_that_is_too_large_leaves_nothing(app: App, client: TestClient) -> None:
    answer = client.post("/v1/images", files={"file": ("a.jpg", bytes(MAX_BYTES + 1))})
    assert_refused(answer, 413, "too_many_bytes", app)


def test_an_empty_body_is_refused(app: App, client: TestClient) -> None:
    assert_refused(client.post("/v1/images", headers=JPEG), 400, "invalid_request", app)
    assert_refused(client.post("/v1/images", files={"file": ("a.jpg", b"")}), 400, "invalid_request", app)


def test_a_form_without_the_file_is_refused(app: App, client: TestClient) -> None:
    answer = client.post("/v1/images", files={"photo": ("a.jpg", b"x")})
    assert_refused(answer, 400, "invalid_request", app)
    assert "curl -F file=@photo.jpg" in answer.json()["remedy"]


def test_a_form_that_breaks_off_leaves_nothing(app: App, client: TestClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * 100_000
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/v1/images", content=body, headers=headers)
    assert_refused(answer, 400, "invalid_request", app)
    assert "breaks off" in answer.json()["detail"]


def test_a_full_disk_is_a_507_and_leaves_nothing(
    app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        answer = client.post("/v1/images", content=b"x" * 100, headers=JPEG)
    assert_refused(answer, 507, "storage_full", app)
    assert answer.headers["Retry-After"] == "60"


class TestIdempotencyKey:
    def upload(self, client: TestClient, token: str, data: bytes = b"one", name: str = "a.jpg") -> Response:
        headers = {**JPEG, "Idempotency-Key": token}
        return client.post("/v1/images", params={"filename": name}, content=data, headers=headers)

    def test_a_repeated_request_is_one_image(self, app: App, client: TestClient) -> None:
        first, second = self.upload(client, "t1"), self.upload(client, "t1")
        assert first.json() == second.json()
        assert len(stored(app)) == 1

    def test_other_keys_are_other_images(self, app: App, client: TestClient) -> None:
        self.upload(client, "t1")
        self.upload(client, "t2")
        assert len(stored(app)) == 2

    def test_another_request_with_the_same_key_is_a_conflict(self, app: App, client: TestClient) -> None:
        self.upload(client, "t1")
        answer = self.upload(client, "t1", name="b.jpg")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert len(stored(app)) == 1

    def test_a_crash_before_the_record_is_healed_by_the_repetition(
        self, app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(type(app), "submit", lambda *_, **__: 1 / 0)
            assert self.upload(client, "t1").status_code == 500
        answer = self.upload(client, "t1")
        assert answer.status_code == 202
        assert list(stored(app)) == [answer.json()["key"]]
        assert len(app.list().items) == 1

    @pytest.mark.parametrize("token", ["", " ", "a b", "x" * 256, "é"])
    def test_an_unusable_key_is_refused(self, app: App, client: TestClient, token: str) -> None:
        headers = {"Content-Type": "image/jpeg", "Idempotency-Key": token.encode("latin-1")}
        answer = client.post("/v1/images", content=b"x", headers=headers)
        assert_refused(answer, 400, "invalid_request", app)


def test_wait_answers_with_the_settled_record(working: tuple[App, TestClient]) -> None:
    _, client = working
    answer = client.post("/v1/images", params={"wait": 30}, content=photos.jpeg(64, 48), headers=JPEG)
    assert answer.status_code == 200
    assert answer.json()["status"] == "READY"
    assert [variant["name"] for variant in answer.json()["variants"]] == ["thumb", "tiny"]


def test_wait_ends_when_its_seconds_are_over(client: TestClient) -> None:
    answer = client.post("/v1/images", params={"wait": 0.1}, content=b"x", headers=JPEG)
    assert (answer.status_code, answer.json()["status"]) == (202, "PENDING")


def test_what_is_no_image_gets_its_record_too(working: tuple[App, TestClient]) -> None:
    _, client = working
    answer = client.post("/v1/images", params={"wait": 30}, content=b"hello", headers=JPEG)
    assert answer.status_code == 200
    assert answer.json()["status"] == "REJECTED"
    assert answer.json()["error"]["code"] == "not_an_image"
