"""Setting aside what is bad, alone and whole, with the orders that it may concern (P8): what is the same for venues."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.facts import Fact, QuarantineFact
from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.venues.reading import UNREADABLE, parts_of, text_of

Row = TypeVar("Row")
MOST = 50
"""Orders that one frame is taken to name: more than any that can be read."""


def ids_by(pattern: re.Pattern[str]) -> Callable[[str], Iterator[VenueOrderId]]:
    """What finds the venue's ids of orders, where the pattern's first group is one."""
    return lambda text: (VenueOrderId(match[1]) for match in pattern.finditer(text))


def names_by(pattern: re.Pattern[str]) -> Callable[[str], Iterator[ClientOrderId]]:
    """What finds client order ids, where the pattern's first group is one."""
    return lambda text: (ClientOrderId(match[1]) for match in pattern.finditer(text))


@frozen(kw_only=True)
class SettingAside:
    """How one venue's rows are set aside.

    Attributes:
        orders: The venue's ids of orders in a text.
        names: The client order ids in it.
        secret: What is kept out: all that stands behind its first group, to the next quotation mark.
    """

    orders: Callable[[str], Iterable[VenueOrderId]]
    names: Callable[[str], Iterable[ClientOrderId]]
    secret: re.Pattern[str] | None = None

    def each(
        self, data: Raw, every: Decoder[list[Row]], one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]
    ) -> list[Fact]:
        """Read the rows of a list: all at once, or, if anything is wrong with that, each by itself."""
        try:
            return [fact for row in every.decode(data) for fact in read(row)]
        except UNREADABLE:
            return [fact for part in parts_of(data) for fact in self.alone(part, one, read)]

    def alone(self, part: str | bytes | Raw, one: Decoder[Row], read: Callable[[Row], Iterable[Fact]]) -> list[Fact]:
        """Read one row, or set it aside."""
        try:
            return list(read(one.decode(part)))
        except UNREADABLE as error:
            return self.aside(part, str(error))

    def aside(self, raw: str | bytes | Raw, reason: str) -> list[Fact]:
        """A row or a frame, set aside once for each order that is named in it."""
        text = text_of(raw)
        if self.secret is not None:
            text = self.secret.sub(r"\1(secret)", text)
        orders = list(islice(dict.fromkeys(self.orders(text)), MOST))
        if len(orders) > 1:
            return [QuarantineFact(raw=text, reason=reason, venue_order_id=order) for order in orders]
        named = list(islice(dict.fromkeys(self.names(text)), MOST))
        if len(named) > 1 and not orders:
            return [QuarantineFact(raw=text, reason=reason, client_order_id=name) for name in named]
        return [
            QuarantineFact(
                raw=text,
                reason=reason,
                venue_order_id=orders[0] if orders else None,
                client_order_id=named[0] if len(named) == 1 else None,
            )
        ]
