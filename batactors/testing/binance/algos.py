"""The book of conditional orders: with their own ids, states and events, until they trigger.

What triggers is the last price of the synthetic market, which is its mark price, too. No margin is checked before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import evolve

from batactors.testing.binance.algo_orders import AT_MARKET, AlgoOrder
from batactors.testing.binance.algo_rows import algo_event
from batactors.testing.binance.market import Markets
from batactors.testing.binance.matching import opposite
from batactors.testing.binance.refusals import Refused
from batactors.testing.binance.telling import Telling
from batactors.testing.binance.trading import Trading
from batactors.testing.binance.wire import ms, price, quantity
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Happened, Placement
from batactors.testing.venue.positions import Positions

OPEN_MOST = 200


class Algos:
    """The book of conditional orders."""

    def __init__(
        self,
        *,
        markets: Markets,
        positions: Positions,
        ledger: Ledger,
        trading: Trading,
        telling: Telling,
        fresh: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        self.orders: dict[int, AlgoOrder] = {}
        self._markets = markets
        self._positions = positions
        self._ledger = ledger
        self._trading = trading
        self._telling = telling
        self._fresh = fresh
        self._now = now
        self._by_order: dict[str, int] = {}
        telling.followed = self.hear

    def open(self, account: str) -> list[AlgoOrder]:
        """Those that have not ended, the oldest first."""
        return [order for order in self.orders.values() if order.account == account and not order.over]

    def find(self, account: str, algo_id: int | None, client_algo_id: str | None) -> AlgoOrder | None:
        """The one that is named: of several with one name an open one, or the newest."""
        mine = [one for one in self.orders.values() if one.account == account]
        named = [one for one in mine if (one.algo_id == algo_id if algo_id else one.client_algo_id == client_algo_id)]
        return next((one for one in named if not one.over), named[-1] if named else None)

    def place(self, order: AlgoOrder) -> AlgoOrder:
        """One more; refused if there are too many, if its name is in use, or if it would trigger at once."""
        mine = self.open(order.account)
        if len(mine) >= OPEN_MOST:
            raise Refused(-4045)
        if any(one.client_algo_id == order.client_algo_id for one in mine):
            raise Refused(-4116)
        if self._fires(order):
            raise Refused(-2021)
        order = evolve(order, algo_id=self._fresh())
        self._change(order)
        return order

    def cancel(self, order: AlgoOrder) -> None:
        """Take one out of the book."""
        self._change(evolve(order, status="CANCELED"))

    def look(self) -> None:
        """See which of them the market triggers, and let those trade."""
        for order in [order for order in self.orders.values() if order.status == "NEW"]:
            followed = self._follow(order)
            if self._fires(followed):
                self._trigger(followed)

    def hear(self, happened: Sequence[Happened]) -> None:
        """See which of the orders that came of them have ended."""
        for step in happened:
            algo_id = self._by_order.get(step.order.order_id)
            if algo_id is not None and step.order.closed and not self.orders[algo_id].over:
                self._change(evolve(self.orders[algo_id], status="FINISHED"))

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _trigger(self, order: AlgoOrder) -> None:
        order = self._change(evolve(order, status="TRIGGERING"))
        amount = self._positions.of(order.account, order.symbol.symbol, order.position_side).amount
        size = abs(amount) if order.close_position else order.quantity
        if order.close_position and (not amount or order.side != opposite(amount)):
            self._change(evolve(order, status="EXPIRED", reason="There is no position to close."))
            return
        terms = Placement(
            pair=order.symbol,
            side=order.side,
            order_type="market" if order.kind in AT_MARKET else "limit",
            quantity=size,
            limit_price=order.limit_price,
            time_in_force=order.time_in_force.lower(),
            post_only=order.time_in_force == "GTX",
            reduce_only=order.reduce_only,
            close_position=order.close_position,
            client_order_id=order.client_algo_id,
            position_side=order.position_side,
            self_trade="EXPIRE_MAKER",
            native_type=order.kind,
        )
        try:
            placed = self._trading.place(order.account, terms, by_hand=order.by_hand)
        except Refused as refusal:
            self._change(evolve(order, status="REJECTED", reason=refusal.text))
            return
        assert placed is not None
        self._by_order[placed.order_id] = order.algo_id
        self._change(evolve(order, status="TRIGGERED", order_id=placed.order_id))

    def _fires(self, order: AlgoOrder) -> bool:
        last = self._markets.mark(order.symbol)
        if last is None:
            return False
        if order.kind == "TRAILING_STOP_MARKET":
            if order.extreme is None or order.callback_rate is None:
                return False
            back = order.extreme * order.callback_rate / 100
            return last <= order.extreme - back if order.side == "sell" else last >= order.extreme + back
        if order.trigger_price is None:
            return False
        upward = order.kind.startswith("STOP") == (order.side == "buy")
        return last >= order.trigger_price if upward else last <= order.trigger_price

    def _follow(self, order: AlgoOrder) -> AlgoOrder:
        """A trailing order remembers the best price since it became active."""
        last = self._markets.mark(order.symbol)
        if order.kind != "TRAILING_STOP_MARKET" or last is None:
            return order
        selling = order.side == "sell"
        if order.extreme is None and order.activate_price is not None:
            beyond = last >= order.activate_price if selling else last <= order.activate_price
            if not beyond:
                return order
        best = last if order.extreme is None else (max if selling else min)(order.extreme, last)
        order = self.orders[order.algo_id] = evolve(order, extreme=best)
        return order

    def _change(self, order: AlgoOrder) -> AlgoOrder:
        order = evolve(order, updated_at=self._now())
        self.orders[order.algo_id] = order
        self._ledger.waiting.record(order.in_ledger)
        self._telling.besides.append(lambda: self._tell(order))
        return order

    def _tell(self, order: AlgoOrder) -> None:
        now = ms(self._now())
        placed = self._ledger.orders.get(order.order_id)
        traded = {
            "ap": price(order.symbol, placed.average_price if placed is not None else ZERO),
            "aq": quantity(order.symbol, placed.filled if placed is not None else ZERO),
        }
        frame = {"e": "ALGO_UPDATE", "E": now, "T": ms(order.updated_at), "o": algo_event(order) | traded}
        self._telling.tell(order.account, frame, client_order_id=order.client_algo_id)
