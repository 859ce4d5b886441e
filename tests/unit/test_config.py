"""Settings: precedence, and errors that say what to write."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from pydantic import ValidationError

from safelight.config import Settings, load_settings
from safelight.errors import ConfigurationError
from safelight.workflow import pixel_process


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SAFELIGHT_{name.upper()}", raising=False)


def test_explicit_beats_environment_beats_file_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "safelight.yaml"
    file.write_text("port: 1111\nworkers: 3\nrecipe: five-variants\n")
    monkeypatch.setenv("SAFELIGHT_PORT", "2222")
    monkeypatch.setenv("SAFELIGHT_WORKERS", "5")
    settings = load_settings(file, port=3333)
    assert (settings.port, settings.workers, settings.recipe, settings.host) == (
        3333,
        5,
        "five-variants",
        "127.0.0.1",
    )


def test_an_argument_that_was_not_given_changes_nothing() -> None:
    assert load_settings(port=None).port == Settings().port


def test_api_keys_come_comma_separated_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_API_KEYS", "first, second,")
    assert load_settings().api_keys == ("first", "second")


def test_folders_lie_in_the_home_unless_set() -> None:
    settings = load_settings(home=Path("h"), variants="s3://bucket/v")
    assert (settings.originals_url, settings.variants_url) == (str(Path("h/originals")), "s3://bucket/v")


def test_a_misspelt_variable_is_refused_with_the_right_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_WORKER", "5")
    with pytest.raises(ConfigurationError, match=r"environment: .*`worker`.*Did you mean `workers`\?"):
        load_settings()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_HOME", "")
    monkeypatch.setenv("SAFELIGHT_ORIGINALS", "")
    assert load_settings() == Settings()


def test_variables_of_the_test_suite_are_not_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_TEST_FULL", "1")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("port: 70000\n", "`port` is 70000"),
        ("workers: none\n", "`workers` is 'none'"),
        ("prot: 80\n", "Did you mean `port`"),
        ("- port\n", "not a mapping"),
        ("port: [\n", "not valid YAML"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_setting(tmp_path: Path, text: str, wanted: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(file)
    assert wanted in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_settings(tmp_path / "absent.yaml")


def test_relative_paths_in_a_file_start_at_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("recipe: mine.yaml\noriginals: ../in\nvariants: s3://bucket/out\n", encoding="utf-8")
    settings = load_settings(file)
    assert settings.recipe == f"{tmp_path}/mine.yaml"
    assert settings.originals == f"{tmp_path}/../in"
    assert settings.variants == "s3://bucket/out"


def test_a_shipped_recipe_in_a_file_stays_a_name(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("recipe: five-variants\n", encoding="utf-8")
    assert load_settings(file).recipe == "five-variants"


def test_a_pixel_task_is_ended_before_the_workflow_gives_it_up() -> None:
    longest = Settings(render_seconds=240)
    with pytest.raises(ValidationError, match="240"):
        Settings(render_seconds=241)
    states = json.loads(
        resources.files("safelight.workflow").joinpath("pipeline.asl.json").read_text(encoding="utf-8")
    )["States"]
    to_start_a_process = pixel_process._START_SECONDS
    assert states["RenderVariants"]["TimeoutSeconds"] >= longest.render_seconds + to_start_a_process
