"""Windows of a venue's counters: our own count, set right by what the venue tells."""

from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from math import floor

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.clock import VenueClock
from batactors.core.window import WAY
from batactors.model.account_facts import LimitFact, UsageFact
from batactors.model.ids import RequestId
from batactors.model.limits import Charge, Counts, RateLimit
from batactors.model.questions import AskTime
from tests.actors.words import BTC, cancel, create
from tests.core.limiting import LONG, SHORT, START, WEIGHT, Sender, a_clock, a_limiter, orders_only


@frozen
class Step:
    """A request: after a pause, it takes so long there and its answer so long back; whether the answer tells counts."""

    pause: float
    there: float
    back: float
    tells: bool
    is_cancel: bool
    counts: bool


WAYS = st.floats(0.0, WAY)
STEPS = st.lists(
    st.builds(
        Step, pause=st.sampled_from([0.0, 0.0, 0.0, 0.3, 4.0]), there=WAYS, back=WAYS, tells=st.booleans(),
        is_cancel=st.sampled_from([False, False, True]), counts=st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)  # fmt: skip


@pytest.mark.holds("D11")
@given(
    steps=STEPS,
    ahead=st.floats(-1e5, 1e5),
    measured=st.none() | st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.5), st.sampled_from([0.0, 0.001, 1.0])),
)
def test_no_window_of_the_venue_is_ever_over_its_limit(
    steps: list[Step], ahead: float, measured: tuple[float, float, float] | None
) -> None:
    """Wherever the venue's intervals begin, however well its clock is known, however long requests take, up to a
    second, and whichever answers tell its counts, which leave out some of what was refused: it never has to refuse.
    """
    clock = VenueClock()

    def at_venue(at: float) -> float:
        return (START + timedelta(seconds=at + ahead)).timestamp()

    if measured is not None:
        there, back, resolution = measured
        said = at_venue(there)
        said = floor(said / resolution) * resolution if resolution else said
        clock.hear(datetime.fromtimestamp(said, UTC), resolution + 1e-5, 0.0, there + back)
    limiter = a_limiter(SHORT, LONG, clock=clock, charges=orders_only)
    sender, now, arrived = Sender(limiter), 1.0, 0.0
    counted: Counter[tuple[int, int]] = Counter()
    answers: deque[tuple[float, tuple[UsageFact, ...], RequestId]] = deque()
    for step in steps:
        now += step.pause
        command = cancel("order") if step.is_cancel else create()
        while True:
            while answers and answers[0][0] <= now:
                heard_at, facts, of = answers.popleft()
                limiter.heed(facts, heard_at, START, limiter.mark_of(of))
            wait = sender.wait(command, now)
            assert 0 <= wait <= 2 * LONG.interval + WAY + 2
            if not wait:
                break
            now = min(now + wait, answers[0][0]) if answers else now + wait
        request_id = sender.send(command, now)
        arrived = max(arrived, now + step.there)
        usage: list[UsageFact] = []
        for limit in (SHORT, LONG):
            window = (limit.interval, floor(at_venue(arrived) / limit.interval))
            counted[window] += step.counts
            assert counted[window] <= limit.limit
            usage.append(UsageFact(counts=Counts.ORDERS, interval=limit.interval, used=counted[window]))
        if step.tells:
            answers.append((max(arrived + step.back, answers[-1][0] if answers else 0.0), tuple(usage), request_id))


@given(st.lists(st.sampled_from(["create", "cancel", "burst"]), max_size=30), st.floats(0.0, 3.0))
def test_a_cancel_waits_only_if_the_whole_limit_is_used(given_up: list[str], pause: float) -> None:
    """Whatever was sent: a cancel goes out at once as long as one more fits, and waits when none does."""
    sender, now = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only)), 0.0
    used = 0
    for what in given_up:
        if what == "burst":
            now += pause
            used = used if floor(now / 10) == floor((now - pause) / 10) else 0
            used += sender.burst(now)
        elif not sender.wait(create() if what == "create" else cancel("order"), now):
            sender.send(create() if what == "create" else cancel("order"), now)
        is_full = sender.limiter._windows[(Counts.ORDERS, 10)].used(now) >= SHORT.limit  # type: ignore[index]
        assert bool(sender.wait(cancel("order"), now)) is is_full
        if not is_full:
            assert sender.wait(cancel("order"), now) == 0.0


@pytest.mark.holds("D11")
def test_what_adds_risk_leaves_the_reserve_to_cancels() -> None:
    """Creates use a window up to its reserve, cancels all of it; a new interval begins when the venue's does."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    assert sender.burst(3.0) == 5
    assert sender.wait(create(), 3.0) == pytest.approx(7.0, abs=0.01)
    assert sender.burst(3.0, cancel("order")) == 1
    assert sender.wait(cancel("order"), 3.0) == pytest.approx(7.0, abs=0.01)
    assert sender.burst(10.01) == 5


def test_what_may_arrive_after_the_turn_counts_then() -> None:
    """What is sent within a second before an interval ends may count in the next one."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    assert sender.burst(9.5) == 5
    assert sender.burst(10.5) == 0
    assert sender.burst(20.01) == 5


@pytest.mark.holds("D11")
def test_the_venue_counts_more_than_we_do() -> None:
    """Others use the same account: what the venue says is used is used."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    first = sender.send(create(), 1.0)
    sender.told(4, 1.2, first)
    assert sender.burst(1.2) == 1


@pytest.mark.holds("D11")
def test_the_venue_counts_less_than_we_do() -> None:
    """It does not count what it refused: there is room again. What was written since is on top of what it says."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    third = [sender.send(create(), 1.0) for _ in range(4)][2]
    assert sender.burst(1.0) == 1
    sender.told(0, 1.2, third)  # of the three that it knows of, it counts none; two have come since
    assert sender.burst(1.2) == 3


def test_what_is_handed_on_and_not_written_is_not_in_what_the_venue_says() -> None:
    """An answer cannot know of what still waits to be written, though it was charged before."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    for number in range(100, 103):
        sender.limiter.charge((create(),), BTC, None, 1.0, RequestId(number))
    first = sender.send(create(), 1.0)
    sender.told(1, 1.2, first)
    assert sender.burst(1.2) == 1


def test_an_older_answer_takes_nothing_back() -> None:
    """Answers may come out of order: the one to the request that was written last knows most."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    first, second = sender.send(create(), 1.0), sender.send(create(), 1.0)
    sender.told(4, 1.2, second)
    sender.told(1, 1.3, first)
    assert sender.burst(1.3) == 1


def test_an_answer_from_before_the_turn_says_nothing_of_after() -> None:
    """What was used of the last interval is over with it."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    first = sender.send(create(), 8.0)
    sender.told(6, 10.1, first)
    assert sender.burst(10.1) == 5


def test_a_count_of_which_nobody_knows_when_it_was_made() -> None:
    """It is believed where it is more than we thought, and not where it is less."""
    sender = Sender(a_limiter(SHORT, clock=a_clock(), charges=orders_only))
    sender.send(create(), 1.0)
    sender.send(create(), 1.0)
    sender.told(1, 1.1, None)
    sender.told(3, 1.2, None)
    assert sender.burst(1.2) == 2


@pytest.mark.holds("D11")
def test_the_venue_says_what_its_limits_are() -> None:
    """Its own list replaces what was assumed, of each kind that it tells of; and so does a limit told with a count."""
    limiter = a_limiter(SHORT, LONG, WEIGHT, clock=a_clock(), charges=orders_only)
    told = RateLimit(counts=Counts.ORDERS, interval=60, limit=30, reserve=10)
    limiter.heed((LimitFact(limit=told),), 1.0, START, None)
    assert limiter.limits == (told, WEIGHT)
    sender = Sender(limiter)
    assert sender.burst(1.0) == 20
    fact = UsageFact(counts=Counts.ORDERS, interval=60, used=20, limit=60)
    limiter.heed((fact,), 1.5, START, limiter.mark_of(RequestId(20)))
    assert sender.burst(1.5) == 20


def test_each_page_of_an_answer_costs_what_it_costs() -> None:
    """The first may be of one counter of the venue's, and those behind it of another."""
    other = RateLimit(counts=Counts.ORDERS, interval=60, limit=2)

    def by_page(asked: object, legs: int = 1) -> tuple[Charge, ...]:
        return (Charge(counts=Counts.WEIGHT if legs == 1 else Counts.ORDERS, amount=1),)

    limiter = a_limiter(RateLimit(counts=Counts.WEIGHT, interval=60, limit=1), other, charges=by_page)
    question = AskTime()
    limiter.charge_question(question, 0.0)
    assert limiter.wait_to_ask(question, 0.0) > 0
    for _ in range(2):
        assert limiter.wait_to_ask(question, 0.0, 2) == 0
        limiter.charge_question(question, 0.0, 2)
    assert limiter.wait_to_ask(question, 0.0, 3) > 0
