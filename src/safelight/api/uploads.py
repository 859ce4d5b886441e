"""`POST /v1/images`: from a request's body to a stored original and a running execution."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from safelight import identity
from safelight.api import examples, schemas
from safelight.api.bodies import FromLoop, Limit, begun, blocks, limited
from safelight.api.multipart import OTHER_BYTES, boundary_of, open_file_part
from safelight.api.openapi import json_answer, problems
from safelight.api.services import Everything, Services
from safelight.errors import (
    Conflict,
    InvalidRequest,
    StorageFull,
    StoreUnavailable,
    Unauthorized,
    UploadTooLarge,
    UploadTooSlow,
)
from safelight.image.formats import FORMATS
from safelight.model import ImageRecord

router = APIRouter(tags=["images"])

_TOKEN = re.compile(r"[\x21-\x7e]{1,255}")
_LENGTH = re.compile(r"[0-9]{1,18}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "image/*": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What a request brings; name and type are the sender's claims."""

    filename: str
    content_type: str | None
    length: int | None  # of the image, where the request announces it
    content: AsyncIterator[bytes]

    @property
    def fingerprint(self) -> str:
        """Tells a repeated request from another one that uses the same Idempotency-Key."""
        facts = json.dumps([self.filename, self.content_type, self.length])
        return hashlib.sha256(facts.encode()).hexdigest()


@router.post(
    "/v1/images",
    status_code=202,
    response_model=schemas.Image,
    summary="Upload an image",
    openapi_extra=_BODY,
    responses={
        200: json_answer("`wait` was given, and the image is settled.", examples.IMAGE),
        202: {
            **json_answer("Stored; its variants are being made.", examples.PENDING),
            "headers": {"Location": {"description": "The image.", "schema": {"type": "string"}}},
        },
        **problems(
            InvalidRequest,
            Unauthorized,
            UploadTooSlow,
            Conflict,
            UploadTooLarge,
            StoreUnavailable,
            StorageFull,
        ),
    },
)
async def upload_image(
    request: Request,
    services: Everything,
    filename: Annotated[
        str | None, Query(description="Name of a raw body.", examples=["holiday.jpg"])
    ] = None,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait until it is settled.")] = 0,
    idempotency_key: Annotated[
        str | None, Header(description="1 to 255 visible ASCII characters; kept 24 hours.")
    ] = None,
) -> JSONResponse:
    """Takes a form with the part `file`, or the image itself as the body. The body is streamed to the
    store; a request that breaks off leaves nothing behind. Repeat a request with the same
    `Idempotency-Key` as often as needed: there will be one image."""
    app = services.app
    limit = Limit(
        bytes=app.recipe.accept.max_bytes,
        remedy=f"Upload a smaller file, or raise accept.max_bytes in the recipe {app.recipe.name!r}.",
    )
    _check_token(idempotency_key)
    _check_length(request, limit)
    upload = await _read_upload(request, filename)
    key, known = await _key_for(services, upload, idempotency_key)
    record = known or await _store(services, key, upload, limit)
    if wait and not record.status.settled:
        record = await services.changes.settled(record.image_id, wait, app.get)
    return JSONResponse(
        record.public(),
        status_code=200 if wait and record.status.settled else 202,
        headers={"Location": f"/v1/images/{record.image_id}"},
    )


def _check_token(token: str | None) -> None:
    if token is not None and not _TOKEN.fullmatch(token):
        raise InvalidRequest(
            "The Idempotency-Key is not 1 to 255 visible ASCII characters.",
            remedy="Send a UUID, for instance.",
        )


def _check_length(request: Request, limit: Limit) -> None:
    """Refuse what announces to be too large before any of it is sent."""
    beside = OTHER_BYTES if boundary_of(_content_type(request)) else 0
    length = _announced(request)
    if length is not None and length > limit.bytes + beside:
        raise limit.refuse()


async def _read_upload(request: Request, filename: str | None) -> Upload:
    """Reads no further than to the first byte of the image."""
    body = request.stream()
    boundary = boundary_of(_content_type(request))
    if boundary is None:
        content_type = _media_type(_content_type(request))
        return Upload(
            filename=filename or _default_name(content_type),
            content_type=content_type,
            length=_announced(request),
            content=body,
        )
    part = await open_file_part(body, boundary)
    content_type = _media_type(part.content_type or "")
    return Upload(
        filename=part.filename or filename or _default_name(content_type),
        content_type=content_type,
        length=None,  # boundaries differ in length from one try to the next
        content=part.content,
    )


async def _key_for(services: Services, upload: Upload, token: str | None) -> tuple[str, ImageRecord | None]:
    """The object's key, and the record that an earlier request with the same token has led to."""
    key = identity.original_key_for_upload(upload.filename)
    if token is None:
        return key, None
    app = services.app
    reserve = partial(app.idempotency.reserve, token, key=key, fingerprint=upload.fingerprint)
    reserved = await to_thread.run_sync(reserve)
    return reserved, await to_thread.run_sync(app.find_original, reserved)


async def _store(services: Services, key: str, upload: Upload, limit: Limit) -> ImageRecord:
    content = await begun(blocks(limited(upload.content, limit)))
    store = partial(services.app.upload, key, FromLoop(content), content_type=upload.content_type)
    return await to_thread.run_sync(store, limiter=services.uploads)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "")


def _announced(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) else None


def _media_type(content_type: str) -> str | None:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else None


def _default_name(content_type: str | None) -> str:
    for known in FORMATS.values():
        if known.content_type == content_type:
            return f"upload.{known.extension}"
    return "upload"
