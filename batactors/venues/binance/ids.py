"""Ids. Binance counts orders and fills per symbol, so ours hold the symbol, too (section 10).

An order is ``BTCUSDT:111``; one that waits for a trigger has a number of another count, ``algo:55`` (section 4.4). A
fill is ``BTCUSDT:900:111``, with its order, since both sides of a self-trade may have one number.
"""

import re
from hashlib import sha256

from batactors.model.ids import ClientOrderId, FillId, VenueOrderId
from batactors.model.positions import Forced
from batactors.venues.binance.checks import unsupported

ALGO = "algo"  # no symbol is written small
_LEGAL = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}")
_LONGEST = 36

# The venue's own orders, by what their client order ids begin with (section 4.3; the last was seen in others' frames).
_FORCED: dict[str, Forced] = {
    "autoclose-": Forced.LIQUIDATION,
    "adl_autoclose": Forced.DELEVERAGING,
    "settlement_autoclose-": Forced.SETTLEMENT,
    "delivery_autoclose-": Forced.SETTLEMENT,
}
_PREFIXES = tuple(_FORCED)


def order_id(symbol: str, number: int) -> VenueOrderId:
    """Our form of an order's number."""
    return VenueOrderId(f"{symbol}:{number}")


def algo_id(number: int) -> VenueOrderId:
    """Our form of the number of an order that waits for a trigger."""
    return VenueOrderId(f"{ALGO}:{number}")


def fill_id(symbol: str, trade: int, order: int) -> FillId:
    """Our form of a fill's number."""
    return FillId(f"{symbol}:{trade}:{order}")


def parts_of(venue_order_id: VenueOrderId) -> tuple[str, int]:
    """The symbol, or ``algo``, and the number.

    Raises:
        Unsupported: It is none of this venue's.
    """
    symbol, _, number = venue_order_id.rpartition(":")
    if not (symbol and number.isascii() and number.isdigit()):
        raise unsupported(f"venue order id {venue_order_id!r} is not of the form BTCUSDT:111 or algo:55")
    return symbol, int(number)


def trade_number(fill: FillId) -> int:
    """The number by which the venue counts this fill among those of its symbol.

    Raises:
        Unsupported: It is none of this venue's.
    """
    number = fill.split(":")[1:2]
    if not number or not (number[0].isascii() and number[0].isdigit()):
        raise unsupported(f"fill id {fill!r} is not of the form BTCUSDT:900:111")
    return int(number[0])


def is_conditional(venue_order_id: VenueOrderId | None) -> bool:
    """Whether it is the id of an order that waits for a trigger."""
    return venue_order_id is not None and venue_order_id.startswith(f"{ALGO}:")


def forced_by(client_order_id: str | None) -> Forced | None:
    """Why the venue placed the order itself, if its client order id says that it did."""
    if client_order_id is None or not client_order_id.startswith(_PREFIXES):
        return None
    return next(reason for prefix, reason in _FORCED.items() if client_order_id.startswith(prefix))


def fits(client_order_id: str) -> bool:
    """Whether the venue takes it, and would not be thought to have placed the order itself."""
    return _LEGAL.fullmatch(client_order_id) is not None and forced_by(client_order_id) is None


def shorten(client_order_id: str, attempt: int) -> ClientOrderId:
    """A legal id for this one, the same whenever asked.

    The first keeps what a reader recognises, the end, where counters are; the next ones are digests.
    """
    readable = "O" + client_order_id[1 - _LONGEST :]
    if attempt == 0 and fits(readable):
        return ClientOrderId(readable)
    text = f"{attempt} {client_order_id}".encode("utf-8", "surrogatepass")
    return ClientOrderId(sha256(text).hexdigest()[:32])
