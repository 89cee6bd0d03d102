"""Orders and trades as REST tells them (section 4), as facts: the same ones that the stream tells."""

from decimal import Decimal, InvalidOperation

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.model.order_events import Fee
from batactors.model.terms import Liquidity
from batactors.venues.kraken_v2.dialect import Naming
from batactors.venues.kraken_v2.quarantine import UNREADABLE, Unsound, aside, number, quantity, text_of
from batactors.venues.kraken_v2.times import from_seconds
from batactors.venues.kraken_v2.words import ENDS, ORDER_TYPES, REST_STATUS, SIDES, is_post_only


@frozen
class DescriptionRow:
    """An order's terms. A price is text, since it may be relative ("+5%"); "0" says that there is none."""

    pair: str | None = None
    type: str | None = None
    ordertype: str | None = None
    price: str | None = None
    price2: str | None = None


@frozen
class OrderRow:
    """An order, open or closed; its key is the order's id."""

    status: str
    descr: DescriptionRow
    vol: Decimal
    vol_exec: Decimal
    cl_ord_id: ClientOrderId | None = None
    reason: str | None = None
    opentm: Decimal | None = None
    closetm: Decimal | None = None


@frozen
class TradeRow:
    """A fill; its key is the same id as ``exec_id`` on the stream."""

    ordertxid: VenueOrderId
    vol: Decimal
    price: Decimal
    fee: Decimal
    pair: str | None = None
    type: str | None = None
    ordertype: str | None = None
    maker: bool | None = None
    time: Decimal | None = None


_ORDER, _TRADE = Decoder(OrderRow), Decoder(TradeRow)


def read_order(key: str, raw: Raw, names: Naming) -> Fact:
    """An entry of ``open``, of ``closed`` or of QueryOrders; set aside alone if it is bad."""
    try:
        return _order(key, _ORDER.decode(raw), names)
    except UNREADABLE as error:
        return aside(text_of(raw), str(error), order=key)


def read_trade(key: str, raw: Raw, names: Naming) -> Fact:
    """An entry of TradesHistory; set aside alone if it is bad."""
    try:
        return _fill(key, _TRADE.decode(raw), names)
    except UNREADABLE as error:
        return aside(text_of(raw), str(error))


def _order(key: str, row: OrderRow, names: Naming) -> OrderFact:
    says = REST_STATUS.get(row.status, Says.UNCLEAR)
    closed = says in ENDS
    order_type = ORDER_TYPES.get(row.descr.ordertype)
    # `price` is the limit of the types without a trigger, and the trigger of the others; theirs is `price2`.
    first, second = _price(row.descr.price), _price(row.descr.price2)
    triggered = order_type is not None and order_type.has_trigger
    priced = order_type is not None and order_type.has_price
    return OrderFact(
        says=says,
        venue_order_id=VenueOrderId(key),
        client_order_id=row.cl_ord_id or None,
        instrument=names.over_rest(row.descr.pair),
        side=SIDES.get(row.descr.type),
        order_type=order_type,
        quantity=quantity(row.vol, "vol"),
        price=(second if triggered else first) if priced else None,
        trigger_price=first if triggered else None,
        filled=quantity(row.vol_exec, "vol_exec"),
        reason=row.reason,
        post_only=closed and is_post_only(row.reason),
        whole=True,
        occurred_at=from_seconds(row.closetm if closed else row.opentm),
    )


def _fill(key: str, row: TradeRow, names: Naming) -> FillFact:
    vol, price = quantity(row.vol, "vol"), number(row.price, "price")
    if not key or not row.ordertxid or not vol or not price or price < 0:
        raise Unsound(f"not a fill: order {row.ordertxid}, {vol} at {price}")
    instrument = names.over_rest(row.pair)
    # REST gives the fee's amount alone: it is in the pair's quote asset.
    asset = names.quote(instrument)
    fee = number(row.fee, "fee")
    return FillFact(
        fill_id=FillId(key),
        venue_order_id=row.ordertxid,
        instrument=instrument,
        side=SIDES.get(row.type),
        order_type=ORDER_TYPES.get(row.ordertype),
        quantity=vol,
        price=price,
        fees=(Fee(asset=asset, amount=fee),) if fee and asset else (),
        liquidity=_LIQUIDITY[row.maker],
        occurred_at=from_seconds(row.time),
    )


_LIQUIDITY = {True: Liquidity.MAKER, False: Liquidity.TAKER, None: Liquidity.UNKNOWN}


def _price(text: str | None) -> Decimal | None:
    try:
        price = None if text is None else Decimal(text)
    except InvalidOperation:
        return None
    return number(price, "descr.price") or None
