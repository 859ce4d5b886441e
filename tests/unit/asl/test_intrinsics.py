"""Intrinsic functions: every one, their arguments, escapes and nesting."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from safelight.errors import WorkflowError
from safelight.workflow.asl.failure import StateFailure
from safelight.workflow.asl.intrinsics import compile_call
from safelight.workflow.asl.scope import Scope

DATA = {
    "name": "Ada",
    "n": 3,
    "float": 1.5,
    "yes": True,
    "nothing": None,
    "list": [1, 2, 2, 3],
    "mixed": [1, 1.0, True, "1", {"a": 1, "b": 2}, {"b": 2, "a": 1}, [1], [1]],
    "map": {"a": 1, "b": {"c": 2}},
    "other": {"b": {"d": 3}, "e": 4},
    "json": '{"a": [1, null]}',
    "template": r"\{{}\}",
    "comma, (odd)": "kept",
}


def call(text: str, *, random: float = 0.5) -> Any:
    context = {"Execution": {"Name": "run-1"}}
    return compile_call(text, "$.Here")(Scope(data=DATA, context=lambda: context, random=lambda: random))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Format('plain')", "plain"),
        ("States.Format('Hi {}, {} of {}', $.name, 1, $.n)", "Hi Ada, 1 of 3"),
        ("States.Format('{}{}{}{}', $.float, $.yes, $.nothing, 'x')", "1.5truenullx"),
        ("States.Format('{} {}', $.list, $.map)", "[1, 2, 2, 3] {a=1, b={c=2}}"),
        (r"States.Format('it\'s \{{}\} \\ {}', 1, 2)", r"it's {1} \ 2"),
        ("States.Format($.template, 5)", "{5}"),
        ("States.Format($$.Execution.Name)", "run-1"),
        ("States.StringToJson($.json)", {"a": [1, None]}),
        ("States.StringToJson('5')", 5),
        ("States.JsonToString($.map)", '{"a":1,"b":{"c":2}}'),
        ("States.Array()", []),
        ("States.Array(1, -2.5, 'a', true, false, null, $.n)", [1, -2.5, "a", True, False, None, 3]),
        ("States.ArrayPartition($.list, 3)", [[1, 2, 2], [3]]),
        ("States.ArrayPartition(States.Array(), 2)", []),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, '2')", False),
        ("States.ArrayContains(States.Array(1), true)", False),
        ("States.ArrayContains($.mixed, $.map)", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayRange(1, 2.6, 1)", [1, 2, 3]),
        ("States.ArrayRange(3, 1, 1)", []),
        ("States.ArrayGetItem($.list, 3)", 3),
        ("States.ArrayLength($.list)", 4),
        ("States.ArrayUnique($.list)", [1, 2, 3]),
        ("States.ArrayUnique($.mixed)", [1, 1.0, True, "1", {"a": 1, "b": 2}, [1]]),
        ("States.Base64Encode('Grüße')", "R3LDvMOfZQ=="),
        ("States.Base64Decode('R3LDvMOfZQ==')", "Grüße"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.Hash('', 'MD5')", "d41d8cd98f00b204e9800998ecf8427e"),
        ("States.JsonMerge($.map, $.other, false)", {"a": 1, "b": {"d": 3}, "e": 4}),
        ("States.MathAdd(111, -1)", 110),
        ("States.MathAdd(1.5, 1.4)", 3),
        ("States.StringSplit('1,2,3', ',')", ["1", "2", "3"]),
        ("States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]),
        ("States.StringSplit(', , ,', ',')", [" ", " "]),
        ("States.StringSplit('abc', '')", ["abc"]),
        ("  States.ArrayLength ( $.list ) ", 4),
        ("States.ArrayGetItem(States.StringSplit($.name, 'd'), States.MathAdd(0, 1))", "a"),
        ("States.Format('{}', $['comma, (odd)'])", "kept"),
        ("States.ArrayLength($.list[?(@ > 1)])", 3),
        ("States.Format('(,) {}', 'a, (b')", "(,) a, (b"),
    ],
)
def test_a_call_has_this_value(text: str, value: Any) -> None:
    result = call(text)
    assert result == value
    assert repr(result) == repr(value)


@pytest.mark.parametrize(
    ("algorithm", "length"), [("MD5", 32), ("SHA-1", 40), ("SHA-256", 64), ("SHA-384", 96), ("SHA-512", 128)]
)
def test_every_hash_is_known(algorithm: str, length: int) -> None:
    digest = call(f"States.Hash($.map, '{algorithm}')")
    assert len(digest) == length
    assert digest == call(f"States.Hash(States.JsonToString($.map), '{algorithm}')")


@pytest.mark.parametrize(("random", "value"), [(0.0, 10), (0.5, 15), (0.999999, 19)])
def test_random_numbers_come_from_the_dice_and_stay_below_the_end(random: float, value: int) -> None:
    assert call("States.MathRandom(10, 20)", random=random) == value


def test_random_numbers_of_one_seed_are_the_same() -> None:
    seeded = {call("States.MathRandom(1, 1000000, 7)", random=random) for random in (0.1, 0.9)}
    assert len(seeded) == 1
    assert seeded != {call("States.MathRandom(1, 1000000, 8)")}


def test_a_uuid_is_of_version_four_and_comes_from_the_dice() -> None:
    made = call("States.UUID()", random=0.25)
    assert uuid.UUID(made).version == 4
    assert made == call("States.UUID()", random=0.25)
    assert made != call("States.UUID()", random=0.75)


@pytest.mark.parametrize(
    "text",
    [
        "States.Format($.n)",
        "States.Format($.template)",
        "States.StringToJson('no json')",
        "States.StringToJson($.n)",
        "States.ArrayPartition($.list, 0)",
        "States.ArrayPartition($.name, 2)",
        "States.ArrayPartition($.list, $.name)",
        "States.ArrayPartition($.list, true)",
        "States.ArrayContains($.name, 'A')",
        "States.ArrayRange(1, 5, 0)",
        "States.ArrayRange(1, 1001, 1)",
        "States.ArrayGetItem($.list, 4)",
        "States.ArrayGetItem($.list, -1)",
        "States.ArrayLength($.map)",
        "States.ArrayUnique($.n)",
        "States.Base64Encode($.n)",
        "States.Base64Decode('***')",
        "States.Base64Decode('/w==')",
        "States.Hash('a', 'SHA-3')",
        "States.JsonMerge($.map, $.list, false)",
        "States.JsonMerge($.map, $.other, true)",
        "States.MathRandom(5, 5)",
        "States.MathAdd('1', 2)",
        "States.MathAdd(3000000000, 1)",
        "States.StringSplit($.n, ',')",
    ],
)
def test_arguments_that_a_function_cannot_work_on_fail_the_state(text: str) -> None:
    with pytest.raises(StateFailure) as failure:
        call(text)
    assert failure.value.error == "States.IntrinsicFailure"
    assert (failure.value.cause or "").startswith(text.partition("(")[0])


def test_long_arguments_are_refused_as_step_functions_does() -> None:
    scope = Scope(data={"long": "x" * 10_001}, context=dict, random=lambda: 0.0)
    for text in ("States.Base64Encode($.long)", "States.Base64Decode($.long)", "States.Hash($.long, 'MD5')"):
        with pytest.raises(StateFailure, match="10000 characters"):
            compile_call(text, "$.Here")(scope)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("States.Nonsense(1)", "States.Nonsense does not exist"),
        ("States.UUID(1)", "takes 0 arguments"),
        ("States.ArrayLength()", "takes 1 arguments"),
        ("States.MathRandom(1)", "takes 2 to 3 arguments"),
        ("States.Format()", "at least 1"),
        ("States.Format('{} {}', 1)", "more {} than arguments"),
        ("States.Format('{}', 1, 2)", "fewer {} than arguments"),
        ("States.Format('{')", "must be written"),
        (r"States.Format('\n')", "backslash"),
        (r"States.Array('\x')", "backslash"),
        ("States.Array(1", "expected , or )"),
        ("States.Array(1 2)", "expected , or )"),
        ("States.Array(1,)", "no argument"),
        ("States.Array(nonsense)", "no argument"),
        ("States.Array('open)", "no argument"),
        ("States.Array(1) 2", "after the call"),
        ("States.Array($.a..)", "not a JSONPath"),
        ("States.Array(" * 11 + ")" * 11, "calls within calls"),
    ],
)
def test_a_call_that_is_not_well_formed_is_refused_when_the_file_is_loaded(text: str, problem: str) -> None:
    with pytest.raises(WorkflowError) as refusal:
        compile_call(text, "$.Here")
    assert str(refusal.value).startswith("$.Here: ")
    assert problem in str(refusal.value)
