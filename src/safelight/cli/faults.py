"""The one place where errors become exit codes and words on stderr."""

from __future__ import annotations

import errno
import sys

from safelight.cli.bug_report import write_bug_report
from safelight.cli.exit_codes import ExitCode
from safelight.cli.invocation import Invocation
from safelight.errors import (
    ConfigurationError,
    Conflict,
    InvalidKey,
    InvalidRequest,
    NotFound,
    SafelightError,
    Unauthorized,
)

_USAGE_ERRORS = (ConfigurationError, Conflict, InvalidKey, InvalidRequest, NotFound, Unauthorized)

# Faults of the machine that are nobody's bug: what to do about each, and whose turn it is.
_MACHINE_FAULTS = {
    errno.ENOSPC: ("Free some space or choose another home folder.", ExitCode.NOT_READY),
    errno.EDQUOT: ("Free some space or ask for a larger quota.", ExitCode.NOT_READY),
    errno.EIO: ("The disk or the connection to it is failing; check it.", ExitCode.NOT_READY),
    errno.EMFILE: ("Raise the limit of open files (`ulimit -n`).", ExitCode.NOT_READY),
    errno.EROFS: ("Choose a home folder on a file system that can be written.", ExitCode.USAGE),
    errno.EACCES: ("Give this user the right to it, or name another place.", ExitCode.USAGE),
    errno.EPERM: ("Give this user the right to it, or name another place.", ExitCode.USAGE),
    errno.EADDRINUSE: ("Choose another port with --port, or stop the program that has it.", ExitCode.USAGE),
    errno.EADDRNOTAVAIL: ("Choose an address of this machine with --host.", ExitCode.USAGE),
    errno.ENOENT: ("Name something that exists.", ExitCode.USAGE),
    errno.ENOTDIR: ("Name a folder.", ExitCode.USAGE),
    errno.EISDIR: ("Name a file.", ExitCode.USAGE),
    errno.EEXIST: ("Name a folder, or something that does not exist yet.", ExitCode.USAGE),
    errno.ENAMETOOLONG: ("Choose a shorter name.", ExitCode.USAGE),
    errno.ELOOP: ("Remove the loop of symbolic links.", ExitCode.USAGE),
}


def settle(error: Exception, invocation: Invocation) -> ExitCode:
    """Tell the user what is wrong and what to do; return the exit code. Only a bug gets a report."""
    if isinstance(error, SafelightError):
        _say(str(error))
        return ExitCode.USAGE if isinstance(error, _USAGE_ERRORS) else ExitCode.NOT_READY
    if isinstance(error, OSError) and error.errno in _MACHINE_FAULTS:
        remedy, code = _MACHINE_FAULTS[error.errno]
        place = f"{error.filename}: " if error.filename else ""
        _say(f"{place}{error.strerror}. {remedy}")
        return code
    report = write_bug_report(error, invocation)
    _say(
        f"This is a bug in Safelight ({type(error).__name__}). "
        f"A report that you can attach to an issue lies in {report}. It holds no keys or passwords."
    )
    return ExitCode.BUG


def _say(message: str) -> None:
    sys.stderr.write(f"safelight: {message}\n")
