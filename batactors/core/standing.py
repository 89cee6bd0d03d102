"""How an order stands, as a value for those who read a verdict."""

from decimal import Decimal

from batactors.core.orders import OrderRecord
from batactors.core.stranger import Stranger
from batactors.model.money import ZERO
from batactors.model.receipts import OrderStanding


def standing_of(order: OrderRecord | Stranger | None) -> OrderStanding | None:
    """How this order stands now, ours or not."""
    if order is None:
        return None
    filled, price = (order.filled or ZERO, None) if isinstance(order, Stranger) else _filled(order)
    return OrderStanding(
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        instrument=order.instrument,
        state=order.state,
        quantity=order.terms[0],
        filled=filled,
        average_price=price,
    )


def _filled(order: OrderRecord) -> tuple[Decimal, Decimal | None]:
    """How much is told as filled, and at which price on average."""
    told = order.fills.told.values()
    cost = sum((quantity * price for quantity, price in told), ZERO)
    return order.fills.sum, cost / order.fills.sum if order.fills.sum else None
