"""What the routes work with, and how they come by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request

from safelight.api.changes import Changes
from safelight.app import App
from safelight.observability.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Services:
    app: App
    changes: Changes
    metrics: Metrics
    uploads: CapacityLimiter  # threads for uploads alone, so that slow senders hold up nobody else


async def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


async def _app(request: Request) -> App:
    return (await _services(request)).app


Everything = Annotated[Services, Depends(_services)]
Safelight = Annotated[App, Depends(_app)]
