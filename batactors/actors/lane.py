"""The ordered, throttled way down for one account's commands.

A command is checked, registered (journaled, its identity known) and only then queued. Cancels go before amends, amends
before creates; a burst of creates never delays a cancel. What cannot go out in time is told as not sent.
"""

from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from math import inf

import trio
from attrs import define, evolve

from batactors.actors.board import Board
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    DedupMessage,
    ForgetUnsent,
    LaneMessage,
    Outgoing,
    Register,
    RestMessage,
    SlowDown,
    Submit,
)
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.throttle import Throttle
from batactors.core.validation import check
from batactors.model.commands import CancelAll, Command, Operation
from batactors.model.errors import InvalidCommand
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, RequestId
from batactors.model.inputs import NotSent
from batactors.model.instruments import Instrument
from batactors.model.terms import TransportPolicy
from batactors.seams import WallClock

PRIORITY = {
    Operation.CANCEL_ALL: 0,
    Operation.CANCEL_ORDER: 0,
    Operation.AMEND_ORDER: 1,
    Operation.CREATE_ORDER: 2,
}
LOOK_AGAIN = 0.05
"""Seconds until a mailbox that had no room is tried again."""
MOST_AGES = 10_000
"""Orders whose age is known, for what a cancel of them costs; an unknown age counts as the youngest."""


@define(eq=False)
class Item:
    """Commands that will go out together, with their client order ids as the venue will see them."""

    commands: tuple[Command, ...]
    operation: Operation
    instrument: InstrumentId | None
    send_by: float

    @property
    def command_ids(self) -> tuple[CommandId, ...]:
        return tuple(command.command_id for command in self.commands)


class Lane:
    """The command lane of one account.

    Args:
        send_within: Seconds that a command may wait for its turn.
        batch_limit: How many commands of an operation one frame may carry.
    """

    def __init__(
        self,
        *,
        mailbox: Mailbox[LaneMessage],
        outbox: Mailbox[Outgoing],
        rest: Mailbox[RestMessage],
        dedup: Mailbox[DedupMessage],
        board: Board,
        clock: WallClock,
        throttle: Throttle,
        instruments: Mapping[InstrumentId, Instrument],
        send_within: float,
        batch_limit: Callable[[Operation], int],
    ) -> None:
        self._mailbox = mailbox
        self._outbox = outbox
        self._rest = rest
        self._dedup = dedup
        self._board = board
        self._clock = clock
        self._throttle = throttle
        self._instruments = instruments
        self._send_within = send_within
        self._batch_limit = batch_limit
        self._request_ids = count(1)
        self._queues: dict[tuple[int, InstrumentId | None], deque[Item]] = {}
        self._unhanded: dict[CommandId, None] = {}
        self._ages: dict[ClientOrderId, float] = {}

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Take commands until cancelled."""
        await self._forget_unhanded()
        task_status.started()
        while True:
            next_due = await self._hand_on()
            message = None
            with trio.move_on_at(next_due):
                message = await self._mailbox.take()
            if isinstance(message, Submit):
                await self._submit(message)
            elif isinstance(message, SlowDown):
                self._throttle.refused(message.instrument, trio.current_time())

    async def _forget_unhanded(self) -> None:
        """After a crash: what was registered and is in no queue any more will never be sent, and is told so."""
        queued = {command_id for queue in self._queues.values() for item in queue for command_id in item.command_ids}
        lost = tuple(command_id for command_id in self._unhanded if command_id not in queued)
        for command_id in lost:
            del self._unhanded[command_id]
        if lost:
            await self._dedup.put(ForgetUnsent(command_ids=lost, reason="the command lane crashed before it was sent"))

    async def _submit(self, submit: Submit) -> None:
        with submit.reply.answered_by("lane"):
            for command in submit.commands:
                check(command, self._instruments)
            for command in submit.commands:
                self._unhanded[command.command_id] = None
            registered: Reply[tuple[ClientOrderId | None, ...]] = Reply()
            await self._dedup.put(Register(commands=submit.commands, reply=registered))
            try:
                wire_ids = await registered.get()
            except InvalidCommand:
                for command in submit.commands:
                    del self._unhanded[command.command_id]
                raise
            submit.reply.give(None)
        sent = [_on_the_wire(*pair) for pair in zip(submit.commands, wire_ids, strict=True)]
        self._enqueue(sent)

    def _enqueue(self, commands: list[Command]) -> None:
        """Queue them, as many to a frame as the venue takes; a frame has one operation and one instrument."""
        send_by = trio.current_time() + self._send_within
        while commands:
            first = commands[0]
            limit = self._batch_limit(first.operation)
            fitting = 1
            while fitting < min(limit, len(commands)) and _alike(first, commands[fitting]):
                fitting += 1
            frame, commands = commands[:fitting], commands[fitting:]
            item = Item(
                commands=tuple(frame), operation=first.operation, instrument=_instrument(first), send_by=send_by
            )
            key = (PRIORITY[first.operation], item.instrument)
            self._queues.setdefault(key, deque()).append(item)

    async def _hand_on(self) -> float:
        """Hand on what may go out now; when to look again, on trio's clock."""
        next_due = inf
        for key in sorted(self._queues, key=lambda key: key[0]):
            queue = self._queues[key]
            while queue:
                due = await self._try(queue[0])
                if due is not None:
                    next_due = min(next_due, due)
                    break
                queue.popleft()
            if not queue:
                del self._queues[key]
        return next_due

    async def _try(self, item: Item) -> float | None:
        """Hand on one item, or tell that it is too late for it; else when to try again."""
        now = trio.current_time()
        if now >= item.send_by:
            await self._too_late(item, now)
            return None
        age = self._age(item, now)
        wait = self._throttle.wait(item.operation, item.instrument, age, len(item.commands), now)
        if wait:
            return min(now + wait, item.send_by)
        policy = item.commands[0].transport
        use_rest = policy is TransportPolicy.REST or (policy is TransportPolicy.AUTO and self._board.epoch is None)
        if not use_rest and self._board.epoch is None:
            return item.send_by  # a session that becomes ready wakes us
        outgoing = Outgoing(commands=item.commands, request_id=RequestId(next(self._request_ids)), send_by=item.send_by)
        # No wait between the look at the session and this: what it finds ended has told all that waited as not sent.
        if not (self._rest.post(outgoing) if use_rest else self._outbox.post(outgoing)):
            return min(now + LOOK_AGAIN, item.send_by)
        self._throttle.charge(item.operation, item.instrument, age, len(item.commands), now)
        self._note(item, now)
        return None

    async def _too_late(self, item: Item, now: float) -> None:
        reason = f"it could not be sent within {self._send_within:g} s"
        if self._board.epoch is None:
            reason += ": there is no session"
        for command_id in item.command_ids:
            self._unhanded.pop(command_id, None)
        await self._dedup.put(NotSent(at=now, on=self._clock.now(), command_ids=item.command_ids, reason=reason))

    def _age(self, item: Item, now: float) -> float | None:
        first = item.commands[0]
        if isinstance(first, CancelAll) or first.client_order_id is None or item.operation is Operation.CREATE_ORDER:
            return None
        placed = self._ages.get(first.client_order_id)
        return now - placed if placed is not None else None

    def _note(self, item: Item, now: float) -> None:
        for command in item.commands:
            self._unhanded.pop(command.command_id, None)
            if item.operation in (Operation.CREATE_ORDER, Operation.AMEND_ORDER) and not isinstance(command, CancelAll):
                if command.client_order_id is not None:
                    self._ages.pop(command.client_order_id, None)
                    self._ages[command.client_order_id] = now
        while len(self._ages) > MOST_AGES:
            del self._ages[next(iter(self._ages))]


def _on_the_wire(command: Command, wire_id: ClientOrderId | None) -> Command:
    if isinstance(command, CancelAll) or wire_id in (None, command.client_order_id):
        return command
    return evolve(command, client_order_id=wire_id)


def _instrument(command: Command) -> InstrumentId | None:
    return None if isinstance(command, CancelAll) else command.instrument


def _alike(first: Command, second: Command) -> bool:
    """Whether two commands may share a frame."""
    return (
        first.operation is second.operation
        and _instrument(first) == _instrument(second)
        and first.transport is second.transport
    )
