"""Whether `serve` could bind its port now."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from safelight.config import Settings
from safelight.doctor.finding import Finding, ok, warn


def examine_port(settings: Settings) -> Iterator[Finding]:
    place = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            probe.bind(address)
    except OSError as error:
        yield warn(
            "port",
            f"{place} cannot be bound: {error.strerror}.",
            "If that is not a running `safelight serve`, choose another `port`.",
        )
    else:
        yield ok("port", f"{place} is free")
