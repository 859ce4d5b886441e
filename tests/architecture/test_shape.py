"""The habits of the code that a reader relies on."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import safelight
from safelight import errors
from safelight.errors import SafelightError

SOURCE = Path(safelight.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 350


def name(module: Path) -> str:
    return str(module.relative_to(SOURCE))


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", [m for m in MODULES if m.stat().st_size], ids=name)
def test_a_module_says_first_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def test_nine_functions_of_ten_are_short() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )
    assert lengths[len(lengths) * 9 // 10] <= 36


def test_packages_hold_no_code_beyond_names_to_export() -> None:
    definitions = [
        name(module)
        for module in MODULES
        if module.name == "__init__.py" and module.parent != SOURCE
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert definitions == []


def test_every_module_can_be_imported_by_itself() -> None:
    """None relies on another one's having been imported before; `__main__` ones run when imported."""
    for found in pkgutil.walk_packages([str(SOURCE)], "safelight."):
        if not found.name.endswith("__main__"):
            assert importlib.import_module(found.name)


def subclasses(of: type[SafelightError]) -> Iterator[type[SafelightError]]:
    for subclass in of.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def test_every_error_has_a_code_of_its_own() -> None:
    """Clients tell errors apart by it. ImageRejected gets its code when it is raised."""
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, SafelightError)]
    codes = {c.__name__: c.code for c in classes if c is not errors.ImageRejected}
    assert len(set(codes.values())) == len(codes)
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes.values())


def test_errors_are_defined_in_one_place() -> None:
    strays = [c.__qualname__ for c in subclasses(SafelightError) if c.__module__ != errors.__name__]
    assert strays == []
