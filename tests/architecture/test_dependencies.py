"""Who may import whom, and what a mere import may cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("boto3", "fastapi", "pydantic", "pyvips", "rich", "typer", "uvicorn", "yaml")


def test_the_dependency_rule_is_kept() -> None:
    """The contracts of .importlinter, which `make check` runs too."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def imported(code: str) -> set[str]:
    """Top-level packages that are loaded after `code` has run in a new interpreter."""
    report = f"{code}\nimport sys\nsys.stderr.write(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("\n")[2].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert imported("import safelight").isdisjoint(HEAVY)


def test_a_deployed_function_renders_without_pydantic() -> None:
    """200 ms of a cold start."""
    loaded = imported("import safelight.workflow.pixels, safelight.recipes.compiled")
    assert loaded.isdisjoint({"boto3", "fastapi", "pydantic", "typer", "yaml"})


def test_a_pixel_process_starts_without_the_parents_imports() -> None:
    loaded = imported("import safelight.child, safelight.workflow.pixels, safelight.workflow.pixel_process")
    assert loaded.isdisjoint({"fastapi", "jsonpath_ng", "pydantic", "sqlite3", "typer", "yaml"})


def test_the_parent_loads_no_libvips() -> None:
    assert imported("import safelight.app, safelight.api.server, safelight.runtime").isdisjoint({"pyvips"})


@pytest.mark.parametrize("arguments", [["--help"], ["add", "--help"], ["--version"]])
def test_help_loads_only_what_shows_it(arguments: list[str]) -> None:
    code = (
        f"import sys\nsys.argv = ['safelight', *{arguments}]\nfrom safelight.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    # Typer itself imports pydantic to convert arguments, where it is installed.
    unneeded = {"boto3", "fastapi", "obstore", "pyvips", "sqlite3", "uvicorn", "yaml"}
    assert imported(code).isdisjoint(unneeded)
