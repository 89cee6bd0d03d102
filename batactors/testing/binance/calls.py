"""A client's request taken apart, whatever road it came by, and what it is answered with."""

from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from attrs import define

from batactors.testing.binance.refusals import Refused, bad, missing
from batactors.testing.venue import road
from batactors.testing.venue.road import Answer as Answer  # noqa: PLC0414 - what is of every venue is found here too
from batactors.testing.venue.road import Reply as Reply  # noqa: PLC0414
from batactors.testing.venue.text import Json, decimal_of, decode

Transport = Literal["websocket", "rest"]
OTHER_NAMES = {"orderidlist": "orderIdList", "origclientorderidlist": "origClientOrderIdList"}
"""Names that ccxt 4.5.90 and python-binance 1.0.37 have, and what the documents call these."""
CLIENT_ID_NAMES = ("newClientOrderId", "origClientOrderId", "clientAlgoId")


class Arguments:
    """The parameters of a request by name: text from a form, JSON values from a frame."""

    def __init__(self, values: Json) -> None:
        self.values = {OTHER_NAMES.get(name, name): value for name, value in values.items()}

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


@define(kw_only=True, eq=False)
class Call(road.Call):
    """One request on its way through the venue.

    Attributes:
        method: The bench's word for it, on both roads; see `METHODS` in `routes`.
        message: What was signed.
    """

    arguments: Arguments
    api_key: str = ""
    message: bytes = b""
    signature: str | None = None
    logged_on: bool = False

    @cached_property
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
        """The order ids that it names; of a conditional order the one that the ledger has for it."""
        algo = self.arguments.text("algoId")
        named = [
            algo and f"algo:{algo}",
            self.arguments.text("orderId"),
            *map(str, _listed(self.arguments, "orderIdList")),
        ]
        named += [str(row["orderId"]) for row in _listed(self.arguments, "batchOrders") if _has_id(row)]
        return tuple(name for name in named if name is not None)


def _listed(arguments: Arguments, name: str) -> list[Any]:
    try:
        return arguments.rows(name) or []
    except Refused:
        return []


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and row.get("orderId") is not None
