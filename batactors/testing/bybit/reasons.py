"""Why an order has ended, and the words that tell it: a status, a cancelType and a rejectReason.

An order's `reason` in the ledger is one of the venue's words: `Cancel...` is a cancelType, `EC_...` a rejectReason.
That of an order that the matching engine refused begins with `Rejected `, and that of one which an amend took off the
book with `Amended `.
"""

from batactors.testing.venue.orders import VenueOrder

BY_USER, BY_ADMIN, BY_DCP, BY_REDUCE_ONLY = "CancelByUser", "CancelByAdmin", "CancelByDCP", "CancelByReduceOnly"
BEFORE_LIQUIDATION, SETTLED = "CancelAllBeforeLiq", "CancelBySettle"
POST_ONLY, NO_LIQUIDITY, NOT_WHOLE = "EC_PostOnlyWillTakeLiquidity", "EC_NoImmediateQtyToFill", "EC_CancelForNoFullFill"
NO_ERROR, UNKNOWN, NO_ORIGINAL = "EC_NoError", "UNKNOWN", "EC_OrigClOrdIDDoesNotExist"
REFUSED, AMENDED = "Rejected ", "Amended "
AMENDED_AWAY = f"{AMENDED}{POST_ONLY}"
STATUSES = {
    "pending_new": "Created",
    "new": "New",
    "partially_filled": "PartiallyFilled",
    "filled": "Filled",
    "canceled": "Cancelled",
    "expired": "Cancelled",
}


def refused(reason: str) -> str:
    """The reason of an order that the matching engine refuses."""
    return f"{REFUSED}{reason}"


def status_of(order: VenueOrder, *, triggers_now: bool = False) -> str:
    """The state of an order, in the venue's word."""
    if order.closed and (order.reason or "").startswith(REFUSED):
        return "Rejected"
    if order.closed and order.status != "filled" and order.waits_for_trigger:
        return "Deactivated"
    if not order.closed and order.waits_for_trigger:
        return "Untriggered"
    return "Triggered" if triggers_now else STATUSES[order.status]


def cancel_type_of(order: VenueOrder) -> str:
    """Who has cancelled it."""
    reason = order.reason or ""
    return reason if order.closed and reason.startswith("Cancel") else UNKNOWN


def reject_reason_of(order: VenueOrder) -> str:
    """Why it was refused, or what it did not find."""
    reason = (order.reason or "").removeprefix(REFUSED).removeprefix(AMENDED)
    return reason if order.closed and reason.startswith("EC_") else NO_ERROR
