"""The exchange behind the sockets: what a test does to the market and to the account, and the wiring of the engine.

It is complete without any network: a client would only be one more who asks.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from batactors.seams import Seams
from batactors.testing.fault_script import FaultScript
from batactors.testing.kraken_spot.accounts import VenueAccount
from batactors.testing.kraken_spot.agenda import Agenda
from batactors.testing.kraken_spot.checks import Checks
from batactors.testing.kraken_spot.gateway import Gateway
from batactors.testing.kraken_spot.ids import VenueIds
from batactors.testing.kraken_spot.ledger import Ledger
from batactors.testing.kraken_spot.market import DEFAULT_PAIRS, Markets, Pair, Quote, Side
from batactors.testing.kraken_spot.matching import MatchingEngine
from batactors.testing.kraken_spot.orders import Liquidity, OrderStatus, Placement, VenueOrder
from batactors.testing.kraken_spot.rates import Rates
from batactors.testing.kraken_spot.telling import Telling
from batactors.testing.kraken_spot.tokens import Tokens
from batactors.testing.kraken_spot.trading import Trading

AnyOrder = VenueOrder | str


class Exchange:
    """Engine, ledger and accounts. Every method is a plain call and is whole when it returns.

    Orders are named by order id, by client order id (the youngest, where that is not unique), or by the order itself.
    """

    def __init__(
        self,
        *,
        seams: Seams | None = None,
        pairs: Sequence[Pair] = DEFAULT_PAIRS,
        accounts: Sequence[VenueAccount] = (),
        seed: int = 0,
        rate_limits: bool = True,
    ) -> None:
        seams = seams or Seams()
        now = self._now = seams.clock.now
        self.accounts = {account.api_key: account for account in accounts or (VenueAccount.demo(),)}
        self.faults = FaultScript()
        self.ledger = Ledger()
        for account in self.accounts.values():
            for asset, amount in account.balances.items():
                self.ledger.deposit(account.api_key, asset, amount)
        self._ids = VenueIds(seams.chance.generator("kraken-spot-venue"), seed)
        self._agenda = Agenda()
        self._markets = Markets(pairs)
        self._tokens = Tokens(fresh=self._ids.token, now=now)
        self._rates = Rates({key: account.tier for key, account in self.accounts.items()}, enabled=rate_limits)
        self._telling = Telling(markets=self._markets, rates=self._rates, faults=self.faults, now=now)
        self._engine = MatchingEngine(ledger=self.ledger, markets=self._markets, ids=self._ids, now=now)
        self._checks = Checks(ledger=self.ledger, markets=self._markets)
        self._trading = Trading(
            ledger=self.ledger,
            engine=self._engine,
            checks=self._checks,
            rates=self._rates,
            faults=self.faults,
            agenda=self._agenda,
            now=now,
            publish=self._telling.publish,
        )
        self._gateway = Gateway(trading=self._trading, ledger=self.ledger, now=now)

    def now(self) -> datetime:
        """The venue's time."""
        return self._now()

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def fill_in_parts(self) -> int:
        """How many fills a trade with the synthetic market is cut into."""
        return self._engine.fill_in_parts

    @fill_in_parts.setter
    def fill_in_parts(self, parts: int) -> None:
        self._engine.fill_in_parts = parts

    @property
    def ioc_remainder(self) -> OrderStatus:
        """How the rest of an ioc order ends: "canceled" or "expired"; the documents do not say which."""
        return self._engine.ioc_remainder

    @ioc_remainder.setter
    def ioc_remainder(self, status: OrderStatus) -> None:
        self._engine.ioc_remainder = status

    @property
    def unique_client_order_ids(self) -> bool:
        """Whether a client order id is refused while an open order has it; off, a resend is at its most dangerous."""
        return self._checks.unique_client_order_ids

    @unique_client_order_ids.setter
    def unique_client_order_ids(self, unique: bool) -> None:
        self._checks.unique_client_order_ids = unique

    # -- the market and the account ------------------------------------------------------------------------------------

    def set_market(
        self,
        symbol: str,
        *,
        bid: Decimal | None = None,
        ask: Decimal | None = None,
        last: Decimal | None = None,
        bid_quantity: Decimal | None = None,
        ask_quantity: Decimal | None = None,
    ) -> None:
        """Let the market stand here: what is marketable trades, what it crosses trades as maker, triggers fire.

        `last`, which triggers go by, is the middle unless given; a quantity of None has no end.
        """
        pair = self._markets.by_symbol(symbol)
        if pair is None:
            raise KeyError(f"the venue does not trade {symbol!r}")
        if last is None and bid is not None and ask is not None:
            last = ((bid + ask) / 2).quantize(pair.tick_size)
        before = self._markets.quote(pair)
        quote = Quote(bid=bid, ask=ask, last=last, bid_quantity=bid_quantity, ask_quantity=ask_quantity)
        self._trading.tell(self._engine.set_quote(pair, quote))
        self._telling.publish_quote(pair, before)

    def fill(
        self, order: AnyOrder, quantity: Decimal, price: Decimal | None = None, liquidity: Liquidity = "m"
    ) -> VenueOrder:
        """Let a counterparty trade with a resting order, at its own price unless another is given."""
        found = self._open(order)
        at = price or found.limit_price or self._markets.quote(found.pair).price_for(found.side) or found.trigger_price
        if at is None:
            raise ValueError(f"there is no price to fill {found.order_id} at")
        self._trading.tell(self._engine.fill(found, quantity, at, liquidity))
        return self.ledger.orders[found.order_id]

    def cancel(self, order: AnyOrder, reason: str = "User requested") -> VenueOrder:
        """Cancel an order by hand, or for a reason of the venue's own."""
        found = self._open(order)
        self._trading.tell(self._engine.cancel(found, reason))
        return self.ledger.orders[found.order_id]

    def expire(self, order: AnyOrder) -> VenueOrder:
        """Let an order's time be over."""
        found = self._open(order)
        self._trading.tell(self._engine.expire(found))
        return self.ledger.orders[found.order_id]

    def restate(self, order: AnyOrder, *, quantity: Decimal, reason: str = "Reduce only") -> VenueOrder:
        """Let the venue change an order's quantity."""
        found = self._open(order)
        self._trading.tell(self._engine.restate(found, quantity, reason))
        return self.ledger.orders[found.order_id]

    def place_external(
        self,
        *,
        symbol: str,
        side: Side,
        quantity: Decimal,
        price: Decimal,
        cl_ord_id: str | None = None,
        account: str | None = None,
    ) -> VenueOrder:
        """Place an order on the same account by hand, as its owner does on the venue's own pages; it is not checked."""
        pair = self._markets.by_symbol(symbol)
        if pair is None:
            raise KeyError(f"the venue does not trade {symbol!r}")
        terms = Placement(
            pair=pair, side=side, order_type="limit", quantity=quantity, limit_price=price, client_order_id=cl_ord_id
        )
        order, happened = self._engine.place(account or next(iter(self.accounts)), terms, by_hand=True)
        self._trading.tell(happened)
        return order

    def _open(self, order: AnyOrder) -> VenueOrder:
        name = order.order_id if isinstance(order, VenueOrder) else order
        found = self.ledger.resolve(name)
        if found.closed:
            raise ValueError(f"{name} is {found.status}")
        return found
