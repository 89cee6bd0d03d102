"""Bugs in the account of an order: what is told of it, how often, and in which order."""

from typing import Any

from attrs import evolve

from batactors.core.book import Book
from batactors.core.dispatch import Dispatch
from batactors.core.fills import Fills
from batactors.core.hearing import Hearing
from batactors.core.orders import OrderRecord
from batactors.core.strangers import Strangers
from batactors.model.facts import FillFact, OrderFact, Says, SnapshotFact
from batactors.model.inputs import SessionReady
from batactors.model.terms import OrderState
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


# Fills.


@mutant
def dedup_forgotten_on_reconnect(patch: Patch) -> None:
    """A new session begins with no memory of the fills that were told."""
    apply = Dispatch.apply

    def forgetful(self: Dispatch, given: Any) -> Any:
        if isinstance(given, SessionReady):
            for order in self.book.orders.values():
                order.fills.told.clear()
        return apply(self, given)

    patch.setattr(Dispatch, "apply", forgetful)


@mutant
def terminal_before_its_last_fill(patch: Patch) -> None:
    """The end of an order is told when the venue says so, whether or not the fills told add up to its count."""
    patch.setattr(Fills, "add_up", lambda self, sum_of_fills: True)


@mutant
def overfill_dropped(patch: Patch) -> None:
    """A fill above the known quantity is taken for a mistake of the venue's, and forgotten."""
    fill = OrderRecord.fill

    def drops(self: OrderRecord, fact: FillFact, news: Any) -> Any:
        if fact.fill_id not in self.fills.told and self.fills.sum + fact.quantity > self.quantity:
            self.fills.told[fact.fill_id] = (fact.quantity, fact.price)
        return fill(self, fact, news)

    patch.setattr(OrderRecord, "fill", drops)


@mutant
def fill_of_another_told_as_ours(patch: Patch) -> None:
    """A fill that names no order of ours is given to the only order of ours that works."""
    stranger = Hearing._stranger

    def by_likelihood(self: Hearing, fact: Any, news: Any) -> None:
        working = [order for order in self._ledger.book.working() if order.venue_order_id is not None]
        if isinstance(fact, FillFact) and len(working) == 1 and working[0].venue_order_id is not None:
            self._apply(working[0], evolve(fact, venue_order_id=working[0].venue_order_id, filled=None), news)
        else:
            stranger(self, fact, news)

    patch.setattr(Hearing, "_stranger", by_likelihood)


@mutant
def reports_repeated(patch: Patch) -> None:
    """What is heard again of another's fill is reported again."""
    fill = Strangers._fill

    def again(self: Strangers, stranger: Any, fact: FillFact, news: Any) -> Any:
        stranger.fills.pop(fact.fill_id, None)
        return fill(self, stranger, fact, news)

    patch.setattr(Strangers, "_fill", again)


# Order of events.


@mutant
def accepted_not_synthesized(patch: Patch) -> None:
    """What implies that an order was accepted is told without its Accepted."""
    accept = OrderRecord._accept

    def silent(self: OrderRecord, news: Any, occurred_at: Any, *, said: bool = False) -> Any:
        if said or self.accepted:
            return accept(self, news, occurred_at, said=said)
        self.accepted, self.state = True, OrderState.ACCEPTED
        return []

    patch.setattr(OrderRecord, "_accept", silent)


@mutant
def accepted_told_twice(patch: Patch) -> None:
    """Accepted is told by the answer, and again by the stream."""
    work = OrderRecord._work

    def twice(self: OrderRecord, fact: OrderFact, next_state: Any, news: Any) -> Any:
        if fact.says is Says.OPEN and self.state is OrderState.ACCEPTED and news.origin == "stream":
            self.accepted = False
        return work(self, fact, next_state, news)

    patch.setattr(OrderRecord, "_work", twice)


@mutant
def post_only_accepted_at_the_answer(patch: Patch) -> None:
    """A post-only order is told as accepted at the answer, before the book has said that it rests."""
    acknowledge = OrderRecord.acknowledge

    def trusting(self: OrderRecord, venue_order_id: Any, news: Any, **more: Any) -> Any:
        post_only, self.post_only = self.post_only, False
        try:
            return acknowledge(self, venue_order_id, news, **more)
        finally:
            self.post_only = post_only

    patch.setattr(OrderRecord, "acknowledge", trusting)


@mutant
def missing_in_snapshot_is_canceled(patch: Patch) -> None:
    """An order that the venue's list of open orders lacks is told as canceled, without asking."""
    snapshot = Hearing.snapshot

    def hasty(self: Hearing, fact: SnapshotFact, news: Any, **more: Any) -> None:
        snapshot(self, fact, news, **more)
        listed = {row.venue_order_id for row in fact.orders}
        for order in self._ledger.book.working():
            if order.venue_order_id is not None and order.venue_order_id not in listed:
                end = OrderFact(says=Says.CANCELED, venue_order_id=order.venue_order_id, filled=order.fills.sum)
                self.order_fact(end, news)

    patch.setattr(Hearing, "snapshot", hasty)


@mutant
def older_read_taken_for_news(patch: Patch) -> None:
    """What REST says of an order's terms is told, though the stream has told newer ones since."""
    revise = OrderRecord._revise

    def credulous(self: OrderRecord, fact: OrderFact, news: Any) -> Any:
        return revise(self, fact, evolve(news, as_of=None))

    patch.setattr(OrderRecord, "_revise", credulous)


# Orders that ended long ago.


@mutant
def ended_orders_never_forgotten(patch: Patch) -> None:
    """However many orders have ended, all are remembered."""
    patch.setattr(Book, "bury", lambda self, *args: [])


@mutant
def forgotten_orders_are_strangers(patch: Patch) -> None:
    """Of an order that is forgotten not even the ids are remembered."""
    patch.setattr(Book, "is_bygone", lambda self, client_order_id, venue_order_id: False)
