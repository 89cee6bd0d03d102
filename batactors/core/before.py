"""How things stood when a command was sent."""

from decimal import Decimal

from attrs import frozen

from batactors.model.ids import ClientOrderId, VenueOrderId


@frozen(kw_only=True)
class Before:
    """How things stood when a command was sent; what differs later may be its effect.

    Attributes:
        terms: Of the order that it addresses: total quantity, price, trigger price; ``None`` if not known.
        closed: That order had ended.
        open: For a cancel-all, the orders of ours that were surely open; the create of another may have been under way.
        others: For the same, the orders of others that were open.
        setting: For a command that changes a setting, its value, as text; ``None`` if not known.
    """

    terms: tuple[Decimal | None, Decimal | None, Decimal | None] | None = None
    closed: bool = False
    open: tuple[ClientOrderId, ...] = ()
    others: tuple[VenueOrderId, ...] = ()
    setting: str | None = None
