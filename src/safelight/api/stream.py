"""`GET /v1/events`: status changes as server-sent events, from whichever process made them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from safelight.api import examples
from safelight.api.changes import Changes
from safelight.api.openapi import problems
from safelight.api.services import Everything
from safelight.errors import InvalidRequest, NotFound, StoreUnavailable, Unauthorized
from safelight.model import ImageRecord

router = APIRouter(tags=["events"])

HEARTBEAT_SECONDS = 15.0  # less than the idle timeout of usual proxies


@router.get(
    "/v1/events",
    response_class=StreamingResponse,
    summary="Watch status changes",
    responses={
        200: {
            "description": "Server-sent events.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": examples.CHANGES}},
        },
        **problems(InvalidRequest, Unauthorized, NotFound, StoreUnavailable),
    },
)
async def watch_changes(
    services: Everything,
    image_id: Annotated[str | None, Query(description="Only this image, its present record first.")] = None,
    last_event_id: Annotated[str | None, Header(description="Where to go on; browsers send it.")] = None,
) -> StreamingResponse:
    """One `image` event for each change, with the image's record as it then is. Changes that follow each
    other closely may come as one. A client that comes back with `Last-Event-ID` misses nothing."""
    position = await services.changes.position()
    first = [await to_thread.run_sync(services.app.get, image_id)] if image_id else []
    if last_event_id is not None:
        position = min(_position(last_event_id), position)
    return StreamingResponse(
        _events(services.changes, position, first, image_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    changes: Changes, position: int, first: list[ImageRecord], image_id: str | None
) -> AsyncIterator[str]:
    yield f"{''.join(_event(record) for record in first)}id: {position}\n\n"
    while not changes.closed:
        records, position = await changes.read(position)
        wanted = [record for record in records if image_id in (None, record.image_id)]
        if wanted:
            # Only the last one moves the client's position: who breaks off before it gets all of them again.
            *others, last = wanted
            yield f"{''.join(_event(record) for record in others)}{_event(last, position)}"
        elif not records and not await changes.wait(position, HEARTBEAT_SECONDS) and not changes.closed:
            yield f": heartbeat\nid: {position}\n\n"


def _event(record: ImageRecord, position: int | None = None) -> str:
    lines = ["event: image", f"data: {json.dumps(record.public(), ensure_ascii=False)}"]
    if position is not None:
        lines.append(f"id: {position}")
    return "\n".join(lines) + "\n\n"


def _position(last_event_id: str) -> int:
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) <= 18):
        raise InvalidRequest(
            "`Last-Event-ID` is not an id of this stream.", remedy="Leave it out to begin with the present."
        )
    return int(last_event_id)
