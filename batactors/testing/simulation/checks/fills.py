"""What is told is what happened: no fill invented, none lost."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from batactors.journal.store import Entry
from batactors.model.ids import ClientOrderId
from batactors.model.order_events import OrderFilled
from batactors.model.reports import FillReport
from batactors.testing.simulation.checks.base import Check
from batactors.testing.venue.orders import VenueFill


class NothingInvented(Check):
    """Each fill told is in the venue's ledger with this quantity, price and fee; in the end none is missing."""

    promise: ClassVar[str] = "P2, P6"

    def wrote(self, entry: Entry) -> Iterator[str]:
        words = self.scene.words
        if isinstance(entry, OrderFilled):
            real = {words.fill_id(fill): fill for fill in self._fills_of(entry.client_order_id)}.get(entry.fill_id)
            yield from _compare(entry, real, entry.client_order_id)
        elif isinstance(entry, FillReport):
            order_id = words.ledger_id(entry.venue_order_id)
            fills = {words.fill_id(fill): fill for fill in self.scene.ledger.fills_of(order_id)}
            yield from _compare(entry, fills.get(entry.fill_id), entry.venue_order_id)

    def settled(self) -> Iterator[str]:
        ours: set[str] = set()
        fill_id = self.scene.words.fill_id
        for client_order_id in self.scene.record.creates:
            events = self.scene.record.events[client_order_id]
            told = Counter(str(event.fill_id) for event in events if isinstance(event, OrderFilled))
            told.update(str(report.fill_id) for report in self.reported(client_order_id))
            real = Counter(str(fill_id(fill)) for fill in self._fills_of(client_order_id))
            ours.update(real)
            if told != real:
                yield f"{client_order_id}: not told {sorted(real - told)}, told too often {sorted(told - real)}"
        reported = {report.fill_id for report in self.scene.record.reports if isinstance(report, FillReport)}
        strange = [fill_id(fill) for fill in self.scene.ledger.fills if fill_id(fill) not in ours]
        missing = [fill_id for fill_id in strange if fill_id not in reported]
        if missing:
            yield f"fills of orders that are not the engine's were not reported: {missing}"

    def _fills_of(self, client_order_id: ClientOrderId) -> list[VenueFill]:
        ledger = self.scene.ledger
        return [fill for order in self.at_venue(client_order_id) for fill in ledger.fills_of(order.order_id)]


def _compare(told: OrderFilled | FillReport, real: VenueFill | None, whose: str) -> Iterator[str]:
    if real is None:
        yield f"{whose}: fill {told.fill_id} is told, and the venue has none such"
        return
    fees = sum((fee.amount for fee in told.fees), Decimal(0))
    if (told.quantity, told.price, fees) != (real.quantity, real.price, real.fee):
        yield (
            f"{whose}: fill {told.fill_id} is told as {told.quantity} @ {told.price}, fees {fees}; at the venue it is "
            f"{real.quantity} @ {real.price}, fee {real.fee}"
        )
