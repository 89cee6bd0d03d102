"""The ordered, throttled way down for one account's commands.

A command is checked, registered (journaled, its identity known) and only then queued. Cancels go before amends, amends
before creates; a burst of creates never delays a cancel. What cannot go out in time is told as not sent, and so is an
order that is cancelled while it still waits here.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import inf

import trio

from batactors.actors.ages import Ages
from batactors.actors.board import Board
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    DedupMessage,
    ForgetUnsent,
    LaneMessage,
    Outgoing,
    Register,
    SlowDown,
    Submit,
)
from batactors.actors.naming import on_the_wire, valid_for
from batactors.actors.queues import Item, Queues, frames
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.throttle import CANCELS
from batactors.core.validation import check
from batactors.model.commands import CancelAll, CancelOrder, Command, Operation
from batactors.model.errors import BatactorsError, InvalidCommand
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, RequestId
from batactors.model.inputs import NotSent
from batactors.model.instruments import Instrument
from batactors.model.modes import Exposure
from batactors.model.terms import Transport, TransportPolicy
from batactors.seams import WallClock

LOOK_AGAIN = 0.05
"""Seconds until a road that had no room is tried again."""
FIRST_REQUEST = 1_001
"""Smaller numbers are the codec's own, such as for subscriptions: what a venue says of those answers no command."""


class Lane:
    """The command lane of one account.

    Args:
        send_within: Seconds that a command may wait for its turn.
        validity: Seconds for which a command is valid that says nothing of it; journaled with it, for the next life.
        gate: What may go out now.
        batch_limit: How many commands of an operation one frame, or one HTTP request, may carry.
        carries: Whether the socket has a frame for such a command.
        supports: Raises ``Unsupported`` for a command that the venue cannot carry.
        completed: The commands as the venue wants them, with what it wants repeated.
        apart: The venue keeps orders that wait for a trigger apart from the others.
    """

    def __init__(
        self,
        *,
        mailbox: Mailbox[LaneMessage],
        outbox: Mailbox[Outgoing],
        rest: Mailbox[Outgoing],
        dedup: Mailbox[DedupMessage],
        board: Board,
        gate: Gate,
        clock: WallClock,
        heeding: Heeding,
        instruments: Mapping[InstrumentId, Instrument],
        send_within: float,
        validity: float | None = None,
        batch_limit: Callable[[Operation, Transport], int],
        carries: Callable[[Command], bool],
        supports: Callable[[Command], None],
        completed: Callable[[Sequence[Command]], tuple[Command, ...]] = tuple,
        apart: bool = False,
    ) -> None:
        self._mailbox = mailbox
        self._outbox = outbox
        self._rest = rest
        self._dedup = dedup
        self._board, self._gate, self._clock = board, gate, clock
        self._heeding, self._limiter = heeding, heeding.limiter
        self._instruments = instruments
        self._send_within = send_within
        self._validity = validity
        self._batch_limit = batch_limit
        self._carries = carries
        self._supports, self._completed = supports, completed
        self._request_ids = count(FIRST_REQUEST)
        self._queues = Queues(apart=apart)
        self._modes_seen = 0
        self._unhanded: dict[CommandId, None] = {}
        """What was to be registered, and has been neither handed on nor told as not sent."""
        self._ages = Ages()

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Take commands until cancelled."""
        await self._forget_unhanded("the command lane crashed before it was sent")
        task_status.started()
        while True:
            await self._take_back_forbidden()
            next_due = min(await self._hand_on(), self._heeding.next_look() or inf)
            message = None
            with trio.move_on_at(next_due):
                message = await self._mailbox.take()
            if isinstance(message, Submit):
                await self._submit(message)
            elif isinstance(message, SlowDown):
                self._limiter.refused(message.instrument, trio.current_time())

    # In.

    async def _submit(self, submit: Submit) -> None:
        wire_ids: Sequence[ClientOrderId | None] | None = None
        exposures: list[Exposure] = []
        with submit.reply.answered_by("lane"):
            for command in submit.commands:
                check(command, self._instruments)
            commands = self._completed(submit.commands)
            for command in commands:
                self._supports(command)
                exposures.append(self._gate.enter(command))
            given = tuple(valid_for(self._validity, one) for one in commands)
            wire_ids = await self._register(given)
            submit.reply.give(None)
        if wire_ids is None:
            return  # refused, which the caller has been told
        on_wire = [on_the_wire(*pair) for pair in zip(given, wire_ids, strict=True)]
        pairs = zip(on_wire, exposures, strict=True)
        going = [(command, exposure) for command, exposure in pairs if not await self._takes_back(command)]
        limits = {command.operation: self._most_legs(command) for command, _ in going}
        send_by = trio.current_time() + self._send_within
        for frame, exposure in frames(going, limits):
            self._queues.add(Item(commands=frame, send_by=send_by, exposure=exposure, given_at=submit.given_at))

    async def _register(self, commands: tuple[Command, ...]) -> Sequence[ClientOrderId | None]:
        self._unhanded.update(dict.fromkeys(command.command_id for command in commands))
        registered: Reply[tuple[ClientOrderId | None, ...]] = Reply()
        await self._dedup.put(Register(commands=commands, reply=registered))
        try:
            return await registered.get()
        except InvalidCommand:
            for command in commands:
                del self._unhanded[command.command_id]
            raise
        except BatactorsError:
            # It crashed on them, and may have registered them before that.
            await self._forget_unhanded("it could not be registered")
            raise

    def _most_legs(self, command: Command) -> int:
        most = self._batch_limit(command.operation, Transport.WEBSOCKET)
        if command.transport is TransportPolicy.REST:  # what is too much for one request, the rest client divides
            most = max(most, self._batch_limit(command.operation, Transport.REST))
        return min(most, self._limiter.legs(command.operation) or most)

    async def _takes_back(self, command: Command) -> bool:
        """Let an order that is cancelled while it waits here never go out; whether that is all there is to do."""
        if isinstance(command, CancelAll):
            await self._tell_unsent(self._queues.take_back_all(command), "it was cancelled before it was sent")
            return False
        if not isinstance(command, CancelOrder):
            return False
        taken = self._queues.take_back(command.client_order_id)
        if taken:
            await self._tell_unsent(taken, "it was cancelled before it was sent")
            await self._tell_unsent([command.command_id], "the order was taken back before it was sent")
        return bool(taken)

    # Out.

    async def _hand_on(self) -> float:
        """Hand on what may go out now; when to look again, on trio's clock."""
        next_due = inf
        waits_for: dict[InstrumentId | None, int] = {}
        for key in self._queues.keys:
            urgency, instrument = key
            # What is more urgent and waits for this counter to sink would wait for ever if what is lighter took room.
            is_held = self._is_in_time if waits_for.get(instrument, urgency) < urgency else self._is_held
            # It is taken out first: should it crash us, it is not tried again and again.
            while (found := self._queues.pop(key, is_held)) is not None:
                place, item = found
                due = await self._try(item)
                if due is not None:
                    self._queues.put_back(key, place, item)
                    next_due = min(next_due, due)
                    if self._wait(item, trio.current_time()):
                        waits_for.setdefault(instrument, urgency)
                    break
            next_due = min(next_due, self._queues.earliest(key))
        return next_due

    def _is_held(self, item: Item) -> bool:
        """Whether it has to wait until the account has recovered; what does wakes us. Too late, it waits no more."""
        return self._is_in_time(item) and self._gate.holds(item.exposure)

    def _is_in_time(self, item: Item) -> bool:
        return trio.current_time() < item.send_by

    async def _try(self, item: Item) -> float | None:
        """Hand on one item, or tell that it is too late for it; else when to try again."""
        now = trio.current_time()
        if now >= item.send_by:
            why = self._limiter.why_not(item.operation, now) or self._gate.recovering
            told = f"it could not be sent within {self._send_within:g} s"
            await self._tell_unsent(item.command_ids, told if why is None else f"{told}: {why}")
            return None
        wait = self._wait(item, now)
        if wait:
            return min(now + wait, item.send_by)
        road = self._road(item)
        if road is None:
            return item.send_by  # a session that becomes ready wakes us
        if not self._has_room(road, item):
            return min(now + LOOK_AGAIN, item.send_by)
        request_id = RequestId(next(self._request_ids))
        outgoing = Outgoing(
            commands=item.commands, request_id=request_id, send_by=item.send_by, exposure=item.exposure,
            given_at=item.given_at,
        )  # fmt: skip
        age = self._ages.youngest(item.commands, now)
        self._limiter.charge(item.commands, item.instrument, age, now, request_id)
        self._ages.note(item.commands, now)
        # From here on it is in other hands. Since the look at the session nothing has waited: a session that ends tells
        # all that it was handed as not sent.
        road.post(outgoing)
        for command_id in item.command_ids:
            self._unhanded.pop(command_id, None)
        return None

    def _wait(self, item: Item, now: float) -> float:
        """Seconds until the venue's counters have room for it."""
        return self._limiter.wait(item.commands, item.instrument, self._ages.youngest(item.commands, now), now)

    def _road(self, item: Item) -> Mailbox[Outgoing] | None:
        """The socket first; REST where it is asked for, or may be taken and there is no socket."""
        has_session = self._board.takes_commands
        by_socket = has_session and all(self._carries(command) for command in item.commands)
        if item.transport is TransportPolicy.REST or (item.transport is TransportPolicy.AUTO and not by_socket):
            return self._rest
        return self._outbox if has_session else None

    def _has_room(self, road: Mailbox[Outgoing], item: Item) -> bool:
        """REST carries one command at a time: only cancels queue there, the others where a cancel can overtake them."""
        if road is self._rest and item.operation not in CANCELS:
            return not len(road)
        return len(road) < road.size

    # What never goes out.

    def unhanded(self) -> tuple[CommandId, ...]:
        """What was to be registered, and is neither handed on nor told as not sent; for when the lane has ended."""
        return tuple(self._unhanded)

    async def _forget_unhanded(self, reason: str) -> None:
        """What was to be registered and is in no queue will never be sent, and is told so where it was registered."""
        queued = set(self._queues.command_ids)
        lost = tuple(command_id for command_id in self._unhanded if command_id not in queued)
        if lost:
            await self._dedup.put(ForgetUnsent(command_ids=lost, reason=reason))
        for command_id in lost:
            del self._unhanded[command_id]

    async def _take_back_forbidden(self) -> None:
        """A mode has become stricter, perhaps: what it forbids of what waits here is told so at once."""
        modes = self._gate.modes
        seen, self._modes_seen = self._modes_seen, modes.changes
        for exposure in self._queues.exposures if seen != modes.changes else ():
            reason = modes.why_not(exposure)
            if reason is not None:
                await self._tell_unsent(self._queues.take_back_exposure(exposure), reason)

    async def _tell_unsent(self, command_ids: Sequence[CommandId], reason: str) -> None:
        if not command_ids:
            return
        now = trio.current_time()
        await self._dedup.put(NotSent(at=now, on=self._clock.now(), command_ids=tuple(command_ids), reason=reason))
        for command_id in command_ids:
            self._unhanded.pop(command_id, None)
