"""What the venue turns down before an order may touch the book: prices, sizes, names, positions, margin."""

from decimal import Decimal

from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.market import Contract, Markets, contract_of
from batactors.testing.kraken_futures.matching import reduces
from batactors.testing.kraken_futures.refusals import Turned
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Placement, VenueOrder
from batactors.testing.venue.positions import Positions

CLIENT_ID_LONGEST = 100
MARGIN = Decimal("0.02")
MAINTENANCE = Decimal("0.01")
COLLAR = Decimal("0.5")  # of the last price; a buy above that much more, or a sell below that much less, is refused


class Checks:
    """The refusals that depend on the terms of an order and on what the account has."""

    def __init__(self, *, ledger: Ledger, markets: Markets, positions: Positions, habits: Habits) -> None:
        # The venue's rule; off, the venue is the worst case for a client that resends.
        self.unique_client_order_ids = True
        self._ledger = ledger
        self._markets = markets
        self._positions = positions
        self._habits = habits

    def placement(self, account: str, terms: Placement) -> None:
        """Turn down a new order that may not enter."""
        contract = contract_of(terms.pair)
        self.tradeable(contract)
        self._identity(account, terms)
        self.size(contract, terms.quantity)
        for price in (terms.limit_price, terms.trigger_price):
            if price is not None:
                self.price(contract, price)
        self._collar(terms)
        mine = [one for one in self._ledger.open_orders(account) if one.pair.symbol == contract.symbol]
        if len(mine) >= contract.orders_max:
            raise Turned("tooManyOrders")
        if terms.reduce_only:
            if not reduces(terms.side, self._positions.of(account, contract.symbol).amount):
                raise Turned("wouldNotReducePosition")
        elif self.margin(terms) > self.available(account, contract.quote.name):
            raise Turned("insufficientAvailableFunds")

    def edit(self, order: VenueOrder, quantity: Decimal, limit: Decimal | None, trigger: Decimal | None) -> None:
        """Turn down new terms that the order may not get; it stays as it was."""
        contract = contract_of(order.pair)
        self.tradeable(contract)
        if quantity <= order.filled:
            raise Turned("invalidSize")
        self.size(contract, quantity - order.filled)
        if limit is not None:
            self.price(contract, limit)
        if trigger is not None:
            if not order.waits_for_trigger:
                raise Turned("orderForEditNotAStop")
            if order.terms.trail is not None:
                raise Turned("cannotEditTriggerPriceOfTrailingStop")
            self.price(contract, trigger)

    def tradeable(self, contract: Contract) -> None:
        """Turn down what is for a contract that has ended."""
        if self._markets.has_ended(contract):
            raise Turned("marketInactive")

    def price(self, contract: Contract, price: Decimal) -> None:
        """A positive multiple of the tick."""
        if price <= ZERO or price % contract.tick_size != ZERO:
            raise Turned("invalidPrice")

    def size(self, contract: Contract, quantity: Decimal) -> None:
        """A positive multiple of the step, and not too much."""
        if not contract.quantity_min <= quantity <= contract.quantity_max or quantity % contract.step != ZERO:
            raise Turned("invalidSize")

    def margin(self, terms: Placement) -> Decimal:
        """What has to be there for an order."""
        quote = self._markets.quote(terms.pair)
        price = terms.limit_price or quote.price_for(terms.side) or quote.last or terms.trigger_price
        return ZERO if not price else terms.pair.cost_of(terms.quantity, price) * MARGIN

    def used(self, account: str, asset: str) -> Decimal:
        """What positions and open orders need."""
        total = ZERO
        for position in self._positions.open(account):
            contract = self._markets.named(position.symbol)
            assert contract is not None
            if contract.quote.name == asset:
                total += contract.cost_of(abs(position.amount), position.entry_price) * MARGIN
        for order in self._ledger.open_orders(account):
            price = order.limit_price or order.trigger_price
            if order.pair.quote.name == asset and price and not order.terms.reduce_only:
                total += order.pair.cost_of(order.remaining, price) * MARGIN
        return total

    def unrealized(self, account: str, asset: str) -> Decimal:
        """What the positions have won or lost by the mark price."""
        total = ZERO
        for position in self._positions.open(account):
            contract = self._markets.named(position.symbol)
            assert contract is not None
            mark = self._markets.mark(contract)
            if contract.quote.name == asset and mark is not None:
                total += contract.profit_of(position.amount, position.entry_price, mark)
        return total

    def available(self, account: str, asset: str) -> Decimal:
        """What is left for new orders."""
        return self._ledger.balance(account, asset) + self.unrealized(account, asset) - self.used(account, asset)

    def _identity(self, account: str, terms: Placement) -> None:
        name = terms.client_order_id
        if name is None:
            return
        if len(name) > CLIENT_ID_LONGEST:
            raise Turned("clientOrderIdTooBig")
        if not self.unique_client_order_ids:
            return
        there = [one for one in self._ledger.orders_by_client_id(name) if one.account == account]
        if any(not one.closed or not self._habits.reuse_ids for one in there):
            raise Turned("clientOrderIdAlreadyExist")

    def _collar(self, terms: Placement) -> None:
        last = self._markets.quote(terms.pair).last
        if last is None or terms.limit_price is None:
            return
        far = terms.limit_price > last * (1 + COLLAR) if terms.side == "buy" else terms.limit_price < last * COLLAR
        if far:
            raise Turned("outsidePriceCollar")
