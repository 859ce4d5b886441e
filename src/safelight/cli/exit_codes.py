"""What the exit code of `safelight` says. Fixed: other people's scripts rely on it (DESIGN §9)."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0  # all READY
    NOT_READY = 1  # at least one image REJECTED or FAILED, or the work could not be done now
    USAGE = 2  # the command line, a setting, a file or the home folder is not usable as it is
    BUG = 3  # ours; a report file tells the details
    INTERRUPTED = 130
