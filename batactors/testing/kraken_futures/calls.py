"""A client's request by REST taken apart."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import define, field

from batactors.testing.kraken_futures.refusals import bad, missing
from batactors.testing.venue import road
from batactors.testing.venue.text import Json, decimal_of, decode


class Arguments:
    """The parameters of a request by name: text from a form, which may have one name several times, or JSON values."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    @classmethod
    def of_row(cls, row: Json) -> "Arguments":
        """The members of one row of a batch."""
        return cls({name: [value] for name, value in row.items()})

    def all(self, name: str) -> list[str]:
        """Everything of this name; one text may be a list, with commas."""
        return [part for value in self._values.get(name, []) for part in str(value).split(",") if part]

    def text(self, name: str) -> str | None:
        """A parameter as text; None if it is not there."""
        value = self._values.get(name, [None])[0]
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None or isinstance(value, dict | list) or value == "" else str(value)

    def word(self, name: str) -> str:
        """A parameter that must be there."""
        text = self.text(name)
        if text is None:
            raise missing(name)
        return text

    def decimal(self, name: str) -> Decimal | None:
        """A number; None if it is not there."""
        text = self.text(name)
        number = None if text is None else decimal_of(text)
        if text is not None and number is None:
            raise bad(name)
        return number

    def integer(self, name: str) -> int | None:
        """A whole number; None if it is not there."""
        text = self.text(name)
        if text is not None and not text.removeprefix("-").isdecimal():
            raise bad(name)
        return None if text is None else int(text)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """`true` or `false`."""
        text = (self.text(name) or ("true" if default else "false")).lower()
        if text not in ("true", "false"):
            raise bad(name)
        return text == "true"


@define(kw_only=True, eq=False)
class Call(road.Call):
    """One request on its way through the venue.

    Attributes:
        rows: Of a batch.
        headers: Of HTTP.
        signed: The parameters as they were sent, and the path that is signed.
    """

    arguments: Arguments
    rows: list[Json] = field(factory=list)
    headers: dict[str, str] = field(factory=dict)
    signed: tuple[str, str] = ("", "")

    @property
    def client_order_ids(self) -> tuple[str, ...]:
        """The client order ids that it names."""
        named = [*self.arguments.all("cliOrdId"), *self.arguments.all("cliOrdIds")]
        named += [str(row["cliOrdId"]) for row in self.rows if row.get("cliOrdId")]
        return tuple(named)

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The order ids that it names."""
        names = ("orderId", "order_id", "orderIds")
        named = [one for name in names for one in self.arguments.all(name)]
        named += [str(row["order_id"]) for row in self.rows if row.get("order_id")]
        return tuple(named)


Handler = Callable[[Call], object]


def rows_of(arguments: Arguments) -> list[Json]:
    """The rows of a batch, which is JSON inside of a form."""
    text = arguments.text("json")
    if text is None:
        raise missing("json")
    try:
        value = decode(text)
    except ValueError:
        raise bad("json") from None
    rows = value.get("batchOrder") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad("json")
    return rows
