"""The entry point of `safelight`. Imports little: pixel processes import it again when they start."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def main() -> None:
    """Run one command and leave with its exit code."""
    from safelight.cli.faults import settle
    from safelight.cli.invocation import Invocation
    from safelight.cli.program import program
    from safelight.cli.streams import mend_streams

    mend_streams()
    signal.signal(signal.SIGTERM, _interrupt)
    invocation = Invocation(sys.argv[1:])
    try:
        program(prog_name="safelight", obj=invocation)
    except Exception as error:  # noqa: BLE001 - the one handler: every error becomes an exit code here
        sys.exit(settle(error, invocation))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
