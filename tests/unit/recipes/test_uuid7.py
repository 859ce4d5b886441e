"""UUID version 7: the layout of RFC 9562, and order."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from safelight.uuid7 import Uuid7Source, uuid7


def test_layout_is_that_of_rfc_9562() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert made.version == 7
    assert made.variant == RFC_4122
    # Other tests may have run the counter of a stopped clock ahead, but only within this process.
    assert made.int >> 80 >= before


@given(st.lists(st.integers(0, 2**47), min_size=1, max_size=50))
def test_each_is_greater_than_the_last_whatever_the_clock_does(moments: list[int]) -> None:
    clock = iter(moments)
    source = Uuid7Source(lambda: next(clock))
    made = [source.next() for _ in moments]
    assert made == sorted(set(made))


def test_a_stopped_clock_runs_out_of_counts_without_repeating() -> None:
    source = Uuid7Source(lambda: 1)
    made = [source.next() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(uuid.version == 7 for uuid in made)


def test_threads_never_get_the_same_one() -> None:
    def several(_: int) -> list[UUID]:
        return [uuid7() for _ in range(500)]

    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(several, range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({uuid for batch in batches for uuid in batch}) == 4000
