"""All orders of ours, found by any of their ids, and forgotten oldest first some time after they have ended."""

from collections import deque
from collections.abc import Callable, Iterable

from batactors.core.doubts import Why
from batactors.core.orders import OrderRecord
from batactors.model.errors import InvalidCommand
from batactors.model.ids import ClientOrderId, VenueOrderId

Fits = Callable[[ClientOrderId], bool]
Shorten = Callable[[ClientOrderId, int], ClientOrderId]

MOST_SHORTENINGS = 8
"""Tries for a short id that no other order has; two of one rule's short ids meeting is rare, eight is a mistake."""


class Book:
    """The orders of one account, with every index of them.

    Args:
        tombstones: How many ended orders are kept, with all that protects them from being told twice.
        remembered_ids: How many ids are remembered beyond that, so that none is used twice, and what is heard again of
            an order long forgotten is not taken for a stranger's.
    """

    def __init__(self, tombstones: int, remembered_ids: int) -> None:
        self.orders: dict[ClientOrderId, OrderRecord] = {}
        self.doubtful: dict[ClientOrderId, tuple[Why, ...]] = {}
        self.raised = 0
        """How often an order came into doubt for one more reason."""
        self.collisions = 0
        self._by_venue: dict[VenueOrderId, OrderRecord] = {}
        self._by_wire: dict[ClientOrderId, ClientOrderId] = {}
        self._wire_of: dict[ClientOrderId, ClientOrderId] = {}
        self._working: dict[ClientOrderId, OrderRecord] = {}
        self._buried: deque[ClientOrderId] = deque()
        self._in_grave: dict[ClientOrderId, None] = {}
        self._tombstones = tombstones
        self._bygone = _Ring(remembered_ids)

    # Ids.

    def wire_id(self, client_order_id: ClientOrderId, fits: Fits, shorten: Shorten) -> ClientOrderId:
        """The client order id as the venue will see it: itself if it fits, else a shorter one that no other order has.

        Raises:
            InvalidCommand: The id was used before, or no shorter id is free.
        """
        if self._is_taken(client_order_id):
            raise InvalidCommand(f"client_order_id {client_order_id!r} was used before: each order needs its own")
        if fits(client_order_id):
            return client_order_id
        for attempt in range(MOST_SHORTENINGS):
            short = shorten(client_order_id, attempt)
            if not self._is_taken(short):
                return short
            self.collisions += 1
        raise InvalidCommand(f"client_order_id {client_order_id!r} has no shorter form that is free: choose another")

    def _is_taken(self, client_order_id: ClientOrderId) -> bool:
        known = client_order_id in self.orders or client_order_id in self._by_wire
        return known or client_order_id in self._bygone

    def venue_client_id(self, client_order_id: ClientOrderId) -> ClientOrderId:
        """The client order id under which the venue knows this order."""
        return self._wire_of.get(client_order_id, client_order_id)

    def find(self, client_order_id: ClientOrderId | None, venue_order_id: VenueOrderId | None) -> OrderRecord | None:
        """The order with these ids, the first of them as the venue or as the user knows it."""
        if client_order_id is not None:
            order = self.orders.get(self._by_wire.get(client_order_id, client_order_id))
            if order is not None:
                return order
        return self._by_venue.get(venue_order_id) if venue_order_id is not None else None

    def is_bygone(self, client_order_id: ClientOrderId | None, venue_order_id: VenueOrderId | None) -> bool:
        """Whether these ids are those of an order of ours that has ended, and is forgotten."""
        return client_order_id in self._bygone or venue_order_id in self._bygone

    def remember(self, bygone: Iterable[str]) -> None:
        """Know the ids of orders again that were forgotten before a crash."""
        for one in bygone:
            self._bygone.add(one)

    # Life.

    def add(self, order: OrderRecord, wire_id: ClientOrderId | None) -> None:
        """Know an order from now on."""
        client_order_id = order.client_order_id
        assert not self._is_taken(client_order_id), f"{client_order_id} was used before"
        self.orders[client_order_id] = order
        if not order.state.is_closed:
            self._working[client_order_id] = order
        if wire_id is not None and wire_id != client_order_id:
            self._by_wire[wire_id] = client_order_id
            self._wire_of[client_order_id] = wire_id

    def learn(self, order: OrderRecord, venue_order_id: VenueOrderId) -> bool:
        """Tie the venue's id to an order; whether that is new."""
        if venue_order_id in self._by_venue:
            return False
        self._by_venue[venue_order_id] = order
        return True

    def conflicts(self, order: OrderRecord, venue_order_id: VenueOrderId | None) -> bool:
        """Whether this id cannot be this order's: it has another, or the id is another order's."""
        if venue_order_id is None or venue_order_id in order.venue_order_ids:
            return False
        return order.venue_order_id is not None or venue_order_id in self._by_venue

    def working(self) -> list[OrderRecord]:
        """The orders that have not ended, oldest first."""
        return list(self._working.values())

    def review(self, order: OrderRecord) -> None:
        """An order has changed: keep the lists of those that work, that are in doubt, and that have ended."""
        client_order_id = order.client_order_id
        if order.state.is_closed:
            self._working.pop(client_order_id, None)
        else:
            self._working.setdefault(client_order_id, order)
        if order.doubts:
            before = self.doubtful.get(client_order_id, ())
            self.raised += any(why not in before for why in order.doubts)
            self.doubtful[client_order_id] = tuple(order.doubts)
        else:
            self.doubtful.pop(client_order_id, None)
        if order.settled and client_order_id not in self._in_grave:
            self._in_grave[client_order_id] = None
            self._buried.append(client_order_id)

    def bury(self, is_needed: Callable[[ClientOrderId], bool]) -> list[OrderRecord]:
        """Forget the oldest of the ended orders, beyond as many as are kept, and say which.

        Args:
            is_needed: Whether something is still to be found out that needs the order; it is then kept.
        """
        forgotten = []
        for _ in range(len(self._buried) - self._tombstones):
            oldest = self._buried.popleft()
            if is_needed(oldest):
                self._buried.append(oldest)
                continue
            del self._in_grave[oldest]
            order = self.orders[oldest]
            if order.settled:  # not one that later evidence has put in doubt again; it will come back here
                self._forget(order)
                forgotten.append(order)
        return forgotten

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many entries each index has, and how many it may have while no command needs an ended order."""
        unsettled = sum(not order.settled for order in self.orders.values())
        return {
            "orders": (len(self.orders), self._tombstones + unsettled),
            "venue order ids": (len(self._by_venue), 2 * len(self.orders)),
            "shortened ids": (len(self._by_wire), len(self.orders)),
            "ids of forgotten orders": self._bygone.fill,
        }

    def _forget(self, order: OrderRecord) -> None:
        client_order_id = order.client_order_id
        del self.orders[client_order_id]
        self._bygone.add(client_order_id)
        wire_id = self._wire_of.pop(client_order_id, None)
        if wire_id is not None:
            self._by_wire.pop(wire_id, None)
            self._bygone.add(wire_id)
        for venue_order_id in order.venue_order_ids:
            self._by_venue.pop(venue_order_id, None)
            self._bygone.add(venue_order_id)


class _Ring:
    """The ids added last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ids: dict[str, None] = {}
        self._order: deque[str] = deque()

    @property
    def fill(self) -> tuple[int, int]:
        """How many there are, and may be."""
        return len(self._ids), self._size

    def __contains__(self, one: str | None) -> bool:
        return one in self._ids

    def add(self, one: str) -> None:
        if one in self._ids:
            return
        self._ids[one] = None
        self._order.append(one)
        if len(self._order) > self._size:
            del self._ids[self._order.popleft()]
