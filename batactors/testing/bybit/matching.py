"""Bybit's matching engine: how an order enters there, is refused there, and what a fill moves."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from attrs import evolve

from batactors.testing.bybit import reasons
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.ids import VenueIds
from batactors.testing.bybit.market import Markets
from batactors.testing.venue import matching
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Side
from batactors.testing.venue.orders import (
    ZERO,
    Amendment,
    Happened,
    OrderStatus,
    Placement,
    VenueFill,
    VenueOrder,
)
from batactors.testing.venue.positions import Positions, settle

LIQUIDATION, DELEVERAGING = "CreateByLiq", "CreateByAdl_PassThrough"
BY_VENUE = (LIQUIDATION, DELEVERAGING)
WORDS = {
    "User requested": reasons.BY_USER,
    "Order expired": reasons.SETTLED,
    "Insufficient liquidity": reasons.NO_LIQUIDITY,
    "Immediate or cancel remainder": reasons.NO_LIQUIDITY,
}
"""What the engines of all venues say, and what this one does."""


class MatchingEngine(matching.MatchingEngine):
    """The one writer of the ledger."""

    maker_fee: ClassVar[Decimal] = Decimal("0.0002")
    taker_fee: ClassVar[Decimal] = Decimal("0.00055")
    fee_step: ClassVar[Decimal] = Decimal("0.00000001")
    _ids: VenueIds

    def __init__(
        self,
        *,
        ledger: Ledger,
        markets: Markets,
        ids: VenueIds,
        positions: Positions,
        habits: Habits,
        dice: Dice,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(ledger=ledger, markets=markets, ids=ids, now=now)
        self._positions = positions
        self._habits = habits
        self._dice = dice

    def place(
        self, account: str, terms: Placement, *, by_hand: bool = False, order_id: str | None = None
    ) -> tuple[VenueOrder, list[Happened]]:
        """A new order enters the book, and trades if it can; or is ended at once, which is told by its row only."""
        order = self._entering(account, terms, order_id, by_hand=by_hand)
        if terms.post_only and self._crosses(order):
            return self._ended(order, self._post_only_end())
        happened = [self._record("new", order)]
        if terms.time_in_force == "fok" and not (order.waits_for_trigger or self._fills_whole(order)):
            happened.append(self._close(order, "canceled", reasons.NOT_WHOLE))
        else:
            happened += self._work(order)
        return self._ledger.orders[order.order_id], happened

    def reject(self, account: str, terms: Placement, order_id: str, reason: str) -> list[Happened]:
        """Refuse an order that was acknowledged."""
        return self._ended(self._entering(account, terms, order_id), reasons.refused(reason))[1]

    def amend(
        self, order: VenueOrder, *, quantity: Decimal | None, price: Decimal | None, trigger: Decimal | None
    ) -> list[Happened]:
        """New terms in place; a post-only order that would trade on them ends."""
        amended = self.amended(order, quantity=quantity, limit_price=price, trigger_price=trigger)
        if order.terms.post_only and self._crosses(amended):
            return [self._close(order, "canceled", reasons.AMENDED_AWAY)]
        return self.carry_out(amended)[1]

    def close_by_venue(self, *, account: str, terms: Placement, price: Decimal) -> list[Happened]:
        """The venue itself takes a position away: an order that nobody placed, and its fill."""
        order = self.enter(account, terms, status="new", by_hand=True)
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        return [self._record("new", order), *self._trade(order, [order.remaining], price, "t")]

    def settle(self, fill: VenueFill) -> Happened:
        """A fill moves a position, and the wallet by what that realized and by the fee."""
        kind = "calculated" if fill.order.terms.native_type in BY_VENUE else "trade"
        return settle(fill, self._positions, self._ledger, kind)

    def knock_out(self, happened: list[Happened]) -> list[Happened]:
        """Reduce-only orders that the positions which have just moved leave nothing to reduce are cancelled."""
        ended: list[Happened] = []
        for position in [one for step in happened for one in step.positions]:
            amount = self._positions.of(position.account, position.symbol, position.side).amount
            for order in self._ledger.open_orders(position.account):
                reduces = order.terms.reduce_only and order.terms.position_side == position.side
                if order.pair.symbol != position.symbol or not reduces or order.waits_for_trigger:
                    continue
                if amount == ZERO or order.side != opposite(amount):
                    ended.append(self._close(order, "canceled", reasons.BY_REDUCE_ONLY))
        return ended

    def _entering(self, account: str, terms: Placement, order_id: str | None, *, by_hand: bool = False) -> VenueOrder:
        order = self.enter(account, terms, status="new", by_hand=by_hand)
        order = order if order_id is None else evolve(order, order_id=order_id)
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        return order

    def _ended(self, order: VenueOrder, reason: str) -> tuple[VenueOrder, list[Happened]]:
        """An order that never was in the book."""
        refused = reason.startswith(reasons.REFUSED)
        ended = evolve(order, status="canceled", reason=reason, closed_at=self._now())
        step = self._record("rejected" if refused else "canceled", ended)
        return step.order, [step]

    def _post_only_end(self) -> str:
        fixed = self._habits.post_only_ends
        rejected = self._dice.falls(0.5) if fixed is None else fixed == "Rejected"
        return reasons.refused(reasons.POST_ONLY) if rejected else reasons.POST_ONLY

    def _work(self, order: VenueOrder) -> list[Happened]:
        """An order that was triggered, and rests then, is told as new."""
        waited = order.waits_for_trigger
        happened = super()._work(order)
        after = self._ledger.orders[order.order_id]
        if waited and happened and not after.closed and not after.filled:
            happened.append(self._record("new", after))
        return happened

    def _close(self, order: VenueOrder, status: OrderStatus, reason: str | None) -> Happened:
        del status  # nothing expires at this venue: whatever ends without having traded whole is cancelled
        return super()._close(order, "canceled", WORDS.get(reason or "", reason))


def opposite(amount: Decimal) -> Side:
    """What closes a position of this amount."""
    return "sell" if amount > ZERO else "buy"
