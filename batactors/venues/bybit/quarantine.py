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
_ORDER = re.compile(r'"orderId"\s*:\s*"([^"\\]{1,64})"')
_CLIENT_ORDER_ID = re.compile(r'"orderLinkId"\s*:\s*"([^"\\]{1,64})"')
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
    text = text_of(raw)
    orders = [VenueOrderId(one) for one in dict.fromkeys(_ORDER.findall(text))][:_MOST]
    named = [ClientOrderId(one) for one in dict.fromkeys(_CLIENT_ORDER_ID.findall(text))][:_MOST]
    if len(orders) > 1:
        return [QuarantineFact(raw=text, reason=reason, venue_order_id=order) for order in orders]
    if len(named) > 1 and not orders:
        return [QuarantineFact(raw=text, reason=reason, client_order_id=name) for name in named]
    fact = QuarantineFact(
        raw=text,
        reason=reason,
        venue_order_id=orders[0] if orders else None,
        client_order_id=named[0] if len(named) == 1 else None,
    )
    return [fact]
