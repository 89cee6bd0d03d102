"""The one writer: everything told about an order passes through here, in one order, and comes out once.

Facts in, events out. What they mean is decided by ``core.dispatch``; here it is journaled, and then told to those who
follow. After a crash everything is rebuilt from the journal, never resumed half-applied.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import trio

from batactors.actors.board import Board, Figures
from batactors.actors.followers import Followers
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    AskAgenda,
    CutOff,
    DedupMessage,
    Drain,
    Follow,
    FollowAccount,
    ForgetUnsent,
    LaneMessage,
    ReconcilerMessage,
    Register,
    SlowDown,
    Tell,
    Unfollow,
    UnfollowAccount,
    Wake,
)
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.dispatch import Changes, Dispatch, Rules
from batactors.core.orders import News
from batactors.core.restore import restore
from batactors.journal.store import Journal
from batactors.model.commands import CancelAll, Command, CreateOrder
from batactors.model.errors import BatactorsError, ErrorKind, InvalidCommand
from batactors.model.ids import AccountName, ClientOrderId, CommandId
from batactors.model.inputs import Elapsed, Input, NotSent, Registered, Sending, SessionEnded, SessionReady, Unanswered
from batactors.model.lifecycle import RecoveryScheduled, Resolved
from batactors.model.terms import Origin, Transport
from batactors.seams import WallClock

logger = logging.getLogger("batactors.dedup")

BATCH = 256
"""Messages that one wake serves; more would keep other tasks from their turn."""


class Dedup:
    """The dedup actor of one account."""

    def __init__(
        self,
        *,
        account: AccountName,
        venue: str,
        rules: Rules,
        journal: Journal,
        mailbox: Mailbox[DedupMessage],
        reconciler: Mailbox[ReconcilerMessage],
        lane: Mailbox[LaneMessage],
        board: Board,
        clock: WallClock,
        fits: Callable[[ClientOrderId], bool],
        shorten: Callable[[ClientOrderId, int], ClientOrderId],
    ) -> None:
        self._account = account
        self._venue = venue
        self._rules = rules
        self._journal = journal
        self._mailbox = mailbox
        self._reconciler = reconciler
        self._lane = lane
        self._board = board
        self._clock = clock
        self._fits = fits
        self._shorten = shorten
        self._waiting: deque[DedupMessage] = deque()
        self._in_hand: DedupMessage | None = None
        self._of_no_fate: dict[CommandId, None] = {}
        """Of these only messages that we crashed on told whether they left; the journal says nothing of it yet."""
        self._raised = 0
        self._has_begun = False
        self._followers = Followers()
        self.dispatch = Dispatch(account, venue, rules, clock.now())

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Take messages until cancelled."""
        await self._begin()
        task_status.started()
        while True:
            if not self._waiting:
                with trio.move_on_at(self.dispatch.desk.next_due):
                    self._waiting.extend(await self._mailbox.take_all(BATCH))
            # Each message is dealt with whole; one that crashes us is not taken up again.
            while self._waiting:
                self._in_hand = self._waiting.popleft()
                await self._handle(self._in_hand)
                self._in_hand = None
            if self.dispatch.desk.next_due <= trio.current_time():
                await self._apply(Elapsed(at=trio.current_time(), on=self._clock.now()))

    async def _begin(self) -> None:
        """Rebuild from the journal what an earlier life, of this actor or of the process, has told."""
        contents = await self._journal.read()
        if not self._has_begun and not contents.registered and not contents.reports:
            self._has_begun = True
            return
        crashed_on, now = self._in_hand, News(at=trio.current_time(), on=self._clock.now(), origin=Origin.JOURNAL)
        told = (*_of_no_fate(crashed_on), *self._of_no_fate)
        self._of_no_fate = dict.fromkeys(one for one in told if one not in contents.steps)
        epoch = self.dispatch.ledger.epoch
        dispatch = Dispatch(self._account, self._venue, self._rules, self.dispatch.fills_since)
        restore(
            dispatch, contents.registered, contents.events, contents.steps, contents.reports, now,
            bygone=contents.bygone, process_ended=not self._has_begun, may_have_left=told,
        )  # fmt: skip
        if isinstance(crashed_on, SessionReady | SessionEnded):
            epoch = crashed_on.epoch if isinstance(crashed_on, SessionReady) else None
        if epoch is not None:
            # The session lives on, and tells all that happens from now on.
            dispatch.ledger.epoch, dispatch.ledger.ready_since = epoch, now.at
        # The stream says where a balance stands, not how it got there: what it said last still holds.
        dispatch.ledger.balances = self.dispatch.balances
        self.dispatch, self._has_begun = dispatch, True
        self._quarantine()
        self._count()
        self._followers.retell(dispatch)
        self._reconciler.post(Wake(reason="rebuilt"))

    def _quarantine(self) -> None:
        """What crashed us is not taken up again; whoever waits for an answer to it is told so."""
        crashed_on, self._in_hand = self._in_hand, None
        if crashed_on is None:
            return
        logger.error("%s: crashed on %r; it is quarantined, and everything is asked for", self._account, crashed_on)
        self._board.counters["quarantined", "crashed the dedup actor"] += 1
        reply: Reply[Any] | None = getattr(crashed_on, "reply", None)
        if reply is not None:
            reply.fail(CrashedError("the dedup actor crashed on it"))

    async def _handle(self, message: DedupMessage) -> None:
        match message:
            case Input():
                await self._apply(message)
            case Register():
                await self._register(message)
            case Tell():
                # Whatever goes wrong half-way is a crash of ours, also an error of the journal's: only to be rebuilt
                # undoes what was applied and not told.
                message.reply.give(await self._apply(message.given))
            case AskAgenda():
                message.reply.give(self.dispatch.agenda(trio.current_time()))
            case Follow():
                self._followers.follow(message, self.dispatch)
            case Unfollow():
                self._followers.unfollow(message)
            case FollowAccount():
                self._followers.follow_account(message, self.dispatch)
            case UnfollowAccount():
                self._followers.unfollow_account(message)
            case ForgetUnsent():
                await self._forget_unsent(message)
            case CutOff():
                await self._cut_off(message.reason)
            case Drain():
                message.reply.give(None)

    async def _register(self, message: Register) -> None:
        commands = message.commands
        try:
            wire_ids = self._wire_ids(commands)
        except InvalidCommand as error:
            message.reply.fail(error)
            return
        at, on = trio.current_time(), self._clock.now()
        given = [
            Registered(at=at, on=on, command=command, wire_id=wire_id)
            for command, wire_id in zip(commands, wire_ids, strict=True)
        ]
        changes = [self.dispatch.apply(registered) for registered in given]
        await self._journal.append([*given, *(event for change in changes for event in change.events)])
        for change in changes:
            self._followers.tell(change)
        message.reply.give(wire_ids)

    def _wire_ids(self, commands: Sequence[Command]) -> tuple[ClientOrderId | None, ...]:
        created = [command.client_order_id for command in commands if isinstance(command, CreateOrder)]
        if len(set(created)) < len(created):
            raise InvalidCommand("two orders of one batch have the same client_order_id: each order needs its own")
        wire_ids: list[ClientOrderId | None] = []
        for command in commands:
            wire_ids.append(self._wire_id(command, wire_ids))
        return tuple(wire_ids)

    def _wire_id(self, command: Command, beside: Sequence[ClientOrderId | None]) -> ClientOrderId | None:
        """The client order id as the venue will see it, and as no other of the same batch is seen."""
        if isinstance(command, CancelAll) or command.client_order_id is None:
            return None
        if isinstance(command, CreateOrder):
            for offset in range(len(beside) + 1):
                wire_id = self._shortened(command.client_order_id, offset)
                if wire_id not in beside:
                    return wire_id
            raise InvalidCommand(f"client_order_id {command.client_order_id!r} has no form that the batch leaves free")
        return self.dispatch.book.venue_client_id(command.client_order_id)

    def _shortened(self, client_order_id: ClientOrderId, offset: int) -> ClientOrderId:
        return self.dispatch.book.wire_id(
            client_order_id, self._fits, lambda one, attempt: self._shorten(one, attempt + offset)
        )

    async def _forget_unsent(self, message: ForgetUnsent) -> None:
        unsent = tuple(one for one in message.command_ids if one in self.dispatch.desk.commands)
        given = NotSent(at=trio.current_time(), on=self._clock.now(), command_ids=unsent, reason=message.reason)
        await self._apply(given)

    async def _cut_off(self, reason: str) -> None:
        at, desk = trio.current_time(), self.dispatch.desk
        command_ids = tuple(one for road in Transport for one in desk.in_flight(road, at))
        await self._apply(Unanswered(at=at, on=self._clock.now(), command_ids=command_ids, reason=reason))

    async def _apply(self, given: Input) -> Changes:
        changes = self.dispatch.apply(given)
        if changes.events or changes.steps or changes.reports:
            await self._journal.append([*changes.events, *changes.steps, *changes.reports])
        self._count()
        # An order may settle without a word about it: the doubt that kept it open was dropped.
        self._followers.tell(changes)
        if changes.forgotten or changes.forgotten_commands:
            await self._journal.forget(changes.forgotten, changes.forgotten_commands)
        self._pass_on(changes)
        if isinstance(given, SessionEnded):
            self._reconciler.post(Wake(reason="there is no session"))  # what nobody tells must be asked for
        return changes

    def _pass_on(self, changes: Changes) -> None:
        """Wake those actors that have something to do because of it."""
        for step in changes.steps:
            if isinstance(step, RecoveryScheduled):
                self._reconciler.post(Wake(reason=step.reason))
            elif isinstance(step, Resolved) and step.receipt.error is ErrorKind.RATE_LIMITED:
                self._lane.post(SlowDown(instrument=step.receipt.instrument))
        raised = self.dispatch.ledger.raised
        if raised != self._raised:
            self._reconciler.post(Wake(reason="doubt"))
        self._raised = raised

    def _count(self) -> None:
        """Let the board know what there is to worry about. It costs the same, however many orders there are."""
        dispatch, catch_up = self.dispatch, self.dispatch.catch_up
        self._board.listed_at = dispatch.ledger.listed_at
        self._board.count(
            Figures(
                unknown_commands=len(dispatch.desk.unknown),
                orders_in_doubt=len(dispatch.book.doubtful) + dispatch.strangers.doubtful,
                everything_doubtful=catch_up.note if catch_up is not None else None,
                divergences=dispatch.balances.divergences,
            )
        )


def _of_no_fate(crashed_on: DedupMessage | None) -> tuple[CommandId, ...]:
    """The commands of which only this message said whether they left."""
    return crashed_on.command_ids if isinstance(crashed_on, Sending | NotSent | ForgetUnsent) else ()


class CrashedError(BatactorsError):
    """An actor crashed while it dealt with this; what became of it is found out, not assumed."""

    kind = ErrorKind.TEMPORARY_UNAVAILABLE
