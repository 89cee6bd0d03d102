"""What is refused before an order is acknowledged: filters, identities, positions, margin."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from attrs import evolve

from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.market import Contract, Markets, contract_of
from batactors.testing.bybit.refusals import DUPLICATE, Refused, bad
from batactors.testing.bybit.settings import Settings
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Placement, VenueOrder

LINK_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")


class Checks:
    """The refusals that depend on the terms of an order and on what the account has.

    Attributes:
        unique_client_order_ids: Whether a client order id is refused that was used before; off, the venue is the worst
            case for a client that resends.
        id_memory: For so many seconds the venue remembers the ids of orders that have ended.
    """

    def __init__(
        self, *, ledger: Ledger, markets: Markets, settings: Settings, habits: Habits, now: Callable[[], datetime]
    ) -> None:
        self.unique_client_order_ids = True
        self.id_memory = float("inf")
        self._ledger = ledger
        self._markets = markets
        self._settings = settings
        self._habits = habits
        self._now = now

    def placement(self, account: str, terms: Placement) -> Placement:
        """Refuse a new order that may not enter; what is too large to reduce a position may come back smaller."""
        contract = contract_of(terms.pair)
        if contract.status != "Trading":
            raise Refused(110074)
        self._identity(account, terms.client_order_id)
        if terms.position_side not in self._settings.sides(account, contract):
            raise bad("position idx not match position mode")
        if terms.limit_price is not None:
            self.price(contract, terms.limit_price, terms.side)
        if terms.reduce_only:
            terms = self._reducing(account, terms)
        self.size(contract, terms.quantity, market=terms.order_type in ("market", "stop-loss", "take-profit"))
        self._trigger(contract, terms)
        price = terms.limit_price or self._markets.quote(contract).price_for(terms.side)
        if price is not None and not terms.reduce_only:
            self._money(account, contract, terms, price)
        self._room(account, contract, terms)
        return terms

    def amendment(
        self, order: VenueOrder, quantity: Decimal | None, price: Decimal | None, trigger: Decimal | None
    ) -> None:
        """Refuse new terms that the order may not get; it stays as it was."""
        contract = contract_of(order.pair)
        if price is not None:
            if order.limit_price is None:
                raise bad("params error: a market order has no price")
            self.price(contract, price, order.side)
        if trigger is not None:
            if not order.waits_for_trigger:
                raise bad("params error: the order has no triggerPrice")
            self._on_tick(contract, trigger)
        if quantity is not None:
            if quantity <= order.filled:
                raise Refused(110064)
            self.size(contract, quantity, market=order.at_market)
        price, quantity = price or order.limit_price, quantity or order.quantity
        if price is not None and not order.terms.reduce_only and quantity * price < contract.notional_min:
            raise Refused(110094)

    def price(self, contract: Contract, price: Decimal, side: str) -> None:
        """The price filter, and the band around the mark price."""
        self._on_tick(contract, price)
        if not contract.price_min <= price <= contract.price_max:
            raise Refused(110003)
        mark = self._markets.mark(contract)
        if mark is None:
            return
        far = price > mark * (1 + contract.band) if side == "buy" else price < mark * (1 - contract.band)
        if far:
            raise Refused(110003)

    def size(self, contract: Contract, quantity: Decimal, *, market: bool) -> None:
        """The lot size filter."""
        most = contract.market_quantity_max if market else contract.quantity_max
        if not contract.quantity_min <= quantity <= most or quantity % contract.step != ZERO:
            raise bad("Qty invalid")

    def available(self, account: str, coin: str) -> Decimal:
        """What is not held as margin of positions and open orders, at their entry prices."""
        orders = [one for one in self._ledger.open_orders(account) if one.pair.quote.name == coin]
        held = sum((self.held(order) for order in orders), ZERO)
        for position in self._settings.positions.open(account):
            contract = self._markets.named(position.symbol)
            if contract is not None and contract.settle == coin:
                held += abs(position.amount) * position.entry_price / self._leverage(account, position.symbol)
        return self._ledger.balance(account, coin) - held

    def position(self, order: VenueOrder) -> Decimal:
        """The position that an order changes, negative for a short one."""
        return self._settings.positions.of(order.account, order.pair.symbol, order.terms.position_side).amount

    def held(self, order: VenueOrder) -> Decimal:
        """What an open order holds as margin."""
        if order.terms.reduce_only:
            return ZERO
        return order.remaining * (order.limit_price or ZERO) / self._leverage(order.account, order.pair.symbol)

    def _money(self, account: str, contract: Contract, terms: Placement, price: Decimal) -> None:
        if terms.quantity * price < contract.notional_min:
            raise Refused(110094)
        needed = terms.quantity * price / self._leverage(account, contract.symbol)
        if needed > self.available(account, contract.settle):
            raise Refused(110007)

    def _room(self, account: str, contract: Contract, terms: Placement) -> None:
        mine = [one for one in self._ledger.open_orders(account) if one.pair.symbol == contract.symbol]
        waiting = [one for one in mine if one.waits_for_trigger]
        if terms.trigger_price is not None and len(waiting) >= contract.conditional_max:
            raise Refused(110009)
        if terms.trigger_price is None and len(mine) - len(waiting) >= contract.orders_max:
            raise Refused(110020)

    def _identity(self, account: str, name: str | None) -> None:
        if name is None:
            return
        if LINK_ID.fullmatch(name) is None:
            raise bad("orderLinkId invalid")
        namesakes = [one for one in self._ledger.orders_by_client_id(name) if one.account == account]
        if self.unique_client_order_ids and any(self._remembered(one) for one in namesakes):
            raise Refused(DUPLICATE)

    def _remembered(self, order: VenueOrder) -> bool:
        return not order.closed or (self._now() - order.updated_at).total_seconds() < self.id_memory

    def _reducing(self, account: str, terms: Placement) -> Placement:
        """A reduce-only order must have a position to reduce, which other such orders do not use up already."""
        amount = self._settings.positions.of(account, terms.pair.symbol, terms.position_side).amount
        towards = amount < ZERO if terms.side == "buy" else amount > ZERO
        mine = [one for one in self._ledger.open_orders(account) if one.pair.symbol == terms.pair.symbol]
        others = [one for one in mine if one.terms.reduce_only and one.side == terms.side and not one.waits_for_trigger]
        room = abs(amount) - sum((one.remaining for one in others), ZERO)
        if terms.close_position:
            terms = evolve(terms, quantity=abs(amount))
        if terms.trigger_price is not None:
            return terms  # what it may reduce shows when it triggers
        if not towards or room <= ZERO:
            raise Refused(110017)
        if terms.quantity > room and not self._habits.truncates_reduce_only:
            raise Refused(110017)
        return evolve(terms, quantity=min(terms.quantity, room))

    def _trigger(self, contract: Contract, terms: Placement) -> None:
        """A trigger must lie on the side that the price is to come from."""
        last, at = self._markets.mark(contract), terms.trigger_price
        if at is None:
            return
        self._on_tick(contract, at)
        rises = terms.order_type.startswith("stop") == (terms.side == "buy")
        if last is not None and (at <= last if rises else at >= last):
            raise Refused(110092 if rises else 110093)

    def _on_tick(self, contract: Contract, price: Decimal) -> None:
        if price <= ZERO or price % contract.tick_size != ZERO:
            raise bad("price invalid")

    def _leverage(self, account: str, symbol: str) -> Decimal:
        return Decimal(self._settings.positions.setting(account, symbol).leverage)
