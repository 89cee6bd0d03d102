"""A storm: lost, repeated and reordered frames, lagging reads and crashes; then calm, and the books must balance."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.facts import Fact, GapFact
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState
from tests.core.model_venue import ModelVenue, VenueOrder
from tests.core.story import VALIDITY, Story
from tests.core.test_properties import check_always

LAG = 10.0
UNDONE = (CommandStatus.REJECTED, CommandStatus.NOT_EXECUTED)
PRICES = st.sampled_from(["99", "100", "101"])
SIZES = st.sampled_from(["1", "2", "4", "7"])
FEW = 4


class Storm(RuleBasedStateMachine):
    """Commands go out, frames come in, and everything goes wrong between."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(read_lag=LAG, patience=200.0)
        self.venue = ModelVenue()
        self.under_way: list[tuple[Command, int, float]] = []
        self.sent: dict[str, Command] = {}
        self.open_at: dict[str, list[str]] = {}
        self.terms_seen: dict[str, list[tuple[object, object]]] = {}
        self.listening = True
        self.gap = False
        self.epoch = 1

    @initialize(crossing=st.booleans())
    def begin(self, crossing: bool) -> None:
        self.create("5", "100", post_only=crossing)

    # What we send.

    @precondition(lambda self: len(self.names) < FEW)
    @rule(quantity=SIZES, price=PRICES, post_only=st.booleans())
    def create(self, quantity: str, price: str, post_only: bool) -> None:
        name = f"order{len(self.names)}"
        self._send(self.story.create(name, quantity, price, post_only=post_only))

    @rule(data=st.data(), quantity=st.none() | SIZES, price=st.none() | PRICES)
    def amend(self, data: st.DataObject, quantity: str | None, price: str | None) -> None:
        terms: dict[str, Any] = {
            name: given for name, given in (("quantity", quantity), ("price", price)) if given is not None
        }
        if terms:
            self._send(self.story.amend(data.draw(st.sampled_from(self.names)), **terms))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self._send(self.story.cancel(data.draw(st.sampled_from(self.names))))

    @rule()
    def cancel_all(self) -> None:
        self._send(self.story.cancel_all())

    @property
    def names(self) -> list[str]:
        return [str(one.client_order_id) for one in self.sent.values() if isinstance(one, CreateOrder)]

    def _send(self, command_id: str) -> None:
        command = self.story.registered[command_id].command
        self.sent[command_id] = command
        self.open_at[command_id] = [name for name, order in self.venue.orders.items() if order.state == "open"]
        self.under_way.append((command, self.story.requests, self.story.now + VALIDITY))

    # What happens on the way and at the venue.

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), refuse=st.sampled_from([False] * 5 + [True]), unclear=st.sampled_from([False] * 4 + [True]))
    def arrive(self, data: st.DataObject, refuse: bool, unclear: bool) -> None:
        at = data.draw(st.integers(0, len(self.under_way) - 1))
        command, request, expires = self.under_way.pop(at)
        if self.story.now <= expires:
            self.venue.carry_out(command, request, refuse=refuse, unclear=unclear)
            self._moment()

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def lose_command(self, data: st.DataObject) -> None:
        self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))

    @precondition(lambda self: self._open())
    @rule(data=st.data(), quantity=SIZES)
    def trade(self, data: st.DataObject, quantity: str) -> None:
        order = self.venue.orders[data.draw(st.sampled_from([order.client_order_id for order in self._open()]))]
        self.venue.trade(order, Decimal(quantity))
        self._moment()

    def _open(self) -> list[VenueOrder]:
        return [order for order in self.venue.orders.values() if order.state == "open"]

    def _moment(self) -> None:
        self.venue.remember(self.story.now)
        for name, order in self.venue.orders.items():
            self.terms_seen.setdefault(name, []).append((order.quantity, order.price))
        if not self.listening:
            self.venue.frames.clear()

    # What we hear.

    @precondition(lambda self: self.venue.frames and self.listening)
    @rule(data=st.data(), keep=st.sampled_from([False] * 4 + [True]))
    def deliver(self, data: st.DataObject, keep: bool) -> None:
        at = data.draw(st.integers(0, len(self.venue.frames) - 1))
        fact = self.venue.frames[at] if keep else self.venue.frames.pop(at)
        self._hear(fact)

    @precondition(lambda self: self.venue.frames and self.listening)
    @rule()
    def deliver_all(self) -> None:
        frames, self.venue.frames = self.venue.frames, []
        self._hear(*frames)

    @precondition(lambda self: self.venue.frames and self.listening)
    @rule(data=st.data())
    def lose_frame(self, data: st.DataObject) -> None:
        self.venue.frames.pop(data.draw(st.integers(0, len(self.venue.frames) - 1)))
        self.gap = True

    def _hear(self, *facts: Fact) -> None:
        if self.gap:
            self.story.hear(GapFact(channel="executions", expected=1, received=2))
            self.gap = False
        self.story.hear(*facts)

    @precondition(lambda self: self.listening)
    @rule()
    def cut(self) -> None:
        self.story.ended(self.epoch)
        self.venue.frames.clear()
        self.listening = self.gap = False

    @precondition(lambda self: not self.listening)
    @rule()
    def reconnect(self) -> None:
        self.epoch += 1
        self.listening = True
        self.story.hear(self.venue.snapshot())
        self.story.find_open(*self.venue.open_rows(self.story.now))
        self.story.find_fills(*self.venue.fills(self.story.now))
        self.story.ready(self.epoch)

    @rule(seconds=st.sampled_from([0.5, 3.0, 8.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.story.wait(seconds)
        self.under_way = [one for one in self.under_way if one[2] >= self.story.now]

    @rule(data=st.data())
    def reconcile(self, data: st.DataObject) -> None:
        self._reconcile([data.draw(st.sampled_from([0.0, 0.1, 3.0, LAG])) for _ in range(5)])

    def _reconcile(self, lags: list[float]) -> None:
        story, venue = self.story, self.venue
        asked_open, asked_fills, *moments = [story.now - lag for lag in lags]
        agenda = story.agenda()
        if agenda.catch_up is not None:
            story.find_open(*venue.open_rows(asked_open))
        for case in agenda.cases:
            facts = venue.look_up(case.target, moments)
            story.look_up(None, *facts, target=case.target, commands=case.command_ids)
        if agenda.cases or agenda.catch_up is not None:
            story.find_fills(*venue.fills(asked_fills))
        if agenda.strangers:
            rows = [order.row() for order in venue.as_of(asked_open).values()]
            story.find_open(*[row for row in rows if row.venue_order_id in agenda.strangers and row.says == "open"])

    @rule(process=st.booleans())
    def crash(self, process: bool) -> None:
        if process:
            self.venue.frames.clear()
            self.listening = self.gap = False
        self.story.crash(ready=self.listening)

    # What must hold.

    @invariant()
    def nothing_is_told_wrong(self) -> None:
        for name in self.names:
            check_always_but_revival(self.story, name)
            real = dict(self.venue.orders[name].fills) if name in self.venue.orders else {}
            assert set(self.story.fills(name)) <= set(real)
        for command_id, command in self.sent.items():
            self._check_verdict(command_id, command)

    def _check_verdict(self, command_id: str, command: Command) -> None:
        status = self.story.verdict(command_id)
        done = command.command_id in self.venue.done
        if status in UNDONE and isinstance(command, CreateOrder):
            order = self.venue.orders.get(command.client_order_id)
            never_lived = order is not None and order.state in ("crossed", "rejected")
            assert order is None or (status is CommandStatus.REJECTED and never_lived), status
        elif status in UNDONE:
            assert not done, f"{command_id} was done, and told as {status}"
        elif status is CommandStatus.ACCEPTED and not done:
            assert self._has_its_effect(command_id, command), f"{command_id} was not done, and told as accepted"

    def _has_its_effect(self, command_id: str, command: Command) -> bool:
        """Whether what it asked for is so, though by another's doing."""
        match command:
            case CreateOrder():
                return False
            case CancelOrder():
                return self.venue.orders[str(command.client_order_id)].state == "canceled"
            case CancelAll():
                return all(self.venue.orders[name].state != "open" for name in self.open_at[command_id])
            case AmendOrder():
                wanted = (command.quantity, command.price)
                seen = self.terms_seen.get(str(command.client_order_id), [])
                return any(all(w in (None, h) for w, h in zip(wanted, had, strict=True)) for had in seen)
            case _:
                raise AssertionError(f"this machine gives no {command.operation}")

    def teardown(self) -> None:
        """Calm: everything arrives or has expired, everything is heard, and asked until nothing is in doubt."""
        if not self.listening:
            self.reconnect()
        self.under_way.clear()
        if self.venue.frames:
            self.deliver_all()
        for _ in range(12):
            self.story.wait(3 * LAG)
            self._reconcile([0.0] * 5)
        self.nothing_is_told_wrong()
        for name in self.names:
            order, real = self.story.order(name), self.venue.orders.get(name)
            fills = {} if real is None else dict(real.fills)
            assert sorted(self.story.fills(name)) == sorted(fills), name
            assert order.state.is_closed is (real is None or real.state != "open"), (name, order.state, real)
            assert not order.doubts, order.doubts
            if real is not None and real.state == "open":
                assert order.terms[:2] == (real.quantity, real.price)
            expected = {None: (OrderState.NOT_EXECUTED, OrderState.REJECTED), "filled": (OrderState.FILLED,)}
            assert order.state in expected.get(None if real is None else real.state, tuple(OrderState))
        for record in self.story.dispatch.desk.unresolved():
            assert self.cannot_be_known(record.command), f"{record.command.command_id}: {record.receipt.message}"

    def cannot_be_known(self, command: Command) -> bool:
        """Whether this venue has nothing that could tell what became of a command."""
        return False


def check_always_but_revival(story: Story, name: str) -> None:
    """The same as for an order whose absence was never told."""
    told = story.told(name)
    if "NotExecuted" not in told and "Rejected" not in told:
        check_always(story, name)
    assert told[0] == "Submitted"
    assert told.count("Accepted") <= 1
    assert [event.sequence for event in story.events[name]] == list(range(1, len(told) + 1))


@pytest.mark.holds("A04", "A09", "B05", "G02", "G03", "G06", "G08", "R05")
def test_the_books_balance_after_any_storm() -> None:
    """Whatever was lost, repeated, reordered or late: each verdict is true, each fill told once, and no doubt left."""
    limits = settings(max_examples=150, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Storm, settings=limits)
