"""The one writer: everything told about an order passes through here, in one order, and comes out once.

Facts in, events out. What they mean is decided by ``core.dispatch``; here it is journaled, and then told to those who
follow. A burst of messages is applied whole and shares one sync of the journal; what comes meanwhile is the next burst.
After a crash everything is rebuilt from the journal, never resumed half-applied.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

import trio

from batactors.actors.adopting import adopt, answer_adopt
from batactors.actors.board import Board, Figures
from batactors.actors.burst import Applied, Burst
from batactors.actors.crashed import crashed_on_it
from batactors.actors.followers import Followers
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    Adopt,
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
from batactors.actors.meter import FRAME_TO_TOLD
from batactors.actors.naming import Naming
from batactors.actors.rebuilding import of_no_fate, rebuild
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.dispatch import Changes, Dispatch, Rules
from batactors.core.orders import News
from batactors.journal.store import Contents, Journal, Progress, SetAside
from batactors.model.errors import ErrorKind, InvalidCommand
from batactors.model.ids import AccountName, ClientOrderId, CommandId
from batactors.model.inputs import Elapsed, Heard, Input, NotSent, Registered, SessionEnded, Unanswered
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
        self._burst = Burst(journal, board.tap)
        self._mailbox = mailbox
        self._reconciler = reconciler
        self._lane = lane
        self._board = board
        self._clock = clock
        self._naming = Naming(fits, shorten)
        self._waiting: deque[DedupMessage] = deque()
        self._in_hand: DedupMessage | None = None
        self._of_no_fate: dict[CommandId, None] = {}
        """Of these only messages that we crashed on told whether they left; the journal says nothing of it yet."""
        self._raised = 0
        self._has_begun = False
        self._contents: Contents | None = None
        self.resumed: dict[CommandId, None] = {}
        """The commands that an earlier life of the process left open, or whose orders it did."""
        self._followers = Followers()
        self.dispatch = Dispatch(account, venue, rules, clock.now())

    @property
    def refused_by_followers(self) -> int:
        """How many messages found no room in the mailbox of a follower."""
        return self._followers.refused

    async def open(self, progress: Progress | None = None) -> None:
        """Open the journal and read it; to be called once, before anything is connected.

        Args:
            progress: Is told how far that is, if it takes long.

        Raises:
            JournalError: It cannot be used.
        """
        self._contents = await self._journal.read(progress)

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Take messages until cancelled."""
        await self._begin()
        task_status.started()
        while True:
            if not self._waiting:
                self._waiting.extend(await self._mailbox.take_all(BATCH, self.dispatch.desk.next_due))
            self._apply_all()
            await self._settle()

    def _apply_all(self) -> None:
        """Apply what waits, each message whole; one that crashes us is not taken up again."""
        while self._waiting:
            self._in_hand = self._waiting.popleft()
            self._handle(self._in_hand)
            self._in_hand = None
        if self.dispatch.desk.next_due <= trio.current_time():
            self._apply(Elapsed(at=trio.current_time(), on=self._clock.now()))

    async def _settle(self) -> None:
        """Make what was applied durable, all of it with one sync, and only then tell it."""
        await self._burst.keep()
        self._tell_all()
        await self._burst.forget()

    async def _begin(self) -> None:
        """Rebuild from the journal what an earlier life, of this actor or of the process, has told."""
        await self._burst.keep()  # what was applied before the message that crashed us is not lost
        self._burst.remember()
        contents, self._contents = self._contents or await self._journal.read(), None
        if not self._has_begun and contents.is_empty:
            self._has_begun = True
            return
        crashed_on, now = self._in_hand, News(at=trio.current_time(), on=self._clock.now(), origin=Origin.JOURNAL)
        told = (*of_no_fate(crashed_on), *self._of_no_fate)
        self._of_no_fate = dict.fromkeys(one for one in told if one not in contents.steps)
        known_until = min(self.dispatch.fills_since, self.dispatch.ledger.closed_since)
        dispatch = Dispatch(self._account, self._venue, self._rules, known_until)
        rebuild(
            dispatch, self.dispatch, contents, crashed_on, now, process_ended=not self._has_begun,
            may_have_left=(*told, *self.resumed),
        )  # fmt: skip
        if not self._has_begun:
            self.resumed = dict.fromkeys(record.command.command_id for record in dispatch.live())
        self.dispatch, self._has_begun = dispatch, True
        self._quarantine()
        self._count()
        self._followers.retell(dispatch)
        self._tell_all()
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
            reply.fail(crashed_on_it(crashed_on))

    # Apply: nothing waits, and nobody is told.

    def _handle(self, message: DedupMessage) -> None:
        match message:
            case Input():
                self._apply(message, message)
            case Register():
                self._register(message)
            case Adopt():
                self._burst.add(*adopt(message, self.dispatch))
            case Tell():
                self._apply(message.given, message)
            case AskAgenda():
                message.reply.give(self.dispatch.agenda(trio.current_time()))
            case Follow():
                self._burst.add(Applied(message=message, answer=self._followers.answer(message, self.dispatch)))
            case FollowAccount():
                answer = self._followers.answer_account(message, self.dispatch)
                self._burst.add(Applied(message=message, answer=answer))
            case Unfollow() | UnfollowAccount() | SetAside():
                self._burst.add(Applied(message=message))
            case ForgetUnsent():
                self._forget_unsent(message)
            case CutOff():
                self._cut_off(message)
            case Drain():
                self._burst.add(Applied(message=message))

    def _apply(self, given: Input, message: DedupMessage | None = None) -> None:
        self._burst.add(Applied(message=message, given=(given,), changes=(self.dispatch.apply(given),)))

    def _register(self, message: Register) -> None:
        try:
            wire_ids = self._naming.wire_ids(message.commands, self.dispatch.book)
        except InvalidCommand as error:
            message.reply.fail(error)
            return
        at, on = trio.current_time(), self._clock.now()
        given = [
            Registered(at=at, on=on, command=command, wire_id=wire_id)
            for command, wire_id in zip(message.commands, wire_ids, strict=True)
        ]
        changes = [self.dispatch.apply(registered) for registered in given]
        self._burst.add(Applied(message=message, changes=changes, wire_ids=wire_ids), given)

    def _forget_unsent(self, message: ForgetUnsent) -> None:
        unsent = tuple(one for one in message.command_ids if one in self.dispatch.desk.commands)
        given = NotSent(at=trio.current_time(), on=self._clock.now(), command_ids=unsent, reason=message.reason)
        self._apply(given, message)

    def _cut_off(self, message: CutOff) -> None:
        at, desk = trio.current_time(), self.dispatch.desk
        command_ids = tuple(one for road in Transport for one in desk.in_flight(road, at))
        self._apply(Unanswered(at=at, on=self._clock.now(), command_ids=command_ids, reason=message.reason), message)

    # Tell: it is durable, and nothing waits until all of it is told.

    def _tell_all(self) -> None:
        for applied in self._burst.take():
            self._in_hand = message = applied.message
            self._tell(applied)
            self._in_hand = None
            if isinstance(message, Heard) and message.read_at is not None:
                self._board.meter.note(FRAME_TO_TOLD, trio.current_time() - message.read_at)
        self._count()
        self._wake_in_doubt()

    def _tell(self, applied: Applied) -> None:
        for changes in applied.changes:
            # An order may settle without a word about it: the doubt that kept it open was dropped.
            self._followers.tell(changes)
            self._pass_on(changes)
        message, answer = applied.message, applied.answer
        match message:
            case Register():
                message.reply.give(applied.wire_ids)
            case Adopt():
                answer_adopt(message, self.dispatch)
            case Tell():
                message.reply.give(applied.changes[0])
            case SessionEnded():
                self._reconciler.post(Wake(reason="there is no session"))  # what nobody tells must be asked for
            case Follow() if answer is not None:
                self._followers.follow(message, answer)
            case Unfollow():
                self._followers.unfollow(message)
            case FollowAccount() if answer is not None:
                self._followers.follow_account(message, answer)
            case UnfollowAccount():
                self._followers.unfollow_account(message)
            case Drain():
                message.reply.give(None)

    def _pass_on(self, changes: Changes) -> None:
        """Wake those actors that have something to do because of it."""
        for step in changes.steps:
            if isinstance(step, RecoveryScheduled):
                self._reconciler.post(Wake(reason=step.reason))
            elif isinstance(step, Resolved) and step.receipt.error is ErrorKind.RATE_LIMITED:
                self._lane.post(SlowDown(instrument=step.receipt.instrument))

    def _wake_in_doubt(self) -> None:
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
                position_divergences=dispatch.ledger.positions.divergences,
                margin_calls=dispatch.ledger.positions.margin_calls,
            )
        )
