"""What a test does to the market and to the account of any simulated venue, without any network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from batactors.testing.fault_script import FaultScript
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.market import Pair, Quote, Quotes, Side
from batactors.testing.venue.matching import MatchingEngine
from batactors.testing.venue.orders import Happened, Liquidity, OrderStatus, Placement, VenueOrder

AnyOrder = VenueOrder | str


class Exchange(ABC):
    """Engine, ledger and accounts. Every method is a plain call and is whole when it returns.

    Orders are named by order id, by client order id (the youngest, where that is not unique), or by the order itself.
    """

    unique_client_order_ids: bool
    """Whether a client order id is refused while an open order has it; off, a resend is at its most dangerous."""

    def __init__(
        self,
        *,
        accounts: dict[str, Any],
        pairs: Sequence[Pair],
        ledger: Ledger,
        markets: Quotes,
        engine: MatchingEngine,
        faults: FaultScript,
        agenda: Agenda,
        now: Callable[[], datetime],
    ) -> None:
        self.accounts = accounts
        self.ledger = ledger
        self.faults = faults
        self._traded = {pair.symbol: pair for pair in pairs}
        self._quotes = markets
        self._matching = engine
        self._agenda = agenda
        self._now = now

    @abstractmethod
    def tell(self, happened: list[Happened]) -> None:
        """Tell everyone what happened outside of any command."""

    @abstractmethod
    def tell_market(self, pair: Pair, before: Quote) -> None:
        """Tell everyone that the market has moved."""

    @abstractmethod
    def set_status(self, status: str) -> None:
        """Change the system status: `online`, `cancel_only`, `post_only` or `maintenance`."""

    def now(self) -> datetime:
        """The venue's time."""
        return self._now()

    # -- knobs ---------------------------------------------------------------------------------------------------------

    @property
    def fill_in_parts(self) -> int:
        """How many fills a trade with the synthetic market is cut into."""
        return self._matching.fill_in_parts

    @fill_in_parts.setter
    def fill_in_parts(self, parts: int) -> None:
        self._matching.fill_in_parts = parts

    @property
    def ioc_remainder(self) -> OrderStatus:
        """How the rest of an ioc order ends: "canceled" or "expired"."""
        return self._matching.ioc_remainder

    @ioc_remainder.setter
    def ioc_remainder(self, status: OrderStatus) -> None:
        self._matching.ioc_remainder = status

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
        pair = self._pair(symbol)
        if last is None and bid is not None and ask is not None:
            last = ((bid + ask) / 2).quantize(pair.tick_size)
        before = self._quotes.quote(pair)
        quote = Quote(bid=bid, ask=ask, last=last, bid_quantity=bid_quantity, ask_quantity=ask_quantity)
        self.tell(self._matching.set_quote(pair, quote))
        self.tell_market(pair, before)

    def fill(
        self, order: AnyOrder, quantity: Decimal, price: Decimal | None = None, liquidity: Liquidity = "m"
    ) -> VenueOrder:
        """Let a counterparty trade with a resting order, at its own price unless another is given."""
        found = self._open(order)
        at = price or found.limit_price or self._quotes.quote(found.pair).price_for(found.side) or found.trigger_price
        if at is None:
            raise ValueError(f"there is no price to fill {found.order_id} at")
        self.tell(self._matching.fill(found, quantity, at, liquidity))
        return self.ledger.orders[found.order_id]

    def cancel(self, order: AnyOrder, reason: str = "User requested") -> VenueOrder:
        """Cancel an order by hand, or for a reason of the venue's own."""
        found = self._open(order)
        self.tell(self._matching.cancel(found, reason))
        return self.ledger.orders[found.order_id]

    def expire(self, order: AnyOrder) -> VenueOrder:
        """Let an order's time be over."""
        found = self._open(order)
        self.tell(self._matching.expire(found))
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
        whose = account or next(iter(self.accounts))
        terms = Placement(
            pair=self._pair(symbol),
            side=side,
            order_type="limit",
            quantity=quantity,
            limit_price=price,
            client_order_id=cl_ord_id,
            position_side=self._side_of(whose, side),
        )
        order, happened = self._matching.place(whose, terms, by_hand=True)
        self.tell(happened)
        return order

    def _side_of(self, account: str, side: Side) -> str:
        """Which position an order that is placed by hand is for."""
        del account, side
        return "BOTH"

    def _pair(self, symbol: str) -> Pair:
        if symbol not in self._traded:
            raise KeyError(f"the venue does not trade {symbol!r}")
        return self._traded[symbol]

    def _open(self, order: AnyOrder) -> VenueOrder:
        name = order.order_id if isinstance(order, VenueOrder) else order
        found = self.ledger.resolve(name)
        if found.closed:
            raise ValueError(f"{name} is {found.status}")
        return found
