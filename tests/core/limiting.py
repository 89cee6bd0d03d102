"""A venue that counts in windows, and a sender that keeps to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from attrs import define

from batactors.core.clock import VenueClock
from batactors.core.limiter import Limiter
from batactors.model.account_facts import UsageFact
from batactors.model.commands import CancelOrder, Command, CreateOrder
from batactors.model.ids import RequestId
from batactors.model.limits import Budget, Charge, Counts, Pace, RateLimit
from batactors.model.questions import AskToken, Question
from batactors.model.settings import SettingCommand
from tests.actors.words import BTC, create

START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
SHORT = RateLimit(counts=Counts.ORDERS, interval=10, limit=6, reserve=1)
LONG = RateLimit(counts=Counts.ORDERS, interval=60, limit=14, reserve=3)
WEIGHT = RateLimit(counts=Counts.WEIGHT, interval=60, limit=20, reserve=5)


def charges(asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
    """A create is an order, a cancel weighs one, a question five, and a batch of any size three orders in a minute."""
    if isinstance(asked, CreateOrder) and legs > 1:
        return (Charge(counts=Counts.ORDERS, amount=3, interval=60),)
    if isinstance(asked, CreateOrder):
        return (Charge(counts=Counts.ORDERS, amount=1),)
    amount = 1 if isinstance(asked, CancelOrder | AskToken) else 5
    return (Charge(counts=Counts.WEIGHT, amount=amount),)


def orders_only(asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
    """Every command is an order, cancels too."""
    return (Charge(counts=Counts.ORDERS, amount=legs),)


Charges = Callable[[Command | SettingCommand | Question, int], tuple[Charge, ...]]


@define
class Counting:
    """What a venue counts."""

    limits: tuple[RateLimit, ...] = ()
    charging: Charges = charges
    pace: Pace | None = None
    budget: Budget | None = None

    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]:
        return self.charging(asked, legs)


def a_limiter(*limits: RateLimit, clock: VenueClock | None = None, charges: Charges = charges) -> Limiter:
    """One that keeps to these windows, and to nothing else."""
    return Limiter(Counting(limits, charges), clock=clock or VenueClock())


def a_clock(at: float = 0.0, ahead: float = 0.0) -> VenueClock:
    """A venue's clock that is known to the millisecond: 2026-01-01 00:00:00 at that moment."""
    clock = VenueClock()
    clock.hear(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=ahead), 0.001, at, at)
    return clock


class Sender:
    """Sends commands as a lane does: each when it may, written at once."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.sent = 0

    def send(self, command: Command, now: float) -> RequestId:
        """Now, whether it may or not."""
        self.sent += 1
        request_id = RequestId(self.sent)
        self.limiter.charge((command,), BTC, None, now, request_id)
        self.limiter.written(request_id, now)
        return request_id

    def burst(self, now: float, command: Command | None = None) -> int:
        """As many as may go out now."""
        gone = 0
        while not self.wait(command or create(), now):
            self.send(command or create(), now)
            gone += 1
        return gone

    def wait(self, command: Command, now: float) -> float:
        """How long it would wait."""
        return self.limiter.wait((command,), BTC, None, now)

    def told(self, used: int, now: float, of: RequestId | None, limit: RateLimit = SHORT) -> None:
        """The answer to that request says so."""
        fact = UsageFact(counts=limit.counts, interval=limit.interval, used=used)
        self.limiter.heed((fact,), now, START, self.limiter.mark_of(of))
