"""Kraken Futures' matching engine: how an order enters there, what a stop becomes, and what takes orders off the book.

An order's `reason` is the word that the `open_orders` feed has for its end.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from attrs import evolve

from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.ids import VenueIds
from batactors.testing.kraken_futures.market import Markets
from batactors.testing.kraken_futures.refusals import Turned
from batactors.testing.venue import matching
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote
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

BY_USER, BY_SWITCH, EXPIRED = "cancelled_by_user", "dead_man_switch", "contract_expired"
NO_MARGIN, IOC, SELF, REDUCE = (
    "not_enough_margin",
    "ioc_order_failed_because_it_would_not_be_executed",
    "would_execute_self",
    "would_not_reduce_position",
)
POST = "post_order_failed_because_it_would_filled"
ENDS = (BY_USER, BY_SWITCH, EXPIRED, NO_MARGIN, IOC, SELF, REDUCE, POST, "cancelled_by_admin", "market_inactive")
LIQUIDATION = "liquidation"
REJECTED_AFTER_EXECUTION = "rejectedAfterExecution"


class MatchingEngine(matching.MatchingEngine):
    """The one writer of the ledger."""

    maker_fee: ClassVar[Decimal] = Decimal("0.0002")
    taker_fee: ClassVar[Decimal] = Decimal("0.0005")
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
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(ledger=ledger, markets=markets, ids=ids, now=now)
        self._positions = positions
        self._habits = habits

    # -- commands ------------------------------------------------------------------------------------------------------

    def place(self, account: str, terms: Placement, *, by_hand: bool = False) -> tuple[VenueOrder, list[Happened]]:
        """A new order enters the book, and trades if it can.

        Raises:
            Turned: It may not enter as things stand in the book: then it was never there.
        """
        order = self.enter(account, terms, status="new", by_hand=by_hand)
        waits = order.waits_for_trigger
        if not (waits or by_hand):
            self._admit(order)
        happened = [self.started(order)]
        if not waits or self._fires(order):
            happened += self._work(order)
        after = self._ledger.orders[order.order_id]
        if not (waits or by_hand or after.closed) and self._meets_itself(after):
            happened.append(self._close(after, "canceled", SELF))
        return self._ledger.orders[order.order_id], happened

    def started(self, order: VenueOrder) -> Happened:
        """Write a new order down."""
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        return self._record("new", order)

    def turned_down(self, account: str, terms: Placement) -> VenueOrder:
        """An order that never was one, with its id."""
        return evolve(self.enter(account, terms, status="canceled"), closed_at=self._now())

    def amend(
        self, order: VenueOrder, *, quantity: Decimal, limit_price: Decimal | None, trigger_price: Decimal | None
    ) -> list[Happened]:
        """New terms in place.

        Raises:
            Turned: They may not be, as things stand in the book: the order stays as it was.
        """
        amended = self.amended(order, quantity=quantity, limit_price=limit_price, trigger_price=trigger_price)
        if not amended.waits_for_trigger:
            if order.terms.post_only and self._crosses(amended):
                raise Turned("postWouldExecute")
            if self._crosses(amended) and self._meets_itself(amended):
                raise Turned("selfFill")
        return self.carry_out(amended)[1]

    def cancel(self, order: VenueOrder, reason: str = BY_USER) -> list[Happened]:
        """Take what is left of an order off the book."""
        return super().cancel(order, reason if reason in ENDS else BY_USER)

    def expire(self, order: VenueOrder, reason: str = EXPIRED) -> list[Happened]:
        """The contract of an order has ended."""
        return super().expire(order, reason)

    def close_by_venue(self, *, account: str, terms: Placement, price: Decimal) -> list[Happened]:
        """The venue itself takes a position away: an order that nobody placed, and its fill."""
        order = self.enter(account, terms, status="new", by_hand=True)
        return [self.started(order), *self._trade(order, [order.remaining], price, "t")]

    # -- the world -----------------------------------------------------------------------------------------------------

    def set_quote(self, pair: Pair, quote: Quote) -> list[Happened]:
        """The market moves: trailing stops follow it before any order looks at it."""
        self._markets.set_quote(pair, quote)
        happened = []
        for order in self._ledger.open_orders():
            if order.pair.symbol == pair.symbol and order.waits_for_trigger and order.terms.trail is not None:
                at = self.trailed(order.terms, order.trigger_price)
                if at != order.trigger_price:
                    happened.append(self._record("trailed", evolve(order, trigger_price=at)))
        return happened + super().set_quote(pair, quote)

    def trailed(self, terms: Placement, before: Decimal | None) -> Decimal | None:
        """Where a trailing stop fires as the market stands now: it never moves away from the market."""
        last = self._markets.quote(terms.pair).last
        if last is None or terms.trail is None:
            return before
        behind = last * terms.trail / 100 if terms.trail_in_percent else terms.trail
        at = (last - behind if terms.side == "sell" else last + behind).quantize(terms.pair.tick_size)
        if before is None:
            return at
        return max(before, at) if terms.side == "sell" else min(before, at)

    def settle(self, fill: VenueFill) -> Happened:
        """A fill moves a position, and the wallet by what that realized and by the fee."""
        return settle(fill, self._positions, self._ledger, "trade")

    def knock_out(self, happened: list[Happened]) -> list[Happened]:
        """Reduce-only orders that the positions which have just moved leave nothing to reduce are taken off."""
        ended = []
        for moved in [one for step in happened for one in step.positions]:
            amount = self._positions.of(moved.account, moved.symbol).amount
            for order in self._ledger.open_orders(moved.account):
                if order.pair.symbol == moved.symbol and order.terms.reduce_only and not reduces(order.side, amount):
                    ended.append(self._close(order, "canceled", REDUCE))
        return ended

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _admit(self, order: VenueOrder) -> None:
        crosses = self._crosses(order)
        if order.terms.post_only and crosses:
            raise Turned("postWouldExecute")
        if (order.at_market or order.terms.time_in_force == "ioc") and not crosses:
            raise Turned("iocWouldNotExecute")
        if order.terms.time_in_force == "fok" and not self._fills_whole(order):
            raise Turned("iocWouldNotExecute")
        if self._meets_itself(order) and not self._has_better(order):
            raise Turned("selfFill")

    def _work(self, order: VenueOrder) -> list[Happened]:
        if order.waits_for_trigger and self._fires(order) and self._habits.child_id == "new":
            order = evolve(order, child_id=self._ids.order())
        return super()._work(order)

    def _own_in_the_way(self, order: VenueOrder) -> list[Decimal]:
        """The prices of the account's own orders that this one would trade with."""
        if not self._habits.prevents_self_fills:
            return []
        there = [one for one in self._ledger.open_orders(order.account) if one.pair.symbol == order.pair.symbol]
        limit = order.limit_price or self._markets.quote(order.pair).price_for(order.side)
        prices = [
            one.limit_price
            for one in there
            if one.side != order.side and one.limit_price is not None and not one.waits_for_trigger
        ]
        if limit is None:
            return []
        return [price for price in prices if (price <= limit if order.side == "buy" else price >= limit)]

    def _meets_itself(self, order: VenueOrder) -> bool:
        return bool(self._own_in_the_way(order))

    def _has_better(self, order: VenueOrder) -> bool:
        """Whether it trades with the market before it meets the account's own orders."""
        price, own = self._markets.quote(order.pair).price_for(order.side), self._own_in_the_way(order)
        if price is None or not self._accepts(order, price):
            return False
        return price < min(own) if order.side == "buy" else price > max(own)

    def _close(self, order: VenueOrder, status: OrderStatus, reason: str | None) -> Happened:
        # What is left of an order that may not rest has a word of its own here.
        if reason in ("Insufficient liquidity", "Immediate or cancel remainder"):
            reason = IOC
        return super()._close(order, status, reason)


def reduces(side: str, amount: Decimal) -> bool:
    """Whether a trade of this side makes a position of this amount smaller."""
    return amount < ZERO if side == "buy" else amount > ZERO
