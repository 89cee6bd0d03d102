"""The Unified WebSocket: Kraken's v2 format over the same engine, with what differs for derivatives.

No `pending_new`: the first event is `new`, with all terms. Order ids are UUIDs, a triggered stop keeps its own, and
`amend_id` is empty. How derivatives are refused here is unverified: the texts are Spot's, where Spot has one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import evolve

from batactors.testing.fault_script import FaultScript
from batactors.testing.faults import RefuseRow
from batactors.testing.kraken_futures.market import Markets
from batactors.testing.kraken_futures.refusals import Turned
from batactors.testing.kraken_futures.terms import OrderRef as FuturesRef
from batactors.testing.kraken_futures.trading import Trading
from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refs import Canceled, OrderRef
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.wire import Json, number
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened, Placement, VenueOrder

SWITCH_MAXIMUM = 86_400
ASSET_CLASS = "derivatives"
TEXTS = {
    "insufficientAvailableFunds": "EOrder:Insufficient margin",
    "invalidSize": refusals.QUANTITY_MINIMUM,
    "invalidPrice": refusals.TICK_SIZE,
    "outsidePriceCollar": refusals.INVALID_PRICE,
    "postWouldExecute": refusals.POST_ONLY,
    "wouldNotReducePosition": refusals.NO_POSITION,
    "tooManyOrders": refusals.ORDERS_LIMIT,
    "clientOrderIdAlreadyExist": refusals.CLIENT_ID_IN_USE,
    "clientOrderIdTooBig": f"{refusals.INVALID_ARGUMENTS}:cl_ord_id",
    "marketSuspended": "EService:Market in cancel_only mode",
    "marketIsPostOnly": "EService:Market in post_only mode",
    "marketInactive": "EService:Market in cancel_only mode",
    "orderForEditNotFound": refusals.UNKNOWN_ORDER,
    "orderForEditNotAStop": refusals.NOT_EDITABLE,
    "notFound": refusals.INVALID_ORDER,
    "filled": refusals.INVALID_ORDER,
}
KINDS = {"market": "mkt", "stop-loss": "stp", "stop-loss-limit": "stp"}
TAKE_PROFIT = ("take-profit", "take-profit-limit")
ORDER_TYPES = ("limit", *KINDS, *TAKE_PROFIT)
REFERENCES = ("last", "index")


class Desk:
    """The commands of the v2 format, as the venue's own."""

    def __init__(self, *, trading: Trading, faults: FaultScript, now: Callable[[], datetime]) -> None:
        self._trading = trading
        self._faults = faults
        self._now = now

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        return self._trading.take_happened()

    def place(self, account: str, terms: Placement, *, validate: bool = False) -> VenueOrder | None:
        """One new order; None for one that was only validated."""
        terms = _named_here(terms)
        self._open()
        if validate:
            return None
        try:
            return self._trading.place(account, terms)[0]
        except Turned as turned:
            raise _refused(turned) from None

    def place_batch(
        self, account: str, rows: Sequence[Placement], *, validate: bool = False
    ) -> list[VenueOrder | Refused | None]:
        """Several orders; a row that is refused does not undo the others."""
        outcomes: list[VenueOrder | Refused | None] = []
        for terms in rows:
            try:
                if fault := self._faults.take(RefuseRow, method="batch_add", client_order_id=terms.client_order_id):
                    raise Refused(fault.error)
                outcomes.append(self.place(account, terms, validate=validate))
            except Refused as refusal:
                outcomes.append(refusal)
        return outcomes

    def amend(
        self,
        account: str,
        ref: OrderRef,
        *,
        quantity: Decimal | None = None,
        limit_price: Decimal | None = None,
        trigger_price: Decimal | None = None,
        post_only: bool = False,
    ) -> tuple[str, VenueOrder]:
        """New terms in place; the quantity is a total. There is no id of an amend here."""
        del post_only
        self._open()
        if (quantity, limit_price, trigger_price) == (None, None, None):
            raise Refused(refusals.NOTHING_TO_AMEND)
        try:
            order, _ = self._trading.edit(
                account,
                _ref(ref),
                size=quantity,
                absolute=True,
                limit_price=limit_price,
                trigger_price=trigger_price,
            )
        except Turned as turned:
            raise _refused(turned) from None
        return "", order

    def edit(
        self, account: str, ref: OrderRef, change: Callable[[VenueOrder], Placement], *, validate: bool = False
    ) -> tuple[VenueOrder, VenueOrder | None]:
        """Derivatives are amended only."""
        raise Refused(refusals.UNKNOWN_METHOD)

    def cancel(self, account: str, ref: OrderRef) -> Canceled:
        """Take one order off the book."""
        self._open()
        try:
            return Canceled(orders=(self._trading.cancel(account, _ref(ref))[0],))
        except Turned as turned:
            raise _refused(turned) from None

    def cancel_many(self, account: str, refs: Sequence[OrderRef]) -> int:
        """Cancel those of them that are open."""
        self._open()
        count = 0
        for ref in refs:
            try:
                self._trading.cancel(account, _ref(ref))
            except Turned:
                continue
            count += 1
        return count

    def cancel_all(self, account: str) -> int:
        """Cancel everything that is open."""
        self._open()
        return len(self._trading.cancel_all(account, None))

    def cancel_all_after(self, account: str, seconds: int) -> datetime | None:
        """Arm, replace or (with 0) disarm the dead man's switch, which is the one of REST too."""
        if seconds >= SWITCH_MAXIMUM:
            raise Refused(refusals.TIMEOUT_TOO_LONG)
        if seconds < 0:
            raise invalid("timeout")
        armed = self._trading.cancel_all_after(account, seconds)
        return self._now() + timedelta(seconds=seconds) if armed else None

    def _open(self) -> None:
        if self._trading.status == "maintenance":
            raise Refused(refusals.UNAVAILABLE)


class Symbols:
    """The contracts, as the Unified WebSocket names them."""

    def __init__(self, markets: Markets) -> None:
        self._markets = markets
        self._by_name = {contract.unified: contract for contract in markets}

    def by_symbol(self, symbol: str) -> Pair | None:
        """The contract of this name."""
        return self._by_name.get(symbol)

    def quote(self, pair: Pair) -> Quote:
        """The present synthetic market."""
        return self._markets.quote(pair)

    def instruments(self) -> Json:
        """What the instrument channel tells; its fields for derivatives are unverified."""
        return {
            "assets": [{"id": "USD", "status": "enabled", "precision": 8, "precision_display": 2}],
            "pairs": [
                {
                    "symbol": one.unified,
                    "base": one.base.name,
                    "quote": "USD",
                    "status": "delisted" if self._markets.has_ended(one) else "online",
                    "qty_precision": one.quantity_decimals,
                    "qty_increment": number(one.step),
                    "price_precision": one.price_decimals,
                    "price_increment": number(one.tick_size),
                    "qty_min": number(one.quantity_min),
                    "has_index": True,
                }
                for one in self._markets
            ],
        }


def _named_here(terms: Placement) -> Placement:
    """The same terms with the venue's own word for their kind."""
    if terms.order_type not in ORDER_TYPES or terms.cash or terms.expire_at is not None:
        raise Refused(refusals.INVALID_ARGUMENTS)
    if terms.display_quantity is not None or terms.margin or terms.fee_in_base or terms.userref is not None:
        raise Refused(refusals.INVALID_ARGUMENTS)  # documented: not available for derivatives
    if terms.trigger_price is not None and terms.trigger_reference not in REFERENCES:
        raise invalid("triggers")
    if terms.side not in ("buy", "sell") or terms.time_in_force not in ("gtc", "ioc", "fok"):
        raise Refused(refusals.INVALID_ARGUMENTS)
    if ("limit" in terms.order_type) != (terms.limit_price is not None):
        raise invalid("limit_price")
    if terms.order_type.startswith(("stop", "take")) != (terms.trigger_price is not None):
        raise invalid("triggers")
    kind = "take_profit" if terms.order_type in TAKE_PROFIT else KINDS.get(terms.order_type, "lmt")
    if kind == "lmt" and terms.post_only:
        kind = "post"
    elif kind == "lmt" and terms.time_in_force != "gtc":
        kind = terms.time_in_force
    return evolve(terms, native_type=kind)


def _ref(ref: OrderRef) -> FuturesRef:
    if ref.userref is not None:
        raise Refused(refusals.INVALID_ORDER)
    return FuturesRef(order_id=ref.order_id, client_order_id=ref.client_order_id)


def _refused(turned: Turned) -> Refused:
    return Refused(TEXTS.get(turned.status, f"EOrder:{turned.reason.replace('_', ' ').capitalize()}"))
