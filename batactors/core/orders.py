"""One order of ours: what follows from what is heard of it.

An order record takes in facts from any road, in any order, any number of times, and returns the events that follow.
"""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve

from batactors.core.closing import Closing
from batactors.core.doubts import Why
from batactors.core.lifecycle import ENDS, FILL, TRANSITIONS, WORKS
from batactors.core.news import News
from batactors.core.record import Events, Record
from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import VenueOrderId
from batactors.model.money import ZERO
from batactors.model.order_events import (
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderFillsMissing,
    OrderNotExecuted,
    OrderRejected,
    OrderSubmitted,
    OrderTriggered,
    OrderUpdated,
)
from batactors.model.terms import OrderState

__all__ = ["News", "OrderRecord"]


class OrderRecord(Record):
    """The engine's account of one order that it sent."""

    # What happens to it.

    def submit(self, news: News) -> Events:
        """It has been registered, and will be sent."""
        return [self._tell(OrderSubmitted, news)]

    def adopt(self, news: News) -> Events:
        """It is followed from now on; fills that the venue counts, and nobody was told, are in doubt."""
        return [self._tell_adopted(news), *self._weigh(news)]

    def acknowledge(self, venue_order_id: VenueOrderId | None, news: News, *, rests: bool = True) -> Events:
        """The venue answered that it has it; ``rests`` is whether it says more than that the order has come.

        For a post-only order the answer is no proof that it rests: venues accept and then cancel one that would have
        taken liquidity, and what was never in the book is told as rejected. Its Accepted waits for the book's own word.
        """
        if not (rests and not self.post_only) and self.state in (OrderState.SUBMITTED, OrderState.NOT_EXECUTED):
            self._expected.rest = True
            self.doubt(Why.UNSEEN, "acknowledged, and not to be seen", news.at)
            return self.apply(OrderFact(says=Says.PENDING, venue_order_id=venue_order_id), news)
        return self.apply(OrderFact(says=Says.OPEN if rests else Says.PENDING, venue_order_id=venue_order_id), news)

    def refuse(self, reason: str, news: News, *, post_only: bool = False) -> Events:
        """The venue refused it."""
        contradicted = TRANSITIONS[self.state].get(Says.REFUSED) is None
        if contradicted or (self.state is OrderState.SUBMITTED and self.lives_by_word):
            return self.doubt(Why.CONTRADICTION, f"refused ({reason}) while {self.state}", news.at)
        if self.state is not OrderState.SUBMITTED:
            return self._silent("told before")
        self.state, self.refusal = OrderState.REJECTED, reason
        self.never_rested = self.never_rested or self._closing is not None
        self._closing = None
        self.doubts.clear()
        return [self._tell(OrderRejected, news, reason=reason, due_post_only=post_only, late=self._revived)]

    def absent(self, reason: str, news: News) -> Events:
        """It is proved never to have reached the book."""
        if self.heard or self.state is not OrderState.SUBMITTED:
            return self.doubt(Why.CONTRADICTION, f"absent while {self.state}", news.at)
        self.doubts.clear()
        self.state = OrderState.NOT_EXECUTED
        return [self._tell(OrderNotExecuted, news, reason=reason)]

    def apply(self, fact: OrderFact, news: News) -> Events:
        """Take in a statement about its standing or its terms."""
        self._learn(fact.venue_order_id)
        if news.asked_at is not None:
            self.queried_at = max(self.queried_at, news.asked_at)
        if fact.says is Says.UNCLEAR:
            return self.doubt(Why.UNCLEAR, fact.reason or "a word that we do not know", news.at)
        if fact.says is Says.REFUSED and self.accepted and self.order_type.has_trigger:
            fact = evolve(fact, says=Says.CANCELED)  # refused at its trigger: it had waited, and leaves the book
        if fact.says is Says.REFUSED:
            told = self.refuse(fact.reason or "refused", news, post_only=fact.post_only)
            # The book's own word, unlike an answer's: whoever says that it works, says what was before.
            self.never_rested = self.never_rested or self.state is OrderState.REJECTED
            return told
        next_state = TRANSITIONS[self.state].get(fact.says)
        if next_state is None:
            return self.doubt(Why.CONTRADICTION, f"{fact.says} while {self.state}", news.at)
        if self.never_rested and fact.says in WORKS:
            return self._silent("overtaken by its end")
        self.silence = "nothing new"
        self.fills.count(fact.filled)
        events: Events = []
        if fact.says in ENDS:
            events = self._end(fact, next_state, news)
        elif fact.says is Says.PENDING:
            if next_state is not self.state:
                self._revive(news)
        elif not self.state.is_closed or self.state.never_lived:
            events = self._work(fact, next_state, news)
        if news.as_of is None:
            self.changed_at = max(self.changed_at, news.at)
        return events + self._weigh(news)

    def fill(self, fact: FillFact, news: News) -> Events:
        """Take in one fill; a second telling of it changes nothing."""
        if fact.provisional:
            return self.announce(fact, news)
        self._learn(fact.venue_order_id)
        if fact.quantity <= 0:
            return self.doubt(Why.UNCLEAR, f"fill {fact.fill_id} of {fact.quantity}", news.at)
        self.silence = "told before"
        self.fills.count(fact.filled)
        known = self.fills.told.get(fact.fill_id)
        if known is not None:
            if known != (fact.quantity, fact.price):
                return self.doubt(Why.CONTRADICTION, f"fill {fact.fill_id} told twice, not alike", news.at)
            self._complete(fact, news)
            return self._weigh(news)
        late = self.state.is_closed
        events = self._accept(news, fact.occurred_at)
        events += self._fire(news, fact.occurred_at) if self.order_type.has_trigger else []
        self._complete(fact, news)
        filled = self.fills.sum + fact.quantity
        if filled > self._most() and not late:
            if fact.total is None or fact.total < filled:
                self.fills.parked[fact.fill_id] = fact
                return events + self.doubt(Why.OVERFILL, f"fill {fact.fill_id} exceeds {self.quantity}", news.at)
            # The fill itself names the larger total: an amend that we have yet to hear of.
            events += self._revise(OrderFact(says=Says.UPDATED, quantity=fact.total), news)
        events += self._take(fact, news, late=late)
        return events + self._unpark(news) + self._weigh(news)

    def release(self, news: News) -> Events:
        """The venue has been asked about fills above the known quantity: tell them now, explained or not."""
        events: Events = []
        for fact in tuple(self.fills.parked.values()):
            events += self._take(fact, news, disputed=self.fills.sum + fact.quantity > self._most())
        self.doubts.drop(Why.OVERFILL)
        return events + self._weigh(news)

    def miss_fills(self, news: News) -> Events:
        """Fills that the venue counts were asked for so long that those who wait are told; the asking goes on."""
        fills = self.fills
        if fills.missing == fills.told_missing:
            return []
        fills.told_missing = fills.missing
        events = self._accept(news, None)
        missing = self._tell(
            OrderFillsMissing, news, late=self.state.is_closed, missing=fills.missing, counted=fills.claimed,
            filled=fills.sum, histories=fills.histories, ends_as=self._closing.state if self._closing else None,
        )  # fmt: skip
        return [*events, missing]

    # How it is done.

    def _work(self, fact: OrderFact, next_state: OrderState, news: News) -> Events:
        """It is in the book, with these terms."""
        events = self._accept(news, fact.occurred_at, said=fact.says is Says.OPEN)
        if fact.says is Says.TRIGGERED and not self.triggered:
            self.triggered = True
            self.state = next_state
            events.append(self._tell(OrderTriggered, news, fact.occurred_at))
        return events + self._revise(fact, news) + self._unpark(news)

    def _most(self) -> Decimal:
        """How much may be filled, by what is known."""
        count = self._closing.count if self._closing is not None else None
        return self.quantity if count is None else max(self.quantity, count)

    def _unpark(self, news: News) -> Events:
        """Tell the fills that what was heard since explains."""
        events: Events = []
        for fact in tuple(self.fills.parked.values()):
            if self.fills.sum + fact.quantity <= self._most():
                events += self._take(fact, news)
        if not self.fills.parked:
            self.doubts.drop(Why.OVERFILL)
        return events

    def _take(self, fact: FillFact, news: News, *, late: bool = False, disputed: bool = False) -> Events:
        """Tell a fill that is known to be new."""
        filled = self.fills.sum + fact.quantity
        if self.state.is_closed:
            self.doubt(Why.CONTRADICTION, f"fill {fact.fill_id} after the order was told as {self.state}", news.at)
        else:
            parked = self.fills.parked.keys() - {fact.fill_id}
            closing = self._closing
            whole = closing is not None and closing.state is OrderState.FILLED and closing.count is not None
            done = whole and not parked and self.fills.add_up(filled)
            self.state = OrderState.FILLED if done else TRANSITIONS[self.state][FILL]
        told = self._tell(
            OrderFilled, news, fact.occurred_at, late=late, fill_id=fact.fill_id, side=self.side,
            order_type=self.order_type, quantity=fact.quantity, price=fact.price, filled=filled, fees=fact.fees,
            liquidity=fact.liquidity, disputed=disputed, position_side=fact.position_side or self.position_side,
        )  # fmt: skip
        self.fills.add(fact)
        if news.as_of is None:
            self.changed_at = max(self.changed_at, news.at)
        return [told]

    # Its end.

    def _complete(self, fact: FillFact, news: News) -> None:
        """Note that the venue says it is wholly filled, if with this fill it does."""
        counted = fact.total is not None and fact.filled is not None and fact.filled >= fact.total
        if (fact.completes or counted) and self._closing is None and not self.state.is_closed:
            count = fact.filled if fact.filled is not None else fact.total
            if count is None and self._adds_up_with(fact):
                count = self.quantity
            self._close_as(Closing(state=OrderState.FILLED, count=count, news=news, occurred_at=fact.occurred_at))

    def _adds_up_with(self, fact: FillFact) -> bool:
        """Whether with this fill all that was ordered is told; a quantity that may have changed proves nothing."""
        filled = self.fills.sum + (ZERO if fact.fill_id in self.fills.told else fact.quantity)
        return self.keeps_total and not self.fills.parked and filled == self.quantity

    def _end(self, fact: OrderFact, next_state: OrderState, news: News) -> Events:
        """The venue says that it has ended."""
        refused_in_vain = self.state is OrderState.REJECTED and bool(fact.filled)
        if next_state is self.state and not refused_in_vain:
            return []
        self._close_as(Closing.of(fact, news))
        if (fact.post_only or fact.refused) and not self.accepted:
            return []  # perhaps it never rested; the count of fills tells
        return self._accept(news, fact.occurred_at) + self._revise(fact, news) + self._unpark(news)

    def _close_as(self, closing: Closing) -> None:
        first = self._closing
        if first is not None and first.state is not closing.state and first.count is not None:
            self.doubt(Why.CONTRADICTION, f"{closing.state} after {first.state}", closing.news.at)
        self._closing = closing if first is None else first.joined_by(closing)

    def _weigh(self, news: News) -> Events:
        """Compare our sum of fills with the venue's count, and tell the end once they agree."""
        if Why.UNSEEN in self.doubts and self.seen:
            self.doubts.drop(Why.UNSEEN)
        agree = self.fills.add_up(self.fills.sum)
        if not agree:
            self.doubt(Why.MISSING_FILLS, f"the venue counts {self.fills.claimed}, told {self.fills.sum}", news.at)
        elif self.doubts:
            self.doubts.drop(Why.MISSING_FILLS)
            self.fills.histories, self.fills.told_missing = 0, ZERO
        if self._closing is None:
            if self.state.is_closed:
                return []
            if self.fills.sum >= self.quantity:
                self.doubt(Why.UNCONFIRMED, f"{self.fills.sum} filled of {self.quantity}, and not closed", news.at)
            elif self.doubts:
                self.doubts.drop(Why.UNCONFIRMED)
        elif self._closing.count is None:
            self.doubt(Why.UNCONFIRMED, f"{self._closing.state} without a count of fills", news.at)
        elif agree and not self.fills.parked:
            return self._close(self._closing)
        return []

    def _close(self, closing: Closing) -> Events:
        self._closing = None
        contradiction = self.doubts.get(Why.CONTRADICTION)
        self.doubts.clear()
        if contradiction is not None:
            self.doubts[Why.CONTRADICTION] = contradiction
        if closing.refused and not self.accepted and not self.fills.sum:
            self.never_rested = True
            reason = closing.reason or ("post only" if closing.post_only else "refused")
            return self.refuse(reason, closing.news, post_only=closing.post_only)
        events = self._accept(closing.news, closing.occurred_at)
        self.state = closing.state
        if closing.count is not None and self.fills.sum > closing.count:
            note = f"closed at {closing.count}, told {self.fills.sum}"
            self.doubt(Why.CONTRADICTION, note, closing.news.at)
        kind = _ENDINGS.get(closing.state)
        if kind is not None:
            events.append(
                self._tell(kind, closing.news, closing.occurred_at, filled=self.fills.sum, reason=closing.reason)
            )
        elif not self.events[-1].state.is_closed:
            # Its last fill was told before anyone said that it was the last, as a history of trades does not.
            events.append(
                self._tell(
                    OrderUpdated, closing.news, closing.occurred_at, synthesized=True, quantity=self.quantity,
                    price=self.price, trigger_price=self.trigger_price, reason="filled",
                )
            )  # fmt: skip
        return events


_ENDINGS: Mapping[OrderState, type[OrderCanceled | OrderExpired]] = {
    OrderState.CANCELED: OrderCanceled,
    OrderState.EXPIRED: OrderExpired,
}
