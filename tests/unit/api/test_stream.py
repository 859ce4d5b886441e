"""Listeners hear of every change, from where they left off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from safelight.api import stream
from safelight.api.changes import Changes
from safelight.app import App

JPEG = {"Content-Type": "image/jpeg"}


def blocks(text: str) -> list[dict[str, str]]:
    """The fields of each block of an event stream."""
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.split("\n\n") if block]


async def hear(events: AsyncIterator[str], count: int) -> list[dict[str, Any]]:
    """Block by block until there were `count` events: their records, with `id` where one was given."""
    heard: list[dict[str, Any]] = []
    async for text in events:
        images = [block for block in blocks(text) if block.get("event") == "image"]
        heard += [{**json.loads(block["data"]), "id": block.get("id")} for block in images]
        if len(heard) >= count:
            break
    return heard


def listen(app: App, count: int, *, after: int, image_id: str | None = None) -> list[dict[str, Any]]:
    async def listening() -> list[dict[str, Any]]:
        changes = Changes(app.feed)
        async with asyncio.timeout(10), aclosing(stream._events(changes, after, [], image_id)) as events:
            return await hear(events, count)

    return asyncio.run(listening())


def position(app: App) -> int:
    return app.feed.changes(after=None)[1]


def test_changes_come_as_records_and_the_last_of_a_batch_has_the_position(app: App) -> None:
    before = position(app)
    made = [app.upload(name, b"x").image_id for name in ("a", "b", "c")]
    heard = listen(app, 3, after=before)
    assert [record["image_id"] for record in heard] == made
    assert [record["id"] for record in heard] == [None, None, str(position(app))]
    assert heard[0]["status"] == "PENDING"


def test_who_comes_back_hears_what_came_meanwhile(app: App) -> None:
    first = app.upload("a", b"x")
    left_at = int(listen(app, 1, after=0)[-1]["id"])
    second = app.upload("b", b"x")
    app.delete(first.image_id)
    heard = listen(app, 2, after=left_at)
    assert [(record["image_id"], record["status"]) for record in heard] == [
        (second.image_id, "PENDING"),
        (first.image_id, "DELETED"),
    ]


def test_a_listener_can_ask_for_one_image(app: App) -> None:
    app.upload("a", b"x")
    wanted = app.upload("b", b"x").image_id
    app.upload("c", b"x")
    assert [record["image_id"] for record in listen(app, 1, after=0, image_id=wanted)] == [wanted]


def test_a_change_wakes_a_listener_that_waits(app: App) -> None:
    async def listening() -> list[dict[str, Any]]:
        changes = Changes(app.feed, poll_seconds=0.01)
        async with (
            asyncio.timeout(10),
            aclosing(stream._events(changes, await changes.position(), [], None)) as events,
        ):
            waiting = asyncio.ensure_future(hear(events, 1))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            await asyncio.to_thread(app.upload, "a", b"x")
            return await waiting

    assert [record["key"] for record in asyncio.run(listening())] == ["a"]


def test_silence_is_filled_with_heartbeats_that_carry_the_position(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)

    async def listening() -> str:
        async with (
            asyncio.timeout(10),
            aclosing(stream._events(Changes(app.feed), 0, [], None)) as events,
        ):
            assert await anext(events) == "id: 0\n\n"
            return await anext(events)

    assert asyncio.run(listening()) == ": heartbeat\nid: 0\n\n"


def test_closing_ends_every_stream(app: App) -> None:
    async def listening() -> None:
        changes = Changes(app.feed)
        listeners = [asyncio.ensure_future(hear(stream._events(changes, 0, [], None), 1)) for _ in range(3)]
        await asyncio.sleep(0.1)
        await changes.close()
        async with asyncio.timeout(10):
            assert await asyncio.gather(*listeners) == [[], [], []]

    asyncio.run(listening())


def test_the_feed_is_asked_only_while_somebody_listens(app: App) -> None:
    async def listening() -> None:
        changes = Changes(app.feed, poll_seconds=0.001)
        assert not await changes.wait(position(app), 0.05)
        await asyncio.sleep(0.05)
        assert changes._poller is not None
        assert changes._poller.done()

    asyncio.run(listening())


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "", "9" * 40])
def test_an_unreadable_position_is_a_400_problem(client: TestClient, last: str) -> None:
    answer = client.get("/v1/events", headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_listening_to_an_unknown_image_is_a_404_problem(client: TestClient) -> None:
    assert client.get("/v1/events", params={"image_id": "nothing"}).status_code == 404
