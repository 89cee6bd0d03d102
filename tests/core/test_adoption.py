"""Orders of others that are adopted: what was told before, and what is told from then on, is told once."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.adoption import command_of, followed_by, why_not
from batactors.core.orders import OrderRecord
from batactors.model import inputs
from batactors.model.commands import AdoptOrder
from batactors.model.facts import OrderFact, Says
from batactors.model.ids import ClientOrderId, CommandId, VenueOrderId
from batactors.model.lifecycle import Resolved
from batactors.model.order_events import OrderAdopted, OrderCanceled, OrderFilled, OrderFillsMissing
from batactors.model.questions import AskOrders
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.reports import FillReport
from batactors.model.terms import OrderState, OrderType, Side, TimeInForce
from tests.core.story import BTC_USD, START, Story
from tests.core.test_strangers_counted_once import ROADS, TOTAL, lives, tell
from tests.core.words import canceled, fill, opened, pending, updated

TERMS: dict[str, Any] = {"instrument": BTC_USD, "side": Side.SELL, "order_type": OrderType.LIMIT}
WHOLE = evolve(
    opened("S1", "by hand", whole=True, quantity="5", filled="0"),
    **TERMS, price=Decimal(100), occurred_at=START,
)  # fmt: skip


def adopt(story: Story, row: OrderFact | None = None, venue_id: str = "S1") -> AdoptOrder | None:
    """Adopt it, as the dedup actor does, by what the venue answers now; the command, if that is possible."""
    venue_order_id = VenueOrderId(venue_id)
    found = inputs.Finding(
        at=story.now, on=story.on, question=AskOrders(venue_order_ids=(venue_order_id,)), asked_at=story.now,
        facts=() if row is None else (row,),
    )  # fmt: skip
    story.apply(found)
    ledger = story.dispatch.ledger
    command = command_of(
        ledger, venue_order_id, CommandId(f"adopt {venue_id}"), ClientOrderId(f"key of {venue_id}"), found
    )
    assert (command is None) is (why_not(ledger, venue_order_id) is not None)
    if command is not None:
        registered = inputs.Registered(at=story.now, on=story.on, command=command, wire_id=None)
        story.registered[command.command_id] = registered
        story.apply(registered)
    return command


def order_of(story: Story, venue_id: str = "S1") -> OrderRecord:
    return story.dispatch.book.orders[ClientOrderId(f"key of {venue_id}")]


@pytest.mark.holds("S04")
@pytest.mark.parametrize("crash", [False, True])
def test_terms_that_nobody_told_are_taken_from_an_older_reading(crash: bool) -> None:
    """A fill is heard live; the list that says whose the order is was read before. What only it says is known then."""
    story = Story()
    story.wait(10)
    story.hear(fill("g1", "2", "S1"))
    story.find_open(evolve(WHOLE, filled=Decimal(2)), asked=5.0)
    if crash:
        story.crash()
    command = adopt(story)
    assert command is not None
    assert (command.quantity, command.price) == (Decimal(5), Decimal(100))


@pytest.mark.holds("S04")
def test_known_terms_are_not_taken_from_an_older_reading() -> None:
    """The order was amended since the list was read: it is adopted with its new terms."""
    story = Story()
    story.hear(WHOLE)
    story.wait(10)
    story.hear(updated("S1", quantity="4", price="101"))
    story.find_open(WHOLE, asked=5.0)
    command = adopt(story)
    assert command is not None
    assert (command.quantity, command.price) == (Decimal(4), Decimal(101))


@pytest.mark.holds("S04")
def test_an_adoption_is_accepted_at_once() -> None:
    """Its command has its verdict, nothing was sent, and the terms and the fills that were reported are told first."""
    story = Story()
    story.hear(WHOLE)
    story.hear(fill("g1", "2", "S1"))
    command = adopt(story, evolve(WHOLE, filled=Decimal(2)))
    assert command is not None
    assert followed_by(story.dispatch.ledger, VenueOrderId("S1")) == command
    steps = story.steps[command.command_id]
    assert isinstance(steps[-1], Resolved)
    assert (steps[-1].verdict.status, steps[-1].verdict.proof) == (CommandStatus.ACCEPTED, Proof.ORDER_OPEN)
    (first,) = story.events[command.client_order_id]
    assert isinstance(first, OrderAdopted)
    assert (first.state, first.side) == (OrderState.PARTIALLY_FILLED, Side.SELL)
    assert first.filled == first.counted == Decimal(2)
    assert not story.agenda().cases
    reports = len(story.reports)
    story.hear(fill("g1", "2", "S1"))
    story.hear(fill("g2", "1", "S1"))
    story.hear(canceled("3", "S1"))
    kinds = [type(event) for event in story.events[command.client_order_id]]
    assert kinds == [OrderAdopted, OrderFilled, OrderCanceled]
    assert order_of(story).settled
    assert len(story.reports) == reports


@pytest.mark.holds("S04")
def test_fills_that_were_counted_and_not_told_are_asked_for_from_its_beginning() -> None:
    """The order is asked for by the venue's own id, its fills since the venue opened it; they are told as events."""
    story = Story(read_lag=1.0)
    story.wait(5000.0)
    command = adopt(story, evolve(WHOLE, filled=Decimal(2)))
    assert command is not None
    story.wait(1.0)
    (case,) = story.agenda().cases
    assert (case.target.venue_order_id, case.target.client_order_id, case.target.since) == ("S1", None, START)
    story.wait(30.0)
    assert story.agenda().fills_since <= START
    story.find_fills(fill("g1", "2", "S1"))
    kinds = [type(event) for event in story.events[command.client_order_id] if type(event) is not OrderFillsMissing]
    assert kinds == [OrderAdopted, OrderFilled]
    story.hear(canceled("2", "S1"))
    assert order_of(story).settled


@pytest.mark.holds("S04")
@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, "is not known to kraken"),
        (canceled("1", "S1"), "has ended, it is canceled"),
        (evolve(WHOLE, side=None, quantity=None), "does not say its side, quantity"),
    ],
)
def test_what_cannot_be_followed_is_not_adopted(row: OrderFact | None, says: str) -> None:
    """An unknown order, one that has ended, one whose terms are not known; each says why."""
    story = Story()
    whole = None if row is None else evolve(row, whole=True)
    assert adopt(story, whole) is None
    assert says in (why_not(story.dispatch.ledger, VenueOrderId("S1")) or "")


@pytest.mark.holds("S04")
def test_one_that_was_followed_until_it_was_forgotten_is_not_adopted_again() -> None:
    """Its tale has been told; what the venue still says of it is no news."""
    story = Story()
    story.dispatch.book.remember(["S1"])
    assert adopt(story, WHOLE) is None
    assert "was followed until it ended, and is forgotten" in (why_not(story.dispatch.ledger, VenueOrderId("S1")) or "")


@pytest.mark.holds("S04")
def test_it_begins_where_it_stood() -> None:
    """One that was only pending is accepted, for the venue has it; a trigger told before is not told again; what was
    heard live of its terms is not undone by a read that trails; and a cancel of all orders is about it, too.
    """
    story = Story()
    story.hear(evolve(pending("S0"), whole=True, quantity=Decimal(1)))
    row = evolve(pending("S0"), whole=True, time_in_force=TimeInForce.IOC, **TERMS, quantity=Decimal(1))
    command = adopt(story, row, "S0")
    assert command is not None
    assert command.time_in_force is TimeInForce.IOC
    assert story.events[command.client_order_id][0].state is OrderState.ACCEPTED

    stop = evolve(WHOLE, says=Says.TRIGGERED, order_type=OrderType.STOP_LIMIT)
    story.hear(stop)
    story.hear(opened("S1", price="110"))
    command = adopt(story)
    assert command is not None
    assert story.events[command.client_order_id][0].state is OrderState.TRIGGERED
    story.find_open(WHOLE)  # as old as the lag of reads
    story.hear(evolve(stop, price=None))
    assert len(story.events[command.client_order_id]) == 1
    assert order_of(story).price == Decimal(110)

    every = story.cancel_all()
    assert story.dispatch.desk.commands[CommandId(every)].targets == ("key of S0", "key of S1")


@pytest.mark.holds("S04")
@given(data=st.data())
def test_each_fill_is_a_report_or_an_event(data: st.DataObject) -> None:
    """Whatever is told of others' orders, in any order, by any road, any number of times, with adoptions, sessions that
    end and crashes at any time between: each fill is told once, as a report or as an event, and an adopted order
    settles with the sum that the venue counts.
    """
    named = {"S1": data.draw(lives("S1")), "S2": data.draw(lives("S2"))}
    terms = {"instrument": BTC_USD, "side": Side.BUY, "order_type": OrderType.LIMIT}
    facts = [evolve(fact, **terms) for life in named.values() for fact in life.facts]  # type: ignore[arg-type]
    steps = st.lists(st.sampled_from([*facts, "crash", "reconnect", "S1", "S2"]), max_size=20)
    story, epoch, adopted = Story(), 1, dict[str, None]()
    for step in [*data.draw(steps), *data.draw(st.permutations([*facts, "S1", "S2"]))]:
        if isinstance(step, str) and step in named:
            if step not in adopted and adopt(story, venue_id=step) is not None:
                adopted[step] = None
        elif isinstance(step, str):
            if step == "crash":
                story.crash(ready=False)
            epoch += 1
            story.ended(epoch - 1)
            story.ready(epoch)
        else:
            tell(story, step, data.draw(ROADS))
    for venue_id, life in named.items():
        reported = [
            (one.fill_id, one.quantity) for one in story.reports
            if isinstance(one, FillReport) and one.venue_order_id == venue_id
        ]  # fmt: skip
        events = story.events.get(f"key of {venue_id}", [])
        told = [(one.fill_id, one.quantity) for one in events if isinstance(one, OrderFilled)]
        assert sorted(reported + told) == sorted(life.fills.items())
        if venue_id in adopted:
            assert [one.sequence for one in events] == list(range(1, len(events) + 1))
            assert sum(isinstance(one, OrderAdopted) for one in events) == 1
            order = order_of(story, venue_id)
            assert order.quantity == TOTAL
            assert order.fills.sum == sum(life.fills.values())
            if life.ends is not None:
                assert events[-1].state is life.ends


@pytest.mark.holds("S04")
@pytest.mark.parametrize("lagging", [False, True])
def test_an_order_that_was_triggered_is_adopted_under_the_id_that_it_has_since(lagging: bool) -> None:
    """Its fills are told under that, as reports; under the id under which it waited they would be told again."""
    waits = evolve(WHOLE, order_type=OrderType.STOP_MARKET, trigger_price=Decimal(90), filled=None)
    became = evolve(waits, says=Says.TRIGGERED, becomes=VenueOrderId("S2"))
    story = Story(keeps_conditional_apart=True)
    story.hear(became)
    story.hear(evolve(WHOLE, venue_order_id=VenueOrderId("S2")), fill("g1", "2", "S2"))
    assert adopt(story, waits if lagging else became) is None
    reason = why_not(story.dispatch.ledger, VenueOrderId("S1")) or ""
    assert reason.endswith("was triggered, and goes on as 'S2': adopt that")
    command = adopt(story, evolve(WHOLE, venue_order_id=VenueOrderId("S2"), filled=Decimal(2)), "S2")
    assert command is not None
    assert [told.fill_id for told in command.told] == ["g1"]
