"""JSONPath for reading, and Reference Paths for writing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import StateFailure
from safelight.workflow.asl.paths import PathNotFound, compile_path
from safelight.workflow.asl.reference_paths import compile_reference_path
from safelight.workflow.asl.scope import Scope

DATA = {
    "a": {"b": [1, 2, {"c": 3}], "x-y": 4, "with.dot": 5, "it's": 6, "null": None},
    "shop": [{"id": 1, "kind": "x"}, {"id": 5, "kind": "y"}, {"id": 7}],
    "größe": 7,
}


def read(text: str, data: Any = DATA) -> Any:
    context = {"Execution": {"Name": "n", "Input": {"k": [8, 9]}}}
    return compile_path(text, "$.Here").read(Scope(data=data, context=lambda: context, random=lambda: 0.0))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", DATA),
        ("$.a.b[0]", 1),
        ("$.a.b[-1].c", 3),
        ("$.a.b[2]['c']", 3),
        ("$['a']['b'][1]", 2),
        ("$.a.x-y", 4),
        ("$.a['with.dot']", 5),
        (r"$.a['it\'s']", 6),
        ("$.größe", 7),
        ("$.a.null", None),
        ("$$.Execution.Name", "n"),
        ("$$.Execution.Input.k[1]", 9),
    ],
)
def test_a_path_to_one_node_reads_that_node(path: str, value: Any) -> None:
    assert read(path) == value


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.shop[*].id", [1, 5, 7]),
        ("$.shop[0,2].id", [1, 7]),
        ("$.shop[0:2].id", [1, 5]),
        ("$.shop[1:].id", [5, 7]),
        ("$.shop[:-1].id", [1, 5]),
        ("$..id", [1, 5, 7]),
        ("$.a.*", list(DATA["a"].values())),  # type: ignore[attr-defined]
        ("$.shop[?(@.id > 1)].id", [5, 7]),
        ("$.shop[?(@.kind == 'y')].id", [5]),
        ("$.shop[?(@.id > 1 && @.kind == 'y')].id", [5]),
        ("$.shop[?(@.kind)].id", [1, 5]),
        ("$.shop[?(@.id == 100)]", []),
        ("$..nothing", []),
    ],
)
def test_a_path_that_may_match_several_nodes_reads_all_that_do(path: str, values: list[Any]) -> None:
    assert read(path) == values


@pytest.mark.parametrize(
    "path", ["$.b", "$.a.b.c", "$.a.b[3]", "$.a.b[-4]", "$.a[0]", "$.größe.x", "$.shop.id"]
)
def test_a_path_to_nothing_is_told_apart_from_a_path_to_null(path: str) -> None:
    with pytest.raises(PathNotFound):
        read(path)


@pytest.mark.parametrize("data", ["text", 1, None, True])
def test_a_value_without_parts_has_no_nodes(data: Any) -> None:
    for path in ("$.a", "$[0]"):
        with pytest.raises(PathNotFound):
            read(path, data)


@pytest.mark.parametrize(
    "path",
    [
        "a.b",
        "",
        5,
        None,
        "$.",
        "$a",
        "$.a..",
        "$.a[",
        "$.a[x]",
        "$.a b",
        "$.a.length()",
        "$.a[(@.length-1)]",
        "$.a.`len`",
        "$.a | $.b",
        "$.a + 1",
        "$.a[?(@.b",
        "$.a[?(@.b ==)]",
    ],
)
def test_what_is_no_path_is_refused_with_its_place(path: object) -> None:
    with pytest.raises(WorkflowError, match=r"^\$\.Here: "):
        compile_path(path, "$.Here")


@pytest.mark.parametrize(
    "path", ["$$.Task.Token", "$$.Nothing", "$$.State.Foo", "$$..Name", "$$.Execution[*]"]
)
def test_fields_that_the_context_object_does_not_have_are_refused_by_name(path: str) -> None:
    with pytest.raises(WorkflowError, match="context object"):
        compile_path(path, "$.Here")


def test_paths_to_one_node_need_no_library() -> None:
    script = (
        "import sys; from safelight.workflow.asl.paths import compile_path; compile_path('$.a[0].b', '');"
        "assert not [name for name in sys.modules if 'jsonpath' in name]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("path", "document", "result"),
    [
        ("$", {"a": 1}, "new"),
        ("$.a", {"a": 1, "b": 2}, {"a": "new", "b": 2}),
        ("$.c", {"a": 1}, {"a": 1, "c": "new"}),
        ("$.c.d.e", {"a": 1}, {"a": 1, "c": {"d": {"e": "new"}}}),
        ("$['c.d']", {}, {"c.d": "new"}),
        ("$.list[1]", {"list": [1, 2, 3]}, {"list": [1, "new", 3]}),
        ("$.list[0].deep", {"list": [{"x": 1}]}, {"list": [{"x": 1, "deep": "new"}]}),
        ("$[0]", ["old"], ["new"]),
    ],
)
def test_a_reference_path_replaces_or_makes_what_it_names(path: str, document: Any, result: Any) -> None:
    before = repr(document)
    assert compile_reference_path(path, "$.Here").place("new", document) == result
    assert repr(document) == before


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$.a", "text"),
        ("$.a", [1]),
        ("$.a", None),
        ("$.a.b", {"a": 5}),
        ("$.a.b", {"a": None}),
        ("$.a[0]", {}),
        ("$.a[0]", {"a": {}}),
        ("$.a[2]", {"a": [1]}),
    ],
)
def test_a_reference_path_that_the_document_has_no_room_for_fails(path: str, document: Any) -> None:
    with pytest.raises(StateFailure) as failure:
        compile_reference_path(path, "$.Here").place("new", document)
    assert failure.value.error == "States.ResultPathMatchFailure"


@pytest.mark.parametrize("path", ["$.a[*]", "$..a", "$.a[-1]", "$.a[0:1]", "$.a[?(@.b)]", "$$.a", "a", 1, ""])
def test_a_reference_path_names_exactly_one_place(path: object) -> None:
    with pytest.raises(WorkflowError, match=r"^\$\.Here: .*Reference Path"):
        compile_reference_path(path, "$.Here")
