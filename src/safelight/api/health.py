"""`/healthz`, `/readyz` and `/metrics`: for machines that watch over this one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from safelight.__about__ import __version__
from safelight.api import schemas
from safelight.api.openapi import problems
from safelight.api.problems import kind_of, problem
from safelight.api.services import Everything, Safelight
from safelight.app import App
from safelight.errors import NotFound, SafelightError, StoreUnavailable, Unauthorized
from safelight.ports import Bucket

log = logging.getLogger(__name__)

public = APIRouter(tags=["operations"])
protected = APIRouter(tags=["operations"])

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NO_STORE = {"Cache-Control": "no-store"}


@public.get("/healthz", response_model=schemas.Health, summary="Is the process alive?")
async def is_alive() -> JSONResponse:
    """Asks nothing of the database or the stores: restart the process when this fails."""
    return JSONResponse({"status": "ok", "version": __version__}, headers=_NO_STORE)


@public.get(
    "/readyz",
    response_model=schemas.Readiness,
    summary="Can it do its work?",
    responses=problems(StoreUnavailable),
)
def is_ready(app: Safelight, request: Request) -> Response:
    """Send no traffic while this fails: the answer says which part is at fault, and why."""
    parts = {name: _state(check, app) for name, check in CHECKS.items()}
    faults = [name for name, state in parts.items() if state != "ok"]
    if not faults:
        return JSONResponse({"status": "ok", "parts": parts}, headers=_NO_STORE)
    return problem(
        status=503,
        title="Not ready",
        code="not_ready",
        detail=f"Not in order: {', '.join(faults)}.",
        instance=request.url.path,
        parts=parts,
    )


@protected.get(
    "/metrics",
    response_class=Response,
    summary="Prometheus metrics",
    responses={
        200: {
            "description": "Prometheus text format.",
            "content": {"text/plain": {"example": 'safelight_images{status="READY"} 42.0\n'}},
        },
        **problems(Unauthorized),
    },
)
def metrics(services: Everything) -> Response:
    """Tasks, images, bytes and requests of this process; queue and catalog as all processes share them."""
    return Response(services.metrics.text(), media_type=_METRICS_TYPE, headers=_NO_STORE)


def _state(check: Callable[[App], None], app: App) -> str:
    try:
        check(app)
    except SafelightError as fault:
        if kind_of(fault) is None:
            log.exception("not ready")
            return "not in order; the log says more"
        return str(fault)
    return "ok"


def _check_database(app: App) -> None:
    with app.database.transaction():
        pass


def _check_bucket(bucket: Bucket) -> None:
    try:
        bucket.head("readyz")
    except NotFound:  # the store answered, which is all we wanted to know
        return


def _check_workers(app: App) -> None:
    if not app.engine.running:
        raise StoreUnavailable("No worker runs in this process.")
    if app.engine.trouble is not None:
        raise app.engine.trouble


CHECKS: dict[str, Callable[[App], None]] = {
    "database": _check_database,
    "originals": lambda app: _check_bucket(app.originals),
    "variants": lambda app: _check_bucket(app.variants),
    "workers": _check_workers,
}
