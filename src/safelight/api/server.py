"""`safelight serve`: API, delivery and workers in one process, until SIGINT or SIGTERM."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
from collections.abc import Generator

import uvicorn

from safelight.api.app import create_app
from safelight.api.auth import refuse_open_network
from safelight.api.services import Services
from safelight.app import build
from safelight.config import Settings
from safelight.errors import ConfigurationError
from safelight.observability.logs import configure_logging
from safelight.observability.metrics import Metrics
from safelight.runtime import running, stopping_on_signals

log = logging.getLogger(__name__)

GRACE_SECONDS = 3  # for requests under way when the process is told to stop

_CANNOT_BIND = {
    errno.EADDRINUSE: ("is in use", "Stop the program that has it, or choose another with --port."),
    errno.EACCES: ("is not for this user", "Choose a port above 1023 with --port."),
    errno.EADDRNOTAVAIL: ("is not on this machine", "Choose an address of this machine with --host."),
}


def serve(settings: Settings) -> None:
    """Blocks. Raises ConfigurationError (open network without keys, busy port), and what `build` raises."""
    refuse_open_network(settings)
    configure_logging(settings.log_level, settings.log_format)
    with contextlib.closing(_listen(settings.host, settings.port)) as listener:
        metrics = Metrics()
        app = build(settings, metrics)
        api = create_app(app, metrics)
        server = _Server(
            uvicorn.Config(
                api,
                log_config=None,
                access_log=False,  # api.requests logs them
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                ws="none",
            ),
            api.state.services,
        )
        with stopping_on_signals(server.stop), running(app):
            log.info("listening", extra={"url": _url(listener), "home": str(settings.home)})
            server.run(sockets=[listener])
    log.info("stopped")


class _Server(uvicorn.Server):
    """Lets those who listen to changes go before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    def stop(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Nothing: uvicorn would raise the signal again and end the process before `App.close`."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._services.changes.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except socket.gaierror:
        raise ConfigurationError(
            f"There is no address {host!r}.", remedy="Choose an address of this machine with --host."
        ) from None
    except OSError as error:
        fault, remedy = _CANNOT_BIND.get(
            error.errno or 0, (f"cannot be had: {error.strerror}", "Choose others with --host and --port.")
        )
        raise ConfigurationError(f"Port {port} of {host} {fault}.", remedy=remedy) from None
    # Connections inherit it. asyncio would set it, but not on sockets made this way: answers on a kept-alive
    # connection would wait 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
