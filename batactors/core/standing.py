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
        state=order.ending or order.state,
        quantity=order.terms[0],
        filled=filled,
        average_price=price,
    )


def _filled(order: OrderRecord) -> tuple[Decimal, Decimal | None]:
    """How much is filled, and at which price on average, if all of it is told."""
    told, claimed = order.fills.sum, order.fills.claimed
    if claimed > told or not told:
        return max(claimed, told), None
    return told, sum((quantity * price for quantity, price in order.fills.told.values()), ZERO) / told
