"""`load_recipe`: from a name or a file to a recipe, or to an error that lists everything to correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from safelight.errors import RecipeError
from safelight.recipes.check import check
from safelight.recipes.convert import convert
from safelight.recipes.document import Document, UnreadableDocument, read_document
from safelight.recipes.problem import Problem
from safelight.recipes.recipe import Recipe
from safelight.recipes.shipped import BUILTIN, recipe_source

LARGEST_RECIPE = 1_000_000  # bytes


def load_recipe(name_or_path: str | Path) -> Recipe:
    """The recipe of a shipped name, or of a YAML file.

    Raises RecipeError: `where` is `file:line` and `field` the dotted path of its first problem, the
    message lists all of them.
    """
    if isinstance(name_or_path, str) and (name_or_path in BUILTIN or not _is_path(name_or_path)):
        return parse_recipe(recipe_source(name_or_path), source=f"{name_or_path}.yaml")
    path = Path(name_or_path)
    return parse_recipe(_read(path), source=str(path), folder=path.parent)


def parse_recipe(text: str, *, source: str, folder: Path | None = None) -> Recipe:
    """The recipe in `text`; `source` names it in errors, `folder` is where watermark images are."""
    try:
        document = read_document(text)
    except UnreadableDocument as fault:
        raise RecipeError(fault.message, remedy=fault.remedy, where=f"{source}:{fault.line}") from None
    file, problems = check(document.values, folder or Path())
    problems = [*document.problems, *problems]
    if file is None or problems:
        raise _refusal(source, document, problems)
    return convert(file)


def _is_path(text: str) -> bool:
    return "/" in text or text.endswith((".yaml", ".yml")) or Path(text).is_file()


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_RECIPE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a possible file name"
        remedy = f"Name a readable YAML file, or a shipped recipe: {', '.join(BUILTIN)}."
        raise RecipeError(f"'{path}' cannot be read: {reason}.", remedy=remedy) from None
    if len(data) > LARGEST_RECIPE:
        raise RecipeError(f"'{path}' is larger than a recipe can be.", remedy="Name a recipe file.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise RecipeError(f"'{path}' is not text in UTF-8.", remedy="Save it as UTF-8.") from None


def _refusal(source: str, document: Document, problems: Sequence[Problem]) -> RecipeError:
    """One error for all problems, in the order of the file, one for each field and message."""
    located: dict[tuple[str, str], tuple[int, Problem]] = {}
    doubtful = {problem.path for problem in document.problems}
    for problem in problems:
        path, line = document.locate(problem.path)
        if path in doubtful and problem not in document.problems:
            continue  # follows from a missing or doubled value
        placed = Problem(path=path, message=problem.message, remedy=problem.remedy)
        located.setdefault((placed.field, placed.message), (problem.line or line, placed))
    (line, first), *others = sorted(located.values(), key=lambda found: found[0])
    if not others:
        return RecipeError(first.message, remedy=first.remedy, where=f"{source}:{line}", field=first.field)
    lines = [f"{first.message} {first.remedy}"]
    lines += [f"{source}:{line}: {other.field}: {other.message} {other.remedy}" for line, other in others]
    return RecipeError(
        "\n".join(lines),
        remedy="docs/recipes.md describes every field.",
        where=f"{source}:{line}",
        field=first.field,
    )
