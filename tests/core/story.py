"""A story: inputs fed to a dispatch one by one, and everything that was told, kept as a journal would keep it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from batactors.core.agenda import Agenda
from batactors.core.dispatch import Changes, Dispatch, Rules
from batactors.core.orders import News, OrderRecord
from batactors.core.restore import restore
from batactors.model import inputs
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.facts import Fact
from batactors.model.ids import AccountName, ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.lifecycle import LifecycleEvent, Resolved
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.questions import AskFills, AskOpenOrders, Question, Target
from batactors.model.receipts import CommandStatus, Verdict
from batactors.model.reports import FillReport, Report
from batactors.model.terms import OrderType, Origin, Side, Transport
from tests.core.words import opened

START = datetime(2026, 1, 2, tzinfo=UTC)
ACCOUNT = AccountName("kraken")
BTC_USD = InstrumentId("BTC/USD")
VALIDITY = 5.0
ANSWER_BY = 7.0
MARGIN = 2.0
READ_LAG = 60.0


class Story:
    """One account's life, told in inputs. Time starts at an odd moment, so that sums of it are not exact."""

    def __init__(self, *, ready: bool = True, begins: float = 1000.1, instrument: str = BTC_USD, **rules: Any) -> None:
        self.rules = Rules(**{"margin": MARGIN, "read_lag": READ_LAG, **rules})
        self.now, self.begins, self.instrument = begins, begins, InstrumentId(instrument)
        self.registered: dict[str, inputs.Registered] = {}
        self.events: dict[str, list[OrderEvent]] = {}
        self.steps: dict[str, list[LifecycleEvent]] = {}
        self.reports: list[Report] = []
        self.settled: list[str] = []
        self.forgotten: list[str] = []
        self.requests = 0
        self.commands = 0
        self.dispatch = Dispatch(ACCOUNT, "kraken", self.rules, self.on)
        if ready:
            self.ready()

    @property
    def on(self) -> datetime:
        """The time of day."""
        return START + timedelta(seconds=self.now - self.begins)

    def apply(self, given: inputs.Input) -> Changes:
        """Feed one input, and note what it changed."""
        changes = self.dispatch.apply(given)
        for event in changes.events:
            self.events.setdefault(event.client_order_id, []).append(event)
        for step in changes.steps:
            self.steps.setdefault(step.command_id, []).append(step)
        self.reports += changes.reports
        self.settled += changes.settled
        self.forgotten += changes.forgotten
        for order in changes.forgotten:
            self.events.pop(order, None)
        for command in changes.forgotten_commands:
            self.registered.pop(command, None)
            self.steps.pop(command, None)
        return changes

    # What we do.

    def create(
        self,
        name: str = "mine",
        quantity: str = "5",
        price: str | None = "100",
        *,
        sent: bool = True,
        wire_id: str | None = None,
        **terms: Any,
    ) -> str:
        """Register an order of this name and, if ``sent``, begin to send it; the command's id is ``create <name>``."""
        command = CreateOrder(
            command_id=CommandId(f"create {name}"), account=ACCOUNT, client_order_id=ClientOrderId(name),
            quantity=Decimal(quantity), price=None if price is None else Decimal(price),
            **{"instrument": self.instrument, "side": Side.BUY, "order_type": OrderType.LIMIT, **terms},
        )  # fmt: skip
        return self._give(command, sent=sent, wire_id=wire_id)

    def amend(
        self, name: str | None = "mine", *, sent: bool = True, venue_order_id: str | None = None, **terms: Any
    ) -> str:
        return self._give(
            AmendOrder(
                command_id=self._next("amend"), account=ACCOUNT,
                client_order_id=None if name is None else ClientOrderId(name),
                venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id),
                **{term: Decimal(given) for term, given in terms.items()},  # type: ignore[arg-type]
            ), sent=sent,
        )  # fmt: skip

    def cancel(self, name: str | None = "mine", *, sent: bool = True, venue_order_id: str | None = None) -> str:
        return self._give(
            CancelOrder(
                command_id=self._next("cancel"), account=ACCOUNT,
                client_order_id=None if name is None else ClientOrderId(name),
                venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id),
            ), sent=sent,
        )  # fmt: skip

    def cancel_all(self, *, sent: bool = True) -> str:
        return self._give(CancelAll(command_id=self._next("cancel all"), account=ACCOUNT), sent=sent)

    def _next(self, what: str) -> CommandId:
        self.commands += 1
        return CommandId(f"{what} {self.commands}")

    def _give(self, command: Command, *, sent: bool, wire_id: str | None = None) -> str:
        wire = None if wire_id is None else ClientOrderId(wire_id)
        given = inputs.Registered(at=self.now, on=self.on, command=command, wire_id=wire)
        self.registered[command.command_id] = given
        self.apply(given)
        if sent:
            self.send(command.command_id)
        return command.command_id

    def send(self, *command_ids: str, transport: Transport = Transport.WEBSOCKET) -> int:
        """Begin to send these with one request; its number."""
        self.requests += 1
        self.apply(
            inputs.Sending(
                at=self.now, on=self.on, request_id=RequestId(self.requests),
                command_ids=tuple(CommandId(one) for one in command_ids), transport=transport,
                valid_until=self.on + timedelta(seconds=VALIDITY), expires=self.now + VALIDITY,
                answer_by=self.now + ANSWER_BY,
            )
        )  # fmt: skip
        return self.requests

    def not_sent(self, *command_ids: str, reason: str = "no session") -> Changes:
        ids = tuple(CommandId(one) for one in command_ids)
        return self.apply(inputs.NotSent(at=self.now, on=self.on, command_ids=ids, reason=reason))

    def unanswered(self, *command_ids: str, reason: str = "the connection broke") -> Changes:
        ids = tuple(CommandId(one) for one in command_ids)
        return self.apply(inputs.Unanswered(at=self.now, on=self.on, command_ids=ids, reason=reason))

    # What we hear.

    def hear(self, *facts: Fact, origin: Origin = Origin.STREAM) -> Changes:
        return self.apply(inputs.Heard(at=self.now, on=self.on, facts=facts, origin=origin))

    def ready(self, epoch: int = 1) -> Changes:
        return self.apply(inputs.SessionReady(at=self.now, on=self.on, epoch=epoch))

    def ended(self, epoch: int = 1) -> Changes:
        return self.apply(inputs.SessionEnded(at=self.now, on=self.on, epoch=epoch, reason="cut"))

    def find(self, question: Question, *facts: Fact, asked: float = 0.0) -> Changes:
        """An answer about the whole account, asked so many seconds ago."""
        return self.apply(
            inputs.Finding(at=self.now, on=self.on, question=question, asked_at=self.now - asked, facts=facts)
        )

    def find_open(self, *facts: Fact, asked: float = 0.0) -> Changes:
        return self.find(AskOpenOrders(), *facts, asked=asked)

    def find_fills(self, *facts: Fact, asked: float = 0.0) -> Changes:
        return self.find(AskFills(since=self.agenda().fills_since), *facts, asked=asked)

    def look_up(
        self,
        name: str | None = "mine",
        *facts: Fact,
        commands: Sequence[str] | None = None,
        asked: float = 0.0,
        failure: str | None = None,
        target: Target | None = None,
        fills: bool = True,
    ) -> Changes:
        """An order was asked for, so many seconds ago, or all that are open; then the fills, if need be."""
        if target is None and name is not None:
            order = self.dispatch.book.orders.get(ClientOrderId(name))
            wire_id = self.dispatch.book.venue_client_id(ClientOrderId(name))
            target = Target(client_order_id=wire_id, venue_order_id=order.venue_order_id if order else None)
        target = target or Target()
        if commands is None:
            cases = [case for case in self.agenda().cases if _same(case.target, target)]
            commands = [one for case in cases for one in case.command_ids]
        changes = self.apply(
            inputs.LookedUp(
                at=self.now, on=self.on, target=target, command_ids=tuple(CommandId(one) for one in commands),
                asked_at=self.now - asked, facts=facts, failure=failure,
            )
        )  # fmt: skip
        if fills and failure is None and self.agenda().cases:
            more = self.find_fills(asked=asked)
            changes = evolve(changes, events=changes.events + more.events, steps=changes.steps + more.steps)
        return changes

    def wait(self, seconds: float) -> None:
        """Let time pass, as the dedup actor does: what falls due on the way is dealt with then."""
        until = self.now + seconds
        while (due := self.dispatch.desk.next_due) <= until:
            self.now = max(self.now, due)
            self.apply(inputs.Elapsed(at=self.now, on=self.on))
        self.now = until

    def crash(self, *, down: float = 0.0, ready: bool = True) -> None:
        """Forget everything but what was told, and begin again."""
        self.now += down
        self.dispatch = Dispatch(ACCOUNT, "kraken", self.rules, self.on)
        now = News(at=self.now, on=self.on, origin=Origin.JOURNAL)
        events = {ClientOrderId(name): tuple(told) for name, told in self.events.items()}
        steps = {CommandId(name): tuple(told) for name, told in self.steps.items()}
        restore(self.dispatch, tuple(self.registered.values()), events, steps, tuple(self.reports), now)
        if ready:
            self.ready()

    # What was told.

    def agenda(self) -> Agenda:
        return self.dispatch.agenda(self.now)

    def asked_for(self, name: str = "mine") -> bool:
        """Whether the venue is to be asked for this order now."""
        wire_id = self.dispatch.book.venue_client_id(ClientOrderId(name))
        return any(case.target.client_order_id == wire_id for case in self.agenda().cases)

    def order(self, name: str = "mine") -> OrderRecord:
        return self.dispatch.book.orders[ClientOrderId(name)]

    def told(self, name: str = "mine") -> list[str]:
        """The order's events so far: ``Submitted``, ``Accepted``, ``Filled f1``, ..."""
        return [short(event) for event in self.events.get(name, ())]

    def fills(self, name: str = "mine") -> list[str]:
        return [event.fill_id for event in self.events.get(name, ()) if isinstance(event, OrderFilled)]

    def reported_fills(self) -> list[str]:
        return [report.fill_id for report in self.reports if isinstance(report, FillReport)]

    def story_of(self, command_id: str) -> list[str]:
        """The names of the steps of a command."""
        return [type(step).__name__ for step in self.steps.get(command_id, ())]

    def verdict(self, command_id: str) -> CommandStatus | None:
        """The last verdict that was told of a command."""
        verdict = self.whole_verdict(command_id)
        return verdict.status if verdict is not None else None

    def whole_verdict(self, command_id: str) -> Verdict | None:
        resolved = [step for step in self.steps.get(command_id, ()) if isinstance(step, Resolved)]
        return resolved[-1].verdict if resolved else None

    def is_unknown(self, command_id: str) -> bool:
        return self.dispatch.desk.commands[CommandId(command_id)].is_unknown

    def counted(self, kind: str) -> dict[str, int]:
        """The counters of one kind, by reason."""
        return {reason: count for (of, reason), count in self.dispatch.counters.items() if of == kind}


def _same(target: Target, other: Target) -> bool:
    mine, theirs = ((one.client_order_id, one.venue_order_id) for one in (target, other))
    return mine == theirs or (mine[0] is not None and mine[0] == theirs[0])


def short(event: OrderEvent) -> str:
    name = type(event).__name__.removeprefix("Order")
    return f"{name} {event.fill_id}" if isinstance(event, OrderFilled) else name


def opening(quantity: str = "5", price: str = "100", **terms: Any) -> Story:
    """A story with one order of ours that is open."""
    story = Story()
    story.create(quantity=quantity, price=price, **terms)
    story.hear(opened("V1", "mine"))
    return story


def prove_absent(story: Story, name: str = "mine") -> None:
    """Ask as often and as late as it takes."""
    story.wait(8)
    story.look_up(name)
    story.wait(70)
    story.look_up(name)
    assert story.told(name) == ["Submitted", "NotExecuted"]


def ask(story: Story, *facts: Fact, times: int = 3) -> None:
    """Ask for our order again and again, late enough for lag to hide nothing, and hear the same each time."""
    for _ in range(times):
        story.wait(70)
        story.look_up("mine", *facts)
