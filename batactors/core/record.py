"""What is known of one order of ours, and what was told of it.

What follows from a fact is decided in ``core.orders``; here is what the decisions are made of.
"""

from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any

from attrs import evolve

from batactors.core.closing import Closing
from batactors.core.doubts import Doubts, Why
from batactors.core.expected import Expected
from batactors.core.fills import Fills
from batactors.core.lifecycle import ENDS, TRANSITIONS
from batactors.core.news import News
from batactors.core.overlap import Place, Statements
from batactors.core.version import Version
from batactors.model.commands import AdoptOrder, AmendOrder, CreateOrder
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import VenueOrderId
from batactors.model.order_events import OrderAccepted, OrderAdopted, OrderEvent, OrderTriggered, OrderUpdated
from batactors.model.terms import OrderState

Events = list[OrderEvent]
Terms = tuple[Decimal, Decimal | None, Decimal | None]


class Record:
    """The engine's account of one order that it sent, or adopted.

    Args:
        command: The command that makes it.
        submitted_on: When it became ours, UTC; nothing of it can be older.
    """

    def __init__(self, command: CreateOrder, submitted_on: datetime) -> None:
        self.account = command.account
        self.instrument = command.instrument
        self.client_order_id = command.client_order_id
        self.create_command_id = command.command_id
        self.submitted_on = submitted_on
        self.side = command.side
        self.order_type = command.order_type
        self.post_only = command.post_only
        self.quantity = command.quantity
        self.price = command.price
        self.trigger_price = command.trigger_price
        self.state = OrderState.SUBMITTED
        self.position_side = command.position_side
        self.venue_order_id: VenueOrderId | None = None
        self.waited_as: VenueOrderId | None = None
        """The venue's other id of it, under which it waited for its trigger."""
        self.goes_on = False
        """The venue id is that of the order that came of it when it was triggered."""
        self.fills = Fills()
        self.events: Events = []
        self.doubts = Doubts()
        self._statements: Statements | None = None
        self.version = Version()
        self.changed_at = -inf
        """When the venue last told us something of it live, on trio's clock."""
        self.queried_at = -inf
        """When the latest question was asked whose answer said how it stands, on trio's clock."""
        self.heard = False
        """The venue has spoken of it, so it is not absent."""
        self.silence = ""
        """Why the fact taken in last led to no event."""
        self.accepted = False
        self.refusal: str | None = None
        """The venue's words, if it refused it."""
        self.triggered = False
        self.never_rested = False
        """It was closed because it would have taken liquidity; the statement that it was open is older."""
        self.keeps_total = not isinstance(command, AdoptOrder)
        """Nothing can have changed its quantity since we sent it: no amend went out, and none was seen."""
        self._expected = Expected()
        self._closing: Closing | None = None
        self._revived = False
        """It was told as never having lived, and was found alive."""
        self.adopted = isinstance(command, AdoptOrder)
        """The engine did not send it; the venue knows it by its venue order id only."""
        if isinstance(command, AdoptOrder):
            self._take_over(command)

    # What others may ask.

    @property
    def settled(self) -> bool:
        """Closed, and nothing about it is in doubt: its stream of events has ended."""
        return self.state.is_closed and not self.doubts

    @property
    def proved_accepted(self) -> bool:
        """The venue had it, by whatever evidence."""
        return self.accepted

    @property
    def ending(self) -> OrderState | None:
        """How it has ended by the venue's word, though not all its fills may be told."""
        return self._closing.state if self._closing is not None else None

    @property
    def lives_by_word(self) -> bool:
        """The venue said something that it can only say of an order that it has, or had."""
        return self.accepted or bool(self.fills.claimed)

    @property
    def terms(self) -> Terms:
        """Total quantity, price and trigger price, as last known."""
        return (self.quantity, self.price, self.trigger_price)

    @property
    def acknowledged(self) -> AmendOrder | None:
        """The amend that the venue acknowledged, and that is still to be seen."""
        return self._expected.amend

    @property
    def seen(self) -> bool:
        """Whether all that the venue acknowledged of it has been seen."""
        return self._expected.is_met(self.terms, accepted=self.accepted, closed=self.state.is_closed)

    @property
    def waits(self) -> bool:
        """Whether it waits for a trigger, as far as is known."""
        return self.order_type.has_trigger and not self.triggered

    @property
    def venue_order_ids(self) -> tuple[VenueOrderId, ...]:
        """All ids that the venue has for it, the one that counts first."""
        if self.waited_as is None:  # as nearly all have
            return () if self.venue_order_id is None else (self.venue_order_id,)
        return (self.waited_as,) if self.venue_order_id is None else (self.venue_order_id, self.waited_as)

    # What is awaited of it.

    def expect(self, amend: AmendOrder | None, at: float) -> None:
        """The venue acknowledged these new terms, or without any, the order's end: doubt it if not seen soon."""
        if amend is None:
            self._expected.end = True
        else:
            self._expected.amend = amend
        if not self.seen:
            self.doubt(Why.UNSEEN, "a change was acknowledged, and is not to be seen", at)

    def looked_up(self, asked_at: float, read_lag: float) -> None:
        """The venue has been asked, and what it said has been applied: drop the doubts that this settles."""
        found = self.queried_at >= asked_at
        if found or self.state.never_lived:
            self.doubts.asked(asked_at, read_lag, found=found, closed=self.state.is_closed)

    def in_order(self, fact: OrderFact, news: News) -> OrderFact:
        """A live statement as far as it can be the latest; one that may be older says nothing of the terms."""
        self._statements = self._statements or Statements()
        place = self._statements.place(fact)
        if place is Place.NEXT:
            return fact
        if place is Place.LATE:
            self.doubt(Why.UNCLEAR, f"{fact.says} of {fact.occurred_at}, after what was told of a later time", news.at)
        return evolve(fact, quantity=None, price=None, trigger_price=None)

    def announce(self, fact: FillFact, news: News) -> Events:
        """A fill is told ahead: it shows that the order lives, and is told itself when it is told in full."""
        self._learn(fact.venue_order_id)
        self.silence = "told ahead"
        return self._accept(news, fact.occurred_at)

    def go_on_as(self, venue_order_id: VenueOrderId, news: News, occurred_at: datetime | None, *, said: bool) -> Events:
        """It was triggered, and the venue goes on with it under this id; ``said`` if it spoke of the trigger."""
        if news.as_of is None:
            self.changed_at = max(self.changed_at, news.at)
        events = self._accept(news, occurred_at)
        self.waited_as, self.venue_order_id = self.venue_order_id, venue_order_id
        self.goes_on = self.heard = True
        if self.state.is_closed:
            return events
        self.doubt(Why.CONTINUED, f"it goes on as {venue_order_id}", news.at)
        return events + self._fire(news, occurred_at, said=said)

    def waited(self, fact: OrderFact, news: News) -> Events:
        """A statement about the time when it waited, though it goes on since: it can say nothing that is still so."""
        if fact.says in ENDS and news.as_of is None and not self.state.is_closed:
            return self.doubt(Why.UNCLEAR, f"{fact.says} under the id under which it waited", news.at)
        return self._silent("it goes on under another id")

    # What its rules are made of.

    def doubt(self, why: Why, note: str, at: float) -> Events:
        """Something about it does not fit: the venue is to be asked, and nothing is told."""
        self.doubts.raise_(why, note, at)
        return self._silent(f"in doubt: {why}")

    def _fire(self, news: News, occurred_at: datetime | None, *, said: bool = False) -> Events:
        """Its trigger was reached, if it has one: told once, whether the venue said so or something else shows it."""
        if self.triggered or self.state.is_closed:
            return []
        self.triggered = True
        self.state = TRANSITIONS[self.state][Says.TRIGGERED]
        return [self._tell(OrderTriggered, news, occurred_at, synthesized=not said)]

    def _silent(self, reason: str) -> Events:
        self.silence = reason
        return []

    def _take_over(self, command: AdoptOrder) -> None:
        """Begin where it stood when it was adopted, with the fills that were told as reports."""
        self.submitted_on = command.opened_on
        self.venue_order_id, self.state = command.venue_order_id, command.state
        self.accepted = self.heard = True
        self.triggered = command.state is OrderState.TRIGGERED or bool(command.filled)
        for told in command.told:
            self.fills.add(FillFact(
                fill_id=told.fill_id, venue_order_id=command.venue_order_id, quantity=told.quantity, price=told.price
            ))  # fmt: skip
        self.fills.count(command.filled)

    def _tell_adopted(self, news: News) -> OrderEvent:
        return self._tell(
            OrderAdopted, news, side=self.side, order_type=self.order_type, quantity=self.quantity, price=self.price,
            trigger_price=self.trigger_price, filled=self.fills.sum, counted=max(self.fills.claimed, self.fills.sum),
        )  # fmt: skip

    def _learn(self, venue_order_id: VenueOrderId | None) -> None:
        assert venue_order_id in (None, *self.venue_order_ids) or self.venue_order_id is None, "a conflict"
        self.venue_order_id = self.venue_order_id or venue_order_id
        if self.goes_on and venue_order_id == self.venue_order_id:
            self.doubts.drop(Why.CONTINUED)
        self.heard = True

    def _revive(self, news: News) -> None:
        """It was told as never having lived, and it does; how far it got, the venue must say."""
        self.doubt(Why.CONTRADICTION, f"alive after it was told as {self.state}", news.at)
        self._revived = True
        self.state = OrderState.SUBMITTED

    def _accept(self, news: News, occurred_at: datetime | None, *, said: bool = False) -> Events:
        if self.accepted:
            return []
        if self.state.never_lived:
            self._revive(news)
        self.accepted = True
        self.state = OrderState.ACCEPTED
        return [self._tell(OrderAccepted, news, occurred_at, synthesized=not said, late=self._revived)]

    def _revise(self, fact: OrderFact, news: News) -> Events:
        """Tell the terms that differ from what was known; absent ones stay."""
        trails = news.as_of is not None and news.as_of < self.changed_at
        if (self.version.is_past(fact) or trails) and fact.says not in ENDS:
            return self._silent("perhaps older than what was heard since")
        quantity = self.quantity if fact.quantity is None else max(fact.quantity, self.fills.sum)
        price = fact.price if fact.price is not None and self.order_type.has_price else self.price
        has_trigger = self.order_type.has_trigger
        trigger_price = fact.trigger_price if fact.trigger_price is not None and has_trigger else self.trigger_price
        if (quantity, price, trigger_price) == self.terms:
            return []
        self.keeps_total = self.keeps_total and quantity == self.quantity
        self.quantity, self.price, self.trigger_price = quantity, price, trigger_price
        updated = self._tell(
            OrderUpdated, news, fact.occurred_at,
            quantity=quantity, price=price, trigger_price=trigger_price, reason=fact.reason,
        )  # fmt: skip
        return [updated]

    def _tell(
        self,
        kind: type[OrderEvent],
        news: News,
        occurred_at: datetime | None = None,
        **fields: Any,
    ) -> OrderEvent:
        event = kind(
            account=self.account,
            instrument=self.instrument,
            client_order_id=self.client_order_id,
            venue_order_id=self.venue_order_id,
            sequence=len(self.events) + 1,
            state=self.state,
            received_at=news.on,
            origin=news.origin,
            occurred_at=occurred_at,
            replayed=news.replayed,
            **fields,
        )
        self.events.append(event)
        return event
