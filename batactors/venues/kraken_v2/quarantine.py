"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, QuarantineFact
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.venues.reading import UNREADABLE, Unsound, number, parts_of, quantity, text_of

__all__ = [
    "UNREADABLE",
    "Unsound",
    "alone",
    "aside",
    "each",
    "number",
    "parts_of",
    "quantity",
    "text_of",
    "whole_frame",
]

Row = TypeVar("Row")
_VENUE_ORDER_ID = re.compile(r'"(?:order_id|ordertxid)"\s*:\s*"([^"\\]{1,64})"')
_CLIENT_ORDER_ID = re.compile(r'"cl_ord_id"\s*:\s*"([^"\\]{1,64})"')


def each(data: Raw, every: Decoder[list[Row]], one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]) -> list[Fact]:
    """Read the rows of a frame: all at once, or, if anything is wrong with that, each by itself."""
    try:
        return [fact for row in every.decode(data) for fact in read(row)]
    except UNREADABLE:
        return [fact for part in parts_of(data) for fact in alone(part, one, read)]


def alone(part: Raw, one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]) -> list[Fact]:
    """Read one row, or set it aside."""
    try:
        return list(read(one.decode(part)))
    except UNREADABLE as error:
        return [aside(text_of(part), str(error))]


def aside(raw: str, reason: str, order: str | None = None) -> QuarantineFact:
    """One row, set aside, with the ids that can be read in it."""
    venue_order_id = order or next(_found(_VENUE_ORDER_ID, raw), None)
    client_order_id = next(_found(_CLIENT_ORDER_ID, raw), None)
    return QuarantineFact(
        raw=raw,
        reason=reason,
        venue_order_id=None if venue_order_id is None else VenueOrderId(venue_order_id),
        client_order_id=None if client_order_id is None else ClientOrderId(client_order_id),
    )


def whole_frame(frame: str | bytes, reason: str) -> list[Fact]:
    """A frame that cannot be taken apart, set aside once for each order that is named in it."""
    raw = text_of(frame)
    if orders := dict.fromkeys(_found(_VENUE_ORDER_ID, raw)):
        return [QuarantineFact(raw=raw, reason=reason, venue_order_id=VenueOrderId(order)) for order in orders]
    if orders := dict.fromkeys(_found(_CLIENT_ORDER_ID, raw)):
        return [QuarantineFact(raw=raw, reason=reason, client_order_id=ClientOrderId(order)) for order in orders]
    return [QuarantineFact(raw=raw, reason=reason)]


def _found(pattern: re.Pattern[str], raw: str) -> Iterator[str]:
    return (match[1] for match in pattern.finditer(raw))
