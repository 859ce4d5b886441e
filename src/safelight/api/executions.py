"""`/v1/executions`: runs of the workflow, and their history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from safelight.api import schemas
from safelight.api.openapi import problems
from safelight.api.services import Safelight
from safelight.errors import InvalidRequest, NotFound, StoreUnavailable, Unauthorized

router = APIRouter(tags=["executions"])


@router.get(
    "/v1/executions",
    response_model=schemas.ExecutionList,
    summary="List executions",
    responses=problems(InvalidRequest, Unauthorized, StoreUnavailable),
)
def list_executions(
    app: Safelight,
    image_id: Annotated[str, Query(description="Only this image's; empty: all.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="Most executions in the answer.")] = 50,
) -> JSONResponse:
    """Latest start first, without history."""
    return JSONResponse({"items": [one.public() for one in app.executions(image_id, limit=limit)]})


@router.get(
    "/v1/executions/{name}",
    response_model=schemas.ExecutionWithHistory,
    summary="Look at an execution and its history",
    responses=problems(Unauthorized, NotFound, StoreUnavailable),
)
def get_execution(app: Safelight, name: str) -> JSONResponse:
    """Every state that was entered and left, with input, output, error and time."""
    history = [event.public() for event in app.history(name)]
    return JSONResponse({**app.execution(name).public(), "history": history})
