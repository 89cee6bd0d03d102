"""What the reconciler's present pass has come to: counted here, where the answers are taken in."""

from collections.abc import Iterable

from attrs import evolve

from batactors.core.book import Book
from batactors.core.commands import CommandRecord
from batactors.core.doubts import Doubt, Why
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.rules import Rules
from batactors.core.ruling import Ruling, Undecidable
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import LookedUp, PassBegan, PassEnded, ReadBack
from batactors.model.receipts import Difference, PassReport, RecoveryOutcome

MOST_DIFFERENCES = 100
"""Per pass; what is beyond them is told by the next, once these are gone."""


class Passes:
    """The passes of one account's reconciler."""

    def __init__(self) -> None:
        self._number = 0
        self.unended = 0
        """Passes that began and never ended: the reconciler crashed."""
        self._current: PassReport | None = None
        self._asked: dict[CommandId, CommandRecord] = {}
        self._orders: dict[ClientOrderId, float] = {}
        """Orders that were asked for, and when, on trio's clock."""

    def begin(self, given: PassBegan) -> None:
        """A pass begins."""
        self._number += 1
        self.unended += self._current is not None
        self._current = PassReport(number=self._number, triggers=given.triggers, began_at=given.on)
        self._asked, self._orders = {}, {}

    def asked(self, given: LookedUp | ReadBack, records: Iterable[CommandRecord], order: OrderRecord | None) -> None:
        """The venue was asked for these commands, and for this order of ours."""
        if self._current is None:
            return
        for record in records:
            self._asked[record.command.command_id] = record
        if order is not None and given.failure is None:
            self._orders[order.client_order_id] = given.asked_at

    def now(self, record: CommandRecord, found: Ruling | Undecidable) -> PassReport | None:
        """How the pass stands at the moment at which this is found of this command."""
        return None if self._current is None else self._counted(self._current, record, found)

    def end(self, given: PassEnded, book: Book, rules: Rules, news: News) -> PassReport | None:
        """The pass has ended: what it came to."""
        if self._current is None:
            return None
        report = evolve(
            self._counted(self._current),
            ended_at=news.on,
            differences=tuple(self._differences(book, rules))[:MOST_DIFFERENCES],
            failure=given.failure,
        )
        self._current, self._asked, self._orders = None, {}, {}
        return report

    def _counted(
        self, report: PassReport, record: CommandRecord | None = None, found: Ruling | Undecidable | None = None
    ) -> PassReport:
        """The report with its commands counted; this one by what is found of it, which its record does not have yet."""
        others = [one for one in self._asked.values() if one is not record]
        asked = len(others) + (record is not None)
        settled = sum(one.verdict is not None for one in others) + isinstance(found, Ruling)
        diverged = sum(one.verdict is None and one.outcome is RecoveryOutcome.DIVERGED for one in others)
        diverged += isinstance(found, Undecidable) and found.outcome is RecoveryOutcome.DIVERGED
        uncertain = asked - settled - diverged
        return evolve(
            report, asked=asked, settled=settled, uncertain=uncertain, diverged=diverged, orders=len(self._orders)
        )

    def _differences(self, book: Book, rules: Rules) -> Iterable[Difference]:
        """What stays contradictory though the venue was asked after its reads could still trail what raised it."""
        for client_order_id, asked_at in self._orders.items():
            order = book.orders.get(client_order_id)
            if order is None:
                continue
            for doubt in order.doubts.values():
                if asked_at >= doubt.since + rules.read_lag + rules.margin:
                    yield _difference(order, doubt)


def _difference(order: OrderRecord, doubt: Doubt) -> Difference:
    of = str(order.client_order_id)
    match doubt.why:
        case Why.MISSING_FILLS:
            return Difference(of=of, field="filled", ours=str(order.fills.sum), theirs=str(order.fills.claimed))
        case Why.OVERFILL:
            parked = sum((fact.quantity for fact in order.fills.parked.values()), order.fills.sum)
            return Difference(of=of, field="quantity", ours=str(order.quantity), theirs=f"{parked} filled")
        case _:
            return Difference(of=of, field="state", ours=str(order.state), theirs=doubt.note)
