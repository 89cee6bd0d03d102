"""What is written about the orders of a market maker, for the benchmarks of the journal."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from batactors.journal.store import Entry
from batactors.model.commands import CreateOrder, Operation
from batactors.model.ids import (
    AccountName,
    Asset,
    ClientOrderId,
    CommandId,
    FillId,
    InstrumentId,
    RequestId,
    VenueOrderId,
)
from batactors.model.inputs import Registered
from batactors.model.lifecycle import Resolved, Sent
from batactors.model.order_events import Fee, OrderAccepted, OrderCanceled, OrderFilled, OrderSubmitted
from batactors.model.receipts import CommandReceipt, CommandStatus, Verdict
from batactors.model.terms import OrderState, OrderType, Origin, Side, Transport

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ACCOUNT, BTC = AccountName("kraken"), InstrumentId("BTC/USD")
FILLS = 4
"""Of each order; with them it has seven events and two steps."""


def order(number: int, *, ended: bool = True) -> list[Entry]:
    """All that is written about one order of a market maker."""
    own, command_id = ClientOrderId(f"{number:032x}"), CommandId(f"{number:032d}")
    on = NOW + timedelta(milliseconds=number)
    common: dict[str, Any] = {
        "account": ACCOUNT, "instrument": BTC, "client_order_id": own, "received_at": on, "origin": Origin.STREAM,
        "venue_order_id": VenueOrderId(f"O{number:05d}-ABCDE-FGHIJK"), "occurred_at": on,
    }  # fmt: skip
    create = CreateOrder(
        command_id=command_id, account=ACCOUNT, client_order_id=own, instrument=BTC, side=Side.BUY,
        order_type=OrderType.LIMIT, quantity=Decimal("1.25"), price=Decimal("64000.1"),
    )  # fmt: skip
    receipt = CommandReceipt(
        command_id=command_id, operation=Operation.CREATE_ORDER, status=CommandStatus.ACCEPTED, account=ACCOUNT,
        venue="kraken-spot", instrument=BTC, client_order_id=own,
    )  # fmt: skip
    fills = [fill(common, sequence) for sequence in range(3, 3 + FILLS)]
    entries: list[Entry] = [
        Registered(at=1.0, on=on, command=create, wire_id=own),
        OrderSubmitted(sequence=1, state=OrderState.SUBMITTED, **common),
        Sent(
            command_id=command_id, sequence=1, at=on, transport=Transport.WEBSOCKET, request_id=RequestId(number),
            valid_until=on,
        ),
        OrderAccepted(sequence=2, state=OrderState.ACCEPTED, **common),
        Resolved(
            command_id=command_id, sequence=2, at=on, receipt=receipt, verdict=Verdict(status=CommandStatus.ACCEPTED)
        ),
        *fills,
    ]  # fmt: skip
    if ended:
        entries.append(OrderCanceled(sequence=3 + FILLS, state=OrderState.CANCELED, filled=Decimal(1), **common))
    return entries


def fill(common: dict[str, Any], sequence: int) -> OrderFilled:
    """One of its fills."""
    return OrderFilled(
        sequence=sequence, state=OrderState.PARTIALLY_FILLED, fill_id=FillId(f"T{sequence:05d}-00001-AAAAAA"),
        side=Side.BUY, order_type=OrderType.LIMIT, quantity=Decimal("0.25"), price=Decimal("64000.1"),
        filled=Decimal("0.25"), fees=(Fee(asset=Asset("USD"), amount=Decimal("0.32")),), **common,
    )  # fmt: skip


class Fills:
    """Fills of one order that works on and on, in commits of a size."""

    def __init__(self) -> None:
        self._sequence = 10
        life = order(1, ended=False)
        self._like = next(entry for entry in life if isinstance(entry, OrderFilled))
        self.before = life

    def take(self, count: int) -> list[Entry]:
        self._sequence += count
        return [evolve(self._like, sequence=self._sequence - count + number) for number in range(count)]
