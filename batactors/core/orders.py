"""One order of ours: what is known of it, what was told of it, and what does not fit.

An order record takes in facts from any road, in any order, any number of times, and returns the events that follow.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any, Self

from attrs import frozen

from batactors.core.doubts import Doubt, Why
from batactors.core.lifecycle import FILL, TRANSITIONS
from batactors.model.commands import AmendOrder, CreateOrder
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import FillId, VenueOrderId
from batactors.model.money import ZERO
from batactors.model.order_events import (
    OrderAccepted,
    OrderCanceled,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderNotExecuted,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
    OrderUpdated,
)
from batactors.model.terms import OrderState, Origin


@frozen(kw_only=True)
class News:
    """How and when a fact reached us.

    Attributes:
        at: When it was heard, on trio's clock.
        as_of: For what an HTTP read said: the moment, on trio's clock, before which it may be out of date.
    """

    at: float
    on: datetime
    origin: Origin
    as_of: float | None = None

    @property
    def replayed(self) -> bool:
        return self.origin in (Origin.SNAPSHOT, Origin.QUERY, Origin.JOURNAL)


@frozen(kw_only=True)
class Closing:
    """The venue says that the order has closed; it is told once the fills told add up to ``count``."""

    state: OrderState
    count: Decimal | None
    reason: str | None
    news: News
    occurred_at: datetime | None


class OrderRecord:
    """The engine's account of one order that it sent."""

    def __init__(self, command: CreateOrder) -> None:
        self.account = command.account
        self.instrument = command.instrument
        self.client_order_id = command.client_order_id
        self.create_command_id = command.command_id
        self.side = command.side
        self.order_type = command.order_type
        self.post_only = command.post_only
        self.quantity = command.quantity
        self.price = command.price
        self.trigger_price = command.trigger_price
        self.state = OrderState.SUBMITTED
        self.venue_order_id: VenueOrderId | None = None
        self.filled = ZERO
        self.claimed = ZERO
        """The highest count of what is filled that the venue gave."""
        self.changed_at = 0.0
        """When the venue last told us something of it live, on trio's clock."""
        self.events: list[OrderEvent] = []
        self.doubts: dict[Why, Doubt] = {}
        self.queried_at = -inf
        """When the latest question was asked whose answer said anything of it, on trio's clock."""
        self._expected: AmendOrder | None = None
        self._fills: dict[FillId, tuple[Decimal, Decimal]] = {}
        self._parked: list[FillFact] = []
        self._closing: Closing | None = None
        self._accepted = False
        self._triggered = False

    @classmethod
    def restored(cls, command: CreateOrder, events: Sequence[OrderEvent], at: float) -> Self:
        """Rebuild the account of an order from what was told of it.

        What had been heard and not yet told is gone, so an order that had not ended is in doubt until it was asked for.
        """
        order = cls(command)
        for event in events:
            order.state = event.state
            order.venue_order_id = event.venue_order_id or order.venue_order_id
            if isinstance(event, OrderAccepted):
                order._accepted = True
            elif isinstance(event, OrderTriggered):
                order._triggered = True
            elif isinstance(event, OrderUpdated):
                order.quantity, order.price, order.trigger_price = event.quantity, event.price, event.trigger_price
            elif isinstance(event, OrderFilled):
                order._fills[event.fill_id] = (event.quantity, event.price)
                order.filled = event.filled
        order.claimed = order.filled
        order.events = list(events)
        if not order.state.is_closed:
            order._doubt(Why.REBUILT, "rebuilt after a crash", at)
        return order

    # What others may ask.

    @property
    def settled(self) -> bool:
        """Closed, and nothing about it is in doubt: its stream of events has ended."""
        return self.state.is_closed and not self.doubts

    @property
    def proved_accepted(self) -> bool:
        """The venue had it, by whatever evidence."""
        return self._accepted

    @property
    def terms(self) -> tuple[Decimal, Decimal | None, Decimal | None]:
        """Total quantity, price and trigger price, as last known."""
        return (self.quantity, self.price, self.trigger_price)

    def shows(self, amend: AmendOrder) -> bool:
        """Whether the order has every term that this command asked for."""
        return all(
            wanted is None or wanted == present
            for wanted, present in (
                (amend.quantity, self.quantity),
                (amend.price, self.price),
                (amend.trigger_price, self.trigger_price),
            )
        )

    # What happens to it.

    def submit(self, news: News) -> list[OrderEvent]:
        """It has been registered, and will be sent."""
        return [self._tell(OrderSubmitted, news)]

    def acknowledge(self, venue_order_id: VenueOrderId | None, news: News) -> list[OrderEvent]:
        """The venue answered that it has it.

        For a post-only order the answer is no proof that it rests: venues accept and then cancel one that would have
        taken liquidity, and what was never in the book is told as rejected. Its Accepted waits for the book's own word.
        """
        events = self._learn(venue_order_id, news)
        if events is None:
            return []
        if self.post_only and not self.state.never_lived:
            return events
        return events + self.apply(OrderFact(says=Says.OPEN, venue_order_id=venue_order_id), news)

    def refuse(self, reason: str, news: News, *, post_only: bool = False) -> list[OrderEvent]:
        """The venue refused it."""
        if TRANSITIONS[self.state].get(Says.REFUSED) is None:
            return self._doubt(Why.CONTRADICTION, f"refused ({reason}) while {self.state}", news.at)
        if self.state is not OrderState.SUBMITTED:
            return []
        self.state = OrderState.REJECTED
        return [self._tell(OrderRejected, news, reason=reason, due_post_only=post_only)]

    def absent(self, reason: str, news: News) -> list[OrderEvent]:
        """It is proved never to have reached the book."""
        if self.state is not OrderState.SUBMITTED:
            return self._doubt(Why.CONTRADICTION, f"absent while {self.state}", news.at)
        self.doubts.clear()
        self.state = OrderState.NOT_EXECUTED
        return [self._tell(OrderNotExecuted, news, reason=reason)]

    def apply(self, fact: OrderFact, news: News) -> list[OrderEvent]:
        """Take in a statement about its standing or its terms."""
        events = self._learn(fact.venue_order_id, news)
        if events is None:
            return []
        if fact.says is Says.UNCLEAR:
            return events + self._doubt(Why.UNCLEAR, fact.reason or "a word that we do not know", news.at)
        if fact.says is Says.REFUSED:
            return events + self.refuse(fact.reason or "refused", news, post_only=fact.post_only)
        next_state = TRANSITIONS[self.state].get(fact.says)
        if next_state is None:
            return events + self._doubt(Why.CONTRADICTION, f"{fact.says} while {self.state}", news.at)
        self._count(fact.filled)
        if next_state is self.state and self.state.is_closed:
            return events + self._weigh(news)
        if fact.says in (Says.CANCELED, Says.EXPIRED, Says.FILLED):
            self._closing = self._closing or Closing(
                state=next_state, count=fact.filled, reason=fact.reason, news=news, occurred_at=fact.occurred_at
            )
            if self._closing.count is None and fact.filled is not None:
                self._closing = Closing(
                    state=next_state, count=fact.filled, reason=fact.reason, news=news, occurred_at=fact.occurred_at
                )
            if fact.post_only and not self._accepted and not fact.filled and not self.filled:
                self._closing = None
                return events + self.refuse(fact.reason or "post only", news, post_only=True)
        elif fact.says is not Says.PENDING:
            events += self._accept(news, fact.occurred_at, heard=fact.says is Says.OPEN)
            if fact.says is Says.TRIGGERED and not self._triggered:
                self._triggered = True
                self.state = next_state
                events.append(self._tell(OrderTriggered, news, fact.occurred_at))
        elif next_state is not self.state:
            self.state = next_state  # revived: the venue has it after all
        if fact.says in (Says.OPEN, Says.UPDATED, Says.TRIGGERED):
            events += self._revise(fact, news)
        if news.as_of is None and news.origin is not Origin.ACK:
            self.changed_at = max(self.changed_at, news.at)
        return events + self._weigh(news)

    def fill(self, fact: FillFact, news: News) -> list[OrderEvent]:
        """Take in one fill; a second telling of it changes nothing."""
        known = self._fills.get(fact.fill_id)
        if known is not None:
            self._count(fact.filled)
            if known != (fact.quantity, fact.price):
                return self._doubt(Why.CONTRADICTION, f"fill {fact.fill_id} told twice, not alike", news.at)
            return self._weigh(news)
        events = self._learn(fact.venue_order_id, news)
        if events is None:
            return []
        self._count(fact.filled)
        above = self.filled + fact.quantity > self.quantity
        if above and fact.total is not None and fact.total >= self.filled + fact.quantity and not self.state.is_closed:
            # The fill itself names the larger total: an amend that we have yet to hear of.
            events += self._accept(news, fact.occurred_at)
            events += self._revise(OrderFact(says=Says.UPDATED, quantity=fact.total), news)
        elif above and not self.state.is_closed:
            if fact.fill_id not in (parked.fill_id for parked in self._parked):
                self._parked.append(fact)
            return events + self._doubt(Why.OVERFILL, f"fill {fact.fill_id} exceeds {self.quantity}", news.at)
        return events + self._take(fact, news)

    def release(self, news: News) -> list[OrderEvent]:
        """The venue has been asked about fills above the known quantity: tell them now, explained or not."""
        events: list[OrderEvent] = []
        parked, self._parked = self._parked, []
        for fact in parked:
            if fact.fill_id not in self._fills:
                disputed = self.filled + fact.quantity > self.quantity
                events += self._take(fact, news, disputed=disputed)
        self.doubts.pop(Why.OVERFILL, None)
        return events

    def doubt(self, why: Why, note: str, at: float) -> None:
        """Something else about it does not fit."""
        self._doubt(why, note, at)

    def expect(self, amend: AmendOrder | None, at: float) -> None:
        """The venue acknowledged these new terms, or without any, the order's end: doubt it if they are not seen soon."""
        if self.state.is_closed or (amend is not None and self.shows(amend)):
            return
        self._expected = amend
        self._doubt(Why.UNSEEN, "a change was acknowledged, and is not to be seen", at)

    def looked_up(self, asked_at: float, read_lag: float) -> None:
        """The venue has been asked, and what it said has been applied: drop the doubts that this settles.

        An answer settles only what was doubted before it was asked, and of an order that still works only if the answer
        cannot trail what raised the doubt.
        """
        if self.queried_at < asked_at:
            return  # nothing was found
        for why in (Why.CONTRADICTION, Why.UNCLEAR, Why.NOT_IN_SNAPSHOT, Why.UNSEEN, Why.REBUILT):
            doubt = self.doubts.get(why)
            if doubt is None or asked_at < doubt.since:
                continue
            if self.state.is_closed or asked_at >= doubt.since + read_lag:
                del self.doubts[why]

    # How it is done.

    def _learn(self, venue_order_id: VenueOrderId | None, news: News) -> list[OrderEvent] | None:
        """Take in the venue's id; ``None`` if the fact is about another order that bears our client order id."""
        if venue_order_id is None or venue_order_id == self.venue_order_id:
            return []
        if self.venue_order_id is None:
            self.venue_order_id = venue_order_id
            return []
        self._doubt(Why.CONTRADICTION, f"venue order id {venue_order_id} beside {self.venue_order_id}", news.at)
        return None

    def _count(self, filled: Decimal | None) -> None:
        if filled is not None and filled > self.claimed:
            self.claimed = filled

    def _accept(self, news: News, occurred_at: datetime | None, *, heard: bool = False) -> list[OrderEvent]:
        if self._accepted:
            return []
        self._accepted = True
        late = self.state.never_lived
        self.state = OrderState.ACCEPTED
        return [self._tell(OrderAccepted, news, occurred_at, synthesized=not heard, late=late)]

    def _revise(self, fact: OrderFact, news: News) -> list[OrderEvent]:
        """Tell the terms that differ from what was known; absent ones stay."""
        if news.as_of is not None and news.as_of < self.changed_at:
            return []  # perhaps older than what the stream said since
        quantity = self.quantity if fact.quantity is None else max(fact.quantity, self.filled)
        price = fact.price if fact.price is not None and self.order_type.has_price else self.price
        has_trigger = self.order_type.has_trigger
        trigger_price = fact.trigger_price if fact.trigger_price is not None and has_trigger else self.trigger_price
        if (quantity, price, trigger_price) == (self.quantity, self.price, self.trigger_price):
            return []
        self.quantity, self.price, self.trigger_price = quantity, price, trigger_price
        updated = self._tell(
            OrderUpdated, news, fact.occurred_at,
            quantity=quantity, price=price, trigger_price=trigger_price, reason=fact.reason,
        )  # fmt: skip
        return [updated]

    def _take(self, fact: FillFact, news: News, *, disputed: bool = False) -> list[OrderEvent]:
        """Tell a fill that is known to be new."""
        events: list[OrderEvent] = []
        closed = self.state.is_closed and not self.state.never_lived
        late = self.state.is_closed
        if self.state is OrderState.FILLED:
            self._doubt(Why.CONTRADICTION, f"fill {fact.fill_id} after the order was wholly filled", news.at)
        events += self._accept(news, fact.occurred_at)
        filled = self.filled + fact.quantity
        complete = fact.completes or (fact.total is not None and fact.filled is not None and fact.filled >= fact.total)
        if complete and not closed and self._closing is None:
            count = fact.filled if fact.filled is not None else fact.total
            self._closing = Closing(
                state=OrderState.FILLED, count=count, reason=None, news=news, occurred_at=fact.occurred_at
            )
        if not closed:
            self.state = TRANSITIONS[self.state][FILL]
            if self._closing is not None and self._closing.state is OrderState.FILLED and filled == self._closing.count:
                self.state = OrderState.FILLED
        told = self._tell(
            OrderFilled, news, fact.occurred_at, late=late, fill_id=fact.fill_id, side=self.side,
            order_type=self.order_type, quantity=fact.quantity, price=fact.price, filled=filled, fees=fact.fees,
            liquidity=fact.liquidity, disputed=disputed,
        )  # fmt: skip
        self.filled = filled
        self._fills[fact.fill_id] = (fact.quantity, fact.price)  # only now: what was not told may be told again
        if news.as_of is None:
            self.changed_at = max(self.changed_at, news.at)
        return [*events, told, *self._weigh(news)]

    def _weigh(self, news: News) -> list[OrderEvent]:
        """Compare our sum of fills with the venue's count, and tell the end once they agree."""
        events: list[OrderEvent] = []
        if self._expected is not None and self.shows(self._expected):
            self._expected = None
            self.doubts.pop(Why.UNSEEN, None)
        if self.claimed > self.filled:
            self._doubt(Why.MISSING_FILLS, f"the venue counts {self.claimed}, told {self.filled}", news.at)
        else:
            self.doubts.pop(Why.MISSING_FILLS, None)
        if self._closing is None:
            if self.filled and self.filled >= self.quantity and not self.state.is_closed:
                self._doubt(Why.UNCONFIRMED, f"{self.filled} filled of {self.quantity}, and not closed", news.at)
            elif not self.state.is_closed:
                self.doubts.pop(Why.UNCONFIRMED, None)
        elif self._closing.count is None:
            self._doubt(Why.UNCONFIRMED, f"{self._closing.state} without a count of fills", news.at)
        elif self.claimed <= self.filled and not self._parked:
            events = self._close(self._closing, news)
        return events

    def _close(self, closing: Closing, news: News) -> list[OrderEvent]:
        events = self._accept(closing.news, closing.occurred_at)
        self._closing = None
        self.state = closing.state
        for why in tuple(self.doubts):
            if why is not Why.CONTRADICTION:
                del self.doubts[why]
        if closing.count is not None and self.filled > closing.count:
            self._doubt(Why.CONTRADICTION, f"closed at {closing.count}, told {self.filled}", news.at)
        kind = _ENDINGS.get(closing.state)
        if kind is not None:
            events.append(
                self._tell(kind, closing.news, closing.occurred_at, filled=self.filled, reason=closing.reason)
            )
        return events

    def _doubt(self, why: Why, note: str, at: float) -> list[OrderEvent]:
        """Note a doubt; the first of a kind keeps its time, so that its asking is not put off for ever."""
        if why not in self.doubts:
            self.doubts[why] = Doubt(why=why, note=note, since=at)
        return []

    def _tell(
        self,
        kind: type[OrderEvent],
        news: News,
        occurred_at: datetime | None = None,
        **fields: Any,  # noqa: ANN401
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


_ENDINGS: Mapping[OrderState, type[OrderCanceled | OrderExpired]] = {
    OrderState.CANCELED: OrderCanceled,
    OrderState.EXPIRED: OrderExpired,
}
