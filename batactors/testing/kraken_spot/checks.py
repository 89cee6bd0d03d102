"""What the venue refuses before an order may touch the book: sizes, prices, identities, money."""

import re
from decimal import Decimal

from batactors.testing.kraken_spot.market import Markets, Pair, named_here
from batactors.testing.kraken_spot.matching import TAKER_FEE
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.venue import market
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import MARKET_TYPES, TRIGGER_TYPES, ZERO, Placement, VenueOrder

ORDER_TYPES = ("limit", "market", "iceberg", *TRIGGER_TYPES)
TIMES_IN_FORCE = ("gtc", "gtd", "ioc", "fok")
# The three legal shapes: a UUID, its 32 hexadecimal digits, or free text that is short.
CLIENT_ORDER_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}|[\x21-\x7e]{1,18}")
USERREF_LIMIT = 2**31


class Checks:
    """The refusals that depend on the terms of an order and on what the account has."""

    def __init__(self, *, ledger: Ledger, markets: Markets) -> None:
        # The venue's rule; off, the venue is the worst case for a client that resends.
        self.unique_client_order_ids = True
        self._ledger = ledger
        self._markets = markets

    def placement(self, account: str, terms: Placement, *, replaces: VenueOrder | None = None) -> None:
        """Refuse a new order that may not enter; what the order to be replaced holds counts as free."""
        self._shape(terms)
        self._identity(account, terms)
        for price in (terms.limit_price, terms.trigger_price):
            if price is not None:
                self._tick(terms.pair, price)
        self._size(named_here(terms.pair), terms.quantity, self._price(terms), cash=terms.cash)
        if terms.reduce_only:
            raise Refused(refusals.NO_POSITION)
        if terms.margin:
            raise Refused("EOrder:Margin allowance exceeded")
        needed = self._needed(terms, terms.quantity, self._price(terms))
        freed = self.held(replaces)[1] if replaces is not None else ZERO
        if needed > self.available(account, self._spends(terms)) + freed:
            raise Refused(refusals.INSUFFICIENT_FUNDS)

    def amendment(
        self, order: VenueOrder, quantity: Decimal | None, limit_price: Decimal | None, trigger_price: Decimal | None
    ) -> None:
        """Refuse new terms that the order may not get."""
        if quantity is None and limit_price is None and trigger_price is None:
            raise Refused(refusals.NOTHING_TO_AMEND)
        if limit_price is not None and order.limit_price is None:
            raise invalid("limit_price")
        if trigger_price is not None and not order.waits_for_trigger:
            raise invalid("trigger_price")
        for price in (limit_price, trigger_price):
            if price is not None:
                self._tick(order.pair, price)
        total = order.quantity if quantity is None else quantity
        if total <= order.filled:
            if total <= ZERO:
                raise invalid("order_qty")
            return
        price = limit_price or order.limit_price or trigger_price or order.trigger_price
        self._size(named_here(order.pair), total, price)
        currency, held = self.held(order)
        if self._needed(order.terms, total - order.filled, price) > self.available(order.account, currency) + held:
            raise Refused(refusals.INSUFFICIENT_FUNDS)

    def crosses(self, order: VenueOrder, limit_price: Decimal | None) -> bool:
        """Whether this price would trade at once."""
        market = self._markets.quote(order.pair).price_for(order.side)
        if market is None or limit_price is None or order.waits_for_trigger:
            return False
        return market <= limit_price if order.side == "buy" else market >= limit_price

    def available(self, account: str, asset: str) -> Decimal:
        """What is not held by open orders."""
        held = (self.held(order) for order in self._ledger.open_orders(account))
        return self._ledger.balance(account, asset) - sum((much for what, much in held if what == asset), ZERO)

    def held(self, order: VenueOrder) -> tuple[str, Decimal]:
        """Which currency an open order holds, and how much."""
        price = order.limit_price or order.trigger_price or self._market_price(order.terms)
        return held_for(order), self._needed(order.terms, order.remaining, price, cash=False)

    def _shape(self, terms: Placement) -> None:
        """The combinations that make no order."""
        if terms.order_type not in ORDER_TYPES:
            raise invalid("ordertype")
        if terms.side not in ("buy", "sell"):
            raise invalid("side")
        if terms.time_in_force not in TIMES_IN_FORCE:
            raise invalid("time_in_force")
        if (terms.time_in_force == "gtd") != (terms.expire_at is not None):
            raise invalid("expire_time")
        at_market = terms.order_type in MARKET_TYPES
        if (terms.limit_price is None) != at_market:
            raise invalid("limit_price")
        if (terms.trigger_price is None) == (terms.order_type in TRIGGER_TYPES):
            raise invalid("trigger_price")
        if terms.post_only and (terms.order_type not in ("limit", "iceberg") or terms.time_in_force in ("ioc", "fok")):
            raise invalid("post_only")
        if terms.cash and (terms.order_type != "market" or terms.side != "buy"):
            raise invalid("cash_order_qty")
        if terms.order_type == "iceberg" and not _may_show(terms.display_quantity, terms.quantity):
            raise invalid("display_qty")

    def _identity(self, account: str, terms: Placement) -> None:
        if terms.userref is not None and not -USERREF_LIMIT <= terms.userref < USERREF_LIMIT:
            raise invalid("userref")
        if terms.client_order_id is None:
            return
        if terms.userref:
            raise invalid("cl_ord_id and userref are exclusive")
        if CLIENT_ORDER_ID.fullmatch(terms.client_order_id) is None:
            raise Refused(refusals.INVALID_ARGUMENTS)
        namesakes = self._ledger.orders_by_client_id(terms.client_order_id)
        if self.unique_client_order_ids and any(o.account == account and not o.closed for o in namesakes):
            raise Refused(refusals.CLIENT_ID_IN_USE)

    def _size(self, pair: Pair, quantity: Decimal, price: Decimal | None, *, cash: bool = False) -> None:
        if quantity <= ZERO or _decimals(quantity) > pair.quantity_decimals:
            raise invalid("volume")
        if not cash and quantity < pair.quantity_min:
            raise Refused(refusals.QUANTITY_MINIMUM)
        cost = quantity if cash else quantity * (price or ZERO)
        if price is not None and cost < pair.cost_min:
            raise Refused(refusals.COST_MINIMUM)

    def _tick(self, pair: market.Pair, price: Decimal) -> None:
        if price <= ZERO:
            raise Refused(refusals.INVALID_PRICE)
        if price % pair.tick_size != ZERO:
            raise Refused(refusals.TICK_SIZE)

    def _price(self, terms: Placement) -> Decimal | None:
        return terms.limit_price or terms.trigger_price or self._market_price(terms)

    def _market_price(self, terms: Placement) -> Decimal | None:
        return self._markets.quote(terms.pair).price_for(terms.side)

    def _spends(self, terms: Placement) -> str:
        return terms.pair.quote.name if terms.side == "buy" else terms.pair.base.name

    def _needed(
        self, terms: Placement, quantity: Decimal, price: Decimal | None, *, cash: bool | None = None
    ) -> Decimal:
        """What an order of this size must have: money and its fee to buy, the thing itself to sell."""
        if terms.side == "sell":
            return quantity
        if terms.cash if cash is None else cash:
            return quantity
        return quantity * (price or ZERO) * (1 + TAKER_FEE)


def held_for(order: VenueOrder) -> str:
    """The currency that an order spends."""
    return order.pair.quote.name if order.side == "buy" else order.pair.base.name


def _may_show(display: Decimal | None, quantity: Decimal) -> bool:
    return display is not None and quantity / 15 <= display <= quantity


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
