"""The matching engine: what orders do to each other's states when they meet the market.

The market is synthetic: one bid and one ask per pair, set by the test, as deep as the test says. Orders of the venue's
accounts trade with it, never with each other. Every method changes the ledger at once and returns what happened, in
order, for the venue to tell; refusals for bad terms are made before. What differs from venue to venue (how an order
enters, what an amend may do, what a fill moves) is for the engine of each to say.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Protocol

from attrs import evolve

from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote, Quotes
from batactors.testing.venue.orders import (
    ZERO,
    Amendment,
    Happened,
    Liquidity,
    OrderStatus,
    Placement,
    VenueFill,
    VenueOrder,
)


class Ids(Protocol):
    """The ids that an engine gives, in its venue's shapes."""

    def order(self) -> str: ...

    def fill(self, symbol: str) -> tuple[str, int]:
        """The id of a fill, and the number of its trade in this book."""
        ...

    def amend(self) -> str: ...

    def event(self) -> int:
        """The next number of a thing that moved the book."""
        ...


class MatchingEngine(ABC):
    """The one writer of the ledger."""

    maker_fee: ClassVar[Decimal]
    taker_fee: ClassVar[Decimal]
    fee_step: ClassVar[Decimal]

    def __init__(self, *, ledger: Ledger, markets: Quotes, ids: Ids, now: Callable[[], datetime]) -> None:
        self.fill_in_parts = 1  # how many fills a taker's trade is cut into
        self.ioc_remainder: OrderStatus = "canceled"  # or "expired": which of them is the venue's to say
        self._ledger = ledger
        self._markets = markets
        self._ids = ids
        self._now = now

    # -- what each venue has of its own --------------------------------------------------------------------------------

    @abstractmethod
    def place(self, account: str, terms: Placement, *, by_hand: bool = False) -> tuple[VenueOrder, list[Happened]]:
        """A new order enters the book, and trades if it can."""

    @abstractmethod
    def settle(self, fill: VenueFill) -> Happened:
        """The step that a fill is, with the balances and positions that it moves."""

    def after_trade(self, order: VenueOrder) -> VenueOrder:
        """The order as the last of its trades leaves it; most venues say `filled` with the trade that fills it."""
        if order.remaining > ZERO:
            return order
        return evolve(order, status="filled", closed_at=self._now())

    def done(self, order: VenueOrder) -> list[Happened]:
        """What is told about an order that has traded whole, besides its trades."""
        del order
        return []

    def enter(
        self,
        account: str,
        terms: Placement,
        *,
        status: OrderStatus,
        parent_id: str | None = None,
        by_hand: bool = False,
    ) -> VenueOrder:
        """The order that these terms make, which is not in the ledger yet."""
        now = self._now()
        return VenueOrder(
            order_id=self._ids.order(),
            account=account,
            terms=terms,
            quantity=self._quantity(terms),
            limit_price=terms.limit_price,
            trigger_price=terms.trigger_price,
            status=status,
            opened_at=now,
            updated_at=now,
            aged_from=now,
            parent_id=parent_id,
            by_hand=by_hand,
        )

    # -- commands ------------------------------------------------------------------------------------------------------

    def amended(
        self,
        order: VenueOrder,
        *,
        quantity: Decimal | None,
        limit_price: Decimal | None,
        trigger_price: Decimal | None = None,
    ) -> VenueOrder:
        """The order with its new terms, which are not in force yet."""
        return evolve(
            order,
            quantity=order.quantity if quantity is None else quantity,
            limit_price=order.limit_price if limit_price is None else limit_price,
            trigger_price=order.trigger_price if trigger_price is None else trigger_price,
            amended=True,
            aged_from=self._now(),
        )

    def carry_out(self, amended: VenueOrder) -> tuple[str, list[Happened]]:
        """Let new terms be in force, and the order trade if they let it; the id of the amend comes first."""
        amend_id = self._ids.amend()
        self._ledger.record_amendment(Amendment(amend_id=amend_id, kind="user", order=amended))
        return amend_id, [self._record("amended", amended), *self._work(amended)]

    def cancel(self, order: VenueOrder, reason: str = "User requested") -> list[Happened]:
        """Take what is left of an order off the book."""
        return [self._close(order, "canceled", reason)]

    def expire(self, order: VenueOrder, reason: str = "Order expired") -> list[Happened]:
        """The time of an order is over."""
        return [self._close(order, "expired", reason)]

    # -- the world -----------------------------------------------------------------------------------------------------

    def fill(self, order: VenueOrder, quantity: Decimal, price: Decimal, liquidity: Liquidity) -> list[Happened]:
        """A counterparty trades with an order."""
        if not ZERO < quantity <= order.remaining:
            raise ValueError(f"{quantity} of {order.order_id} cannot trade: {order.remaining} is left")
        return self._trade(order, [quantity], price, liquidity)

    def set_quote(self, pair: Pair, quote: Quote) -> list[Happened]:
        """The market moves: stops fire, and orders that it crosses trade as makers, oldest first."""
        self._markets.set_quote(pair, quote)
        happened: list[Happened] = []
        for order in self._ledger.open_orders():
            if order.pair.symbol != pair.symbol:
                continue
            resting = not order.waits_for_trigger
            happened += self._trade_at_limit(order) if resting else self._work(order)
        return happened

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _work(self, order: VenueOrder) -> list[Happened]:
        """A live order does what its terms say, until it rests or closes."""
        happened: list[Happened] = []
        if order.waits_for_trigger:
            if not self._fires(order):
                return []
            order = evolve(order, triggered=True)
            happened.append(self._record("status", order))
        happened += self._take(order)
        order = self._ledger.orders[order.order_id]
        if order.closed:
            return happened
        if order.at_market:
            happened.append(self._close(order, "canceled", "Insufficient liquidity"))
        elif order.terms.time_in_force == "ioc":
            happened.append(self._close(order, self.ioc_remainder, "Immediate or cancel remainder"))
        return happened

    def _take(self, order: VenueOrder) -> list[Happened]:
        """Trade with the market as a taker, as far as it goes."""
        quote = self._markets.quote(order.pair)
        price, depth = quote.price_for(order.side), quote.quantity_for(order.side)
        if price is None or not self._accepts(order, price):
            return []
        quantity = order.remaining if depth is None else min(order.remaining, depth)
        if quantity <= ZERO:
            return []
        self._consume(order, quantity)
        return self._trade(order, self._parts(order.pair, quantity), price, "t")

    def _trade_at_limit(self, order: VenueOrder) -> list[Happened]:
        """The market crosses a resting order, which trades at its own price."""
        if order.limit_price is None or not self._crosses(order):
            return []
        depth = self._markets.quote(order.pair).quantity_for(order.side)
        quantity = order.remaining if depth is None else min(order.remaining, depth)
        if quantity <= ZERO:
            return []
        self._consume(order, quantity)
        return self._trade(order, self._parts(order.pair, quantity), order.limit_price, "m")

    def _trade(
        self, order: VenueOrder, quantities: list[Decimal], price: Decimal, liquidity: Liquidity
    ) -> list[Happened]:
        """Execute, in so many trades."""
        event = self._ids.event()
        happened = []
        for quantity in quantities:
            cost = order.pair.cost_of(quantity, price)
            fee = (cost * (self.maker_fee if liquidity == "m" else self.taker_fee)).quantize(self.fee_step)
            traded = evolve(
                order,
                status="partially_filled",
                filled=order.filled + quantity,
                cost=order.cost + cost,
                fee=order.fee + fee,
                updated_at=self._now(),
            )
            order = self.after_trade(traded)
            exec_id, trade_id = self._ids.fill(order.pair.symbol)
            fill = VenueFill(
                exec_id=exec_id,
                trade_id=trade_id,
                order=order,
                quantity=quantity,
                price=price,
                cost=cost,
                fee=fee,
                liquidity=liquidity,
                at=self._now(),
                event=event,
            )
            step = self.settle(fill)
            self._ledger.record(step)
            happened.append(step)
        return happened + (self.done(order) if order.remaining <= ZERO else [])

    def _close(self, order: VenueOrder, status: OrderStatus, reason: str | None) -> Happened:
        return self._record(status, evolve(order, status=status, reason=reason, closed_at=self._now()))

    def _record(
        self,
        exec_type: str,
        order: VenueOrder,
    ) -> Happened:
        happened = Happened(exec_type=exec_type, order=evolve(order, updated_at=self._now()))
        self._ledger.record(happened)
        return happened

    def _quantity(self, terms: Placement) -> Decimal:
        price = self._markets.quote(terms.pair).price_for(terms.side)
        if not terms.cash or price is None:
            return terms.quantity
        return terms.pair.quantity_for(terms.quantity, price)

    def _parts(self, pair: Pair, quantity: Decimal) -> list[Decimal]:
        """The quantity in so many lots; the last one takes what rounding leaves."""
        part = pair.quantity_for(quantity, Decimal(self.fill_in_parts))
        if self.fill_in_parts <= 1 or part <= ZERO:
            return [quantity]
        return [part] * (self.fill_in_parts - 1) + [quantity - part * (self.fill_in_parts - 1)]

    def _fires(self, order: VenueOrder) -> bool:
        last = self._markets.quote(order.pair).last
        if last is None or order.trigger_price is None:
            return False
        upward = order.terms.order_type.startswith("stop") == (order.side == "buy")
        return last >= order.trigger_price if upward else last <= order.trigger_price

    def _accepts(self, order: VenueOrder, price: Decimal) -> bool:
        if order.limit_price is None or order.at_market:
            return order.at_market
        return price <= order.limit_price if order.side == "buy" else price >= order.limit_price

    def _crosses(self, order: VenueOrder) -> bool:
        price = self._markets.quote(order.pair).price_for(order.side)
        return price is not None and not order.waits_for_trigger and self._accepts(order, price)

    def _fills_whole(self, order: VenueOrder) -> bool:
        depth = self._markets.quote(order.pair).quantity_for(order.side)
        return self._crosses(order) and (depth is None or depth >= order.remaining)

    def _consume(self, order: VenueOrder, quantity: Decimal) -> None:
        """What was traded is gone from the synthetic market, where that has an end."""
        quote = self._markets.quote(order.pair)
        if order.side == "buy" and quote.ask_quantity is not None:
            self._markets.set_quote(order.pair, evolve(quote, ask_quantity=quote.ask_quantity - quantity))
        if order.side == "sell" and quote.bid_quantity is not None:
            self._markets.set_quote(order.pair, evolve(quote, bid_quantity=quote.bid_quantity - quantity))
