"""Settles commands: by what an order's standing proves, by what answers to questions prove, or not yet."""

from batactors.core.commands import CommandRecord
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.proofs import Undecidable
from batactors.core.verdicts import Finding, from_order
from batactors.model.commands import AmendOrder, CancelAll, CreateOrder
from batactors.model.receipts import CommandStatus
from batactors.model.terms import OrderState


class Judge:
    """Gives verdicts, and corrects them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def judge(self, record: CommandRecord, news: News) -> None:
        """Settle a command if the standing of the order that it concerns proves what became of it."""
        command = record.command
        if record.verdict is not None or isinstance(command, CancelAll):
            return
        order = self._ledger.standing(command)
        if order is None:
            return
        found = from_order(record, order, self.amends(record))
        if found is not None:
            self.settle(record, found, order.state, news)

    def settle(self, record: CommandRecord, found: Finding | Undecidable, state: OrderState | None, news: News) -> None:
        """Give a command its verdict, or leave it without one for good."""
        self._ledger.changed.touch(record)
        if isinstance(found, Undecidable):
            record.abandon(found.outcome, found.says, news)
            return
        record.proved(found.status, str(news.origin), found.says, state, news)
        if found.status is CommandStatus.NOT_EXECUTED and isinstance(record.command, CreateOrder):
            order = self._ledger.book.orders[record.command.client_order_id]
            self._ledger.changed.events += order.absent(found.says, news)
            self.review(order, news)

    def amends(self, record: CommandRecord) -> list[CommandRecord]:
        """All amends of the order that an amend addresses."""
        if not isinstance(record.command, AmendOrder):
            return []
        if record.order is not None:
            return self._ledger.desk.amends_of(record.order)
        address = record.command.venue_order_id
        return [
            other
            for other in self._ledger.desk.commands.values()
            if isinstance(other.command, AmendOrder) and other.command.venue_order_id == address
        ]

    def review(self, order: OrderRecord, news: News) -> None:
        """An order may stand otherwise than before: settle or correct the commands that this proves."""
        ledger = self._ledger
        for record in ledger.desk.of_order(order.client_order_id):
            self.judge(record, news)
        if order.accepted:
            create = ledger.desk.commands[order.create_command_id]
            if create.verdict is not None and create.verdict.status in _NOT_DONE:
                ledger.changed.touch(create)
                create.revoked(f"the order is {order.state}", order.state, news)
        ledger.book.review(order)
        if order.settled:
            ledger.changed.settled[order.client_order_id] = None

    def lose(self, record: CommandRecord, reason: str, news: News) -> None:
        """It may have left, and no answer came: from now on it is unknown, unless what we know settles it."""
        if record.has_ended or record.left_at is None or record.unknown_since is not None:
            return
        self._ledger.changed.touch(record)
        record.lost(reason, news)
        self.follow_up(record, news)

    def follow_up(self, record: CommandRecord, news: News) -> None:
        """A command has become unknown: perhaps what we know settles it; if not, those who wait are told in time."""
        self._ledger.desk.remind(news.at + self._ledger.rules.patience, record.command.command_id)
        self.judge(record, news)


_NOT_DONE = (CommandStatus.NOT_EXECUTED, CommandStatus.REJECTED)
