"""Records can be listed, read, deleted and run again; executions can be looked at."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from safelight.api import schemas
from safelight.app import App
from tests.samples import photos

JPEG = {"Content-Type": "image/jpeg"}


def upload(client: TestClient, data: bytes = b"x", **params: Any) -> dict[str, Any]:
    record: dict[str, Any] = client.post("/v1/images", params=params, content=data, headers=JPEG).json()
    return record


def test_a_record_is_the_catalogs(app: App, client: TestClient) -> None:
    record = upload(client)
    assert client.get(f"/v1/images/{record['image_id']}").json() == app.get(record["image_id"]).public()


def test_an_unknown_image_is_a_404_problem(client: TestClient) -> None:
    answer = client.get("/v1/images/nosuchimage")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["type"] == "urn:safelight:problem:not_found"
    assert answer.json()["instance"] == "/v1/images/nosuchimage"


def test_pages_follow_each_other_newest_first(client: TestClient) -> None:
    made = [upload(client)["image_id"] for _ in range(5)]
    seen, after = [], None
    while True:
        params = {"limit": 2, **({"after": after} if after else {})}
        page = client.get("/v1/images", params=params).json()
        seen += [record["image_id"] for record in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == made[::-1]


def test_a_list_can_be_of_one_status(client: TestClient) -> None:
    upload(client)
    gone = upload(client)["image_id"]
    client.delete(f"/v1/images/{gone}")
    items = client.get("/v1/images", params={"status": "DELETED"}).json()["items"]
    assert [record["image_id"] for record in items] == [gone]


def test_bad_parameters_are_400_problems_that_name_them(client: TestClient) -> None:
    for params, said in (
        ({"limit": 0}, "query parameter limit"),
        ({"limit": "many"}, "query parameter limit"),
        ({"status": "DONE"}, "query parameter status"),
        ({"after": "%%%"}, ""),
    ):
        answer = client.get("/v1/images", params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert said in answer.json()["detail"]


def test_deleting_removes_the_original_and_keeps_a_record(app: App, client: TestClient) -> None:
    record = upload(client)
    address = f"/v1/images/{record['image_id']}"
    answer = client.delete(address)
    assert (answer.status_code, answer.json()["status"]) == (200, "DELETED")
    assert list(app.originals.list()) == []
    assert client.get(f"{address}/original").status_code == 404
    assert client.get(address).json()["status"] == "DELETED"
    assert client.delete(address).json()["status"] == "DELETED"


def test_deleting_removes_every_variant(working: tuple[App, TestClient]) -> None:
    app, client = working
    record = upload(client, photos.jpeg(64, 48), wait=30)
    assert record["status"] == "READY"
    client.delete(f"/v1/images/{record['image_id']}")
    assert list(app.variants.list(record["image_id"])) == []
    assert client.get(record["variants"][0]["url"]).status_code == 404


def test_a_redrive_runs_the_image_again(working: tuple[App, TestClient]) -> None:
    _, client = working
    record = upload(client, photos.jpeg(64, 48), wait=30)
    answer = client.post(f"/v1/images/{record['image_id']}/redrive")
    assert (answer.status_code, answer.json()["attempts"]) == (202, 2)


def test_a_deleted_image_cannot_be_redriven(client: TestClient) -> None:
    record = upload(client)
    client.delete(f"/v1/images/{record['image_id']}")
    answer = client.post(f"/v1/images/{record['image_id']}/redrive")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_an_execution_shows_its_history_in_step_functions_words(working: tuple[App, TestClient]) -> None:
    _, client = working
    record = upload(client, photos.jpeg(64, 48), wait=30)
    shown = schemas.ExecutionWithHistory.model_validate(
        client.get(f"/v1/executions/{record['execution']}").json()
    )
    types = [event.type for event in shown.history]
    assert types[0] == "ExecutionStarted"
    assert "TaskStateEntered" in types
    assert shown.image_id == record["image_id"]
    assert shown.input["key"] == record["key"]


def test_executions_are_listed_by_image(client: TestClient) -> None:
    one, other = upload(client), upload(client)
    listed = client.get("/v1/executions", params={"image_id": one["image_id"]}).json()["items"]
    assert [execution["name"] for execution in listed] == [one["execution"]]
    everything = client.get("/v1/executions").json()["items"]
    assert {execution["name"] for execution in everything} == {one["execution"], other["execution"]}


def test_an_unknown_execution_is_a_404_problem(client: TestClient) -> None:
    assert client.get("/v1/executions/nothing").json()["code"] == "not_found"


def test_answers_have_the_shape_that_the_api_promises(working: tuple[App, TestClient]) -> None:
    _, client = working
    record = upload(client, photos.jpeg(64, 48), wait=30)
    schemas.Image.model_validate(record)
    schemas.Image.model_validate(upload(client, b"no image", wait=30))
    schemas.ImagePage.model_validate(client.get("/v1/images").json())
    schemas.ExecutionList.model_validate(client.get("/v1/executions").json())
