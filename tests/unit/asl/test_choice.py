"""Choice states: every operator, with constants and with paths."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machines import error_of, machine, play

DATA = {
    "text": "b",
    "other": "a",
    "n": 5,
    "m": 3,
    "float": 5.0,
    "yes": True,
    "no": False,
    "nothing": None,
    "time": "2026-01-02T03:04:05Z",
    "later": "2026-01-02T03:04:06.5Z",
    "same": "2026-01-02T04:04:05+01:00",
    "list": [],
    "file": "log-*.txt",
}


def choose(rule: dict[str, Any], data: Any = DATA) -> bool:
    """Whether the rule applies."""
    states = {
        "Choose": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Succeed"},
        "No": {"Type": "Succeed"},
    }
    return play(machine(states), data).states[-1] == "Yes"


ORDERS = {
    "Equals": "=",
    "LessThan": "<",
    "GreaterThan": ">",
    "LessThanEquals": "<=",
    "GreaterThanEquals": ">=",
}
# How the variable stands to a smaller, an equal and a greater operand.
OUTCOMES = {"=": (False, True, False), "<": (False, False, True), ">": (True, False, False)} | {
    "<=": (False, True, True),
    ">=": (True, True, False),
}
OPERANDS = {
    "String": ("$.text", "a", "b", "c"),
    "Numeric": ("$.n", 4, 5.0, 6),
    "Timestamp": ("$.time", "2026-01-02T03:04:04Z", "2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05.001Z"),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", OPERANDS)
def test_ordered_values_compare_with_constants_and_with_paths(kind: str, order: str) -> None:
    variable, *operands = OPERANDS[kind]
    name = f"{kind}{order}"
    expected = OUTCOMES[ORDERS[order]]
    assert tuple(choose({"Variable": variable, name: operand}) for operand in operands) == expected
    data = [{**DATA, "operand": operand} for operand in operands]
    rule = {"Variable": variable, f"{name}Path": "$.operand"}
    assert tuple(choose(rule, each) for each in data) == expected


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        ({"Variable": "$.yes", "BooleanEquals": True}, True),
        ({"Variable": "$.no", "BooleanEquals": True}, False),
        ({"Variable": "$.no", "BooleanEqualsPath": "$.no"}, True),
        ({"Variable": "$.no", "BooleanEqualsPath": "$.yes"}, False),
        ({"Variable": "$.text", "IsString": True}, True),
        ({"Variable": "$.n", "IsString": False}, True),
        ({"Variable": "$.n", "IsNumeric": True}, True),
        ({"Variable": "$.float", "IsNumeric": True}, True),
        ({"Variable": "$.yes", "IsNumeric": True}, False),
        ({"Variable": "$.yes", "IsBoolean": True}, True),
        ({"Variable": "$.nothing", "IsBoolean": False}, True),
        ({"Variable": "$.nothing", "IsNull": True}, True),
        ({"Variable": "$.list", "IsNull": True}, False),
        ({"Variable": "$.time", "IsTimestamp": True}, True),
        ({"Variable": "$.text", "IsTimestamp": True}, False),
        ({"Variable": "$.nothing", "IsPresent": True}, True),
        ({"Variable": "$.missing", "IsPresent": True}, False),
        ({"Variable": "$.missing", "IsPresent": False}, True),
        ({"Variable": "$.missing.deeper", "IsPresent": False}, True),
        ({"Variable": "$$.Execution.Name", "StringEquals": "execution-1"}, True),
    ],
)
def test_types_and_presence_can_be_asked_for(rule: dict[str, Any], applies: bool) -> None:
    assert choose(rule) is applies


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("log-1.txt", "log-*.txt", True),
        ("log-.txt", "log-*.txt", True),
        ("xlog-1.txt", "log-*.txt", False),
        ("log-1.txt\n", "log-*.txt", False),
        ("a\nb", "a*b", True),
        ("abc", "*", True),
        ("", "*", True),
        ("abc", "a*b*c", True),
        ("a.c", "a.c", True),
        ("abc", "a.c", False),
        ("log-*.txt", r"log-\*.txt", True),
        ("log-1.txt", r"log-\*.txt", False),
        ("a\\b", r"a\\b", True),
        ("a\\xyz", r"a\\*", True),
    ],
)
def test_string_matches_knows_stars_and_their_escapes(text: str, pattern: str, matches: bool) -> None:
    assert choose({"Variable": "$.v", "StringMatches": pattern}, {"v": text}) is matches


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.n", "StringEquals": "5"},
        {"Variable": "$.text", "NumericEquals": 5},
        {"Variable": "$.yes", "NumericEquals": 1},
        {"Variable": "$.n", "BooleanEquals": True},
        {"Variable": "$.text", "TimestampLessThan": "2026-01-02T03:04:05Z"},
        {"Variable": "$.n", "StringMatches": "*"},
        {"Variable": "$.nothing", "StringEquals": "null"},
        {"Variable": "$.n", "StringEqualsPath": "$.n"},
    ],
)
def test_a_value_of_another_type_never_matches(rule: dict[str, Any]) -> None:
    assert choose(rule) is False


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        ({"Not": {"Variable": "$.n", "NumericEquals": 5}}, False),
        ({"And": [{"Variable": "$.n", "IsPresent": True}, {"Variable": "$.n", "NumericEquals": 5}]}, True),
        ({"And": [{"Variable": "$.n", "NumericEquals": 5}, {"Variable": "$.n", "NumericEquals": 6}]}, False),
        ({"Or": [{"Variable": "$.n", "NumericEquals": 4}, {"Variable": "$.n", "NumericEquals": 5}]}, True),
        ({"Or": [{"Variable": "$.n", "NumericEquals": 4}, {"Variable": "$.n", "NumericEquals": 6}]}, False),
        ({"Not": {"Or": [{"Not": {"Variable": "$.yes", "BooleanEquals": True}}]}}, True),
        # The second half would fail: it is not looked at.
        ({"And": [{"Variable": "$.z", "IsPresent": True}, {"Variable": "$.z", "IsNull": True}]}, False),
        ({"Or": [{"Variable": "$.n", "IsPresent": True}, {"Variable": "$.z", "IsNull": True}]}, True),
    ],
)
def test_rules_combine(rule: dict[str, Any], applies: bool) -> None:
    assert choose(rule) is applies


def test_the_first_rule_that_applies_decides() -> None:
    rule = {"Variable": "$.n", "NumericGreaterThan": 0}
    states = {
        "Choose": {"Type": "Choice", "Choices": [{**rule, "Next": "First"}, {**rule, "Next": "Second"}]},
        "First": {"Type": "Succeed"},
        "Second": {"Type": "Succeed"},
    }
    assert play(machine(states), DATA).states == ["Choose", "First"]


def test_without_a_match_and_a_default_the_execution_fails() -> None:
    rule = {"Variable": "$.n", "NumericGreaterThan": 100, "Next": "End"}
    states = {"Choose": {"Type": "Choice", "Choices": [rule]}, "End": {"Type": "Succeed"}}
    assert error_of(states, DATA) == "States.NoChoiceMatched"


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.missing", "StringEquals": "x"},
        {"Variable": "$.missing", "IsNull": True},
        {"Variable": "$.missing", "StringMatches": "*"},
        {"Variable": "$.n", "NumericEqualsPath": "$.missing"},
    ],
)
def test_a_rule_about_nothing_is_a_runtime_error_that_names_state_and_path(rule: dict[str, Any]) -> None:
    states = {"Choose": {"Type": "Choice", "Choices": [{**rule, "Next": "End"}]}, "End": {"Type": "Succeed"}}
    run = play(machine(states), DATA).run
    assert (run.status, run.error) == ("FAILED", "States.Runtime")
    assert run.cause == (
        "An error occurred while executing the state 'Choose' (entered at the event id #2). "
        "Invalid path '$.missing': The choice state's condition path references an invalid value."
    )


def test_the_chosen_state_gets_the_input_after_both_paths() -> None:
    rule = {"Variable": "$.n", "NumericEquals": 1, "Next": "End"}
    choose = {"Type": "Choice", "InputPath": "$.inner", "OutputPath": "$.rest", "Choices": [rule]}
    states = {"Choose": choose, "End": {"Type": "Succeed"}}
    assert play(machine(states), {"inner": {"n": 1, "rest": [2]}}).run.output == [2]
