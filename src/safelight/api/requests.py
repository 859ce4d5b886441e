"""Around every request: its id, its log line, its metrics, and an answer to what nobody foresaw."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safelight.api.problems import internal_problem, stopping_problem
from safelight.workflow.log_context import log_context

log = logging.getLogger("safelight.http")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_GONE = 499  # as nginx logs it: the client closed the connection before it had an answer

# Asked every few seconds by machines: not worth a line each.
_QUIET = {"/healthz", "/readyz", "/metrics"}

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

Measure = Callable[[str, str, int, float], None]


@dataclass(kw_only=True)
class _Exchange:
    """What is known of one request and its answer so far."""

    request_id: str
    status: int = _GONE
    started: bool = False
    sent: int = 0


class Requests:
    """The outermost middleware. `measure(method, route, status, seconds)` counts."""

    def __init__(self, app: ASGIApp, measure: Measure) -> None:
        self._app = app
        self._measure = measure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(request_id=_request_id(scope))
        start = time.perf_counter()
        with log_context(request_id=exchange.request_id):
            try:
                await self._answer(scope, receive, _noting(exchange, send), exchange)
            finally:
                self._tell(scope, exchange, time.perf_counter() - start)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, exchange: _Exchange) -> None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # the server stops, and has waited for this request long enough
            if not exchange.started:
                await stopping_problem(scope["path"])(scope, receive, send)
        except Exception:
            log.exception("request failed")
            if exchange.started:  # too late for another answer: the server cuts the connection
                raise
            await internal_problem(exchange.request_id, scope["path"])(scope, receive, send)

    def _tell(self, scope: Scope, exchange: _Exchange, seconds: float) -> None:
        # Without a route the path is whatever a client makes up, and no label for a metric.
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._measure(method, route, exchange.status, seconds)
        quiet = route in _QUIET and exchange.status < 400
        log.log(
            logging.DEBUG if quiet else logging.INFO,
            "%s %s %d",
            scope["method"],
            scope["path"],
            exchange.status,
            extra={
                "route": route,
                "status": exchange.status,
                "seconds": round(seconds, 4),
                "bytes": exchange.sent,
                "client": (scope.get("client") or ("",))[0],
            },
        )


def _noting(exchange: _Exchange, send: Send) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.started = True
            exchange.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = exchange.request_id
        elif message["type"] == "http.response.body":
            exchange.sent += len(message.get("body", b""))
        await send(message)

    return noting


def _request_id(scope: Scope) -> str:
    """The caller's own, so that logs of several services can be joined; a new one where it has none."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
