"""Binance's matching engine: how an order enters there, how a modify may cancel it, and what a fill moves."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from attrs import evolve

from batactors.testing.binance.ids import VenueIds
from batactors.testing.binance.market import Markets
from batactors.testing.binance.refusals import Refused
from batactors.testing.venue import matching
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

CALCULATED = "LIQUIDATION"
SELF_TRADE = "Self trade"
EXPIRE_MAKERS, EXPIRE_TAKERS = ("EXPIRE_MAKER", "EXPIRE_BOTH"), ("EXPIRE_TAKER", "EXPIRE_BOTH")


class MatchingEngine(matching.MatchingEngine):
    """The one writer of the ledger."""

    maker_fee: ClassVar[Decimal] = Decimal("0.0002")
    taker_fee: ClassVar[Decimal] = Decimal("0.0005")
    fee_step: ClassVar[Decimal] = Decimal("0.00000001")
    _ids: VenueIds

    def __init__(
        self, *, ledger: Ledger, markets: Markets, ids: VenueIds, positions: Positions, now: Callable[[], datetime]
    ) -> None:
        super().__init__(ledger=ledger, markets=markets, ids=ids, now=now)
        self.ioc_remainder = "expired"
        self.fok_is_refused = False
        self.prevents_self_trades = True
        self._positions = positions

    def place(self, account: str, terms: Placement, *, by_hand: bool = False) -> tuple[VenueOrder, list[Happened]]:
        """A new order enters the book, and trades if it can.

        Raises:
            Refused: It may not enter as things stand in the book: then it was never there.
        """
        if terms.client_order_id is None:
            terms = evolve(terms, client_order_id=self._ids.client_order())
        order = self.enter(account, terms, status="new", by_hand=by_hand)
        whole = terms.time_in_force != "fok" or self._fills_whole(order)
        own = self._own_in_the_way(order)
        if terms.post_only and (own or self._crosses(order)):
            raise Refused(-5022)
        if not whole and self.fok_is_refused:
            raise Refused(-5021)
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        happened = [self._record("new", order)]
        if own and terms.self_trade in EXPIRE_MAKERS:
            happened += [self._close(one, "expired", SELF_TRADE) for one in own]
        if own and terms.self_trade in EXPIRE_TAKERS:
            happened.append(self._close(order, "expired", SELF_TRADE))
        else:
            happened += self._work(order) if whole else [self._close(order, "expired", "Fill or kill")]
        return self._ledger.orders[order.order_id], happened

    def amend(
        self, order: VenueOrder, *, quantity: Decimal, limit_price: Decimal, modify_id: str | None
    ) -> list[Happened]:
        """New terms in place, or the end of the order, by the venue's rules."""
        amended = self.amended(order, quantity=quantity, limit_price=limit_price)
        if amended.quantity <= order.filled or (order.terms.post_only and self._crosses(amended)):
            return [self._close(order, "canceled", "Modified away")]
        return self.carry_out(evolve(amended, modify_id=modify_id))[1]

    def close_by_venue(
        self,
        *,
        account: str,
        terms: Placement,
        price: Decimal,
    ) -> list[Happened]:
        """The venue itself takes a position away: an order that nobody placed, and its fill."""
        order = self.enter(account, terms, status="new", by_hand=True)
        self._ledger.record_amendment(Amendment(amend_id=self._ids.amend(), kind="original", order=order))
        return [self._record("calculated", order), *self._trade(order, [order.remaining], price, "t")]

    def settle(self, fill: VenueFill) -> Happened:
        """A fill moves a position, and the wallet by what that realized and by the fee."""
        kind = "calculated" if fill.order.terms.native_type == CALCULATED else "trade"
        return settle(fill, self._positions, self._ledger, kind)

    def _own_in_the_way(self, order: VenueOrder) -> list[VenueOrder]:
        """The account's own orders that this one would trade with. They never do: what the mode says happens instead.

        With the mode NONE they stand, and the new order trades with the synthetic market.
        """
        if not self.prevents_self_trades:
            return []
        limit = order.limit_price or self._markets.quote(order.pair).price_for(order.side)
        mine = self._ledger.open_orders(order.account)
        there = [one for one in mine if one.pair.symbol == order.pair.symbol and one.side != order.side]
        return [one for one in there if _meet(one, limit, order.side)]

    def knock_out(self, happened: list[Happened]) -> list[Happened]:
        """Reduce-only orders that the positions which have just moved leave nothing to reduce expire."""
        ended: list[Happened] = []
        for position in [one for step in happened for one in step.positions]:
            amount = self._positions.of(position.account, position.symbol, position.side).amount
            for order in self._ledger.open_orders(position.account):
                reduces = order.terms.reduce_only and order.terms.position_side == position.side
                if order.pair.symbol != position.symbol or not reduces:
                    continue
                if amount == ZERO or order.side != opposite(amount):
                    ended.append(self._close(order, "expired", "Reduce only"))
        return ended

    def _close(self, order: VenueOrder, status: OrderStatus, reason: str | None) -> Happened:
        # The rest of a market order that finds nobody expires at this venue.
        if order.at_market and reason == "Insufficient liquidity":
            status = "expired"
        return super()._close(order, status, reason)


def _meet(resting: VenueOrder, limit: Decimal | None, side: Side) -> bool:
    """Whether a taker of this side with this limit would reach a resting order."""
    if resting.limit_price is None or limit is None:
        return False
    return resting.limit_price <= limit if side == "buy" else resting.limit_price >= limit


def opposite(amount: Decimal) -> Side:
    """What closes a position of this amount."""
    return "sell" if amount > ZERO else "buy"
