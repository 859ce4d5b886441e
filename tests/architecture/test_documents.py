"""What is documented is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safelight.cli.program import program
from safelight.config import ENV_PREFIX, Settings
from safelight.recipes.shipped import builtin_names
from tools.documents.__main__ import DOCUMENTS

ROOT = Path(__file__).parents[2]
COMMANDS = [command.name for command in program.registered_commands]
SUBCOMMANDS = [
    f"{group.name} {command.name}"
    for group in program.registered_groups
    if group.typer_instance
    for command in group.typer_instance.registered_commands
]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_documents_are_fresh(name: str) -> None:
    assert text(name) == DOCUMENTS[name](), "run `make docs`"


@pytest.mark.parametrize("command", [*COMMANDS, *SUBCOMMANDS])
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"^## safelight {command}\b", text("docs/cli.md"), flags=re.MULTILINE)


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting: str) -> None:
    line = next(line for line in text("docs/settings.md").splitlines() if f"| `{setting}` |" in line)
    assert f"`{ENV_PREFIX}{setting.upper()}`" in line
    assert Settings.model_fields[setting].description in line


@pytest.mark.parametrize("name", builtin_names())
def test_every_shipped_recipe_is_documented(name: str) -> None:
    assert f"`{name}`" in text("docs/recipes.md")


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^(make \w+)$", text("README.md"), flags=re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "serve"])
def test_make_has_the_targets_that_are_promised(target: str) -> None:
    assert re.search(rf"^{target}: .* ## ", text("Makefile"), flags=re.MULTILINE)


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []
