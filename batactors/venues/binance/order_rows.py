"""Orders and fills as REST and the WebSocket API tell them, as facts: the same ones that the stream tells."""

from decimal import Decimal

from batactors.model.facts import FillFact, OrderFact, Says
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.model.order_events import Fee
from batactors.venues.binance.ids import algo_id, fill_id, forced_by, order_id
from batactors.venues.binance.names import Names
from batactors.venues.binance.rows import AlgoRow, OrderRow, TradeRow
from batactors.venues.binance.times import from_ms
from batactors.venues.binance.words import (
    ALGO_STATUS,
    LIQUIDITY,
    ORDER_STATUS,
    ORDER_TYPES,
    POSITION_SIDES,
    SIDES,
    TIMES_IN_FORCE,
)
from batactors.venues.reading import Unsound, number, quantity


def positive(value: Decimal | None, name: str) -> Decimal | None:
    """The number; zero is how the venue writes that there is none."""
    return number(value, name) or None


def ours(client_order_id: ClientOrderId | None) -> ClientOrderId | None:
    """The client order id, if a client gave it: those of the venue's own orders name a reason, not an order."""
    return client_order_id if client_order_id and forced_by(client_order_id) is None else None


def actual_order(symbol: str | None, told: int | str | None) -> VenueOrderId | None:
    """The order that came of one that waited for a trigger; the venue writes its number as text, or nothing."""
    text = str(told or "")
    if symbol is None or not (text.isascii() and text.isdigit() and len(text) < 20 and int(text)):
        return None
    return order_id(symbol, int(text))


def algo_says(word: str | None, becomes: VenueOrderId | None) -> Says:
    """How an order stands that waits for a trigger; one that is finished and became nothing is a reason to ask."""
    if word == "FINISHED" and becomes is None:
        return Says.UNCLEAR
    return ALGO_STATUS.get(word, Says.UNCLEAR)


def read_order(row: OrderRow, names: Names) -> OrderFact:
    """An order, open or closed."""
    return OrderFact(
        says=ORDER_STATUS.get(row.status, Says.UNCLEAR),
        venue_order_id=order_id(row.symbol, row.orderId),
        client_order_id=ours(row.clientOrderId),
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        order_type=ORDER_TYPES.get(row.type),
        time_in_force=TIMES_IN_FORCE.get(row.timeInForce),
        quantity=quantity(row.origQty, "origQty") or None,
        price=positive(row.price, "price"),
        trigger_price=positive(row.stopPrice, "stopPrice"),
        filled=quantity(row.executedQty, "executedQty"),
        reason="self-trade prevention" if row.status == "EXPIRED_IN_MATCH" else None,
        whole=True,
        position_side=POSITION_SIDES.get(row.positionSide),
        forced=forced_by(row.clientOrderId),
        occurred_at=from_ms(row.updateTime) or from_ms(row.time),
        changed_at=from_ms(row.updateTime),
    )


def read_algo(row: AlgoRow, names: Names) -> OrderFact:
    """An order that waits for a trigger, or did."""
    becomes = actual_order(row.symbol, row.actualOrderId)
    says = algo_says(row.algoStatus, becomes)
    return OrderFact(
        says=says,
        venue_order_id=algo_id(row.algoId),
        client_order_id=row.clientAlgoId or None,
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        order_type=ORDER_TYPES.get(row.orderType or row.type),
        time_in_force=TIMES_IN_FORCE.get(row.timeInForce),
        quantity=quantity(row.quantity, "quantity") or None,
        price=positive(row.price, "price"),
        trigger_price=positive(row.triggerPrice, "triggerPrice"),
        # An order that never came to its trigger has nothing filled. Of another, only the order that came of it says.
        filled=Decimal(0) if says in (Says.CANCELED, Says.EXPIRED) else None,
        whole=True,
        position_side=POSITION_SIDES.get(row.positionSide),
        becomes=becomes,
        occurred_at=from_ms(row.updateTime) or from_ms(row.createTime),
    )


def read_trade(row: TradeRow, names: Names) -> FillFact:
    """A fill of the history: it names its order by number alone."""
    qty, price = quantity(row.qty, "qty"), number(row.price, "price")
    if row.id <= 0 or not qty or not price or price < 0:
        raise Unsound(f"not a fill: trade {row.id}, {qty} at {price}")
    return FillFact(
        fill_id=fill_id(row.symbol, row.id, row.orderId),
        venue_order_id=order_id(row.symbol, row.orderId),
        instrument=names.find(row.symbol),
        side=SIDES.get(row.side),
        quantity=qty,
        price=price,
        fees=fees_of(row.commissionAsset, row.commission, "commission"),
        liquidity=LIQUIDITY[row.maker],
        position_side=POSITION_SIDES.get(row.positionSide),
        occurred_at=from_ms(row.time),
    )


def fees_of(asset: str | None, amount: Decimal | None, name: str) -> tuple[Fee, ...]:
    """The fee; one of nothing is no fee, as the stream and REST may differ in whether they say so."""
    return (Fee(asset=asset, amount=amount),) if asset and number(amount, name) and amount else ()  # type: ignore[arg-type]
