"""`/v1/images`: the catalog's records, and what can be done with an image."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from safelight.api import examples, schemas
from safelight.api.openapi import json_answer, problems
from safelight.api.services import Safelight
from safelight.errors import Conflict, InvalidRequest, NotFound, StoreUnavailable, Unauthorized
from safelight.model import Status

router = APIRouter(tags=["images"])


@router.get(
    "/v1/images",
    response_model=schemas.ImagePage,
    summary="List images",
    responses=problems(InvalidRequest, Unauthorized, StoreUnavailable),
)
def list_images(
    app: Safelight,
    status: Annotated[Status | None, Query(description="Only images of this status.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most images in the answer.")] = 50,
    after: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> JSONResponse:
    """Newest first. Follow `next` until it is null to see them all."""
    page = app.list(status=status, limit=limit, after=after)
    return JSONResponse({"items": [record.public() for record in page.items], "next": page.next})


@router.get(
    "/v1/images/{image_id}",
    response_model=schemas.Image,
    summary="Look at an image's record",
    responses=problems(Unauthorized, NotFound, StoreUnavailable),
)
def get_image(app: Safelight, image_id: str) -> JSONResponse:
    """An image that was deleted keeps its record, with the status DELETED."""
    return JSONResponse(app.get(image_id).public())


@router.delete(
    "/v1/images/{image_id}",
    response_model=schemas.Image,
    summary="Delete an image",
    responses={
        200: json_answer("Its record, now DELETED.", examples.DELETED),
        **problems(Unauthorized, NotFound, StoreUnavailable),
    },
)
def delete_image(app: Safelight, image_id: str) -> JSONResponse:
    """Removes the original and every variant. Deleting twice is deleting once."""
    return JSONResponse(app.delete(image_id).public())


@router.post(
    "/v1/images/{image_id}/redrive",
    status_code=202,
    response_model=schemas.Image,
    summary="Run an image again",
    responses={
        202: json_answer("Its variants are being made anew.", examples.PENDING),
        **problems(Unauthorized, NotFound, Conflict, StoreUnavailable),
    },
)
def redrive_image(app: Safelight, image_id: str) -> JSONResponse:
    """With the recipe as it is now: after a failure, or after the recipe was changed."""
    return JSONResponse(app.redrive(image_id).public(), status_code=202)
