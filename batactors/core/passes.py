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
from batactors.model.inputs import LookedUp, PassBegan, PassEnded
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

    def asked(self, given: LookedUp, records: Iterable[CommandRecord], order: OrderRecord | None) -> None:
        """The venue was asked for these commands, and for this order of ours."""
        if self._current is None:
            return
        for record in records:
            self._asked[record.command.command_id] = record
        if order is not None and given.failure is None:
            self._orders[order.client_order_id] = given.asked_at

    def now(self, record: CommandRecord, found: Ruling | Undecidable) -> PassReport | None:
        """How the pass stands at the moment at which this is found of this command."""
        if self._current is None:
            return None
        settled = [one for one in self._asked.values() if one.verdict is not None and one is not record]
        others = [one for one in self._asked.values() if one.verdict is None and one is not record]
        diverged = _is_divergence(found) + sum(one.outcome is RecoveryOutcome.DIVERGED for one in others)
        return evolve(
            self._current,
            asked=len({**self._asked, record.command.command_id: record}),
            settled=len(settled) + isinstance(found, Ruling),
            uncertain=len(others) + isinstance(found, Undecidable) - diverged,
            diverged=diverged,
            orders=len(self._orders),
        )

    def end(self, given: PassEnded, book: Book, rules: Rules, news: News) -> PassReport | None:
        """The pass has ended: what it came to."""
        if self._current is None:
            return None
        asked = list(self._asked.values())
        settled = sum(one.verdict is not None for one in asked)
        diverged = sum(one.verdict is None and one.outcome is RecoveryOutcome.DIVERGED for one in asked)
        report = evolve(
            self._current,
            ended_at=news.on,
            asked=len(asked),
            settled=settled,
            uncertain=len(asked) - settled - diverged,
            diverged=diverged,
            orders=len(self._orders),
            differences=tuple(self._differences(book, rules))[:MOST_DIFFERENCES],
            failure=given.failure,
        )
        self._current, self._asked, self._orders = None, {}, {}
        return report

    def _differences(self, book: Book, rules: Rules) -> Iterable[Difference]:
        """What stays contradictory though the venue was asked after its reads could still trail what raised it."""
        for client_order_id, asked_at in self._orders.items():
            order = book.orders.get(client_order_id)
            if order is None:
                continue
            for doubt in order.doubts.values():
                if asked_at >= doubt.since + rules.read_lag + rules.margin:
                    yield _difference(order, doubt)


def _is_divergence(found: Ruling | Undecidable) -> bool:
    return isinstance(found, Undecidable) and found.outcome is RecoveryOutcome.DIVERGED


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
