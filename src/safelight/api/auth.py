"""Who may come in: API keys; and what protects a server that has none."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from typing import Annotated

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from safelight.api.problems import KINDS, problem_of
from safelight.config import Settings
from safelight.errors import ConfigurationError, Forbidden, Unauthorized

_bearer = HTTPBearer(auto_error=False, description="An API key as a bearer token.")
_header = APIKeyHeader(name="X-Api-Key", auto_error=False, description="An API key.")

_UNCHANGING = {"GET", "HEAD", "OPTIONS"}


class KeyGate:
    """A dependency of every protected route: without keys it lets everyone in. Raises Unauthorized."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._digests = [_digest(key) for key in keys]

    async def __call__(
        self,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        header: Annotated[str | None, Security(_header)],
    ) -> None:
        if not self._digests:
            return
        given = [bearer.credentials if bearer else None, header]
        if not any(self._knows(key) for key in given if key is not None):
            raise Unauthorized(
                "This needs an API key.", remedy="Send `Authorization: Bearer KEY` or `X-Api-Key: KEY`."
            )

    def _knows(self, key: str) -> bool:
        digest = _digest(key)  # so that time does not tell how long the right key is, either
        return any(hmac.compare_digest(digest, known) for known in self._digests)


class LoopbackOnly:
    """Middleware of a server without keys: what runs in a visitor's browser must not reach it.

    A page on another site can have a browser send requests to 127.0.0.1, and by DNS rebinding even read
    the answers; it can fake neither `Host` nor `Origin`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await problem_of(fault, KINDS[Forbidden], scope["path"])(scope, receive, send)

    def _fault(self, scope: Scope) -> Forbidden | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_loopback(_hostname(host)):
            return Forbidden(
                f"This server is for its own machine only, and was asked for as {host!r}.",
                remedy="Use http://127.0.0.1, or set api_keys to serve others.",
            )
        if scope["method"] in _UNCHANGING:
            return None
        origin = headers.get("origin")
        same = origin is None or origin.partition("://")[2] == host
        if not same or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return Forbidden(
                f"A page of {origin or 'another site'} may not change anything here.",
                remedy="Set api_keys, and let the page's own server send the key.",
            )
        return None


def refuse_open_network(settings: Settings) -> None:
    """Raises ConfigurationError when other machines could reach a server without keys."""
    if settings.api_keys or is_loopback(settings.host):
        return
    raise ConfigurationError(
        f"Other machines can reach {settings.host!r}, and no API key is set.",
        remedy="Set SAFELIGHT_API_KEYS to long random texts, separated by commas; or serve on 127.0.0.1.",
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address or name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hostname(host: str) -> str:
    """`127.0.0.1:8000` and `[::1]:8000` without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()
