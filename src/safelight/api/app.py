"""The web application over an `App`. Nothing is built at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI

from safelight.__about__ import __version__
from safelight.api import content, docs, events, executions, health, images, openapi, stream, uploads
from safelight.api.auth import KeyGate, LoopbackOnly
from safelight.api.changes import Changes
from safelight.api.problems import answer_with_problems
from safelight.api.requests import Requests
from safelight.api.services import Services
from safelight.app import App
from safelight.observability.metrics import Metrics

PROTECTED = (  # need a key, where keys are set
    uploads.router,
    images.router,
    content.protected,
    executions.router,
    stream.router,
    events.router,
    health.protected,
)
PUBLIC = (content.public, health.public, docs.router)

UPLOADS_AT_ONCE = 32  # threads; further senders wait before their bodies are read


def create_app(app: App, metrics: Metrics | None = None) -> FastAPI:
    """Everything of DESIGN §10 for `app`, whose workers are somebody else's to start and stop.

    `metrics` is the observer that `app` was built with; without it only requests are counted.
    """
    services = Services(
        app=app,
        changes=Changes(app.feed),
        metrics=metrics or Metrics(),
        uploads=CapacityLimiter(UPLOADS_AT_ONCE),
    )
    services.metrics.watch(queue_depth=app.engine.queue_depth, images=app.catalog.counts)
    api = openapi.DescribedApi(
        title=openapi.TITLE,
        version=__version__,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        openapi_url=None,  # docs.router has it, and the page
        lifespan=_lifespan,
    )
    api.state.services = services
    answer_with_problems(api)
    for router in PUBLIC:  # first, because routes are tried in order and deliveries are the most frequent
        api.include_router(router)
    for router in PROTECTED:
        api.include_router(router, dependencies=[Depends(KeyGate(app.settings.api_keys))])
    if not app.settings.api_keys:
        api.add_middleware(LoopbackOnly)
    api.add_middleware(Requests, measure=services.metrics.request)  # added last: the outermost
    return api


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    yield
    await api.state.services.changes.close()
