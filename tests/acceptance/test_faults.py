"""What goes wrong on real machines: a clear message, a telling exit code, no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.command import Done, Safelight, new
from tests.samples import photos


def told(done: Done, code: int, *words: str) -> None:
    """It ended with `code`, a message on stderr that has all `words`, and nothing else."""
    assert "Traceback" not in done.stderr
    assert done.code == code, done.stderr
    for word in words:
        assert word in done.stderr
    assert done.stdout == ""


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB that the test may fill, enlarge and make read-only."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "safelight-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must be able to mount a tmpfs")
        pytest.skip("only root can mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_full_disk_is_told_and_loses_nothing(mounted: Path) -> None:
    safelight = new(mounted)
    samples = mounted.parent / "samples"
    samples.mkdir()
    for number in range(20):
        (samples / f"{number}.png").write_bytes(photos.png(320 + number, 240))
    full = safelight("add", samples, "--json")
    assert "Traceback" not in full.stderr
    assert full.code == 1
    assert "full" in full.stderr
    assert len(full.lines) < 20
    remount(mounted, "size=100m")
    done = safelight("add", samples, "--json")
    assert [line["status"] for line in done.lines] == ["READY"] * 20
    assert done.code == 0
    assert len(safelight.catalog()) == 20


def test_a_read_only_home_is_told(mounted: Path) -> None:
    safelight = new(mounted)
    photo = mounted.parent / "photo.jpg"
    photo.write_bytes(photos.jpeg(64, 48))
    assert safelight("add", photo).code == 0
    remount(mounted, "ro")
    told(safelight("add", photo), 2, str(safelight.home), "writ")
    told(safelight("add", photo, "--home", mounted / "new"), 2, "Read-only file system")


def test_a_corrupt_database_is_told_and_originals_stay(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    (record,) = safelight("add", "photo.jpg", "--json").lines
    for file in safelight.home.glob("safelight.db*"):
        file.write_bytes(b"not a database" * 1000)
    told(safelight("ls"), 2, "safelight.db", "damaged", "recover")
    assert (safelight.home / "originals" / record["key"]).read_bytes() == photos.jpeg(64, 48)
    doctor = safelight("doctor", "--json")
    assert doctor.code == 1
    (finding,) = [line for line in doctor.lines if line["subject"] == "database"]
    assert (finding["level"], "damaged" in finding["text"]) == ("fail", True)


def test_a_busy_port_is_told(safelight: Safelight) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told(safelight("serve", "--port", str(port)), 2, str(port), "in use", "--port")


def test_a_bad_recipe_is_told_with_file_line_and_field(safelight: Safelight) -> None:
    recipe = safelight.write("bad.yaml", b"version: 1\nname: bad\nvariants:\n  - name: a\n    widht: 40\n")
    told(safelight("add", "quick.yaml", "--recipe", recipe), 2, "bad.yaml:5", "widht", "width")
    told(safelight("recipe", "check", recipe), 2, "bad.yaml:5", "widht", "width")
    assert not (safelight.home / "safelight.db").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["add", "absent.jpg"], ["absent.jpg"], id="missing file"),
        pytest.param(["add", "empty"], ["holds no file"], id="a folder without files"),
        pytest.param(["add", "a.jpg", "--key", "../a.jpg"], [".."], id="a key that leaves the bucket"),
        pytest.param(["add", "a.jpg", "quick.yaml", "--key", "a"], ["--prefix"], id="one key for two files"),
        pytest.param(["add", "a.jpg", "--key", "a", "--prefix", "b"], ["--key"], id="key and prefix"),
        pytest.param(["add", "a.jpg", "--wrong"], ["--wrong"], id="unknown option"),
        pytest.param(["sho"], ["show"], id="unknown command"),
        pytest.param(["show", "absent"], ["absent", "safelight ls"], id="unknown image"),
        pytest.param(["rm", "absent"], ["absent"], id="unknown image to delete"),
        pytest.param(["ls", "--after", "nonsense"], ["after"], id="bad cursor"),
        pytest.param(["ls", "--config", "absent.yaml"], ["absent.yaml"], id="missing settings"),
        pytest.param(["ls", "--config", "quick.yaml"], ["quick.yaml", "no setting"], id="not settings"),
        pytest.param(["ls", "--home", "a.jpg"], ["a.jpg"], id="a home that is a file"),
        pytest.param(["redrive"], ["--failed"], id="nothing to redrive"),
        pytest.param(["recipe", "show", "wep"], ["web"], id="misspelt recipe"),
        pytest.param(["render", "absent.jpg", "-o", "out"], ["absent.jpg"], id="nothing to render"),
    ],
)
def test_wrong_usage_is_exit_code_2(usage: Safelight, arguments: list[str], words: list[str]) -> None:
    told(usage(*arguments), 2, *words)


@pytest.fixture(scope="module")
def usage(tmp_path_factory: pytest.TempPathFactory) -> Safelight:
    safelight = new(tmp_path_factory.mktemp("usage"))
    safelight.write("a.jpg", photos.jpeg(64, 48))
    safelight.write("empty/.hidden", b"")
    return safelight


def test_a_folder_without_a_right_to_it_is_told_and_the_others_go_on(safelight: Safelight) -> None:
    secret = safelight.write("given/secret/a.jpg", photos.jpeg(64, 48))
    safelight.write("given/b.jpg", photos.jpeg(64, 48))
    secret.parent.chmod(0)
    done = safelight("add", "given", "--json", wrapper=without_powers())
    assert [(line["path"], line.get("status")) for line in done.lines] == [
        ("given/b.jpg", "READY"),
        ("given/secret", None),
    ]
    assert done.lines[1]["error"]["message"] == "Permission denied."
    assert done.code == 1


def without_powers() -> tuple[str, ...]:
    """For root, what takes away its right to read and write everything."""
    return ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(safelight: Safelight, closed: str) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    done = safelight("add", "photo.jpg", "--json", wrapper=("sh", "-c", f'exec "$@" {closed}', "sh"))
    assert (done.code, done.stderr) == (0, "")
    (record,) = safelight.catalog()
    assert record["status"] == "READY"


def test_closed_standard_input_is_an_empty_file(safelight: Safelight) -> None:
    done = safelight("add", "-", "--json", wrapper=("sh", "-c", 'exec "$@" <&-', "sh"))
    assert (done.code, done.lines[0]["error"]["code"]) == (1, "empty_file")


def test_names_that_the_terminal_cannot_show_are_printed_as_escapes(safelight: Safelight) -> None:
    photo = safelight.write("\N{CJK UNIFIED IDEOGRAPH-6F22}.jpg", photos.jpeg(64, 48))
    ascii_only = ("env", "PYTHONIOENCODING=ascii")
    for command in (("add", photo.name), ("ls",)):
        done = safelight(*command, wrapper=ascii_only)
        assert (done.code, done.stderr) == (0, "")
        assert "\\u6f22.jpg" in done.stdout
