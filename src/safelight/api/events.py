"""`POST /v1/events/s3`: notifications of S3, MinIO and EventBridge, for originals that lie in a bucket."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from safelight.api import examples, schemas
from safelight.api.bodies import Limit, limited
from safelight.api.openapi import problems
from safelight.api.problems import kind_of
from safelight.api.services import Safelight
from safelight.app import App
from safelight.errors import (
    InvalidKey,
    InvalidRequest,
    SafelightError,
    StoreUnavailable,
    Unauthorized,
    UploadTooLarge,
)
from safelight.model import UploadEvent
from safelight.ports import Json
from safelight.triggers import s3_event

router = APIRouter(tags=["events"])

log = logging.getLogger(__name__)

_LIMIT = Limit(bytes=1_000_000, remedy="Send fewer records at once.")

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": examples.S3_EVENT}},
    }
}


@router.post(
    "/v1/events/s3",
    response_model=schemas.EventResults,
    summary="Tell of uploads and removals",
    openapi_extra=_BODY,
    responses=problems(InvalidRequest, Unauthorized, UploadTooLarge, StoreUnavailable),
)
async def take_s3_events(request: Request, app: Safelight) -> JSONResponse:
    """Takes S3 event notifications, MinIO's, and EventBridge's S3 events. Send them as often and in any
    order: the same event twice is one, and the newest upload wins. A bad record is refused on its own."""
    body = b"".join([chunk async for chunk in limited(request.stream(), _LIMIT)])
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # the latter: brackets nested by the thousand
        raise InvalidRequest("The body is not JSON.", remedy="Send the notification as it came.") from None
    results = await to_thread.run_sync(partial(_take, app, s3_event.records(document)))
    return JSONResponse({"results": results})


def _take(app: App, records: list[Any]) -> list[Json]:
    return [_result(app, place, record) for place, record in enumerate(records)]


def _result(app: App, place: int, record: Any) -> Json:
    """What became of one record. Raises what may pass, so that the sender sends all of it again."""
    key: str | None = None
    try:
        event = s3_event.event(record, place=place)
        key = event.key
        ours = s3_event.as_ours(event, url=app.settings.originals_url, name=app.originals.name)
        image = app.submit(ours if ours.removed else _as_stored(app, ours))
    except SafelightError as fault:
        kind = kind_of(fault)
        if fault.retryable or kind is None:
            raise
        log.warning("event refused: %s", fault, extra={"key": key})
        error = {"code": fault.code, "detail": fault.message, "remedy": fault.remedy}
        return {"key": key, "image": None, "error": error}
    return {"key": key, "image": image.public(), "error": None}


def _as_stored(app: App, event: UploadEvent) -> UploadEvent:
    """The event with etag and size of what is there now, which a late event cannot know."""
    try:
        info = app.originals.head(event.key)
    except InvalidKey:  # its record will say what is wrong with it
        return event
    return replace(event, etag=info.etag, size=info.size)
