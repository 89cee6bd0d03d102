"""The way of every request through the venue, by REST and by the WS API, and what the script of faults makes of it.

Nothing here waits: what is late is on the agenda, so a request that has arrived is dealt with whole, even if its client
is gone by then. That is what makes a late command dangerous to a client that has given up on it.
"""

from collections.abc import Callable
from datetime import datetime

import trio
from attrs import evolve

from batactors.testing import faults as f
from batactors.testing.binance.calls import Answer, Call
from batactors.testing.binance.credentials import Credentials
from batactors.testing.binance.habits import Dice, Habits
from batactors.testing.binance.rates import Rates
from batactors.testing.binance.refusals import Refused, refusal_of
from batactors.testing.binance.routes import ALL_SYMBOLS_WEIGHT, ROUTES, Route
from batactors.testing.binance.telling import Telling
from batactors.testing.binance.trading import Trading
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import CommandRecord, Happened
from batactors.testing.venue.venue import World

Handler = Callable[[Call], object]


class Road:
    """From a client's request to its answer."""

    def __init__(
        self,
        *,
        handlers: dict[str, Handler],
        credentials: Credentials,
        rates: Rates,
        trading: Trading,
        ledger: Ledger,
        telling: Telling,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        agenda: Agenda,
        world: World,
        now: Callable[[], datetime],
        latency: float,
    ) -> None:
        self._handlers = handlers
        self._credentials = credentials
        self._rates = rates
        self._trading = trading
        self._ledger = ledger
        self._telling = telling
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._agenda = agenda
        self._world = world
        self._now = now
        self._latency = latency

    def arrive(self, call: Call) -> None:
        """A request has come in by the network."""
        if self._latency > 0:
            self._agenda.after(self._latency, lambda: self._meet(call))
        else:
            self._meet(call)

    def _meet(self, call: Call) -> None:
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
            # On the WS API an answer to nobody; by REST a body without a code.
            call.req_id = None
            call.reply(Answer(body={"msg": bare.error}, status=400))
        else:
            self._enter(call)

    def _enter(self, call: Call) -> None:
        """The gateway: what is refused outside of the engine is refused here."""
        where = call.occasion
        if change := self._faults.take(f.ChangeStatus, **where):
            self._world.set_status(change.status)
        if error := self._faults.take(f.HttpError, **where, when="before"):
            call.reply(_in_front(error))
            return
        try:
            route = self._admit(call)
        except Refused as refusal:
            self._respond(call, self._refusal(call, refusal), [])
            return
        if route.command and (delay := self._faults.take(f.DelayCommand, **where)):
            self._agenda.after(delay.seconds, lambda: self._execute(call, route))
        else:
            self._execute(call, route)

    def _admit(self, call: Call) -> Route:
        where = call.occasion
        route = ROUTES[call.method]
        everything = call.method == "openOrders" and not call.arguments.text("symbol")
        self._rates.weigh(ALL_SYMBOLS_WEIGHT if everything else route.weight)
        if refusal := self._faults.take(f.Refuse, **where):
            raise refusal_of(refusal.error)
        if limited := self._faults.take(f.RefuseRate, **where):
            raise Refused(-1015, limited.error) if "-" not in limited.error else refusal_of(limited.error)
        if stale := self._faults.take(f.RefuseToken, **where):
            raise Refused(-2015) if "-" not in stale.error else refusal_of(stale.error)
        if self._trading.status == "maintenance":
            raise Refused(None, "Service Unavailable.", status=503)
        if route.security == "key":
            call.account = self._credentials.account_of(call.api_key)
        elif route.security == "signed":
            self._credentials.authenticate(call)
        if any(route.orders):
            self._rates.order(call.account, *route.orders)
        return route

    def _execute(self, call: Call, route: Route) -> None:
        """The engine, or whoever knows the answer."""
        errors: tuple[str, ...] = ()
        lag = self._faults.take(f.ReadLag, **call.occasion) if route.lags else None
        call.as_of = trio.current_time() - max(self._habits.read_lag, lag.seconds if lag else 0.0)
        try:
            if route.command:
                self._credentials.check_again(call)
            body = self._handlers[call.method](call)
            answer = Answer(body=body, headers=self._counts(call, refused=False))
            errors = _errors(body)
        except Refused as refusal:
            answer = self._refusal(call, refusal)
            errors = (refusal.error,)
        happened = self._trading.take_happened()
        if route.command:
            self._record(call, errors)
        self._respond(call, answer, happened)

    def _respond(self, call: Call, answer: Answer, happened: list[Happened]) -> None:
        """Answer, and tell; or whatever the script of faults makes of that."""
        where, take = call.occasion, self._faults.take
        # All are asked each time, so that each counts every answer.
        restart, ban = take(f.RestartAfterCommand, **where), take(f.BanAfterCommand, **where)
        cut, close = take(f.CutAfterCommand, **where), take(f.CloseAfterCommand, **where)
        lost, torn = take(f.LoseAck, **where), take(f.CutReply, **where) if call.transport == "rest" else None
        late = take(f.Stall, **where) or take(f.DelayAck, **where)
        early, error = take(f.EventsBeforeAck, **where), take(f.HttpError, **where, when="after")
        sent: Answer | None = _in_front(error) if error else evolve(answer, cut=torn is not None)
        if restart or cut or close or lost:
            sent = None
        if cut or close:
            call.connection.cut()
        if restart:
            self._world.restart(restart.down_for)
        self._telling.publish(happened)
        # Events never wait, so that they stay in their order; an answer may, and then it comes after them.
        wait = late.seconds if late else self._dice.within(self._habits.answer_delay)
        if early or self._dice.falls(self._habits.events_first):
            wait += self._habits.between
        if wait == f.FOREVER:
            call.reply(None)
        elif wait > 0:
            self._agenda.after(wait, lambda: call.reply(sent))
        else:
            call.reply(sent)
        if ban:
            self._world.ban(ban.seconds, close_sessions=ban.close_sessions)

    def _record(self, call: Call, errors: tuple[str, ...]) -> None:
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

    def _refusal(self, call: Call, refusal: Refused) -> Answer:
        headers = self._counts(call, refused=True) | refusal.headers
        return Answer(body=refusal.body, status=refusal.status, headers=headers)

    def _counts(self, call: Call, *, refused: bool) -> dict[str, str]:
        return self._rates.headers(call.account, orders=any(ROUTES[call.method].orders), refused=refused)


def _in_front(error: f.HttpError) -> Answer:
    """What something in front of the venue says, or an error of its own that a test has written out."""
    return Answer(body=error.body.encode(), status=error.status, raw=True)


def _errors(body: object) -> tuple[str, ...]:
    """The refusals of single rows of a batch."""
    if not isinstance(body, list):
        return ()
    return tuple(f"{row['code']} {row['msg']}" for row in body if isinstance(row, dict) and "msg" in row)
