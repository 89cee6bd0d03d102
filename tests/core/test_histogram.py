"""Quantiles out of buckets: never too low, at most a sixteenth too high, in memory that does not grow."""

from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.histogram import BUCKETS, PARTS, Histogram

SECONDS = st.floats(min_value=0.0, max_value=1e5, allow_nan=False)


def of(durations: list[float]) -> Histogram:
    """All of these, noted."""
    histogram = Histogram()
    for one in durations:
        histogram.note(one)
    return histogram


@pytest.mark.holds("X60")
@given(st.lists(SECONDS, min_size=1, max_size=300))
def test_each_quantile_is_the_true_one_or_a_sixteenth_more(durations: list[float]) -> None:
    """Whatever was noted, in whatever order; what is shorter than a microsecond counts as up to one."""
    told, ordered = of(durations).read(), sorted(durations)
    for share, value in ((0.5, told.p50), (0.99, told.p99), (0.999, told.p999)):
        true = ordered[ceil(share * len(ordered)) - 1]
        assert true <= value * (1 + 1e-9)
        assert value <= max(true * (1 + 1 / PARTS), 1e-6) * (1 + 1e-9)
    assert (told.count, told.most) == (len(durations), max(durations))
    assert told.total == pytest.approx(sum(durations))


@pytest.mark.holds("X60")
def test_a_million_kinds_of_durations_need_no_more_room_than_the_buckets() -> None:
    """From a part of a microsecond to years, each a little longer than the one before."""
    histogram, seconds = Histogram(), 1e-9
    while seconds < 1e9:
        histogram.note(seconds)
        seconds *= 1.003
    assert len(histogram) == BUCKETS + 1
    assert histogram.read().most > 9e8


def test_a_thousand_quick_ones_and_one_that_is_slow() -> None:
    """The slow one shows in the longest, and in no quantile that it is no part of."""
    told = of([0.001] * 1000 + [7.0]).read()
    assert told.p50 == told.p999 == pytest.approx(0.001, rel=1 / PARTS)
    assert told.most == 7.0


def test_less_than_nothing_counts_as_nothing() -> None:
    """Two clocks that are read crosswise can differ the wrong way round."""
    told = of([-1.0]).read()
    assert (told.count, told.most, told.total) == (1, 0.0, 0.0)


def test_nothing_is_told_of_nothing() -> None:
    """What never happened took no time."""
    told = Histogram().read()
    assert (told.count, told.p50, told.p999, told.most) == (0, 0.0, 0.0, 0.0)


def test_no_duration_is_too_long() -> None:
    """The last bucket has no end but the longest."""
    assert of([1e30]).read().p50 == 1e-6 * 2.0**40 < 1e30 < inf
