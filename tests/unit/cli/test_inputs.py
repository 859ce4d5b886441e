"""Which files `add` takes, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from safelight.cli.adding.inputs import Input, Inputs


def write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def relatives(inputs: Iterable[Input]) -> list[str]:
    return [given.relative for given in inputs]


def test_folders_are_walked_by_name_and_arguments_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, "z.jpg", "folder/b/1.jpg", "folder/a.jpg", "folder/c.txt")
    inputs = Inputs([str(tmp_path / "z.jpg"), str(tmp_path / "folder")], stdin_name="stdin")
    assert relatives(inputs) == ["z.jpg", "a.jpg", "b/1.jpg", "c.txt"]


def test_the_walk_can_be_repeated(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "b.jpg")
    inputs = Inputs([str(tmp_path)], stdin_name="stdin")
    assert list(inputs) == list(inputs)


def test_hidden_and_unfinished_files_below_a_folder_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", ".b.jpg", ".git/c.jpg", "d.jpg.part", "e.jpg~", "Thumbs.db")
    assert relatives(Inputs([str(tmp_path)], stdin_name="stdin")) == ["a.jpg"]


def test_a_hidden_file_that_is_named_is_taken(tmp_path: Path) -> None:
    write(tmp_path, ".b.jpg")
    assert relatives(Inputs([str(tmp_path / ".b.jpg")], stdin_name="stdin")) == [".b.jpg"]


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    write(tmp_path, "folder/a.jpg", "elsewhere/b.jpg")
    (tmp_path / "folder/circle").symlink_to(tmp_path / "folder")
    (tmp_path / "folder/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder/link.jpg").symlink_to(tmp_path / "elsewhere/b.jpg")
    inputs = Inputs([str(tmp_path / "folder")], stdin_name="stdin")
    assert relatives(inputs) == ["a.jpg", "link/b.jpg", "link.jpg"]


def test_folders_of_safelight_itself_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg", "data/originals/x/b.jpg")
    assert relatives(Inputs([str(tmp_path)], stdin_name="stdin", kept=[tmp_path / "data"])) == ["a.jpg"]


def test_a_folder_without_files_is_a_fault(tmp_path: Path) -> None:
    (given,) = Inputs([str(tmp_path)], stdin_name="stdin")
    assert (given.path, given.fault) == (str(tmp_path), "The folder holds no file to add.")


def test_standard_input_takes_its_name_from_outside() -> None:
    (given,) = Inputs(["-"], stdin_name="scan.jpg")
    assert (given.path, given.name) == ("-", "scan.jpg")


@pytest.mark.parametrize("path", ["absent.jpg", "./absent.jpg", "/absent.jpg"])
def test_a_path_stays_as_it_was_written(path: str) -> None:
    (given,) = Inputs([path], stdin_name="stdin")
    assert (given.path, given.name) == (path, "absent.jpg")
