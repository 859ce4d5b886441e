"""What every store of idempotency keys must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import Conflict
from safelight.ports import IdempotencyKeys
from tests.contract.idempotency import BACKENDS


@dataclass
class SetClock:
    """Shows the time it was set to."""

    time: datetime = datetime(2026, 1, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=BACKENDS)
def tokens(request: pytest.FixtureRequest, clock: SetClock) -> IdempotencyKeys:
    return BACKENDS[request.param](request, clock)


def test_the_first_request_gets_the_key_it_asks_for(tokens: IdempotencyKeys) -> None:
    assert tokens.reserve("t", key="k1", fingerprint="f") == "k1"


def test_a_repeated_request_gets_the_first_ones_key(tokens: IdempotencyKeys) -> None:
    tokens.reserve("t", key="k1", fingerprint="f")
    assert tokens.reserve("t", key="k2", fingerprint="f") == "k1"
    assert tokens.reserve("t", key="k3", fingerprint="f") == "k1"


def test_another_request_under_the_same_token_is_a_conflict(tokens: IdempotencyKeys) -> None:
    tokens.reserve("t", key="k1", fingerprint="f")
    with pytest.raises(Conflict, match="Idempotency-Key"):
        tokens.reserve("t", key="k2", fingerprint="other")
    assert tokens.reserve("t", key="k2", fingerprint="f") == "k1"


def test_tokens_are_compared_to_the_letter(tokens: IdempotencyKeys) -> None:
    for token in ("t", "T", "t ", "ü", "'; --"):
        assert tokens.reserve(token, key=f"key of {token}", fingerprint="f") == f"key of {token}"


def test_of_many_who_reserve_at_once_all_get_the_key_of_one(tokens: IdempotencyKeys) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda n: tokens.reserve("t", key=f"k{n}", fingerprint="f"), range(24)))
    assert len(set(keys)) == 1


def test_a_token_is_kept_for_a_day_at_least(tokens: IdempotencyKeys, clock: SetClock) -> None:
    tokens.reserve("t", key="k1", fingerprint="f")
    clock.time += timedelta(hours=24, seconds=1)
    assert tokens.reserve("t", key="k2", fingerprint="f") == "k1"


def test_a_token_is_forgotten_in_the_end(tokens: IdempotencyKeys, clock: SetClock) -> None:
    tokens.reserve("t", key="k1", fingerprint="f")
    tokens.reserve("u", key="k1", fingerprint="f")
    clock.time += timedelta(days=7)
    assert tokens.reserve("t", key="k2", fingerprint="other") == "k2"
    assert tokens.reserve("t", key="k3", fingerprint="other") == "k2"


def test_repeating_a_request_does_not_prolong_its_token(tokens: IdempotencyKeys, clock: SetClock) -> None:
    keys = []
    for number in range(20):
        keys.append(tokens.reserve("t", key=f"k{number}", fingerprint="f"))
        clock.time += timedelta(hours=12)
    assert 2 < len(set(keys)) < 10
