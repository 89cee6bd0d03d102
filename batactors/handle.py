"""What a user holds for one command."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Generic, Protocol, Self, TypeVar

import trio

from batactors.actors.subscriber import Subscriber
from batactors.core.recovery import final_receipt
from batactors.model.commands import AmendOrder, CancelOrder, Command, Operation, instrument_of, order_of
from batactors.model.errors import EngineStopped, InvalidCommand
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.lifecycle import Ack, LifecycleEvent, Receipt, RecoveryCompleted, Resolved, Sent
from batactors.model.order_events import OrderEvent
from batactors.model.receipts import CommandAck, CommandReceipt, RecoveryOutcome, Verdict

Number = Decimal | str | int
Item = TypeVar("Item")


class Orders(Protocol):
    """What a handle needs of its account, to act on the order."""

    async def amend_order(
        self,
        client_order_id: str | None,
        *,
        venue_order_id: str | None,
        instrument: str | None,
        quantity: Number | None,
        price: Number | None,
        trigger_price: Number | None,
    ) -> "CommandHandle": ...

    async def cancel_order(
        self, client_order_id: str | None, *, venue_order_id: str | None, instrument: str | None
    ) -> "CommandHandle": ...


class CommandHandle:
    """One command, followed.

    It is queued when you hold it: registered, and not sent yet. From there on each stage can be waited for: ``sent()``,
    ``ack()``, ``resolved()`` for the command's end, ``events()`` for the order's.

    The engine owns the command; a handle only watches it. To cancel who waits here, or to drop the handle, changes
    nothing about what was sent. Any number of tasks may use one handle, and ``again()`` gives another with cursors of
    its own. Every method that waits raises ``InvalidCommand`` if the command ended so long ago that it is forgotten.
    """

    def __init__(self, command: Command, account: Orders, follow: Callable[[], Awaitable[Subscriber]]) -> None:
        self._command = command
        self._account = account
        self._begin = follow
        self._followed: Subscriber | None = None
        self._steps_read = 0
        self._receipts_read = 0

    def __repr__(self) -> str:
        return f"<CommandHandle {self.operation} {self.command_id} of {self.client_order_id or 'all orders'}>"

    @property
    def command_id(self) -> CommandId:
        """The engine's id of this command."""
        return self._command.command_id

    @property
    def operation(self) -> Operation:
        """What it asks for."""
        return self._command.operation

    @property
    def client_order_id(self) -> ClientOrderId | None:
        """The order that it is about, known before anything was sent; ``None`` if it is about none."""
        return order_of(self._command)

    @property
    def instrument(self) -> InstrumentId | None:
        """What it is about, where that is one instrument."""
        return instrument_of(self._command)

    async def sent(self) -> Sent | None:
        """The step at which its first byte was about to leave: from then on it may be carried out. The same each time.

        ``None`` once it is sure that there will be no such step, because it was never sent, or because the process died
        before it had written down that it was; ``ack()`` and ``resolved()`` say which.

        Raises:
            EngineStopped: The engine ended before.
        """
        step = await self._first(Sent, Ack)
        return step if isinstance(step, Sent) else None

    async def ack(self) -> CommandAck:
        """The first answer, or the first proof or failure that stands for one. The same each time.

        Raises:
            EngineStopped: The engine ended before.
        """
        step = await self._first(Ack)
        assert isinstance(step, Ack)
        return step.ack

    async def receipt(self) -> CommandReceipt:
        """The ack's receipt at the first call; at each further call the next receipt of this command.

        After the last one, that of the verdict, it gives that one again rather than wait for nothing.

        Raises:
            EngineStopped: The engine ended before.
        """
        subscriber = await self._follow()
        while True:
            receipts = [step.receipt for step in subscriber.steps if isinstance(step, Receipt)]
            if self._receipts_read < len(receipts):
                self._receipts_read += 1
                return receipts[self._receipts_read - 1]
            if subscriber.resolved and receipts:
                return receipts[-1]
            await self._more(subscriber)

    async def next_lifecycle(self) -> LifecycleEvent:
        """The next step of the command's life.

        Raises:
            trio.EndOfChannel: It is resolved, or never will be, and every step has been given.
            EngineStopped: The engine ended before.
        """
        subscriber = await self._follow()
        while self._steps_read >= len(subscriber.steps):
            if subscriber.resolved and subscriber.steps:
                raise trio.EndOfChannel
            await self._more(subscriber)
        self._steps_read += 1
        return subscriber.steps[self._steps_read - 1]

    def lifecycle(self, since: int = 0) -> AsyncIterator[LifecycleEvent]:
        """The steps after this sequence number, as they come, until the command is resolved, or never will be.

        Raises:
            EngineStopped: The engine ended before.
        """
        return _Reader(self, since, lambda subscriber: subscriber.steps, lambda subscriber: subscriber.resolved)

    async def resolved(self) -> CommandReceipt:
        """The receipt of the verdict.

        If the recovery of an unknown command lasts beyond the account's ``recovery_patience``, the receipt says
        ``UnknownExecution``; the engine goes on asking, and a later call gives the verdict.

        Raises:
            EngineStopped: The engine ended before.
        """
        subscriber = await self._follow()
        while True:
            for step in reversed(subscriber.steps):
                if isinstance(step, Resolved):
                    return step.receipt
                if isinstance(step, RecoveryCompleted) and step.report.outcome is not RecoveryOutcome.SYNCHRONIZED:
                    return final_receipt(_last_receipt(subscriber), step.report)
            await self._more(subscriber)

    async def verdict(self) -> Verdict:
        """The verdict with its evidence; for an unknown command, all that is known so far. Waits as ``resolved`` does.

        Raises:
            EngineStopped: The engine ended before.
        """
        await self.resolved()
        subscriber = await self._follow()
        for step in reversed(subscriber.steps):
            if isinstance(step, Resolved):
                return step.verdict
            if isinstance(step, RecoveryCompleted):
                return step.report.verdict
        raise AssertionError("resolved() returned, so one of the two was told")

    def events(self, since: int = 0) -> AsyncIterator[OrderEvent]:
        """What happens to the order after this sequence number, each event once and in order, until it is settled.

        Settled means: closed, and the fills told add up to the venue's own count. What is heard later still is told
        with ``late`` set, to those who then call this again. A cancel of everything has no events of its own.
        Where the venue counts fills that it does not tell, the order does not settle: ``OrderFillsMissing`` says so.

        Args:
            since: The last sequence number that the caller has dealt with; 0 tells everything.

        Raises:
            EngineStopped: The engine ended before.
        """
        return _Reader(self, since, lambda subscriber: subscriber.events, lambda subscriber: subscriber.settled)

    async def cancel(self) -> "CommandHandle":
        """Take the order off the book; the handle of the cancel.

        Raises:
            InvalidCommand: This command is about no one order.
            EngineStopped: The engine has ended.
        """
        return await self._account.cancel_order(
            self.client_order_id, venue_order_id=self._venue_order_id, instrument=self.instrument
        )

    async def amend(
        self,
        *,
        quantity: Number | None = None,
        price: Number | None = None,
        trigger_price: Number | None = None,
    ) -> "CommandHandle":
        """Change the order's terms in place; the handle of the amend. ``quantity`` is the new total.

        Raises:
            InvalidCommand: The venue could only refuse it.
            EngineStopped: The engine has ended.
        """
        return await self._account.amend_order(
            self.client_order_id,
            venue_order_id=self._venue_order_id,
            instrument=self.instrument,
            quantity=quantity,
            price=price,
            trigger_price=trigger_price,
        )

    def again(self) -> "CommandHandle":
        """Another handle of the same command, whose ``receipt`` and ``next_lifecycle`` begin from the start."""
        return CommandHandle(self._command, self._account, self._begin)

    @property
    def _venue_order_id(self) -> VenueOrderId | None:
        return self._command.venue_order_id if isinstance(self._command, AmendOrder | CancelOrder) else None

    async def _follow(self) -> Subscriber:
        """What is told of the command: all that has been, and what comes."""
        try:
            self._followed = await self._begin()
        except EngineStopped:
            if self._followed is None:
                raise
        return self._followed

    async def _more(self, subscriber: Subscriber) -> None:
        """Wait for more, or raise that no more will come."""
        if subscriber.is_forgotten:
            raise InvalidCommand(f"command {self.command_id} ended so long ago that it is forgotten")
        if subscriber.ended is not None:
            raise subscriber.ended.with_traceback(None)
        await subscriber.news()

    async def _first(self, *kinds: type[LifecycleEvent]) -> LifecycleEvent:
        subscriber = await self._follow()
        while True:
            for step in subscriber.steps:
                if isinstance(step, kinds):
                    return step
            await self._more(subscriber)


class _Reader(Generic[Item]):
    """One reader's place in what is told of a command. It holds nothing that must be closed: drop it where you like."""

    def __init__(
        self,
        handle: CommandHandle,
        since: int,
        told: Callable[[Subscriber], Sequence[Item]],
        ended: Callable[[Subscriber], bool],
    ) -> None:
        self._handle = handle
        self._read = max(0, since)
        self._told = told
        self._ended = ended
        self._subscriber: Subscriber | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        subscriber = self._subscriber = self._subscriber or await self._handle._follow()
        told = self._told(subscriber)
        while self._read >= len(told):
            if self._ended(subscriber) and not subscriber.is_forgotten:
                raise StopAsyncIteration
            await self._handle._more(subscriber)
        self._read += 1
        return told[self._read - 1]


def _last_receipt(subscriber: Subscriber) -> CommandReceipt:
    return next(step.receipt for step in reversed(subscriber.steps) if isinstance(step, Receipt))
