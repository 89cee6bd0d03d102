"""Commands and instruments for the tests of the actors, with what a test does not care about filled in."""

from decimal import Decimal
from itertools import count
from typing import Any

from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId
from batactors.model.instruments import Instrument
from batactors.model.terms import OrderType, Side

ACCOUNT = AccountName("kraken")
BTC = InstrumentId("BTC/USD")
ETH = InstrumentId("ETH/USD")

_numbers = count(1)


def instrument(name: InstrumentId = BTC, **fields: Any) -> Instrument:
    """An instrument with a tick of 0.1, a step of 0.01, and minimums of 0.05 and 5."""
    base, quote = name.split("/")
    usual: dict[str, Any] = {
        "id": name, "base": Asset(base), "quote": Asset(quote), "tick": Decimal("0.1"), "step": Decimal("0.01"),
        "minimum_quantity": Decimal("0.05"), "minimum_cost": Decimal(5),
    }  # fmt: skip
    return Instrument(**(usual | fields))


INSTRUMENTS = {BTC: instrument(BTC), ETH: instrument(ETH)}


def create(client_order_id: str | None = None, **fields: Any) -> CreateOrder:
    """Buy 1 BTC at 50000."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "command_id": CommandId(f"create-{number}"), "account": ACCOUNT,
        "client_order_id": ClientOrderId(client_order_id or f"order-{number}"), "instrument": BTC, "side": Side.BUY,
        "order_type": OrderType.LIMIT, "quantity": Decimal(1), "price": Decimal(50_000),
    }  # fmt: skip
    return CreateOrder(**(usual | fields))


def amend(client_order_id: str | None, **fields: Any) -> AmendOrder:
    """Move its price to 50001."""
    usual: dict[str, Any] = {
        "command_id": CommandId(f"amend-{next(_numbers)}"), "account": ACCOUNT,
        "client_order_id": client_order_id, "instrument": BTC, "price": Decimal(50_001),
    }  # fmt: skip
    return AmendOrder(**(usual | fields))


def cancel(client_order_id: str | None, **fields: Any) -> CancelOrder:
    """Take it off the book."""
    usual: dict[str, Any] = {
        "command_id": CommandId(f"cancel-{next(_numbers)}"), "account": ACCOUNT,
        "client_order_id": client_order_id, "instrument": BTC,
    }  # fmt: skip
    return CancelOrder(**(usual | fields))


def cancel_all(**fields: Any) -> CancelAll:
    """Take everything off the book."""
    return CancelAll(command_id=CommandId(f"cancel-all-{next(_numbers)}"), account=ACCOUNT, **fields)
