"""Token buckets: how often one key may do something, and that memory stays bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.limits import Rate, TokenBuckets, take_all


def test_a_burst_passes_and_the_next_one_waits_for_its_token() -> None:
    buckets = TokenBuckets(Rate(10, 60))
    assert [buckets.take("a", 0.0) for _ in range(60)] == [0.0] * 60
    assert buckets.take("a", 0.0) == pytest.approx(0.1)
    assert buckets.take("a", 0.1) == 0.0


def test_keys_do_not_share_a_bucket() -> None:
    buckets = TokenBuckets(Rate(1, 1))
    assert buckets.take("a", 0.0) == 0.0
    assert buckets.take("b", 0.0) == 0.0


def test_a_refusal_takes_nothing() -> None:
    buckets = TokenBuckets(Rate(1, 1))
    buckets.take("a", 0.0)
    for _ in range(100):
        buckets.take("a", 0.5)
    assert buckets.take("a", 1.0) == 0.0


def test_invented_keys_cost_no_memory() -> None:
    buckets = TokenBuckets(Rate(1, 1), max_keys=10)
    for number in range(1000):
        buckets.take(str(number), 0.0)
    assert len(buckets) == 10


def test_a_claim_on_two_buckets_takes_from_both_or_from_none() -> None:
    first, second = TokenBuckets(Rate(1, 1)), TokenBuckets(Rate(1, 5))
    assert take_all([(first, "c"), (second, "a")], 0.0) == 0.0
    for _ in range(10):
        assert take_all([(first, "c"), (second, "a")], 0.0) > 0
    assert [second.take("a", 0.0) for _ in range(5)] == [0.0, 0.0, 0.0, 0.0, pytest.approx(1.0)]


@pytest.mark.parametrize(("per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_rate_that_lets_nothing_through_is_refused(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Rate(per_second, burst)


@given(st.lists(st.floats(0, 2), max_size=200))
def test_no_more_passes_than_burst_and_rate_allow(pauses: list[float]) -> None:
    buckets, now, passed = TokenBuckets(Rate(3, 5)), 0.0, 0
    for pause in pauses:
        now += pause
        passed += buckets.take("a", now) == 0.0
    assert passed <= 5 + 3 * now + 1e-6


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    buckets = TokenBuckets(Rate(1, 1))
    buckets.take("a", 100.0)
    assert buckets.take("a", 0.0) > 0


def test_a_token_that_is_given_back_can_be_taken_again_and_never_grows_the_burst() -> None:
    buckets = TokenBuckets(Rate(1, 2))
    assert buckets.take("a", 0.0) == buckets.take("a", 0.0) == 0.0
    buckets.give("a", 0.0)
    assert buckets.take("a", 0.0) == 0.0 and buckets.take("a", 0.0) > 0
    for _ in range(5):
        buckets.give("b", 0.0)
    assert [buckets.take("b", 0.0) > 0 for _ in range(3)] == [False, False, True]
