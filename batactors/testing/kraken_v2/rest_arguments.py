"""Reading the parameters of REST calls, which come as form text or as JSON and must mean the same either way."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import frozen

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refs import OrderRef, named_order
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.wire import Json, decimal_of, moment_of

TRUE_WORDS = (True, "true", "True", "1", 1)


@frozen
class Arguments:
    """The parameters of one call, each under its name."""

    values: Json

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """A parameter as text; an empty one counts as absent, as in a form."""
        value = self.values.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.text(name)
        if value is None:
            raise invalid(name)
        return value

    def number(self, name: str) -> Decimal | None:
        """A decimal. Relative prices ("+5", "1%") are not simulated."""
        text = self.text(name)
        number = None if text is None or text[0] in "+#" or text[-1] == "%" else decimal_of(text)
        if text is not None and number is None:
            raise invalid(name)
        return number

    def integer(self, name: str) -> int | None:
        """A whole number."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return int(text)
        except ValueError:
            raise invalid(name) from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        return default if name not in self.values else self.values[name] in TRUE_WORDS

    def words(self, name: str) -> list[str]:
        """A list, or a text of several with commas."""
        value: Any = self.values.get(name)
        if isinstance(value, list):
            return [str(word) for word in value]
        return [word.strip() for word in str(value or "").split(",") if word.strip()]

    def deadline(self) -> datetime | None:
        """The moment after which the engine shall refuse."""
        if "deadline" not in self:
            return None
        moment = moment_of(self.values["deadline"])
        if moment is None:
            raise invalid("deadline")
        return moment

    def order(self) -> OrderRef:
        """The order that a command is for, by exactly one name. A whole number is a user reference."""
        txid, client_order_id = self.text("txid"), self.text("cl_ord_id")
        if (txid is None) == (client_order_id is None):
            raise Refused(refusals.INVALID_ARGUMENTS)
        return named_order(txid) if txid is not None else OrderRef(client_order_id=client_order_id)
