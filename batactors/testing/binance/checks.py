"""What the venue refuses before an order may touch the book: filters, identities, positions, margin."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from batactors.testing.binance.market import Markets, Symbol, symbol_of
from batactors.testing.binance.refusals import Refused, unwanted
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Placement, VenueOrder
from batactors.testing.venue.positions import Positions

CLIENT_ORDER_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")
GOOD_TILL = timedelta(seconds=600)
MODIFIES_MOST = 10_000


class Checks:
    """The refusals that depend on the terms of an order and on what the account has."""

    def __init__(self, *, ledger: Ledger, markets: Markets, positions: Positions, now: Callable[[], datetime]) -> None:
        # The venue's rule; off, the venue is the worst case for a client that resends.
        self.unique_client_order_ids = True
        self._ledger = ledger
        self._markets = markets
        self._positions = positions
        self._now = now

    def placement(self, account: str, terms: Placement) -> None:
        """Refuse a new order that may not enter."""
        symbol = symbol_of(terms.pair)
        if symbol.status != "TRADING":
            raise Refused(-4140, "Invalid symbol status for opening position.")
        self._identity(account, terms)
        self.position_side(account, terms)
        if terms.limit_price is not None:
            self.price(symbol, terms.limit_price)
            self._percent(symbol, terms.side, terms.limit_price)
        self.size(symbol, terms.quantity, market=terms.order_type == "market")
        price = terms.limit_price or self._market_price(terms)
        closes = terms.reduce_only or terms.close_position
        if price is not None and not closes and terms.quantity * price < symbol.notional_min:
            raise Refused(-4164)
        if terms.expire_at is not None and terms.expire_at < self._now() + GOOD_TILL:
            raise Refused(-5040)
        mine = [one for one in self._ledger.open_orders(account) if one.pair.symbol == symbol.symbol]
        if len(mine) >= symbol.orders_max:
            raise Refused(-2025)
        if terms.reduce_only:
            self._reduces(account, terms, mine)
        elif not closes and self.margin(account, terms, price) > self.available(account, symbol.quote.name):
            raise Refused(-2019)

    def modification(self, order: VenueOrder, quantity: Decimal, price: Decimal) -> None:
        """Refuse new terms that the order may not get; it stays as it was."""
        symbol = symbol_of(order.pair)
        if order.terms.order_type != "limit":
            raise Refused(-5025)
        if symbol.status != "TRADING":
            raise Refused(-5024)
        self.price(symbol, price)
        self._percent(symbol, order.side, price)
        self.size(symbol, quantity, market=False)
        if not order.terms.reduce_only and quantity * price < symbol.notional_min:
            raise Refused(-5029)
        if (quantity, price) == (order.quantity, order.limit_price):
            raise Refused(-5027)
        if len(self._ledger.amendments(order.order_id)) > MODIFIES_MOST:
            raise Refused(-5026)

    def position_side(self, account: str, terms: Placement) -> None:
        """Refuse a side of the position that the account's mode does not have."""
        if terms.position_side not in self._positions.sides(account):
            raise Refused(-4061)
        if self._positions.hedged(account) and terms.reduce_only:
            raise unwanted("reduceOnly")

    def price(self, symbol: Symbol, price: Decimal) -> None:
        """The price filter."""
        if price < ZERO:
            raise Refused(-4001)
        if price > symbol.price_max:
            raise Refused(-4002)
        if price < symbol.price_min:
            raise Refused(-4013)
        if (price - symbol.price_min) % symbol.tick_size != ZERO:
            raise Refused(-1111 if _decimals(price) > symbol.price_precision else -4014)

    def size(self, symbol: Symbol, quantity: Decimal, *, market: bool) -> None:
        """The lot size filter."""
        most = symbol.market_quantity_max if market else symbol.quantity_max
        if quantity <= ZERO:
            raise Refused(-4003)
        if _decimals(quantity) > symbol.quantity_precision:
            raise Refused(-1111)
        if quantity < symbol.quantity_min:
            raise Refused(-4004)
        if quantity > most:
            raise Refused(-4005)
        if (quantity - symbol.quantity_min) % symbol.step != ZERO:
            raise Refused(-4023)

    def available(self, account: str, asset: str) -> Decimal:
        """What is not held as margin of positions and open orders, at their entry prices."""
        held = sum((self.held(order) for order in self._ledger.open_orders(account)), ZERO)
        for position in self._positions.open(account):
            held += self.position_margin(account, position.symbol, position.side)
        return self._ledger.balance(account, asset) - held

    def held(self, order: VenueOrder) -> Decimal:
        """What an open order holds as margin."""
        if order.terms.reduce_only:
            return ZERO
        price = order.limit_price or ZERO
        leverage = self._positions.setting(order.account, order.pair.symbol).leverage
        return order.remaining * price / leverage

    def position_margin(self, account: str, symbol: str, side: str) -> Decimal:
        """What a position holds."""
        position = self._positions.of(account, symbol, side)
        return abs(position.amount) * position.entry_price / self._positions.setting(account, symbol).leverage

    def margin(self, account: str, terms: Placement, price: Decimal | None) -> Decimal:
        """What an order with these terms would hold."""
        leverage = self._positions.setting(account, terms.pair.symbol).leverage
        return terms.quantity * (price or ZERO) / leverage

    def _identity(self, account: str, terms: Placement) -> None:
        if terms.client_order_id is None:
            return
        if CLIENT_ORDER_ID.fullmatch(terms.client_order_id) is None:
            raise Refused(-4015)
        namesakes = self._ledger.orders_by_client_id(terms.client_order_id)
        same = [one for one in namesakes if one.account == account and one.pair.symbol == terms.pair.symbol]
        if self.unique_client_order_ids and any(not one.closed for one in same):
            raise Refused(-4116)

    def _reduces(self, account: str, terms: Placement, mine: list[VenueOrder]) -> None:
        """A reduce-only order must have a position to reduce, which other such orders do not use up already."""
        amount = self._positions.of(account, terms.pair.symbol, terms.position_side).amount
        towards = amount < ZERO if terms.side == "buy" else amount > ZERO
        others = sum((one.remaining for one in mine if one.terms.reduce_only and one.side == terms.side), ZERO)
        if not towards or others + terms.quantity > abs(amount):
            raise Refused(-2022)

    def _percent(self, symbol: Symbol, side: str, price: Decimal) -> None:
        mark = self._markets.mark(symbol)
        if mark is None:
            return
        if side == "buy" and price > mark * symbol.multiplier_up:
            raise Refused(-4016)
        if side == "sell" and price < mark * symbol.multiplier_down:
            raise Refused(-4024)

    def _market_price(self, terms: Placement) -> Decimal | None:
        return self._markets.quote(terms.pair).price_for(terms.side)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
