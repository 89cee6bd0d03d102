"""A counter that never begins anew: what counts is what came in the last interval."""

from collections import deque

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.window import LATER
from batactors.model.account_facts import UsageFact
from batactors.model.limits import Counts, RateLimit
from tests.actors.words import cancel, create
from tests.core.limiting import START, Sender, a_clock, a_limiter, orders_only

SECOND = RateLimit(counts=Counts.ORDERS, interval=1, limit=5, reserve=1, rolling=True)


@pytest.mark.holds("D11")
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.1, 0.6]), st.floats(0.0, LATER), st.booleans()), max_size=60),
    st.booleans(),
)
def test_no_interval_holds_more_than_the_limit(steps: list[tuple[float, float, bool]], knows_the_clock: bool) -> None:
    """Wherever it begins, as long as no request is a quarter of a second longer on its way than another."""
    limiter = a_limiter(SECOND, clock=a_clock() if knows_the_clock else None, charges=orders_only)
    sender, now = Sender(limiter), 1.0
    arrivals: deque[float] = deque()
    for pause, way, is_cancel in steps:
        now += pause
        command = cancel("order") if is_cancel else create()
        now += sender.wait(command, now)
        sender.send(command, now)
        arrivals.append(now + way)
        last = [at for at in arrivals if now + way - 1 < at <= now + way]
        assert len(last) <= SECOND.limit


def test_the_turn_of_a_second_is_nothing_to_it() -> None:
    """A burst just before one is not followed by another just after it."""
    sender = Sender(a_limiter(SECOND, clock=a_clock(), charges=orders_only))
    assert sender.burst(9.9) == 4
    assert sender.burst(10.1) == 0
    assert sender.burst(9.9 + 1 + LATER) == 4


def test_a_limit_that_the_venue_tells_is_rolling_too() -> None:
    """It says how many it takes; how it counts stays."""
    sender = Sender(a_limiter(SECOND, clock=a_clock(), charges=orders_only))
    of = sender.send(create(), 5.0)
    told = UsageFact(counts=Counts.ORDERS, interval=1, used=1, limit=10)
    sender.limiter.heed((told,), 5.1, START, sender.limiter.mark_of(of))
    assert sender.limiter.limits == (evolve(SECOND, limit=10, reserve=2),)
    assert sender.burst(5.2) == 7
    assert sender.burst(6.0) == 0
