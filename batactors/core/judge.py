"""Settles commands: by what an order's standing proves, by what answers to questions prove, or not yet."""

from batactors.core.commands import CommandRecord
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.ruling import NOT_DONE, Ruling, Undecidable
from batactors.core.setting_verdicts import from_setting
from batactors.core.standing import standing_of
from batactors.core.verdicts import from_order, is_its_doing, lives
from batactors.model.commands import AmendOrder, CancelOrder, CreateOrder, SettingCommand
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.terms import OrderState


class Judge:
    """Gives verdicts, and corrects them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def judge(self, record: CommandRecord, news: News) -> None:
        """Settle a command if the standing of the order that it concerns proves what became of it."""
        command = record.command
        if record.verdict is not None:
            return
        if isinstance(command, SettingCommand):
            self._judge_setting(record, command, news)
            return
        order = self._ledger.standing(command)
        if order is None:
            return
        found = from_order(record, order, self.amends(record))
        if found is not None:
            self.settle(record, found, news)

    def _judge_setting(self, record: CommandRecord, command: SettingCommand, news: News) -> None:
        """Settle a command if what was heard of the setting that it changes proves what became of it."""
        if not record.is_unknown:
            return  # the answer is on its way
        found = from_setting(record, command, self._ledger.desk.commands.values(), self._ledger.rules)
        if found is not None:
            self.settle(record, found, news)

    def settle(self, record: CommandRecord, found: Ruling | Undecidable, news: News) -> None:
        """Give a command its verdict, or leave it without one for good."""
        ledger, command = self._ledger, record.command
        ledger.changed.touch(record)
        standing = standing_of(ledger.standing(command))
        if isinstance(found, Undecidable):
            record.abandon(found, standing, news, ledger.passes.now(record, found))
            return
        if found.status is not CommandStatus.NOT_EXECUTED or not isinstance(command, CreateOrder):
            record.proved(found, standing, news, ledger.passes.now(record, found))
            self._expect(record, news)
            return
        order = ledger.book.orders[command.client_order_id]
        ledger.changed.events += order.absent(found.says, news)
        record.proved(found, standing_of(order), news, ledger.passes.now(record, found))
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
            if create.verdict is not None and create.verdict.status in NOT_DONE:
                self._revoke(create, lives(order), order, news)
        self._review_undone(order, news)
        ledger.book.review(order)
        if order.settled:
            ledger.changed.settled[order.client_order_id] = None

    def _review_undone(self, order: OrderRecord, news: News) -> None:
        """Effects may show after a command was told as not executed: what only it can have done, it did."""
        desk = self._ledger.desk
        for record in desk.undone_of(order.client_order_id):
            command = record.command
            if isinstance(command, CancelOrder) and order.state is OrderState.CANCELED:
                others = [*desk.cancels_of(order.client_order_id), *desk.amends_of(order.client_order_id)]
                if not any(_may_have_canceled(other, order) for other in others if other is not record):
                    says = "the order was canceled after all, and nothing else of ours did that"
                    self._revoke(record, Ruling(CommandStatus.ACCEPTED, Proof.ORDER_CLOSED, says), order, news)
            elif isinstance(command, AmendOrder) and is_its_doing(record, order.terms, self.amends(record)):
                says = "the order has the new terms after all"
                self._revoke(record, Ruling(CommandStatus.ACCEPTED, Proof.NEW_TERMS, says), order, news)

    def _revoke(self, record: CommandRecord, found: Ruling, order: OrderRecord, news: News) -> None:
        self._ledger.changed.touch(record)
        record.revoked(found, standing_of(order), news)
        self._expect(record, news)

    def _expect(self, record: CommandRecord, news: News) -> None:
        """An amend that was proved done may be ahead of what shows the order: look for its terms until they show."""
        command = record.command
        if not isinstance(command, AmendOrder) or record.receipt.status is not CommandStatus.ACCEPTED:
            return
        sent = [one for one in self.amends(record) if one.left_at is not None and one.receipt.status not in NOT_DONE]
        if any((one.left_at or 0.0) > (record.left_at or 0.0) for one in sent):
            return  # a later one may have changed them again
        for order in self._ledger.orders_of(record):
            if not order.state.is_closed:
                order.expect(command, news.at)
                self._ledger.book.review(order)

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

    def give_up(self, record: CommandRecord, news: News) -> None:
        """Those who wait for it are told how it stands: why, where nothing that can be asked will tell more."""
        if isinstance(record.command, SettingCommand):
            record.gave_up = True
            self.judge(record, news)
        if not record.has_ended:
            record.give_up_waiting(news)


def _may_have_canceled(record: CommandRecord, order: OrderRecord) -> bool:
    """Whether a command may be what took an order off the book: it may have left, and was not refused."""
    if record.left_at is None or record.refused_as_not_open:
        return False
    command = record.command
    if isinstance(command, AmendOrder) and (command.quantity is None or command.quantity > order.fills.sum):
        return False  # to less than is filled, an amend cancels the rest
    return record.verdict is None or record.verdict.status is not CommandStatus.REJECTED
