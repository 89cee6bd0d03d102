"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, QuarantineFact
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.venues.binance.ids import algo_id, forced_by, order_id
from batactors.venues.reading import UNREADABLE, parts_of, text_of

Row = TypeVar("Row")
# An order's number says nothing without its symbol, which stands before it in every row that the venue writes on its
# streams, and behind it in some over REST.
_SYMBOL = re.compile(r'"(?:s|symbol)"\s*:\s*"([^"\\]{1,40})"')
_NUMBER = re.compile(r'"(?:i|orderId)"\s*:\s*(\d{1,19})\b')
_ALGO = re.compile(r'"(?:aid|algoId)"\s*:\s*(\d{1,19})\b')
_CLIENT_ORDER_ID = re.compile(r'"(?:c|clientOrderId|caid|clientAlgoId)"\s*:\s*"([^"\\]{1,64})"')
# A wrapped frame of the private stream bears the listen key as the name of its stream.
_SECRET = re.compile(r'("(?:listenKey|stream|apiKey)"\s*:\s*")[^"]*')
_MOST = 50  # orders that one frame is taken to name: more than any that can be read


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
    orders = list(dict.fromkeys(_orders(text)))[:_MOST]
    if len(orders) > 1:
        return [QuarantineFact(raw=text, reason=reason, venue_order_id=order) for order in orders]
    named = [name for name in dict.fromkeys(_CLIENT_ORDER_ID.findall(text)) if forced_by(name) is None][:_MOST]
    if len(named) > 1 and not orders:
        return [QuarantineFact(raw=text, reason=reason, client_order_id=ClientOrderId(name)) for name in named]
    return [
        QuarantineFact(
            raw=text,
            reason=reason,
            venue_order_id=orders[0] if orders else None,
            client_order_id=ClientOrderId(named[0]) if len(named) == 1 else None,
        )
    ]


def _orders(text: str) -> Iterator[VenueOrderId]:
    yield from (algo_id(int(match[1])) for match in islice(_ALGO.finditer(text), _MOST))
    symbols = list(_SYMBOL.finditer(text))
    for match in islice(_NUMBER.finditer(text), _MOST):
        before = [symbol for symbol in symbols if symbol.start() < match.start()]
        nearest = before[-1:] or symbols[:1]
        if nearest and int(match[1]):
            yield order_id(nearest[0][1], int(match[1]))
