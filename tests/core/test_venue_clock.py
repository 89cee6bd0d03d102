"""What time it is at the venue, from answers that are rounded and travel."""

from datetime import UTC, datetime, timedelta
from math import floor, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.clock import SURE, VenueClock

START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
WAYS = st.floats(0.0, 0.4)


class Venue:
    """A clock that is so far ahead of ours, asked over a road with two ways."""

    def __init__(self, ahead: float) -> None:
        self.ahead = ahead
        self.known = VenueClock()

    def ours(self, at: float) -> datetime:
        return START + timedelta(seconds=at)

    def ask(self, at: float, there: float, back: float, resolution: float = 1.0) -> float:
        """Ask at that moment; when the answer is there."""
        says = (self.ours(at + there) + timedelta(seconds=self.ahead)).timestamp()
        rounded = floor(says / resolution) * resolution if resolution else says
        received = at + there + back
        self.known.hear(datetime.fromtimestamp(rounded, UTC), resolution, at, received)
        return received

    def error(self, at: float) -> float:
        """By how many seconds what is believed is wrong."""
        now = self.known.now(at, self.ours(at)) - self.ours(at)
        return abs(now.total_seconds() - self.ahead)


def test_nothing_is_known_before_an_answer() -> None:
    """Without an answer, our own clock is the best guess, and it is not said how wrong it is."""
    clock = VenueClock()
    assert clock.doubt == inf
    assert clock.now(5.0, START) == START
    assert clock.ahead(5.0, START) is None
    assert clock.ask_at(7.0) == 7.0


@given(st.floats(-1e5, 1e5), st.lists(st.tuples(st.floats(0.0, 400.0), WAYS, WAYS), min_size=1, max_size=8))
def test_it_is_never_more_wrong_than_it_says(ahead: float, asked: list[tuple[float, float, float]]) -> None:
    """However long the ways are, the error is within the doubt, and the doubt does not grow with more answers."""
    venue, at, doubt = Venue(ahead), 0.0, inf
    for pause, there, back in asked:
        at = venue.ask(at + pause, there, back)
        assert venue.known.doubt <= doubt + 1e-3 * (pause + there + back) + 1e-6
        doubt = venue.known.doubt
        if doubt <= SURE:
            assert venue.error(at) <= doubt + 1e-3


@given(st.floats(-50.0, 50.0), st.floats(0.001, 0.1))
def test_five_questions_at_the_turn_of_a_second_are_enough(ahead: float, way: float) -> None:
    """Kraken tells whole seconds. Asked when one turns, five answers tell it to a twentieth and what the way varies."""
    venue = Venue(ahead)
    at = venue.ask(0.0, way, way)
    for _ in range(5):
        at = venue.ask(venue.known.ask_at(at + 1.0), way, way)
    assert venue.error(at) <= venue.known.doubt + 1e-3 <= 0.05 + 2 * way


def test_a_slow_answer_is_no_knowledge() -> None:
    """What took four seconds there and back says too little to go by; our own clock counts on."""
    venue = Venue(30.0)
    at = venue.ask(0.0, 2.0, 2.0)
    assert venue.known.doubt > SURE
    assert venue.known.ahead(at, venue.ours(at)) is None
    at = venue.ask(at, 0.1, 0.1)
    assert venue.error(at) < 1.0


def test_a_quick_answer_is_not_spoilt_by_a_slow_one() -> None:
    """Of several answers the best counts, whichever came last."""
    venue = Venue(30.0)
    at = venue.ask(0.0, 0.01, 0.01, resolution=0.001)
    best = venue.known.doubt
    at = venue.ask(at, 3.0, 0.0, resolution=0.001)
    assert venue.known.doubt < best + 0.001
    assert venue.error(at) < 0.02


def test_our_own_clock_may_be_set_meanwhile() -> None:
    """What is known is kept against a clock that nobody sets: the venue's time stays right, and the offset changes."""
    venue = Venue(0.0)
    at = venue.ask(0.0, 0.01, 0.01, resolution=0.0)
    wrong = venue.ours(at) + timedelta(seconds=3600)
    assert abs((venue.known.now(at, wrong) - venue.ours(at)).total_seconds()) < 0.02
    ahead = venue.known.ahead(at, wrong)
    assert ahead is not None
    assert abs(ahead + 3600) < 0.02


def test_a_venue_s_clock_that_is_set_is_believed() -> None:
    """An answer that cannot be reconciled with those before it takes their place."""
    venue = Venue(0.0)
    at = venue.ask(0.0, 0.01, 0.01)
    venue.ahead = -120.0
    at = venue.ask(at + 300.0, 0.01, 0.01)
    assert venue.error(at) < 0.6


def test_what_is_known_grows_old() -> None:
    """Two clocks drift apart: after a day an old answer says less than a new one."""
    venue = Venue(0.0)
    at = venue.ask(0.0, 0.001, 0.001, resolution=0.0)
    venue.ahead = 1.0  # it ran fast, by a little for a long time
    at = venue.ask(at + 86_400.0, 0.1, 0.1)
    assert venue.error(at) <= venue.known.doubt


BINANCE_AHEAD, BINANCE_WINDOW = 1.0, 5.0


@pytest.mark.holds("Y20", "D12")
@given(
    ahead=st.sampled_from([3.0, -3.0]) | st.floats(-1e5, 1e5),
    way=st.floats(0.0, 0.4),
    back=st.floats(0.0, 0.4),
    resolution=st.sampled_from([0.001, 1.0]),
    later=st.floats(0.0, 300.0),
    travels=st.floats(0.0, 1.0),
)
def test_a_stamp_is_taken_by_the_rule_of_the_venue(
    ahead: float, way: float, back: float, resolution: float, later: float, travels: float
) -> None:
    """One answer that was quick enough is all that it takes, whatever our clock says: the time that a request bears is
    less than a second ahead of Binance's clock, and no older than the window, for as long as it was to be valid.
    """
    venue = Venue(ahead)
    at = venue.ask(0.0, way, back, resolution) + later
    stamp = venue.known.stamp(at, venue.ours(at))
    until = venue.known.deadline(at, venue.ours(at), BINANCE_WINDOW)
    theirs = venue.ours(at + travels) + timedelta(seconds=ahead)
    assert stamp < theirs + timedelta(seconds=BINANCE_AHEAD)
    assert venue.known.doubt <= SURE
    assert stamp <= theirs + timedelta(milliseconds=1), "it is not from the future at all"
    assert theirs - stamp <= until - stamp + timedelta(milliseconds=1)
    assert until - stamp <= timedelta(seconds=BINANCE_WINDOW + 2 * SURE)


def test_a_stamp_where_too_little_is_known() -> None:
    """Without an answer it is our clock; after one that was too slow, what of its span is nearest to our clock."""
    assert VenueClock().stamp(5.0, START) == START
    venue = Venue(30.0)
    at = venue.ask(0.0, 2.0, 2.0)
    assert venue.known.doubt > SURE
    behind = venue.known.stamp(at, venue.ours(at)) - venue.ours(at)
    assert timedelta(seconds=25) < behind < timedelta(seconds=31)
    right = Venue(0.0)
    at = right.ask(0.0, 2.0, 2.0)
    assert right.known.stamp(at, right.ours(at)) == right.ours(at)
