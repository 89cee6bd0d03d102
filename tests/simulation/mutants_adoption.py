"""Bugs in adoptions: fills told twice or lost, orders followed as if they were still somebody else's."""

from typing import Any

from attrs import evolve

from batactors.account import Account
from batactors.actors.adopting import adopt
from batactors.core import restore as restoring
from batactors.core.book import Book
from batactors.core.orders import OrderRecord
from batactors.core.record import Record
from batactors.core.strangers import Strangers
from batactors.model.commands import AdoptOrder
from batactors.model.ids import VenueOrderId
from batactors.model.inputs import Registered
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


@mutant
def reported_fills_forgotten_by_an_adoption(patch: Patch) -> None:
    """What was told as reports is told again as events."""
    take_over: Any = Record._take_over
    patch.setattr(Record, "_take_over", lambda self, command: take_over(self, evolve(command, told=())))


@mutant
def adoption_not_journaled(patch: Patch) -> None:
    """After a restart nobody knows that the order was adopted."""
    patch.setattr("batactors.actors.dedup.adopt", lambda message, dispatch: (adopt(message, dispatch)[0], []))


@mutant
def adopted_order_stays_a_stranger(patch: Patch) -> None:
    """What is heard of it goes on being reported, and its events never come."""
    learn = Book.learn

    def not_adopted(self: Book, order: OrderRecord, venue_order_id: VenueOrderId) -> bool:
        return not order.adopted and learn(self, order, venue_order_id)

    patch.setattr(Book, "learn", not_adopted)


@mutant
def adopted_order_is_submitted(patch: Patch) -> None:
    """Its first event is that of an order that we sent."""
    patch.setattr(OrderRecord, "adopt", OrderRecord.submit)


@mutant
def fills_before_an_adoption_forgotten_by_a_restart(patch: Patch) -> None:
    """A rebuilt order begins without the fills that were reported: history tells them as events."""
    order: Any = restoring._order

    def forgets(dispatch: object, entry: Registered, command: object, *rest: object) -> None:
        kept = evolve(command, told=()) if isinstance(command, AdoptOrder) else command
        order(dispatch, entry, kept, *rest)

    patch.setattr(restoring, "_order", forgets)


@mutant
def adopted_order_addressed_by_our_own_key(patch: Patch) -> None:
    """An amend or a cancel goes to the venue with an id that it has never heard."""
    address = Account._address

    def by_key(self: Account, client: str | None, venue: str | None, instrument: str | None) -> Any:
        order = self._wiring.dedup_actor.dispatch.book.orders.get(client)  # type: ignore[call-overload]
        if order is not None and order.adopted:
            return order.client_order_id, None, order.instrument
        return address(self, client, venue, instrument)

    patch.setattr(Account, "_address", by_key)


@mutant
def adopted_without_what_was_filled(patch: Patch) -> None:
    """The count of what was filled is forgotten: the order is told with less than it had, and its end with too much."""
    take_over: Any = Record._take_over

    def from_zero(self: Record, command: AdoptOrder) -> None:
        take_over(self, command)
        self.fills.sum -= self.fills.sum

    patch.setattr(Record, "_take_over", from_zero)


@mutant
def stranger_not_given_up_when_it_is_adopted(patch: Patch) -> None:
    """A restart takes the adopted order for a stranger as well, and asks for it as such."""
    give_up = Strangers.adopt

    def keeps(self: Strangers, venue_order_id: VenueOrderId) -> object:
        stranger = self.get(venue_order_id)
        return stranger if stranger is not None and stranger.identified else give_up(self, venue_order_id)

    patch.setattr(Strangers, "adopt", keeps)
