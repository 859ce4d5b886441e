"""Every error has an exit code and words; a bug has a report, without secrets."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from safelight.cli.exit_codes import ExitCode
from safelight.cli.faults import settle
from safelight.cli.invocation import Invocation
from safelight.config import Settings
from safelight.errors import ConfigurationError, NotFound, RecipeError, SafelightError, StorageFull


@pytest.fixture
def invocation(tmp_path: Path) -> Invocation:
    made = Invocation(["add", "s3://key:secret@host/a.jpg"])
    made.settings = Settings(home=tmp_path, api_keys=("hidden-key",), originals="s3://user:password@host/o")
    return made


def os_error(number: int, name: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), name)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("m"), ExitCode.USAGE),
        (RecipeError("m", where="a.yaml:3", field="variants"), ExitCode.USAGE),
        (NotFound("m"), ExitCode.USAGE),
        (StorageFull("m"), ExitCode.NOT_READY),
        (SafelightError("m"), ExitCode.NOT_READY),
        (os_error(errno.ENOSPC), ExitCode.NOT_READY),
        (os_error(errno.EROFS, "home"), ExitCode.USAGE),
        (os_error(errno.EADDRINUSE), ExitCode.USAGE),
    ],
    ids=repr,
)
def test_expected_errors_are_one_message_and_no_report(
    error: Exception, code: ExitCode, invocation: Invocation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(error, invocation) is code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("safelight: ")
    assert "Traceback" not in said.err
    assert not list(invocation.home_folder().glob("reports"))


def test_a_message_ends_with_what_to_do(invocation: Invocation, capsys: pytest.CaptureFixture[str]) -> None:
    settle(os_error(errno.EROFS, "/home/x"), invocation)
    assert capsys.readouterr().err == (
        "safelight: /home/x: Read-only file system. "
        "Choose a home folder on a file system that can be written.\n"
    )


def bug() -> Exception:
    """An error with a traceback, as the handler gets it."""
    with pytest.raises(ValueError, match="colour") as caught:
        paint()
    return caught.value


def paint() -> None:
    raise ValueError("no such colour in https://me:pass@host/x")


def test_a_bug_leaves_a_report_in_the_home(
    invocation: Invocation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(bug(), invocation) is ExitCode.BUG
    (report,) = (tmp_path / "reports").iterdir()
    said = capsys.readouterr().err
    assert str(report) in said
    assert "Traceback" not in said
    text = report.read_text(encoding="utf-8")
    for expected in ("Traceback", "no such colour", "pydantic", "workers:", "safelight add"):
        assert expected in text
    for secret in ("hidden-key", "password", "secret", "pass@"):
        assert secret not in text


def test_a_report_goes_elsewhere_when_the_home_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invocation = Invocation(["ls"])
    invocation.home = tmp_path / "absent"
    assert settle(bug(), invocation) is ExitCode.BUG
    place = Path(capsys.readouterr().err.partition("lies in ")[2].partition(". It holds")[0])
    assert "no such colour" in place.read_text(encoding="utf-8")
    assert not invocation.home.exists()
    place.unlink()
    place.parent.rmdir()
