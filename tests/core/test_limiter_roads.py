"""What shares a limiter: batches, questions, cancels, and a venue that wants none of them for a while."""

from datetime import UTC, datetime

import pytest

from batactors.core.limiter import Limiter
from batactors.model.account_facts import BackOffFact, LimitFact, UsageFact
from batactors.model.commands import Operation
from batactors.model.ids import RequestId
from batactors.model.limits import Budget, Cost, Counts, Pace, RateLimit
from batactors.model.questions import AskBalances, AskToken
from tests.actors.words import BTC, cancel, create
from tests.core.limiting import LONG, SHORT, START, WEIGHT, Counting, Sender, a_clock, a_limiter, orders_only


def test_a_batch_is_charged_as_a_batch() -> None:
    """Five legs weigh what the codec says of a batch, in the windows of which it says so."""
    limiter = a_limiter(SHORT, LONG, clock=a_clock())
    legs = tuple(create() for _ in range(5))
    for number in range(3):
        assert limiter.wait(legs, BTC, None, 1.0) == 0.0
        limiter.charge(legs, BTC, None, 1.0, RequestId(number))
    assert limiter.wait(legs, BTC, None, 1.0) == pytest.approx(59.0, abs=0.01)
    assert limiter.wait((create(),), BTC, None, 1.0) == 0.0


@pytest.mark.holds("D11")
def test_questions_wait_and_what_sessions_live_by_does_not() -> None:
    """Questions leave the reserve of an address, which a token may use, and cancels."""
    limiter = a_limiter(WEIGHT, clock=a_clock())
    asked = 0
    while not limiter.wait_to_ask(AskBalances(), 1.0):
        limiter.charge_question(AskBalances(), 1.0)
        asked += 1
    assert asked == 3
    assert limiter.wait_to_ask(AskToken(), 1.0) == 0.0
    assert Sender(limiter).burst(1.0, cancel("order")) == 5
    assert limiter.wait_to_ask(AskToken(), 1.0) > 50


@pytest.mark.holds("D11")
@pytest.mark.parametrize("banned", [False, True], ids=["429", "418"])
def test_a_venue_that_wants_to_be_left_alone(banned: bool) -> None:
    """After a refusal for too much nothing but cancels goes out, under a ban nothing at all; for as long as it said."""
    limiter = a_limiter(SHORT, clock=a_clock())
    sender = Sender(limiter)
    limiter.heed((BackOffFact(reason="-1003 no", seconds=30, banned=banned),), 1.0, START, None)
    for asked, allowed in ((create(), False), (cancel("order"), not banned)):
        assert sender.wait(asked, 5.0) == (0.0 if allowed else pytest.approx(26.0))
        assert (limiter.why_not(asked.operation, 5.0) is None) is allowed
        assert sender.wait(asked, 31.0) == 0.0
    assert limiter.wait_to_ask(AskToken(), 5.0) == pytest.approx(26.0)
    assert limiter.silent_until(5.0) == 31.0
    assert limiter.silent_until(31.0) is None
    assert "-1003 no" in str(limiter.why_silent(5.0))
    assert limiter.why_not(Operation.CREATE_ORDER, 31.0) is None


@pytest.mark.parametrize(
    ("fact", "ends"),
    [
        (BackOffFact(reason="", until=datetime(2026, 1, 1, 0, 2, tzinfo=UTC)), 120.0),
        (BackOffFact(reason="", seconds=30, until=datetime(2026, 1, 1, 0, 2, tzinfo=UTC)), 120.0),
        (BackOffFact(reason="", until=datetime(9999, 1, 1, tzinfo=UTC)), 5.0 + 3 * 24 * 3600),
        (BackOffFact(reason="", seconds=10**9), 5.0 + 3 * 24 * 3600),
        (BackOffFact(reason=""), 60.0),
        (BackOffFact(reason="", counts=Counts.WEIGHT), 60.0),
        (BackOffFact(reason="", counts=Counts.ORDERS), 10.0),
        (BackOffFact(reason="", until=datetime(2020, 1, 1, tzinfo=UTC)), None),
    ],
    ids=["until", "the longer", "for ever", "for too long", "the longest window", "by kind", "by kind", "over"],
)
def test_how_long_it_wants_to_be_left_alone(fact: BackOffFact, ends: float | None) -> None:
    """By the venue's clock, whatever ours says; without a time until the counter begins anew; and never for ever."""
    limiter = a_limiter(SHORT, WEIGHT, clock=a_clock())
    limiter.heed((fact,), 5.0, START, None)
    until = limiter.silent_until(5.0)
    assert until == (None if ends is None else pytest.approx(ends, abs=0.05))


def test_of_several_windows_the_one_that_is_full() -> None:
    """When the counts that come with a refusal say which window is full, it is over when that one begins anew."""
    limiter = a_limiter(SHORT, LONG, clock=a_clock())
    usage = UsageFact(counts=Counts.ORDERS, interval=10, used=6)
    limiter.heed((BackOffFact(reason="", counts=Counts.ORDERS), usage), 5.0, START, None)
    assert limiter.silent_until(5.0) == pytest.approx(10.0, abs=0.05)


def test_a_longer_silence_is_not_cut_short() -> None:
    """A ban of two minutes is not over because a refusal of one comes after it."""
    limiter = a_limiter(SHORT, clock=a_clock())
    limiter.heed((BackOffFact(reason="ban", seconds=120, banned=True),), 1.0, START, None)
    limiter.heed((BackOffFact(reason="refused", seconds=60),), 2.0, START, None)
    assert limiter.wait((cancel("order"),), BTC, None, 3.0) == pytest.approx(118.0)
    assert "ban" in str(limiter.why_silent(3.0))


def test_too_many_orders_are_no_reason_not_to_ask() -> None:
    """Orders have a counter of their own: questions, by which sessions live, cancels and settings go out meanwhile."""
    limiter = a_limiter(SHORT, WEIGHT, clock=a_clock())
    limiter.heed((BackOffFact(reason="too many orders", seconds=60, counts=Counts.ORDERS),), 1.0, START, None)
    assert limiter.wait((create(),), BTC, None, 2.0) == pytest.approx(59.0)
    assert limiter.why_not(Operation.CREATE_ORDER, 2.0) == (
        "the venue refused for too many requests (too many orders), and no orders are sent"
    )
    assert limiter.wait((cancel("order"),), BTC, None, 2.0) == 0.0
    assert limiter.wait_to_ask(AskBalances(), 2.0) == 0.0
    assert limiter.answers_from(2.0) == 2.0
    limiter.heed((BackOffFact(reason="too much weight", seconds=30, counts=Counts.WEIGHT),), 2.0, START, None)
    assert limiter.wait((create(),), BTC, None, 2.0) == pytest.approx(59.0)
    assert limiter.wait_to_ask(AskBalances(), 2.0) == pytest.approx(30.0)
    assert limiter.answers_from(2.0) == pytest.approx(32.0)


def test_what_a_limiter_remembers_is_bounded() -> None:
    """By the limits and by what is on its way, not by how long it runs or by what the venue says."""
    limiter = a_limiter(SHORT, clock=a_clock(), charges=orders_only)
    for number in range(30_000):
        now = number * 20.0
        limiter.charge((create(),), BTC, None, now, RequestId(number))
        if number % 2:
            limiter.written(RequestId(number), now)
        told = RateLimit(counts=Counts.WEIGHT, interval=number + 1, limit=5)
        limiter.heed((UsageFact(counts=Counts.ORDERS, interval=number, used=1),), now, START, limiter.mark)
        if number < 100:
            limiter.heed((LimitFact(limit=told),), now, START, None)
    assert len(limiter.limits) <= 32
    assert limiter.size <= limiter.most <= 20_500


def test_pace_budget_and_windows_hold_together() -> None:
    """A request waits for whichever of its counters is full longest."""
    pace = Pace(limit=2.0, decay=0.5, costs={Operation.CREATE_ORDER: Cost(fixed=1.0)})
    limiter = Limiter(Counting((SHORT,), pace=pace, budget=Budget(limit=1.0, decay=0.1)), clock=a_clock())
    assert Sender(limiter).burst(1.0) == 2
    assert limiter.wait((create(),), BTC, None, 1.0) == pytest.approx(2.0)
    limiter.charge_question(AskBalances(), 1.0)
    assert limiter.wait_to_ask(AskBalances(), 1.0) == pytest.approx(10.0)
    limiter.heed((BackOffFact(reason="", seconds=40),), 1.0, START, None)
    assert limiter.wait((create(),), BTC, None, 1.0) == pytest.approx(40.0)
    assert limiter.wait_to_ask(AskBalances(), 1.0) == pytest.approx(40.0)


def test_a_venue_without_limits() -> None:
    """Not paced, what it lists and tells of its counters holds nobody back; that it wants to be left alone does."""
    limiter = Limiter(Counting((SHORT,), budget=Budget(limit=1.0, decay=0.1)), clock=a_clock(), paced=False)
    limiter.heed((LimitFact(limit=SHORT),), 1.0, START, None)
    assert not limiter.limits
    for _ in range(50):
        assert limiter.wait((create(),), BTC, None, 1.0) == 0.0
        limiter.charge((create(),), BTC, None, 1.0, RequestId(1))
        assert limiter.wait_to_ask(AskBalances(), 1.0) == 0.0
        limiter.charge_question(AskBalances(), 1.0)
    limiter.heed((BackOffFact(reason="", seconds=5),), 1.0, START, None)
    assert limiter.wait((create(),), BTC, None, 1.0) == 5.0
