"""What each intrinsic function does. Each raises BadArgument for arguments it cannot work on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import random as pseudorandom
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from safelight.workflow.asl.format_strings import BadArgument, fill
from safelight.workflow.asl.payload import to_text
from safelight.workflow.asl.scope import Random

MAX_TEXT = 10_000  # characters that States.Hash and the Base64 functions take
MAX_RANGE = 1_000  # items that States.ArrayRange makes
_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1
_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}

Apply = Callable[[list[Any], Random], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    apply: Apply
    arity: tuple[int, int | None]  # fewest and most arguments; None: any number
    raw_first: bool = False  # a literal first argument keeps its escapes


def _format(arguments: list[Any], _random: Random) -> str:
    return fill(_string(arguments[0], "the template"), arguments[1:])


def _string_to_json(arguments: list[Any], _random: Random) -> Any:
    text = _string(arguments[0])
    try:
        return json.loads(text) if text else ""
    except json.JSONDecodeError as error:
        raise BadArgument(f"the argument is not JSON: {error}") from None


def _json_to_string(arguments: list[Any], _random: Random) -> str:
    return to_text(arguments[0])


def _array_of(arguments: list[Any], _random: Random) -> list[Any]:
    return arguments


def _array_partition(arguments: list[Any], _random: Random) -> list[Any]:
    items, size = _array(arguments[0]), _integer(arguments[1], "the chunk size")
    if size < 1:
        raise BadArgument("the chunk size must be positive")
    return [items[at : at + size] for at in range(0, len(items), size)]


def _array_contains(arguments: list[Any], _random: Random) -> bool:
    wanted = _canonical(arguments[1])
    return any(_canonical(item) == wanted for item in _array(arguments[0]))


def _array_range(arguments: list[Any], _random: Random) -> list[int]:
    first, last = _integer(arguments[0], "the start"), _integer(arguments[1], "the end")
    step = _integer(arguments[2], "the step")
    if step == 0:
        raise BadArgument("the step must not be 0")
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if len(numbers) > MAX_RANGE:
        raise BadArgument(f"the range has more than {MAX_RANGE} items")
    return list(numbers)


def _array_get_item(arguments: list[Any], _random: Random) -> Any:
    items, index = _array(arguments[0]), _integer(arguments[1], "the index")
    if not 0 <= index < len(items):
        raise BadArgument(f"the array has no item {index}")
    return items[index]


def _array_length(arguments: list[Any], _random: Random) -> int:
    return len(_array(arguments[0]))


def _array_unique(arguments: list[Any], _random: Random) -> list[Any]:
    return list({_canonical(item): item for item in reversed(_array(arguments[0]))}.values())[::-1]


def _base64_encode(arguments: list[Any], _random: Random) -> str:
    return base64.b64encode(_short(_string(arguments[0])).encode("utf-8", "surrogatepass")).decode()


def _base64_decode(arguments: list[Any], _random: Random) -> str:
    try:
        return base64.b64decode(_short(_string(arguments[0])), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadArgument(f"the argument is not Base64 of text: {error}") from None


def _hash(arguments: list[Any], _random: Random) -> str:
    data, algorithm = arguments[0], _string(arguments[1], "the algorithm")
    if algorithm not in _ALGORITHMS:
        raise BadArgument(f"the algorithm must be one of {', '.join(_ALGORITHMS)}")
    text = data if isinstance(data, str) else to_text(data)
    return hashlib.new(
        _ALGORITHMS[algorithm], _short(text).encode("utf-8", "surrogatepass"), usedforsecurity=False
    ).hexdigest()


def _json_merge(arguments: list[Any], _random: Random) -> dict[str, Any]:
    first, second, deep = arguments
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise BadArgument("the first two arguments must be objects")
    if deep is not False:
        raise BadArgument("the third argument must be false: deep merging is not supported")
    return {**first, **second}


def _math_random(arguments: list[Any], random: Random) -> int:
    first, end = _integer(arguments[0], "the start"), _integer(arguments[1], "the end")
    if first >= end:
        raise BadArgument("the start must be less than the end")
    if len(arguments) == 3:
        return pseudorandom.Random(_integer(arguments[2], "the seed")).randrange(first, end)  # noqa: S311
    return first + int(random() * (end - first))


def _math_add(arguments: list[Any], _random: Random) -> int:
    return _integer(arguments[0], "the first argument") + _integer(arguments[1], "the second argument")


def _string_split(arguments: list[Any], _random: Random) -> list[str]:
    text, separators = _string(arguments[0]), _string(arguments[1], "the separator")
    if not separators:
        return [text]
    # Every character separates on its own, and what is empty is left out.
    return [part for part in re.split(f"[{re.escape(separators)}]", text) if part]


def _uuid(_arguments: list[Any], random: Random) -> str:
    words = [int(random() * 2**32) for _ in range(4)]
    return str(uuid.UUID(int=sum(word << (32 * at) for at, word in enumerate(words)), version=4))


FUNCTIONS: dict[str, Function] = {
    "States.Format": Function(apply=_format, arity=(1, None), raw_first=True),
    "States.StringToJson": Function(apply=_string_to_json, arity=(1, 1)),
    "States.JsonToString": Function(apply=_json_to_string, arity=(1, 1)),
    "States.Array": Function(apply=_array_of, arity=(0, None)),
    "States.ArrayPartition": Function(apply=_array_partition, arity=(2, 2)),
    "States.ArrayContains": Function(apply=_array_contains, arity=(2, 2)),
    "States.ArrayRange": Function(apply=_array_range, arity=(3, 3)),
    "States.ArrayGetItem": Function(apply=_array_get_item, arity=(2, 2)),
    "States.ArrayLength": Function(apply=_array_length, arity=(1, 1)),
    "States.ArrayUnique": Function(apply=_array_unique, arity=(1, 1)),
    "States.Base64Encode": Function(apply=_base64_encode, arity=(1, 1)),
    "States.Base64Decode": Function(apply=_base64_decode, arity=(1, 1)),
    "States.Hash": Function(apply=_hash, arity=(2, 2)),
    "States.JsonMerge": Function(apply=_json_merge, arity=(3, 3)),
    "States.MathRandom": Function(apply=_math_random, arity=(2, 3)),
    "States.MathAdd": Function(apply=_math_add, arity=(2, 2)),
    "States.StringSplit": Function(apply=_string_split, arity=(2, 2)),
    "States.UUID": Function(apply=_uuid, arity=(0, 0)),
}


def _string(value: Any, what: str = "the argument") -> str:
    if not isinstance(value, str):
        raise BadArgument(f"{what} must be a string")
    return value


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadArgument(f"the argument is longer than {MAX_TEXT} characters")
    return text


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadArgument("the first argument must be an array")
    return value


def _integer(value: Any, what: str) -> int:
    """A number with a fraction is rounded to the nearest, halves up."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadArgument(f"{what} must be a number")
    whole = math.floor(value + 0.5)
    if not _INT_MIN <= whole <= _INT_MAX:
        raise BadArgument(f"{what} must fit into 32 bits")
    return whole


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
