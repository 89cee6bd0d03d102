"""What really happened at the venue, by its own ledger: all that the verdict asks of the one side."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import VenueFill, VenueOrder


class Truth:
    """The ledger, with what a venue's own words in it mean."""

    closed_at_once: ClassVar[str | None] = None
    """The venue's reason for taking an order and closing it at once, which a client rightly calls a refusal."""
    by_request: ClassVar[str] = "User requested"
    """The venue's reason for cancelling an order that its owner wanted cancelled."""
    shrunk_away: ClassVar[str] = ""
    """The venue's reason for closing an order whose new terms leave nothing of it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def orders(self) -> list[VenueOrder]:
        """Every order that there ever was."""
        return list(self.ledger.orders.values())

    def orders_of(self, client_order_id: str | None) -> list[VenueOrder]:
        """Every order that ever had this client order id; more than one is one too many."""
        return self.ledger.orders_by_client_id(client_order_id or "")

    def fill_id(self, fill: VenueFill) -> str:
        """What a client calls this fill."""
        return fill.exec_id

    def order_id(self, order: VenueOrder) -> str:
        """What a client calls this order by the venue's own id."""
        return order.order_id

    def never_rested(self, order: VenueOrder) -> bool:
        """Whether the venue closed it because it would have taken liquidity."""
        return order.status == "canceled" and order.reason == self.closed_at_once

    def shrunk(self, order: VenueOrder) -> bool:
        """Whether new terms that the venue took left nothing of it."""
        return order.reason == self.shrunk_away

    def leverage(self, instrument: str) -> int | None:
        """What is set now, at a venue that has such a thing."""
        del instrument
        return None

    def positions(self) -> Mapping[str, Decimal] | None:
        """What is open, by instrument; ``None`` at a venue without positions."""
        return None
