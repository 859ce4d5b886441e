"""Stored bytes: originals, variants by name, and `/img/…`, the public address of variants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from safelight.api.openapi import bytes_answers, problems
from safelight.api.problems import problem
from safelight.api.services import Safelight
from safelight.delivery.serve import Answer, Conditions, Presentation, answer
from safelight.delivery.url import DELIVERY_PATH
from safelight.errors import ImageRejected, InvalidKey, NotFound, StoreUnavailable, Unauthorized
from safelight.image.formats import FORMATS
from safelight.image.sniff import ENOUGH, sniff
from safelight.ports import Bucket, ObjectInfo

protected = APIRouter(tags=["images"])
public = APIRouter(tags=["delivery"])

UNKNOWN = "application/octet-stream"
# Behind a key, and replaced by the next upload: only the client itself may keep it, and has to ask.
PRIVATE = "private, no-cache"


async def _conditions(request: Request) -> Conditions:
    headers = request.headers
    return Conditions(
        if_none_match=headers.get("if-none-match"),
        if_modified_since=headers.get("if-modified-since"),
        range=headers.get("range") if request.method == "GET" else None,
        if_range=headers.get("if-range"),
    )


Asked = Annotated[Conditions, Depends(_conditions)]


@protected.head("/v1/images/{image_id}/variants/{name}", include_in_schema=False)
@protected.get(
    "/v1/images/{image_id}/variants/{name}",
    response_class=Response,
    summary="Get a variant by name",
    responses={
        **bytes_answers("image/webp", "image/jpeg", "image/png"),
        **problems(Unauthorized, NotFound, StoreUnavailable),
    },
)
def get_variant(app: Safelight, request: Request, asked: Asked, image_id: str, name: str) -> Response:
    """The bytes of the present version. For pages use the record's `url`, which can be cached for ever."""
    variant = app.variant(image_id, name)
    presentation = Presentation(
        content_type=variant.content_type, cache_control=PRIVATE, content_disposition="inline"
    )
    return _send(app.variants, app.variants.head(variant.key), presentation, asked, request)


@protected.head("/v1/images/{image_id}/original", include_in_schema=False)
@protected.get(
    "/v1/images/{image_id}/original",
    response_class=Response,
    summary="Get the original",
    responses={
        **bytes_answers("image/jpeg", "image/png", UNKNOWN),
        **problems(Unauthorized, NotFound, StoreUnavailable),
    },
)
def get_original(app: Safelight, request: Request, asked: Asked, image_id: str) -> Response:
    """The bytes as they were uploaded, to be saved, not shown: they may be anything. The content type is
    what they were found to be, never what the uploader said."""
    record = app.get(image_id)
    known = FORMATS.get(record.original.format or "")
    presentation = Presentation(
        content_type=known.content_type if known else UNKNOWN,
        cache_control=PRIVATE,
        content_disposition=attachment(record.filename),
    )
    return _send(app.originals, app.originals.head(record.key), presentation, asked, request)


@public.head(f"{DELIVERY_PATH}{{key:path}}", include_in_schema=False)
@public.get(
    f"{DELIVERY_PATH}{{key:path}}",
    response_class=Response,
    summary="Get a variant by its address",
    responses={
        **bytes_answers("image/webp", "image/jpeg", "image/png", "image/avif", "image/gif"),
        **problems(InvalidKey, NotFound, StoreUnavailable),
    },
)
def deliver(app: Safelight, request: Request, asked: Asked, key: str) -> Response:
    """What the `url` of a variant leads to. Needs no key, and may be cached as `Cache-Control` says."""
    output = app.recipe.output
    info = app.variants.head(key)
    presentation = Presentation(
        content_type=info.content_type or _sniffed(app.variants, key),
        cache_control=output.effective_cache_control,
        content_disposition=output.content_disposition,
    )
    return _send(app.variants, info, presentation, asked, request)


def attachment(filename: str) -> str:
    """`Content-Disposition` (RFC 6266) that saves under `filename`, whatever characters it has."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _sniffed(bucket: Bucket, key: str) -> str:
    head = b"".join(bucket.stream(key, end=ENOUGH))
    try:
        return FORMATS[sniff(head)].content_type
    except ImageRejected:
        return UNKNOWN


def _send(
    bucket: Bucket, info: ObjectInfo, presentation: Presentation, asked: Conditions, request: Request
) -> Response:
    decided = answer(info, presentation, asked)
    if decided.status == 416:
        return _no_such_part(decided, info, request)
    if request.method == "HEAD" or decided.end == decided.start:
        return Response(status_code=decided.status, headers=decided.headers)
    return StreamingResponse(
        _begun(bucket.stream(info.key, start=decided.start, end=decided.end)),
        status_code=decided.status,
        headers=decided.headers,
    )


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, after the first was read: what is wrong shows before the answer has begun."""
    return itertools.chain([next(chunks, b"")], chunks)


def _no_such_part(decided: Answer, info: ObjectInfo, request: Request) -> Response:
    return problem(
        status=decided.status,
        title="There is no such part",
        code="range_not_satisfiable",
        detail=f"The object has {info.size} bytes; {request.headers['range']!r} begins behind its end.",
        instance=request.url.path,
        headers=decided.headers,
    )
