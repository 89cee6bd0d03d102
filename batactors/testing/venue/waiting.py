"""Orders that wait for their trigger in a book of their own, and which order came of each."""

from batactors.testing.venue.orders import VenueOrder


class Waiting:
    """Every such order in all its states. Only the venue that keeps it writes here; anyone may read.

    An order stays here when it has been triggered: its `child_id` is then the order in the ledger that came of it.
    """

    def __init__(self) -> None:
        self.orders: dict[str, VenueOrder] = {}
        self._states: dict[str, list[VenueOrder]] = {}
        self._by_client_id: dict[str, list[str]] = {}
        self._parents: dict[str, str] = {}

    def record(self, order: VenueOrder) -> None:
        """Take in one state of an order."""
        if order.order_id not in self.orders and order.client_order_id is not None:
            self._by_client_id.setdefault(order.client_order_id, []).append(order.order_id)
        self.orders[order.order_id] = order
        self._states.setdefault(order.order_id, []).append(order)
        if order.child_id is not None:
            self._parents[order.child_id] = order.order_id

    def open(self, account: str | None = None) -> list[VenueOrder]:
        """Those that wait still, oldest first."""
        waits = [one for one in self.orders.values() if not one.closed and one.child_id is None]
        return [one for one in waits if account in (None, one.account)]

    def by_client_id(self, client_order_id: str) -> list[VenueOrder]:
        """Those that were placed with this client order id, oldest first."""
        return [self.orders[order_id] for order_id in self._by_client_id.get(client_order_id, ())]

    def states(self, order_id: str) -> list[VenueOrder]:
        """All the states of one, or of what came to be this order, oldest first."""
        return list(self._states.get(self._parents.get(order_id, order_id), ()))

    def parent_of(self, order_id: str) -> VenueOrder | None:
        """What this order of the ledger came of, if it came of one that waited."""
        return self.orders[self._parents[order_id]] if order_id in self._parents else None
