"""The commands around `add`: each does what its help says, in words and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.acceptance.command import Safelight, new
from tests.samples import photos


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Safelight:
    """A home with one image READY and one REJECTED, which came later; the tests only look."""
    safelight = new(tmp_path_factory.mktemp("filled"))
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    safelight.write("notes.jpg", b"Milk, bread.\n")
    assert safelight("add", "photo.jpg", "notes.jpg").code == 1
    return safelight


def record(safelight: Safelight, status: str) -> dict[str, Any]:
    (found,) = [record for record in safelight.catalog() if record["status"] == status]
    return found


def test_ls_lists_newest_first_in_pages_that_follow_each_other(filled: Safelight) -> None:
    (first,) = filled("ls", "--json", "--limit", "1").lines
    (second,) = filled("ls", "--json", "--limit", "1", "--after", first["next"]).lines
    names = [item["filename"] for page in (first, second) for item in page["items"]]
    assert (names, second["next"]) == (["notes.jpg", "photo.jpg"], None)


def test_ls_takes_a_status_in_any_case(filled: Safelight) -> None:
    listed = filled("ls", "--status", "ready")
    assert (listed.code, listed.stderr) == (0, "")
    assert "photo.jpg" in listed.stdout
    assert "notes.jpg" not in listed.stdout


def test_show_finds_an_image_by_id_by_its_beginning_and_by_key(filled: Safelight) -> None:
    ready = record(filled, "READY")
    for called in (ready["image_id"], ready["image_id"][:8], ready["key"]):
        assert filled("show", called, "--json").lines == [ready]


def test_show_tells_where_the_variants_lie(filled: Safelight) -> None:
    ready = record(filled, "READY")
    shown = filled("show", ready["image_id"]).stdout
    assert all(f"{filled.home}/variants/{variant['key']}" in shown for variant in ready["variants"])


def test_show_tells_why_an_image_was_refused(filled: Safelight) -> None:
    rejected = record(filled, "REJECTED")
    shown = filled("show", rejected["image_id"])
    assert shown.code == 0
    assert "not_an_image at ValidateImage" in shown.stdout


def test_executions_tell_the_history_state_by_state(filled: Safelight) -> None:
    ready = record(filled, "READY")
    told = filled("executions", ready["image_id"]).stdout
    states = ["ValidateImage", "CheckValidation", "RenderVariants", "StoreImageMetadata"]
    assert [told.index(state) for state in states] == sorted(told.index(state) for state in states)
    (execution,) = filled("executions", ready["execution"], "--json").lines
    assert (execution["status"], execution["image_id"]) == ("SUCCEEDED", ready["image_id"])
    entered = [event for event in execution["history"] if event["type"].endswith("StateEntered")]
    assert [event["details"]["name"] for event in entered] == states


def test_executions_lists_latest_first(filled: Safelight) -> None:
    (listed,) = filled("executions", "--json").lines
    assert {item["status"] for item in listed["items"]} == {"FAILED", "SUCCEEDED"}
    starts = [item["started_at"] for item in listed["items"]]
    assert starts == sorted(starts, reverse=True)


def test_redrive_runs_an_image_again(safelight: Safelight) -> None:
    safelight.write("notes.jpg", b"Milk, bread.\n")
    (before,) = safelight("add", "notes.jpg", "--json").lines
    done = safelight("redrive", before["image_id"], "--wait", "--json")
    (after,) = done.lines
    assert (done.code, after["status"], after["attempts"]) == (1, "REJECTED", 2)
    assert len(safelight("executions", "--json").lines[0]["items"]) == 2
    none_failed = safelight("redrive", "--failed", "--json")
    assert (none_failed.code, none_failed.lines) == (0, [])


def test_rm_removes_original_and_variants_and_keeps_the_record(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    (ready,) = safelight("add", "photo.jpg", "--json").lines
    assert safelight("rm", ready["image_id"], "absent").code == 2
    assert safelight.catalog()[0]["status"] == "READY"
    (deleted,) = safelight("rm", ready["image_id"], "--json").lines
    assert (deleted["status"], deleted["variants"]) == ("DELETED", [])
    assert [path for path in safelight.home.glob("*/**/*") if path.suffix in (".jpg", ".png")] == []
    (again,) = safelight("add", "photo.jpg", "--json").lines
    assert (again["status"], again["image_id"]) == ("READY", ready["image_id"])


def test_render_makes_the_variants_and_nothing_else(safelight: Safelight) -> None:
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    done = safelight("render", "photo.jpg", "-o", "out/here", "--json")
    (made,) = done.lines
    assert [variant["path"] for variant in made["variants"]] == ["out/here/small.jpg", "out/here/tiny.png"]
    assert sorted(path.name for path in (safelight.folder / "out/here").iterdir()) == [
        "small.jpg",
        "tiny.png",
    ]
    assert (made["path"], made["original"]["format"]) == ("photo.jpg", "jpeg")
    assert not safelight.home.exists()


def test_render_makes_the_bytes_that_add_makes(filled: Safelight) -> None:
    (made,) = filled("render", "photo.jpg", "-o", "out", "--json").lines
    added = record(filled, "READY")["variants"]
    assert [v["sha256"] for v in made["variants"]] == [v["sha256"] for v in added]


def test_render_tells_why_it_refuses(safelight: Safelight) -> None:
    safelight.write("notes.jpg", b"Milk, bread.\n")
    done = safelight("render", "notes.jpg", "-o", "out", "--json")
    assert done.code == 1
    assert done.lines[0]["error"]["code"] == "not_an_image"
    assert "not a known image format" in done.stderr


def test_init_makes_a_home_to_edit_and_keeps_what_is_there(safelight: Safelight) -> None:
    assert safelight("init").code == 0
    recipe, config = safelight.home / "recipe.yaml", safelight.home / "config.yaml"
    assert yaml.safe_load(config.read_text()) == {"recipe": "recipe.yaml"}
    recipe.write_text(recipe.read_text().replace("name: web", "name: mine"))
    config.write_text(config.read_text().replace("#workers: ", "workers: 1"))
    assert "kept" in safelight("init").stdout
    (checked,) = safelight("recipe", "check", recipe, "--json").lines
    assert checked["name"] == "mine"


def test_settings_in_the_home_count(safelight: Safelight) -> None:
    safelight.write("home/config.yaml", b"originals: ../elsewhere\n")
    safelight.write("photo.jpg", photos.jpeg(64, 48))
    (line,) = safelight("add", "photo.jpg", "--json").lines
    assert (safelight.folder / "elsewhere" / line["key"]).is_file()


def test_recipe_list_and_show_print_what_is_shipped(safelight: Safelight) -> None:
    listed = safelight("recipe", "list", "--json")
    names = [recipe["name"] for recipe in json.loads(listed.stdout)]
    assert names[0] == "web"
    assert len(names) == 6
    shown = safelight("recipe", "show", "web").stdout
    assert yaml.safe_load(shown)["name"] == "web"


def test_doctor_finds_a_sound_installation(filled: Safelight) -> None:
    done = filled("doctor", "--json")
    levels = {line["subject"]: line["level"] for line in done.lines}
    environment = {"memory", "disk", "port"}  # may well be short on this machine
    assert {level for subject, level in levels.items() if subject not in environment} == {"ok"}
    assert {"python", "jpeg", "heic", "avif", "watermark text", "home", "database", "recipe"} <= set(levels)
    assert done.code == 0


def test_doctor_tells_what_to_do_and_makes_nothing(safelight: Safelight) -> None:
    done = safelight("doctor", "--recipe", "wep")
    assert done.code == 1
    assert "Did you mean `web`?" in done.stdout
    assert not safelight.home.exists()


def test_version_and_completion_are_there(safelight: Safelight) -> None:
    assert safelight("--version").stdout.startswith("safelight ")
    assert "_SAFELIGHT_COMPLETE" in safelight("--show-completion", "bash").stdout
