"""`safelight add`, as users and scripts run it."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from typing import Any

import pytest

from tests.acceptance.command import Done, Safelight, new
from tests.samples import photos

READY_KEYS = {
    "image_id", "bucket", "key", "filename", "status", "error", "original", "variants", "recipe", "version",
    "execution", "attempts", "created_at", "updated_at", "ready_at", "path",
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Safelight, Done]:
    """A good image, a text, a missing file, a folder with the same image once more, in that order."""
    safelight = new(tmp_path_factory.mktemp("mixed"))
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    safelight.write("notes.jpg", b"Milk, bread.\n")
    safelight.write("folder/b/photo.jpg", photos.jpeg(64, 48))
    safelight.write("folder/a é+%20.png", photos.png(64, 48))
    safelight.write("folder/.hidden.jpg", photos.jpeg(64, 48))
    safelight.write("folder/unfinished.jpg.part", b"\xff\xd8")
    return safelight, safelight("add", "--json", "photo.jpg", "notes.jpg", "missing.jpg", "folder")


def by_path(done: Done) -> dict[str, dict[str, Any]]:
    return {line["path"]: line for line in done.lines}


def test_json_has_one_line_an_input_in_their_order(mixed: tuple[Safelight, Done]) -> None:
    _, done = mixed
    expected = ["photo.jpg", "notes.jpg", "missing.jpg", "folder/a é+%20.png", "folder/b/photo.jpg"]
    assert [line["path"] for line in done.lines] == expected


def test_a_line_is_the_catalog_record_and_the_path(mixed: tuple[Safelight, Done]) -> None:
    safelight, done = mixed
    line = by_path(done)["photo.jpg"]
    assert set(line) == READY_KEYS
    (shown,) = safelight("show", line["image_id"], "--json").lines
    assert {**shown, "path": "photo.jpg"} == line


def test_a_key_is_made_of_the_content_and_the_name(mixed: tuple[Safelight, Done]) -> None:
    _, done = mixed
    digest = hashlib.sha256(photos.png(64, 48)).hexdigest()
    assert by_path(done)["folder/a é+%20.png"]["key"] == f"{digest[:12]}/a é+%20.png"


def test_ready_means_that_every_variant_lies_where_the_record_says(mixed: tuple[Safelight, Done]) -> None:
    safelight, done = mixed
    variants = by_path(done)["photo.jpg"]["variants"]
    assert [variant["name"] for variant in variants] == ["small", "tiny"]
    for variant in variants:
        data = (safelight.home / "variants" / variant["key"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (variant["bytes"], variant["sha256"])


def test_a_file_that_is_no_image_gets_its_record(mixed: tuple[Safelight, Done]) -> None:
    _, done = mixed
    line = by_path(done)["notes.jpg"]
    assert (line["status"], line["error"]["code"], line["error"]["stage"]) == (
        "REJECTED",
        "not_an_image",
        "ValidateImage",
    )


def test_a_file_that_is_not_there_is_reported_and_the_others_go_on(mixed: tuple[Safelight, Done]) -> None:
    _, done = mixed
    assert by_path(done)["missing.jpg"] == {
        "path": "missing.jpg",
        "error": {"code": "unreadable", "message": "No such file or directory."},
    }
    assert done.code == 1
    assert "missing.jpg" in done.stderr


def test_one_image_under_two_paths_is_one_record(mixed: tuple[Safelight, Done]) -> None:
    safelight, done = mixed
    lines = by_path(done)
    assert lines["photo.jpg"]["image_id"] == lines["folder/b/photo.jpg"]["image_id"]
    assert len(safelight.catalog()) == 3


def test_adding_again_adds_nothing(mixed: tuple[Safelight, Done]) -> None:
    safelight, done = mixed
    again = safelight("add", "--json", "photo.jpg", "notes.jpg")
    assert again.lines == done.lines[:2]
    assert again.code == 1


def test_all_ready_is_exit_code_0_and_a_table(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    done = safelight("add", "photo.jpg")
    assert done.code == 0
    assert "READY" in done.stdout
    assert "1 image · 1 READY · 2 variants" in done.stdout
    assert done.stderr == ""


def test_options_may_stand_before_the_command(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    done = safelight("--home", "elsewhere", "--json", "--recipe", "thumbnail-300", "add", "photo.jpg")
    assert done.lines[0]["recipe"]["name"] == "thumbnail-300"
    assert (safelight.folder / "elsewhere" / "safelight.db").is_file()
    assert not safelight.home.exists()


def test_standard_input_is_an_input_with_a_name(safelight: Safelight) -> None:
    done = safelight("add", "-", "--name", "scan.jpg", "--json", stdin=photos.jpeg(64, 48))
    (line,) = done.lines
    assert (line["path"], line["filename"], line["status"]) == ("-", "scan.jpg", "READY")


def test_prefix_keeps_the_paths_below_a_folder(safelight: Safelight) -> None:
    safelight.write("shoot/day 1/a.jpg", photos.jpeg(64, 48))
    safelight.write("shoot/day 2/a.jpg", photos.jpeg(48, 64))
    done = safelight("add", "shoot", "--prefix", "2026/", "--json")
    assert [line["key"] for line in done.lines] == ["2026/day 1/a.jpg", "2026/day 2/a.jpg"]
    again = safelight("add", "shoot", "--prefix", "2026/", "--json")
    assert again.lines == done.lines


def test_a_key_that_is_added_with_other_bytes_is_a_new_version(safelight: Safelight) -> None:
    first = safelight.write("a.jpg", photos.jpeg(64, 48))
    (before,) = safelight("add", first, "--key", "cover.jpg", "--json").lines
    safelight.write("a.jpg", photos.jpeg(48, 64))
    (after,) = safelight("add", first, "--key", "cover.jpg", "--json").lines
    assert before["image_id"] == after["image_id"]
    assert before["version"] != after["version"]
    assert len(safelight.catalog()) == 1


def test_another_recipe_runs_the_same_image_again(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    (before,) = safelight("add", "photo.jpg", "--json").lines
    (after,) = safelight("add", "photo.jpg", "--recipe", "thumbnail-300", "--json").lines
    assert before["image_id"] == after["image_id"]
    assert [variant["name"] for variant in after["variants"]] == ["thumbnail"]
    stored = [path.name for path in (safelight.home / "variants").rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_no_wait_leaves_the_images_to_whoever_comes_next(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    (pending,) = safelight("add", "photo.jpg", "--no-wait", "--json").lines
    assert pending["status"] == "PENDING"
    (ready,) = safelight("add", "photo.jpg", "--json").lines
    assert (ready["status"], ready["execution"]) == ("READY", pending["execution"])


def test_the_home_is_not_added_with_the_folder_it_lies_in(safelight: Safelight) -> None:
    safelight.write("photos/a.jpg", photos.jpeg(64, 48))
    first = safelight("add", "photos", "--home", "photos/data", "--json")
    second = safelight("add", "photos", "--home", "photos/data", "--json")
    assert [line["path"] for line in first.lines] == ["photos/a.jpg"]
    assert second.lines == first.lines


def test_interrupting_stops_cleanly_and_nothing_is_lost(safelight: Safelight) -> None:
    picture = photos.jpeg(800, 600)  # large enough that the last is far off when the first is done
    for number in range(40):
        safelight.write(f"many/{number}.jpg", picture + bytes([number]))
    process = safelight.start("add", "many", "--json")
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in errors
    assert "Traceback" not in errors
    done = safelight("add", "many", "--json")
    assert [line["status"] for line in done.lines] == ["READY"] * 40
    assert len(safelight.catalog()) == 40


def test_names_of_every_kind_are_taken(safelight: Safelight) -> None:
    names = [
        "a b.jpg",
        "a+b%2F.jpg",
        "é漢字🙂.jpg",
        "'\"$`;.jpg",
        "a\nb.jpg",
        "x" * 251 + ".jpg",
        "-dash.jpg",
    ]
    for name in names:
        safelight.write(f"odd/{name}", photos.jpeg(64, 48))
    (safelight.folder / "odd" / os.fsdecode(b"latin-\xe9.jpg")).write_bytes(photos.jpeg(64, 48))
    done = safelight("add", "odd", "--json")
    assert [line["status"] for line in done.lines] == ["READY"] * (len(names) + 1)
    assert {line["path"] for line in done.lines} >= {f"odd/{name}" for name in names}
    stored = [path for path in (safelight.home / "originals").rglob("*") if path.is_file()]
    assert len(stored) == len(safelight.catalog()) == len(names) + 1
    assert safelight("add", "odd").code == 0


def test_a_pipe_is_read_once_and_a_device_not_at_all(safelight: Safelight) -> None:
    pipe = safelight.folder / "pipe.jpg"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(photos.jpeg(64, 48),))
    writer.start()
    done = safelight("add", pipe, "/dev/zero", "--json")
    writer.join()
    read, refused = done.lines
    assert (read["status"], read["filename"]) == ("READY", "pipe.jpg")
    assert refused["error"]["message"] == "Neither a file nor a pipe."
