"""What may go out now, by all that a venue counts: one for everything that an account sends, by whatever road.

Three kinds of counters, each as data that the codec lists: the pace of commands, per instrument, and the budget of
questions, which time empties; and windows, which begin anew with each interval and of which the venue tells. A request
waits for each that it is charged to, and for the end of a back-off that the venue asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from attrs import evolve

from batactors.core.clock import VenueClock
from batactors.core.silence import LONGEST, Sent, Silence
from batactors.core.throttle import CANCELS, Allowance, Throttle
from batactors.core.window import Mark, Window
from batactors.model.account_facts import BackOffFact, LimitFact, UsageFact
from batactors.model.commands import Command, Operation
from batactors.model.facts import Fact
from batactors.model.ids import InstrumentId, RequestId
from batactors.model.limits import Budget, Charge, Counts, Pace, RateLimit
from batactors.model.questions import AskToken, KeepSwitch, KeepToken, Question
from batactors.model.settings import SettingCommand


class Counted(Protocol):
    """What a venue counts, as its codec lists it."""

    @property
    def pace(self) -> Pace | None: ...
    @property
    def budget(self) -> Budget | None: ...
    @property
    def limits(self) -> tuple[RateLimit, ...]: ...
    def charges(self, asked: Command | SettingCommand | Question, legs: int = 1) -> tuple[Charge, ...]: ...


MOST_MARKS = 10_000
"""Requests of which it is known when they were written; an answer that comes after so many others says less."""
MOST_WINDOWS = 32
"""A venue that tells of more is telling nonsense."""
A_MINUTE = 60.0
"""Seconds to be silent for a venue that says neither for how long nor what it counts."""


class Limiter:
    """All counters of one account. All times are on trio's clock, in seconds.

    Args:
        counted: What the venue counts.
        clock: The venue's, by which windows begin.
        paced: Whether budget and windows are kept to; a venue without limits can do without, whatever it lists.
    """

    def __init__(self, counted: Counted, *, clock: VenueClock, paced: bool = True) -> None:
        self._throttle = None if counted.pace is None else Throttle(counted.pace)
        self._allowance = None if counted.budget is None or not paced else Allowance(counted.budget)
        self._windows: dict[tuple[Counts, int], Window] | None = None
        self._charges = counted.charges
        self._clock = clock
        self._silence = Silence()
        self._count = 0
        """Requests that were charged."""
        self._keys: dict[RequestId, int] = {}
        self._mark = Mark(0, 0.0)
        self._marks: dict[RequestId, Mark] = {}
        if paced:
            self._windows = {}
            self._learn(counted.limits)

    # Commands.

    def wait(
        self, commands: Sequence[Command], instrument: InstrumentId | None, age: float | None, now: float
    ) -> float:
        """Seconds until these commands of one kind may go out together, 0 if they may now. Cancels may use reserves."""
        operation, legs = commands[0].operation, len(commands)
        urgent = operation in CANCELS
        waits = [self._silence.wait(now, _sent(operation))]
        if self._throttle is not None:
            waits.append(self._throttle.wait(operation, instrument, age, legs, now))
        return max(*waits, self._wait(self._charges(commands[0], legs), now, urgent=urgent))

    def charge(
        self,
        commands: Sequence[Command],
        instrument: InstrumentId | None,
        age: float | None,
        now: float,
        request_id: RequestId,
    ) -> None:
        """They are handed on now, to be written soon; ``written`` says when."""
        if self._throttle is not None:
            self._throttle.charge(commands[0].operation, instrument, age, len(commands), now)
        self._keys[request_id] = self._charge(self._charges(commands[0], len(commands)), now)
        _bound(self._keys)

    def legs(self, operation: Operation) -> int | None:
        """How many commands of this kind may share a frame, for the pace's sake; ``None`` if any number may."""
        return None if self._throttle is None else self._throttle.legs(operation)

    def refused(self, instrument: InstrumentId | None, now: float) -> None:
        """The venue refused a command for the pace."""
        if self._throttle is not None:
            self._throttle.refused(instrument, now)

    def why_not(self, operation: Operation, now: float) -> str | None:
        """Why the venue wants no such command now; ``None`` if it does, whatever its counters say."""
        return self._silence.why(now, _sent(operation))

    # Questions.

    def wait_to_ask(self, question: Question, now: float, page: int = 1) -> float:
        """Seconds until a page may be asked for, 0 if it may now. Sessions live by their token, which uses reserves."""
        urgent = isinstance(question, URGENT)
        waits = [self._silence.wait(now, Sent.OTHER)]
        if self._allowance is not None:
            waits.append(self._allowance.wait(type(question).__name__, now, urgent=urgent))
        return max(*waits, self._wait(self._charges(question, page), now, urgent=urgent))

    def charge_question(self, question: Question, now: float, page: int = 1) -> None:
        """This page of its answer is asked for now."""
        if self._allowance is not None:
            self._allowance.charge(type(question).__name__, now)
        self._write(self._charge(self._charges(question, page), now), now)

    def refused_question(self, now: float) -> None:
        """The venue refused a question for the budget."""
        if self._allowance is not None:
            self._allowance.refused(now)

    # Written, and answered.

    def written(self, request_id: RequestId, now: float) -> None:
        """A request that was charged is written now."""
        key = self._keys.pop(request_id, None)
        if key is not None:
            self._write(key, now)
        self._marks[request_id] = self._mark
        _bound(self._marks)

    @property
    def mark(self) -> Mark:
        """Where the request that was written last stands; for who hears its answer."""
        return self._mark

    def mark_of(self, request_id: RequestId | None) -> Mark | None:
        """Where this one stands; ``None`` if that is not known any more."""
        return None if request_id is None else self._marks.get(request_id)

    def heed(self, facts: Iterable[Fact], now: float, ours: datetime, mark: Mark | None) -> None:
        """What an answer says of the counters.

        Args:
            facts: What the answer says; what is not about counters is passed over.
            now: When it was heard.
            ours: Our own clock then (UTC).
            mark: Where the request stands that it answers, if that is known.
        """
        told = tuple(facts)
        self._learn(fact.limit for fact in told if isinstance(fact, LimitFact))
        for fact in told:
            if isinstance(fact, UsageFact):
                self._use(fact, now, mark)
        for fact in told:
            if isinstance(fact, BackOffFact):
                self._silence.begin(fact, self._end_of(fact, now, ours), now)

    def silent_until(self, now: float) -> float | None:
        """When the venue wants to hear all of us again; ``None`` if it does now."""
        return ends if (ends := self._silence.ends_at(Sent.ORDER)) > now else None

    def answers_from(self, now: float) -> float:
        """When the venue wants to be asked again; now, if it does."""
        return max(now, self._silence.ends_at(Sent.OTHER))

    def why_silent(self, now: float) -> str | None:
        """Why not everything may go out; ``None`` if it may."""
        return self._silence.why(now, Sent.ORDER)

    @property
    def limits(self) -> tuple[RateLimit, ...]:
        """The windows' limits, as they are known now."""
        return tuple(window.limit for window in (self._windows or {}).values())

    @property
    def size(self) -> int:
        """How many things are remembered."""
        windows = (self._windows or {}).values()
        return len(self._keys) + len(self._marks) + sum(len(window) for window in windows)

    @property
    def most(self) -> int:
        """How many may be: a window remembers no more requests than its limit lets out."""
        return 2 * MOST_MARKS + sum(limit.limit for limit in self.limits)

    # Windows.

    def _wait(self, charges: tuple[Charge, ...], now: float, *, urgent: bool) -> float:
        waits = (window.wait(amount, now, urgent=urgent) for window, amount in self._charged(charges))
        return max(waits, default=0.0)

    def _charge(self, charges: tuple[Charge, ...], now: float) -> int:
        self._count += 1
        for window, amount in self._charged(charges):
            window.charge(self._count, amount, now)
        return self._count

    def _charged(self, charges: tuple[Charge, ...]) -> list[tuple[Window, int]]:
        return [
            (window, charge.amount)
            for charge in charges
            for (counts, interval), window in (self._windows or {}).items()
            if charge.counts is counts and charge.interval in (None, interval) and charge.amount
        ]

    def _write(self, key: int, now: float) -> None:
        self._mark = Mark(self._mark.number + 1, now)
        for window in (self._windows or {}).values():
            window.written(key, self._mark.number)

    def _use(self, fact: UsageFact, now: float, mark: Mark | None) -> None:
        window = (self._windows or {}).get((fact.counts, fact.interval))
        if window is None:
            return
        if fact.limit is not None and fact.limit != window.limit.limit:
            window.set_limit(_with_limit(window.limit, fact.limit))
        window.hear(fact.used, now, mark)

    def _learn(self, limits: Iterable[RateLimit]) -> None:
        """The venue's own list replaces what was assumed, of each kind of counter that it tells of."""
        if self._windows is None:
            return
        told = {(limit.counts, limit.interval): limit for limit in limits}
        kinds = {counts for counts, _ in told}
        self._windows = {key: one for key, one in self._windows.items() if key[0] not in kinds or key in told}
        for key, limit in told.items():
            if key in self._windows:
                self._windows[key].set_limit(limit)
            elif len(self._windows) < MOST_WINDOWS:
                self._windows[key] = Window(limit, self._clock)

    def _end_of(self, fact: BackOffFact, now: float, ours: datetime) -> float:
        ends = []
        if fact.seconds is not None:
            ends.append(now + fact.seconds)
        if fact.until is not None:
            ends.append(now + min(LONGEST, (fact.until - self._clock.stamp(now, ours)).total_seconds()))
        if ends:
            return max(ends)
        windows = [one for one in (self._windows or {}).values() if fact.counts in (None, one.limit.counts)]
        full = [one for one in windows if one.used(now) >= one.limit.limit]
        return max((one.turns_at(now) for one in full or windows), default=now + A_MINUTE)


_ORDERS = (Operation.CREATE_ORDER, Operation.AMEND_ORDER)


def _sent(operation: Operation) -> Sent:
    return Sent.CANCEL if operation in CANCELS else Sent.ORDER if operation in _ORDERS else Sent.OTHER


URGENT = (AskToken, KeepToken, KeepSwitch)


def _with_limit(limit: RateLimit, most: int) -> RateLimit:
    return evolve(limit, limit=most, reserve=limit.reserve * most // limit.limit)


def _bound(kept: dict[RequestId, Mark] | dict[RequestId, int]) -> None:
    while len(kept) > MOST_MARKS:
        del kept[next(iter(kept))]
