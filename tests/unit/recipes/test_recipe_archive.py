"""A kept recipe is found as it was, by whichever process; a lost or damaged one says so."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from safelight.errors import ConfigurationError, NotFound, RecipeError, StorageFull
from safelight.recipes.archive import RecipeArchive
from safelight.recipes.load import load_recipe
from safelight.recipes.recipe import Recipe


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("web")


def test_a_recipe_is_found_as_it_was_kept(tmp_path: Path, recipe: Recipe) -> None:
    archive = RecipeArchive(tmp_path / "recipes")
    archive.keep(recipe)
    archive.keep(recipe)
    assert archive.find(recipe.digest) == recipe
    assert [file.name for file in (tmp_path / "recipes").iterdir()] == [f"{recipe.digest}.json"]


def test_writers_at_the_same_moment_leave_one_whole_file(tmp_path: Path, recipe: Recipe) -> None:
    archive = RecipeArchive(tmp_path)
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def keep() -> None:
        start.wait()
        try:
            archive.keep(recipe)
        except BaseException as error:  # noqa: BLE001 - for the assertion
            failures.append(error)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert archive.find(recipe.digest) == recipe
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_cannot_be_finished_is_not_left_behind(
    tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        RecipeArchive(tmp_path).keep(recipe)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_matter_of_configuration(tmp_path: Path, recipe: Recipe) -> None:
    (tmp_path / "recipes").write_text("a file")
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        RecipeArchive(tmp_path / "recipes" / "inner").keep(recipe)


def test_a_recipe_that_is_gone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"recipe 0123456789ab… .* is gone\. Restart .* redrive") as refused:
        RecipeArchive(tmp_path).find("0123456789ab" + "0" * 52)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"compiled": 0}'])
def test_a_damaged_recipe_says_what_to_do_and_is_replaced_at_the_next_start(
    tmp_path: Path, recipe: Recipe, content: bytes
) -> None:
    (tmp_path / f"{recipe.digest}.json").write_bytes(content)
    archive = RecipeArchive(tmp_path)
    with pytest.raises(RecipeError, match="redrive the image"):
        archive.find(recipe.digest)
    archive.keep(recipe)
    assert archive.find(recipe.digest) == recipe


def test_two_recipes_do_not_get_into_each_others_way(tmp_path: Path, recipe: Recipe) -> None:
    other = load_recipe("thumbnail-300")
    archive = RecipeArchive(tmp_path)
    for kept in (recipe, other):
        archive.keep(kept)
    assert archive.find(other.digest) == other
    assert archive.find(recipe.digest) == recipe
