"""How a request of WebSocket v2, or of Spot's REST, names orders."""

from attrs import frozen

from batactors.testing.venue.orders import VenueOrder


@frozen(kw_only=True)
class OrderRef:
    """How a command names an order: by one of the three."""

    order_id: str | None = None
    client_order_id: str | None = None
    userref: int | None = None


def named_order(txid: str) -> OrderRef:
    """An order by its id or by its user reference."""
    return OrderRef(userref=int(txid)) if txid.lstrip("-").isdigit() else OrderRef(order_id=txid)


@frozen(kw_only=True)
class Canceled:
    """What a cancel did: the orders it took off, and whether that is still to be done."""

    orders: tuple[VenueOrder, ...]
    pending: bool = False
