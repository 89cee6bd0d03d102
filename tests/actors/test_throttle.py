"""Our own count of what a venue counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.throttle import Throttle
from batactors.model.commands import Operation
from batactors.model.ids import InstrumentId
from batactors.model.limits import Cost, Pace

BTC, ETH = InstrumentId("BTC/USD"), InstrumentId("ETH/USD")
CREATE, CANCEL, AMEND = Operation.CREATE_ORDER, Operation.CANCEL_ORDER, Operation.AMEND_ORDER
PACE = Pace(
    limit=10.0,
    decay=2.0,
    reserve=4.0,
    costs={CREATE: Cost(fixed=1.0), AMEND: Cost(fixed=1.0), CANCEL: Cost(by_age=((5.0, 4.0), (60.0, 1.0)))},
)


def fill(throttle: Throttle, now: float = 0.0) -> int:
    """Place orders until one would have to wait; how many went."""
    placed = 0
    while not throttle.wait(CREATE, BTC, None, 1, now):
        throttle.charge(CREATE, BTC, None, 1, now)
        placed += 1
    return placed


def test_what_adds_risk_stops_at_the_reserve() -> None:
    """Creates and amends may use the counter up to the reserve, which is left to cancels."""
    throttle = Throttle(PACE)
    assert fill(throttle) == 6
    assert throttle.wait(AMEND, BTC, None, 1, 0.0) == pytest.approx(0.5)
    assert throttle.wait(CANCEL, BTC, None, 1, 0.0) == 0.0


@pytest.mark.holds("G16", "D11")
@given(st.lists(st.tuples(st.sampled_from([CREATE, AMEND]), st.floats(0, 3), st.integers(1, 20)), max_size=60))
def test_no_burst_of_creates_delays_a_cancel(burst: list[tuple[Operation, float, int]]) -> None:
    """However many orders were placed and amended as fast as the throttle lets them, a cancel may go at once."""
    throttle, now = Throttle(PACE), 0.0
    for operation, pause, legs in burst:
        now += pause
        now += throttle.wait(operation, BTC, None, legs, now)
        throttle.charge(operation, BTC, None, legs, now)
        assert throttle.wait(CANCEL, BTC, None, 1, now) == 0.0


def test_time_empties_the_counter() -> None:
    """What has waited as long as it was told may go, and after a long quiet the whole counter is there again."""
    throttle = Throttle(PACE)
    fill(throttle)
    wait = throttle.wait(CREATE, BTC, None, 1, 0.0)
    assert throttle.wait(CREATE, BTC, None, 1, wait) == 0.0
    assert fill(throttle, now=1000.0) == 6


@given(
    start=st.floats(0, 1e9),
    limit=st.floats(1, 1000),
    decay=st.floats(0.01, 100),
    cost=st.floats(0.1, 8),
    legs=st.integers(1, 50),
)
def test_after_the_wait_there_is_none(start: float, limit: float, decay: float, cost: float, legs: int) -> None:
    """Who sleeps as long as told need not sleep again: a rest of rounding would have the lane spin in virtual time."""
    throttle = Throttle(Pace(limit=limit, decay=decay, costs={CREATE: Cost(fixed=cost)}))
    throttle.refused(BTC, start)
    wait = throttle.wait(CREATE, BTC, None, legs, start)
    assert wait >= 0
    assert throttle.wait(CREATE, BTC, None, legs, start + wait) == 0.0


def test_each_instrument_has_its_own_counter() -> None:
    """A full counter of one instrument delays nothing of another."""
    throttle = Throttle(PACE)
    fill(throttle)
    assert throttle.wait(CREATE, ETH, None, 1, 0.0) == 0.0


def test_a_refusal_fills_the_counter() -> None:
    """When the venue counts more than we do, our counter is full from then on, reserve and all."""
    throttle = Throttle(PACE)
    throttle.refused(BTC, 0.0)
    assert throttle.wait(CREATE, BTC, None, 1, 0.0) == pytest.approx(2.5)
    assert throttle.wait(CANCEL, BTC, 1.0, 1, 0.0) == pytest.approx(2.0)
    assert throttle.wait(CANCEL, BTC, 30.0, 1, 0.0) == pytest.approx(0.5)


def test_what_costs_nothing_never_waits() -> None:
    """A cancel that the venue does not count, such as one of everything, goes out whatever the counter says."""
    throttle = Throttle(PACE)
    throttle.refused(None, 0.0)
    throttle.charge(CANCEL, None, None, 50, 0.0)
    assert throttle.wait(Operation.CANCEL_ALL, None, None, 1, 0.0) == 0.0
    assert throttle.wait(CANCEL, None, 61.0, 1, 0.0) == 0.0


def test_more_than_the_counter_holds_goes_when_there_is_room_for_all_that_it_may_use() -> None:
    """A batch that alone exceeds the counter waits until it is empty, then goes, and leaves the reserve to cancels."""
    throttle = Throttle(PACE)
    assert throttle.wait(CREATE, BTC, None, 15, 0.0) == 0.0
    throttle.charge(CREATE, BTC, None, 15, 0.0)
    assert throttle.wait(CREATE, BTC, None, 15, 0.0) == pytest.approx(3.0)
    assert throttle.wait(CREATE, BTC, None, 1, 0.0) == pytest.approx(0.5)
    assert throttle.wait(CANCEL, BTC, None, 1, 0.0) == 0.0


def test_a_frame_is_no_longer_than_the_reserve() -> None:
    """Legs that are dear share a frame only as far as the reserve goes, so that the first waits for no last."""
    assert Throttle(PACE).legs(CANCEL) == 1
    assert Throttle(PACE).legs(CREATE) == 4
    assert Throttle(PACE).legs(Operation.CANCEL_ALL) is None
    assert Throttle(Pace(limit=9.0, decay=1.0, costs={CREATE: Cost(fixed=2.0)})).legs(CREATE) == 4


def test_a_young_order_is_dear_to_cancel() -> None:
    """The cost of a cancel falls with the order's age; an age that is not known counts as the youngest."""
    throttle = Throttle(PACE)
    throttle.charge(CREATE, BTC, None, 6, 0.0)
    throttle.charge(CANCEL, BTC, 10.0, 2, 0.0)
    waits = [throttle.wait(CANCEL, BTC, age, 1, 0.0) for age in (None, 0.0, 5.0, 60.0)]
    assert waits == [pytest.approx(1.0), pytest.approx(1.0), 0.0, 0.0]


def test_counters_that_are_empty_are_forgotten() -> None:
    """The memory of a throttle is bounded by what was traded lately, not by all that was ever named."""
    throttle = Throttle(PACE)
    for number in range(10_000):
        throttle.charge(CREATE, InstrumentId(f"X{number}/USD"), None, 1, float(number))
    assert len(throttle) < 2_000
