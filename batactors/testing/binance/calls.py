"""A client's request taken apart, whatever road it came by, and what it is answered with."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from attrs import define, field, frozen

from batactors.testing.binance.refusals import Refused, bad, missing
from batactors.testing.connection import Connection
from batactors.testing.venue.text import Json, decimal_of, decode

Transport = Literal["websocket", "rest"]
CLIENT_ID_NAMES = ("newClientOrderId", "origClientOrderId", "clientAlgoId")


class Arguments:
    """The parameters of a request by name: text from a form, JSON values from a frame."""

    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str) -> str | None:
        """A parameter as text; None if it is not there."""
        value = self.values.get(name)
        if value is None or isinstance(value, dict | list):
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def word(self, name: str) -> str:
        """A parameter that must be there."""
        text = self.text(name)
        if not text:
            raise missing(name)
        return text

    def decimal(self, name: str) -> Decimal | None:
        """A number; None if it is not there."""
        text = self.text(name)
        if text is None:
            return None
        number = decimal_of(text)
        if number is None:
            raise bad(name)
        return number

    def integer(self, name: str) -> int | None:
        """A whole number; None if it is not there."""
        text = self.text(name)
        if text is None:
            return None
        if not text.removeprefix("-").isdecimal():
            raise bad(name)
        return int(text)

    def flag(self, name: str) -> bool:
        """`true` or `false`; false if it is not there."""
        text = (self.text(name) or "false").lower()
        if text not in ("true", "false"):
            raise bad(name)
        return text == "true"

    def rows(self, name: str) -> list[Any] | None:
        """A list, as JSON in a form or as it is in a frame; None if it is not there."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = decode(value)
            except ValueError:
                raise bad(name) from None
        if value is not None and not isinstance(value, list):
            raise bad(name)
        return value


@frozen(kw_only=True)
class Answer:
    """What a request is answered with: a body for JSON, or bytes of something in front of the venue."""

    body: Any
    status: int = 200
    raw: bool = False
    headers: dict[str, str] = field(factory=dict)
    stall: float = 0.0
    cut: bool = False


Reply = Callable[[Answer | None], None]
"""Takes the answer of a request, or that there will be none. It may not wait."""


@define(kw_only=True, eq=False)
class Call:
    """One request on its way through the venue.

    Attributes:
        method: The bench's word for it, on both roads; see `METHODS` in `routes`.
        signed: What was signed, and the signature.
        account: Whose it is, once that is known.
        as_of: The moment (of trio's clock) whose state a read is answered with.
    """

    method: str
    transport: Transport
    arguments: Arguments
    connection: Connection
    reply: Reply
    req_id: int | str | None = None
    api_key: str = ""
    message: bytes = b""
    signature: str | None = None
    account: str = ""
    logged_on: bool = False
    as_of: float = 0.0

    @property
    def client_order_ids(self) -> tuple[str, ...]:
        """The client order ids that it names."""
        named = [self.arguments.text(name) for name in CLIENT_ID_NAMES]
        for name in ("batchOrders", "origClientOrderIdList"):
            for row in _listed(self.arguments, name):
                if isinstance(row, dict):
                    named += [row.get("newClientOrderId"), row.get("origClientOrderId")]
                else:
                    named.append(str(row))
        return tuple(name for name in named if isinstance(name, str))

    @property
    def order_ids(self) -> tuple[str, ...]:
        """The order ids that it names."""
        named = [self.arguments.text("orderId"), *map(str, _listed(self.arguments, "orderIdList"))]
        named += [str(row["orderId"]) for row in _listed(self.arguments, "batchOrders") if _has_id(row)]
        return tuple(name for name in named if name is not None)

    @property
    def occasion(self) -> dict[str, str | None]:
        """What a fault may be narrowed to."""
        named = self.client_order_ids
        return {"method": self.method, "transport": self.transport, "client_order_id": named[0] if named else None}


def _listed(arguments: Arguments, name: str) -> list[Any]:
    try:
        return arguments.rows(name) or []
    except Refused:
        return []


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and row.get("orderId") is not None
