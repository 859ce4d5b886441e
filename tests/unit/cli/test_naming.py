"""Keys of originals that `add` stores."""

from __future__ import annotations

import pytest

from safelight.cli.adding.inputs import Input
from safelight.cli.adding.naming import Naming
from safelight.errors import Conflict

SHA256 = "0123456789abcdef" * 4


def given(relative: str, path: str = "") -> Input:
    return Input(path=path or relative, relative=relative)


def test_a_key_is_the_content_and_the_name() -> None:
    assert Naming().key(given("day 1/a.jpg"), SHA256) == "0123456789ab/a.jpg"


def test_a_chosen_key_is_the_key() -> None:
    assert Naming(key="cover").key(given("a.jpg"), SHA256) == "cover"


@pytest.mark.parametrize(
    ("prefix", "expected"), [("p", "p/d/a.jpg"), ("p/", "p/d/a.jpg"), ("p/q", "p/q/d/a.jpg"), ("", "d/a.jpg")]
)
def test_a_prefix_keeps_the_path_below_the_argument(prefix: str, expected: str) -> None:
    assert Naming(prefix=prefix).key(given("d/a.jpg"), SHA256) == expected


def test_two_files_of_one_key_are_not_taken_for_one() -> None:
    naming = Naming(prefix="p")
    naming.key(given("a.jpg", path="one/a.jpg"), SHA256)
    with pytest.raises(Conflict, match=r"p/a\.jpg is the key of one/a\.jpg already"):
        naming.key(given("a.jpg", path="two/a.jpg"), SHA256)
    assert naming.key(given("a.jpg", path="one/a.jpg"), SHA256) == "p/a.jpg"
