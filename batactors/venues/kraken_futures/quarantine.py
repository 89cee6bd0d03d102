"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, QuarantineFact
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.venues.reading import UNREADABLE, parts_of, text_of

Row = TypeVar("Row")
# `uid` is an order's in CANCEL and REJECT rows, and a fill's elsewhere: a name that nobody has harms nothing.
_VENUE_ORDER_ID = re.compile(r'"(?:order_id|orderId)"\s*:\s*"([^"\\]{1,64})"')
_CLIENT_ORDER_ID = re.compile(r'"(?:cli_ord_id|cliOrdId|clientId)"\s*:\s*"([^"\\]{1,100})"')
_SECRET = re.compile(r'("(?:api_key|original_challenge|signed_challenge)"\s*:\s*")[^"]*')
_MOST = 50  # orders that one frame is taken to name


def each(data: Raw, every: Decoder[list[Row]], one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]) -> list[Fact]:
    """Read the rows of a list: all at once, or, if anything is wrong with that, each by itself."""
    try:
        return [fact for row in every.decode(data) for fact in read(row)]
    except UNREADABLE:
        return [fact for part in parts_of(data) for fact in alone(part, one, read)]


def alone(part: str | bytes | Raw, one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]) -> list[Fact]:
    """Read one row, or set it aside."""
    try:
        return list(read(one.decode(part)))
    except UNREADABLE as error:
        return aside(part, str(error))


def aside(raw: str | bytes | Raw, reason: str) -> list[Fact]:
    """A row or a frame, set aside once for each order that is named in it."""
    text = _SECRET.sub(r"\1(secret)", text_of(raw))
    orders = list(dict.fromkeys(_VENUE_ORDER_ID.findall(text)))[:_MOST]
    named = list(dict.fromkeys(_CLIENT_ORDER_ID.findall(text)))[:_MOST]
    if len(orders) > 1:
        return [QuarantineFact(raw=text, reason=reason, venue_order_id=VenueOrderId(order)) for order in orders]
    if len(named) > 1 and not orders:
        return [QuarantineFact(raw=text, reason=reason, client_order_id=ClientOrderId(name)) for name in named]
    return [
        QuarantineFact(
            raw=text,
            reason=reason,
            venue_order_id=VenueOrderId(orders[0]) if orders else None,
            client_order_id=ClientOrderId(named[0]) if len(named) == 1 else None,
        )
    ]
