"""The way of every request through a venue, whatever road it came by, and what the script of faults makes of it.

Nothing here waits: what is late is on the agenda, so a request that has arrived is dealt with whole, even if its client
is gone by then. That is what makes a late command dangerous to a client that has given up on it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

import trio
from attrs import define, evolve, field, frozen

from batactors.testing import faults as f
from batactors.testing.connection import Connection
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import CommandRecord, Happened
from batactors.testing.venue.venue import World


@frozen(kw_only=True)
class Answer:
    """What a request is answered with: a body for JSON, or bytes of something in front of the venue."""

    body: Any
    status: int = 200
    raw: bool = False
    headers: dict[str, str] = field(factory=dict)
    stall: float = 0.0
    cut: bool = False


Reply = Callable[[Answer | None], None]
"""Takes the answer of a request, or that there will be none. It may not wait."""


@define(kw_only=True, eq=False)
class Call:
    """One request on its way through the venue.

    Attributes:
        method: The bench's word for it, on all roads.
        account: Whose it is, once that is known.
        as_of: The moment (of trio's clock) whose state a read is answered with.
    """

    method: str
    transport: Literal["websocket", "rest"]
    connection: Connection
    reply: Reply
    req_id: int | str | None = None
    account: str = ""
    as_of: float = 0.0

    @property
    def client_order_ids(self) -> tuple[str, ...]:
        """The client order ids that it names."""
        return ()

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The order ids that it names."""
        return ()

    @property
    def occasion(self) -> dict[str, str | None]:
        """What a fault may be narrowed to."""
        named = self.client_order_ids
        return {"method": self.method, "transport": self.transport, "client_order_id": named[0] if named else None}


class Leads(Protocol):
    """What a request is to the venue."""

    @property
    def command(self) -> bool:
        """Whether it may change something, and is written down."""
        ...

    @property
    def lags(self) -> bool:
        """Whether it is a read that may show how things stood before."""
        ...


class Leisure(Protocol):
    """How long answers take, and reads are behind."""

    events_first: float
    between: float
    answer_delay: float
    read_lag: float


C = TypeVar("C", bound=Call)
R = TypeVar("R", bound=Leads)


class Road(ABC, Generic[C, R]):
    """From a client's request to its answer."""

    refuses: ClassVar[type[Exception]]
    """What is raised to refuse a request."""

    def __init__(
        self,
        *,
        handlers: Mapping[str, Callable[[C], object]],
        ledger: Ledger,
        habits: Leisure,
        dice: Dice,
        faults: FaultScript,
        agenda: Agenda,
        world: World,
        now: Callable[[], datetime],
        latency: float,
    ) -> None:
        self._handlers = handlers
        self._ledger = ledger
        self._leisure = habits
        self._dice = dice
        self._faults = faults
        self._agenda = agenda
        self._world = world
        self._now = now
        self._latency = latency

    # -- for each venue to say -----------------------------------------------------------------------------------------

    @abstractmethod
    def admit(self, call: C) -> R:
        """What a request is; refused here is what is refused outside of the engine."""

    def at_the_door(self, call: C) -> None:
        """Refuse a command for what has become of it on its way to the engine."""

    @abstractmethod
    def bare(self, call: C, error: str) -> Answer:
        """A refusal that does not say what it is about."""

    @abstractmethod
    def answer_of(self, call: C, body: object) -> Answer:
        """What a request that was dealt with is answered with."""

    @abstractmethod
    def refusal(self, call: C, refused: Exception) -> Answer:
        """What a request that was refused is answered with."""

    @abstractmethod
    def errors_of(self, body: object) -> tuple[str, ...]:
        """The refusals that an answer has in it."""

    @abstractmethod
    def publish(self, happened: list[Happened]) -> None:
        """Tell what happened to everybody who listens."""

    @abstractmethod
    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""

    # -- the way -------------------------------------------------------------------------------------------------------

    def arrive(self, call: C) -> None:
        """A request has come in by the network."""
        if self._latency > 0:
            self._agenda.after(self._latency, lambda: self._meet(call))
        else:
            self._meet(call)

    def _meet(self, call: C) -> None:
        """What becomes of it before the venue has read it."""
        where = call.occasion
        if silence := self._faults.take(f.GoSilent, **where):
            call.connection.go_silent(silence.seconds)
            if silence.seconds < f.FOREVER:
                self._agenda.after(silence.seconds, lambda: self._enter(call))
            else:
                call.reply(None)
        elif self._faults.take(f.CutBeforeCommand, **where):
            call.connection.cut()
            call.reply(None)
        elif self._faults.take(f.LoseCommand, **where):
            call.reply(None)
        elif bare := self._faults.take(f.RefuseBare, **where):
            call.reply(self.bare(call, bare.error))
        else:
            self._enter(call)

    def _enter(self, call: C) -> None:
        """The gateway: what is refused outside of the engine is refused here."""
        where = call.occasion
        if change := self._faults.take(f.ChangeStatus, **where):
            self._world.set_status(change.status)
        if error := self._faults.take(f.HttpError, **where, when="before"):
            call.reply(_in_front(error))
            return
        try:
            route = self.admit(call)
        except self.refuses as refused:
            self._respond(call, self.refusal(call, refused), [])
            return
        if route.command and (delay := self._faults.take(f.DelayCommand, **where)):
            self._agenda.after(delay.seconds, lambda: self._execute(call, route))
        else:
            self._execute(call, route)

    def _execute(self, call: C, route: R) -> None:
        """The engine, or whoever knows the answer."""
        errors: tuple[str, ...] = ()
        lag = self._faults.take(f.ReadLag, **call.occasion) if route.lags else None
        call.as_of = trio.current_time() - max(self._leisure.read_lag, lag.seconds if lag else 0.0)
        try:
            if route.command:
                self.at_the_door(call)
            body = self._handlers[call.method](call)
            answer = self.answer_of(call, body)
            errors = self.errors_of(body)
        except self.refuses as refused:
            answer = self.refusal(call, refused)
            errors = (str(refused),)
        happened = self.take_happened()
        if route.command:
            self._record(call, errors)
        self._respond(call, answer, happened)

    def _respond(self, call: C, answer: Answer, happened: list[Happened]) -> None:
        """Answer, and tell; or whatever the script of faults makes of that."""
        where, take = call.occasion, self._faults.take
        # All are asked each time, so that each counts every answer.
        restart, ban = take(f.RestartAfterCommand, **where), take(f.BanAfterCommand, **where)
        cut, close = take(f.CutAfterCommand, **where), take(f.CloseAfterCommand, **where)
        lost, torn = take(f.LoseAck, **where), take(f.CutReply, **where) if call.transport == "rest" else None
        late = take(f.Stall, **where) or take(f.DelayAck, **where)
        early, error = take(f.EventsBeforeAck, **where), take(f.HttpError, **where, when="after")
        sent: Answer | None = _in_front(error) if error else answer if torn is None else evolve(answer, cut=True)
        if restart or cut or close or lost:
            sent = None
        if cut or close:
            call.connection.cut()
        if restart:
            self._world.restart(restart.down_for)
        self.publish(happened)
        # Events never wait, so that they stay in their order; an answer may, and then it comes after them.
        wait = late.seconds if late else self._dice.within(self._leisure.answer_delay)
        if early or self._dice.falls(self._leisure.events_first):
            wait += self._leisure.between
        if wait == f.FOREVER:
            call.reply(None)
        elif wait > 0:
            self._agenda.after(wait, lambda: call.reply(sent))
        else:
            call.reply(sent)
        if ban:
            self._world.ban(ban.seconds, close_sessions=ban.close_sessions)

    def _record(self, call: C, errors: tuple[str, ...]) -> None:
        self._ledger.record_command(
            CommandRecord(
                at=self._now(),
                method=call.method,
                transport=call.transport,
                account=call.account,
                req_id=call.req_id,
                client_order_ids=call.client_order_ids,
                order_ids=call.order_ids,
                errors=errors,
            )
        )


def _in_front(error: f.HttpError) -> Answer:
    """What something in front of the venue says, or an error of its own that a test has written out."""
    return Answer(body=error.body.encode(), status=error.status, raw=True)
