"""Which of two uploads is the newer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.workflow.sequence import is_newer, stamp, successor

SEQUENCERS = st.text(alphabet="0123456789ABCDEF", max_size=24)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("candidate", "stored", "newer"),
    [
        ("0055AED6DCD90281E6", "0055AED6DCD90281E5", True),
        ("0055AED6DCD90281E5", "0055AED6DCD90281E5", False),
        ("0055AED6DCD90281E5", "0055AED6DCD90281E6", False),
        ("0055AED6DCD9", "0055AED6DCD900", False),  # right-padded they are the same
        ("0055AED6DCD91", "0055AED6DCD900", True),
        ("0055aed6dcd9f", "0055AED6DCD9E", True),  # hexadecimal of either case
        ("1", "", True),
    ],
)
def test_sequencers_compare_right_padded_as_s3_defines_it(candidate: str, stored: str, newer: bool) -> None:
    assert is_newer(candidate, stored) is newer


@given(stored=SEQUENCERS)
def test_a_stamp_is_newer_than_whatever_is_stored(stored: str) -> None:
    assert is_newer(stamp(NOW, stored), stored)


@given(stored=SEQUENCERS)
def test_a_successor_is_newer(stored: str) -> None:
    assert is_newer(successor(stored), stored)


@given(one=SEQUENCERS, other=SEQUENCERS)
def test_never_are_both_the_newer(one: str, other: str) -> None:
    assert not (is_newer(one, other) and is_newer(other, one))
