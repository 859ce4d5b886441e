"""Loading: what is accepted, and that everything else is refused by name and place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from safelight.errors import WorkflowError
from safelight.workflow import asl
from tests.machines import arn

TASK: dict[str, Any] = {"Type": "Task", "Resource": arn("work"), "End": True}
PASS: dict[str, Any] = {"Type": "Pass", "End": True}
BLOCK: dict[str, Any] = {"StartAt": "Inner", "States": {"Inner": PASS}}
CHOICE: dict[str, Any] = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "End"}]}


def load(document: Any, **substitutions: str) -> asl.StateMachine:
    return asl.load(copy.deepcopy(document), substitutions)


def one(state: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": state, **others}}


def refusal(document: Any, **substitutions: str) -> str:
    with pytest.raises(WorkflowError) as refused:
        load(document, **substitutions)
    return str(refused.value)


@pytest.mark.parametrize(
    "document",
    [
        one(TASK) | {"Comment": "x", "Version": "1.0", "TimeoutSeconds": 5, "QueryLanguage": "JSONPath"},
        one(TASK | {"Comment": "x", "QueryLanguage": "JSONPath", "HeartbeatSecondsPath": "$.h"}),
        one(TASK | {"TimeoutSeconds": 9, "HeartbeatSeconds": 8, "Retry": [], "Catch": []}),
        one(TASK | {"Retry": [{"ErrorEquals": ["States.Permissions"], "BackoffRate": 1, "Comment": "x"}]}),
        one({"Type": "Map", "ItemProcessor": BLOCK | {"ProcessorConfig": {"Mode": "INLINE"}}, "End": True}),
        one({"Type": "Parallel", "Branches": [BLOCK | {"Comment": "x"}], "End": True}),
        one(CHOICE | {"Default": "End"}, End={"Type": "Succeed", "Comment": "x"}),
        one(TASK | {"Resource": arn("work") + ":live"}),
        one(TASK | {"Resource": "work"}),
    ],
)
def test_valid_files_are_accepted(document: dict[str, Any]) -> None:
    assert load(document).start_at == "S"


def test_substitutions_fill_every_string_of_the_file() -> None:
    document = one(TASK | {"Resource": "${Arn}", "Parameters": {"list": ["a-${B}-${B}", 1]}})
    assert load(document, Arn=arn("work"), B="b", Unused="x").resources == {arn("work")}


def test_a_missing_substitution_is_named_with_its_place() -> None:
    assert refusal(one(TASK | {"Resource": "${Arn}"})) == "$.States.S.Resource: nothing is given for ${Arn}."


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "$: this must be an object."),
        ({"StartAt": "S"}, "$: the field States is missing."),
        ({"States": {"S": PASS}}, "$: the field StartAt is missing."),
        ({"StartAt": "S", "States": {}}, "$.States: there must be at least one state."),
        ({"StartAt": "X", "States": {"S": PASS}}, "$.StartAt: there is no state 'X' here."),
        (one(PASS) | {"Version": "2.0"}, "$.Version: this must be 1.0"),
        (one(PASS) | {"TimeoutSeconds": 0}, "$.TimeoutSeconds: this must be an integer from 1"),
        (one(PASS) | {"QueryLanguage": "JSONata"}, "$.QueryLanguage: only JSONPath is supported"),
        (one(PASS) | {"Foo": 1}, "$.Foo: Foo is not a field that is known here."),
        (one({"Type": "Dance"}), "$.States.S.Type: 'Dance' is not one of Task, Pass"),
        (one({"End": True}), "$.States.S: the field Type is missing."),
        ({"StartAt": "x" * 81, "States": {"x" * 81: PASS}}, "a state's name has 1 to 80 characters"),
        (one({"Type": "Pass"}), "$.States.S: one of these fields is missing: Next, End."),
        (one(PASS | {"Next": "S"}), "$.States.S: Next and End exclude one another."),
        (one(PASS | {"End": False}), "$.States.S.End: this must be true"),
        (one({"Type": "Pass", "Next": "X"}), "$.States.S: it leads to 'X', which is no state here."),
        (one({"Type": "Pass", "Next": "S"}), "$.States: no state ends this"),
        (one(PASS, T=PASS), "$.States.T: no other state leads to it."),
        (one(CHOICE), "$.States.S: it leads to 'End', which is no state here."),
        (one(TASK | {"Catch": [{"ErrorEquals": ["A"], "Next": "X"}]}), "it leads to 'X'"),
        (
            one({"Type": "Parallel", "Branches": [one(PASS)], "End": True}),
            "another state of the machine has the same",
        ),
        (
            one({"Type": "Parallel", "Branches": [BLOCK, one(PASS | {"Foo": 1})], "End": True}),
            "$.States.S.Branches[1].States.S.Foo: Foo is not a field",
        ),
        (
            one(
                {
                    "Type": "Parallel",
                    "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "S"}}}],
                    "End": True,
                }
            ),
            "$.States.S.Branches[0].States.I: it leads to 'S'",
        ),
        (
            one({"Type": "Parallel", "Branches": [], "End": True}),
            "$.States.S.Branches: this must be an array with",
        ),
    ],
)
def test_a_machine_that_does_not_hold_together_is_refused(document: Any, message: str) -> None:
    assert message in refusal(document)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (PASS | {"ResultSelector": {}}, "S.ResultSelector: ResultSelector is not a field that is known here"),
        (PASS | {"Retry": []}, "S.Retry: Retry is not a field"),
        (PASS | {"Assign": {}}, "S.Assign: Assign is not supported: it belongs to variables"),
        (PASS | {"Output": "x"}, "S.Output: Output is not supported: it belongs to JSONata"),
        (PASS | {"QueryLanguage": "JSONata"}, "S.QueryLanguage: only JSONPath"),
        (PASS | {"InputPath": "a"}, "S.InputPath: 'a' is not a JSONPath"),
        (PASS | {"OutputPath": 5}, "S.OutputPath: 5 is not a JSONPath"),
        (PASS | {"ResultPath": "$.a[*]"}, "S.ResultPath: '$.a[*]' is not a Reference Path"),
        (PASS | {"Parameters": []}, "S.Parameters: this must be an object"),
        (PASS | {"Parameters": {"a.$": 5}}, "S.Parameters.a.$: 5 is neither a path nor"),
        (PASS | {"Parameters": {"a.$": "x"}}, "S.Parameters.a.$: 'x' is neither a path nor"),
        (PASS | {"Parameters": {"a.$": "$.x", "a": 1}}, "the field 'a' is there twice"),
        (
            PASS | {"Parameters": {"l": [{"a.$": "$$.Task.Token"}]}},
            "S.Parameters.l[0].a.$: '$$.Task.Token' is not",
        ),
        (PASS | {"Parameters": {"a.$": "States.Foo()"}}, "States.Foo does not exist"),
        (TASK | {"Resource": 5}, "S.Resource: this must be a string"),
        (
            TASK | {"Resource": "arn:aws:states:::lambda:invoke"},
            "S.Resource: only Lambda functions are supported",
        ),
        (TASK | {"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}, "only Lambda functions"),
        (TASK | {"Resource": "arn:aws:states:::states:startExecution.sync"}, "only Lambda functions"),
        (TASK | {"Resource": "arn:aws:states:eu-west-1:123456789012:activity:x"}, "only Lambda functions"),
        (
            TASK | {"Credentials": {}},
            "S.Credentials: Credentials is not supported: it belongs to cross-account",
        ),
        (TASK | {"TimeoutSeconds": 1.5}, "S.TimeoutSeconds: this must be an integer"),
        (TASK | {"TimeoutSeconds": True}, "S.TimeoutSeconds: this must be an integer"),
        (TASK | {"TimeoutSeconds": 1, "TimeoutSecondsPath": "$.x"}, "exclude one another"),
        (TASK | {"HeartbeatSeconds": 5, "TimeoutSeconds": 5}, "S.HeartbeatSeconds: this must be less"),
        (TASK | {"HeartbeatSeconds": 5, "HeartbeatSecondsPath": "$.x"}, "exclude one another"),
        (TASK | {"Retry": {}}, "S.Retry: this must be an array"),
        (TASK | {"Retry": [5]}, "S.Retry[0]: this must be an object"),
        ({"Type": "Wait", "End": True}, "S: one of these fields is missing: Seconds"),
        ({"Type": "Wait", "End": True, "Seconds": 1, "SecondsPath": "$.x"}, "exclude one another"),
        ({"Type": "Wait", "End": True, "Seconds": -1}, "S.Seconds: this must be an integer from 0"),
        (
            {"Type": "Wait", "End": True, "Timestamp": "tomorrow"},
            "S.Timestamp: 'tomorrow' is not a timestamp",
        ),
        ({"Type": "Succeed", "End": True}, "S.End: End is not a field"),
        ({"Type": "Fail", "InputPath": "$"}, "S.InputPath: InputPath is not a field"),
        ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "S: Error and ErrorPath exclude one another"),
        ({"Type": "Fail", "CausePath": "why"}, "S.CausePath: 'why' is neither a path nor"),
        ({"Type": "Map", "End": True}, "S: one of these fields is missing: ItemProcessor, Iterator"),
        ({"Type": "Map", "ItemProcessor": BLOCK, "Iterator": BLOCK, "End": True}, "exclude one another"),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "ItemSelector": {}, "Parameters": {}, "End": True},
            "exclude one",
        ),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "ItemsPath": None, "End": True},
            "S.ItemsPath: this must be a path",
        ),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "MaxConcurrency": -1, "End": True},
            "S.MaxConcurrency: this must be",
        ),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "ItemReader": {}, "End": True},
            "it belongs to Distributed Map",
        ),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "ItemBatcher": {}, "End": True},
            "it belongs to Distributed Map",
        ),
        (
            {"Type": "Map", "ItemProcessor": BLOCK, "ResultWriter": {}, "End": True},
            "it belongs to Distributed Map",
        ),
        ({"Type": "Map", "ItemProcessor": BLOCK, "ToleratedFailureCount": 1, "End": True}, "Distributed Map"),
        (
            {
                "Type": "Map",
                "ItemProcessor": BLOCK | {"ProcessorConfig": {"Mode": "DISTRIBUTED"}},
                "End": True,
            },
            "S.ItemProcessor.ProcessorConfig.Mode: only INLINE is supported, not 'DISTRIBUTED'",
        ),
    ],
)
def test_a_field_that_is_wrong_for_its_state_is_refused(state: dict[str, Any], message: str) -> None:
    assert message in refusal(one(state))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "the field ErrorEquals is missing"),
        ({"ErrorEquals": []}, "ErrorEquals: this must be an array of error names"),
        ({"ErrorEquals": "A"}, "ErrorEquals: this must be an array of error names"),
        ({"ErrorEquals": [5]}, "ErrorEquals: this must be an array of error names"),
        ({"ErrorEquals": ["States.All"]}, "'States.All' is not an error name of the language"),
        ({"ErrorEquals": ["States.ALL", "A"]}, "States.ALL must stand alone"),
        ({"ErrorEquals": ["A"], "MaxAttempts": -1}, "MaxAttempts: this must be an integer from 0"),
        ({"ErrorEquals": ["A"], "IntervalSeconds": 0}, "IntervalSeconds: this must be an integer from 1"),
        ({"ErrorEquals": ["A"], "BackoffRate": 0.9}, "BackoffRate: this must be a number of at least 1.0"),
        ({"ErrorEquals": ["A"], "BackoffRate": "2"}, "BackoffRate: this must be a number"),
        (
            {"ErrorEquals": ["A"], "IntervalSeconds": 5, "MaxDelaySeconds": 5},
            "MaxDelaySeconds: this must be an",
        ),
        ({"ErrorEquals": ["A"], "JitterStrategy": "HALF"}, "JitterStrategy: this must be FULL or NONE"),
        ({"ErrorEquals": ["A"], "Foo": 1}, "Foo: Foo is not a field"),
    ],
)
def test_a_retrier_that_is_wrong_is_refused_with_its_number(entry: dict[str, Any], message: str) -> None:
    text = refusal(one(TASK | {"Retry": [{"ErrorEquals": ["Fine"]}, entry]}))
    assert text.startswith("$.States.S.Retry[1]")
    assert message in text


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"ErrorEquals": ["A"]}, "the field Next is missing"),
        ({"Next": "T"}, "the field ErrorEquals is missing"),
        (
            {"ErrorEquals": ["A"], "Next": "T", "ResultPath": "$..a"},
            "ResultPath: '$..a' is not a Reference Path",
        ),
        ({"ErrorEquals": ["A"], "Next": "T", "MaxAttempts": 1}, "MaxAttempts is not a field"),
    ],
)
def test_a_catcher_that_is_wrong_is_refused_with_its_number(entry: dict[str, Any], message: str) -> None:
    text = refusal(one(TASK | {"Catch": [entry]}, T=PASS))
    assert text.startswith("$.States.S.Catch[0]")
    assert message in text


@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_the_wildcard_must_come_last(field: str) -> None:
    more = {"Next": "T"} if field == "Catch" else {}
    entries = [{"ErrorEquals": ["States.ALL"], **more}, {"ErrorEquals": ["A"], **more}]
    text = refusal(one(TASK | {field: entries}, T=PASS))
    assert text == f"$.States.S.{field}[0]: States.ALL must be in the last entry."


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "one of these fields is missing: And, Or, Not, Variable"),
        ({"Variable": "$.a"}, "one of these fields is missing: StringEquals"),
        ({"Variable": "$.a", "StringSounds": "x"}, "one of these fields is missing: StringEquals"),
        ({"Variable": "$.a", "StringEquals": "x", "IsNull": True}, "exclude one another"),
        ({"Variable": "a", "IsNull": True}, "Variable: 'a' is not a JSONPath"),
        ({"Variable": "$.a", "StringEquals": 5}, "StringEquals: this must be a string"),
        ({"Variable": "$.a", "NumericEquals": "5"}, "NumericEquals: this must be a number"),
        ({"Variable": "$.a", "NumericEquals": True}, "NumericEquals: this must be a number"),
        ({"Variable": "$.a", "BooleanEquals": "true"}, "BooleanEquals: this must be a boolean"),
        ({"Variable": "$.a", "TimestampEquals": "2026-01-02"}, "TimestampEquals: this must be a timestamp"),
        (
            {"Variable": "$.a", "TimestampEquals": "2026-13-02T00:00:00Z"},
            "TimestampEquals: this must be a timestamp",
        ),
        ({"Variable": "$.a", "IsNull": "yes"}, "IsNull: this must be true or false"),
        ({"Variable": "$.a", "StringMatches": 5}, "StringMatches: this must be a string"),
        ({"Variable": "$.a", "StringEqualsPath": "b"}, "StringEqualsPath: 'b' is not a JSONPath"),
        ({"And": []}, "And: this must be an array with items"),
        ({"And": [{"Variable": "$.a", "IsNull": True, "Next": "End"}]}, "And[0].Next: Next is not a field"),
        ({"Not": [], "Or": []}, "Or and Not exclude one another"),
        (
            {"Condition": "{% true %}", "Variable": "$.a", "IsNull": True},
            "Condition is not supported: it belongs to",
        ),
    ],
)
def test_a_choice_rule_that_is_wrong_is_refused_with_its_number(rule: dict[str, Any], message: str) -> None:
    text = refusal(one({"Type": "Choice", "Choices": [rule | {"Next": "End"}]}, End={"Type": "Succeed"}))
    assert text.startswith("$.States.S.Choices[0]")
    assert message in text


def test_a_choice_needs_rules_with_targets_and_has_no_next_of_its_own() -> None:
    end = {"Type": "Succeed"}
    assert "Choices: this must be an array with items" in refusal(
        one({"Type": "Choice", "Choices": []}, End=end)
    )
    rule = {"Variable": "$.a", "IsNull": True}
    assert "the field Next is missing" in refusal(one({"Type": "Choice", "Choices": [rule]}, End=end))
    assert "Next is not a field" in refusal(one(CHOICE | {"Next": "End"}, End=end))
