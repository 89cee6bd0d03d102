"""A client's request taken apart, whatever road it came by, and what it is answered with."""

from decimal import Decimal
from typing import Any

from attrs import define, field, frozen

from batactors.testing.bybit.refusals import bad, missing
from batactors.testing.venue import road
from batactors.testing.venue.text import Json, decimal_of


class Arguments:
    """The parameters of a request by name: text from a query, JSON values from a body or a frame."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str) -> str | None:
        """A parameter as text; None if it is not there, or empty."""
        value = self.values.get(name)
        if value is None or value == "" or isinstance(value, dict | list):
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def word(self, name: str) -> str:
        """A parameter that must be there."""
        text = self.text(name)
        if text is None:
            raise missing(name)
        return text

    def decimal(self, name: str) -> Decimal | None:
        """A number; None if it is not there."""
        text = self.text(name)
        if text is None:
            return None
        number = decimal_of(text)
        if number is None:
            raise bad(f"params error: {name} invalid")
        return number

    def integer(self, name: str) -> int | None:
        """A whole number; None if it is not there."""
        text = self.text(name)
        if text is None:
            return None
        if not text.removeprefix("-").isdecimal():
            raise bad(f"params error: {name} invalid")
        return int(text)

    def flag(self, name: str) -> bool:
        """`true` or `false`; false if it is not there."""
        text = (self.text(name) or "false").lower()
        if text not in ("true", "false"):
            raise bad(f"params error: {name} invalid")
        return text == "true"

    def rows(self, name: str) -> list[Json]:
        """A list of objects, which must be there."""
        value = self.values.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
            raise missing(name)
        return value


@frozen
class Answered:
    """What a request was answered with: `result`, and `retExtInfo` beside it, which has the codes of a batch."""

    result: Json
    beside: Json = field(factory=dict)


@define(kw_only=True, eq=False)
class Call(road.Call):
    """One request on its way through the venue.

    Attributes:
        method: The bench's word for it, on both roads; see `METHODS` in `routes`.
        signed: What was signed besides time, key and window: the query or the body, as it was written.
        headers: Those of the request, by their names in lower case.
        session: The socket that it came by.
        has_body: Whether a GET had one.
    """

    arguments: Arguments
    headers: dict[str, str] = field(factory=dict)
    signed: str = ""
    has_body: bool = False
    session: Any = None
    counted: dict[str, str] = field(factory=dict)

    @property
    def client_order_ids(self) -> tuple[str, ...]:
        """The client order ids that it names."""
        return tuple(name for one in self._each() if (name := one.text("orderLinkId")) is not None)

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The order ids that it names."""
        return tuple(name for one in self._each() if (name := one.text("orderId")) is not None)

    def _each(self) -> list[Arguments]:
        listed = self.arguments.values.get("request")
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        return [self.arguments, *(Arguments(row) for row in rows)]
