"""`doctor` finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from safelight.config import Settings
from safelight.database import Database
from safelight.doctor import codecs
from safelight.doctor.buckets import examine_buckets
from safelight.doctor.codecs import examine_codecs
from safelight.doctor.finding import Finding, Level
from safelight.doctor.home import examine_home
from safelight.doctor.machine import examine_machine
from safelight.doctor.port import examine_port
from safelight.doctor.recipe import examine_recipe
from safelight.doctor.records import examine_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def levels(findings: Iterable[Finding]) -> dict[str, Level]:
    found = list(findings)
    assert all(finding.remedy for finding in found if finding.level is not Level.OK)
    return {finding.subject: finding.level for finding in found}


def test_a_home_that_does_not_exist_yet_is_well_and_is_not_made(settings: Settings) -> None:
    for examine in (examine_home, examine_buckets, examine_database):
        assert Level.FAIL not in levels(examine(settings)).values()
    assert not settings.home.exists()


def test_a_sound_database_of_this_version_is_well(settings: Settings) -> None:
    settings.home.mkdir()
    Database(settings.database_path).close()
    assert levels(examine_database(settings)) == {"database": Level.OK, "schema": Level.OK}


def test_a_damaged_page_is_found(settings: Settings) -> None:
    settings.home.mkdir()
    database = Database(settings.database_path)
    with database.transaction() as connection:
        connection.execute("CREATE TABLE filler (text)")
        connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 500,)] * 200)
    database.close()
    with settings.database_path.open("r+b") as file:
        file.seek(-20_000, 2)
        file.write(b"\xff" * 8_000)
    assert levels(examine_database(settings))["database"] is Level.FAIL


def test_a_database_of_a_newer_version_is_found(settings: Settings) -> None:
    settings.home.mkdir()
    database = Database(settings.database_path)
    with database.transaction() as connection:
        connection.execute("INSERT INTO schema_migrations (number, name) VALUES (9999, 'later')")
    database.close()
    assert levels(examine_database(settings)) == {"database": Level.OK, "schema": Level.FAIL}


def test_buckets_that_overlap_are_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, originals=str(tmp_path / "o"), variants=str(tmp_path / "o/v"))
    assert levels(examine_buckets(settings))["buckets"] is Level.FAIL


def test_a_bad_recipe_is_found(tmp_path: Path) -> None:
    assert levels(examine_recipe(Settings(recipe=str(tmp_path / "absent.yaml")))) == {"recipe": Level.FAIL}


def test_a_busy_port_is_a_warning(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = settings.model_copy(update={"port": server.getsockname()[1]})
        assert levels(examine_port(busy)) == {"port": Level.WARN}


def test_too_many_workers_for_the_machine_are_a_warning(settings: Settings) -> None:
    assert levels(examine_machine(settings.model_copy(update={"workers": 256})))["cores"] is Level.WARN


@pytest.mark.parametrize(
    ("code", "expected"), [(-11, "SIGSEGV"), (1, "exit code 1: ImportError: no libvips")]
)
def test_codecs_that_crash_are_found(code: int, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed = subprocess.CompletedProcess([], code, stdout="", stderr="Traceback\nImportError: no libvips\n")
    monkeypatch.setattr(codecs.subprocess, "run", lambda *_args, **_options: crashed)
    (finding,) = examine_codecs()
    assert finding.level is Level.FAIL
    assert expected in finding.text
