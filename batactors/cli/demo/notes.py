"""Writes down what the strategy is told: each order and each command is followed by a task of its own."""

from collections.abc import Callable
from decimal import Decimal

import trio

from batactors import Account, CommandHandle, CommandStatus, ErrorKind, NewOrder
from batactors.cli.demo.seen import Seen, SeenCommand, SeenOrder


class Notes:
    """Follows handles, and the account.

    Args:
        followers: Where those who follow live, until all is told.
        tell: Is told what is worth telling.
    """

    def __init__(self, seen: Seen, followers: trio.Nursery, tell: Callable[[str], None]) -> None:
        self.seen = seen
        self.limited: dict[str, None] = {}
        """Instruments whose rate limit is used up, by the venue's word."""
        self._followers = followers
        self._tell = tell

    async def follow_reports(self, account: Account) -> None:
        """Write down what is told of orders that are not ours, for ever."""
        async for report in account.reports():
            self.seen.reports.append(report)

    def follow(self, handle: CommandHandle, row: NewOrder) -> None:
        """Have a new order's events written down, and the steps of the command that makes it."""
        text = f"{row.side} {row.quantity} {row.instrument} @ {row.price or row.trigger_price or 'market'}"
        order = SeenOrder(
            client_order_id=str(handle.client_order_id), instrument=row.instrument, text=text, handle=handle
        )
        self.seen.orders[order.client_order_id] = order
        self.watch(handle)
        self._followers.start_soon(self._collect, order)

    def watch(self, handle: CommandHandle, price: Decimal | None = None, quantity: Decimal | None = None) -> None:
        """Have the steps of a command written down; price and quantity are what an amend asks for."""
        command = SeenCommand(
            command_id=handle.command_id, operation=handle.operation, client_order_id=handle.client_order_id,
            handle=handle, price=price, quantity=quantity,
        )  # fmt: skip
        self.seen.commands[command.command_id] = command
        self._followers.start_soon(self._note, command)

    def watch_setting(self, handle: CommandHandle, instrument: str, leverage: int) -> None:
        """Have the steps of a command that sets a leverage written down."""
        self.watch(handle)
        command = self.seen.commands[handle.command_id]
        command.instrument, command.leverage = instrument, leverage

    async def read_again(self) -> None:
        """Take in what was told late, after the streams had ended."""
        for order in self.seen.orders.values():
            if order.settled:
                order.events += [event async for event in order.handle.events(order.events[-1].sequence)]
        for command in self.seen.commands.values():
            if command.verdicts:
                command.steps += [step async for step in command.handle.lifecycle(command.steps[-1].sequence)]

    async def _collect(self, order: SeenOrder) -> None:
        async for event in order.handle.events():
            order.events.append(event)
        order.settled = True

    async def _note(self, command: SeenCommand) -> None:
        async for step in command.handle.lifecycle():
            command.steps.append(step)
        receipt = await command.handle.resolved()
        if command.was_unknown or receipt.status is not CommandStatus.ACCEPTED:
            doubt = "unknown, found out: " if command.was_unknown else ""
            verb = command.operation.partition("_")[0]
            self._tell(f"{verb} {receipt.instrument}: {doubt}{receipt.status}: {receipt.message}")
        if receipt.error is ErrorKind.RATE_LIMITED and receipt.instrument is not None:
            self.limited[receipt.instrument] = None
