"""The actors of one account, and the mailboxes between them: the picture of ``docs/roads.md``, drawn in code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import trio

from batactors.actors.board import Board
from batactors.actors.clock import ClockSync
from batactors.actors.connection import Connection
from batactors.actors.dedup import Dedup
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.inquirer import Inquirer
from batactors.actors.journal_watch import JournalWatch
from batactors.actors.lane import Lane
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    CutOff,
    DedupMessage,
    Drain,
    ForgetUnsent,
    LaneMessage,
    Outgoing,
    ReconcilerMessage,
    RestMessage,
    Told,
)
from batactors.actors.metadata import Metadata
from batactors.actors.reconciler import Reconciler
from batactors.actors.reply import Reply
from batactors.actors.rest import Rest
from batactors.actors.subscriber import Subscriber
from batactors.actors.supervisor import Backoff, ChildEvent, ChildSpec, Intensity, Restart, Supervisor
from batactors.config import AccountConfig, SupervisionConfig
from batactors.core.amending import completed
from batactors.core.clock import VenueClock
from batactors.core.expanding import Manner
from batactors.core.limiter import Limiter
from batactors.core.modes import Modes, known_of
from batactors.given import credentials_of, rules_of
from batactors.journal.store import Journal
from batactors.model.errors import (
    AuthError,
    BatactorsError,
    ConfigError,
    EngineStopped,
    PermissionDenied,
    TemporaryUnavailable,
)
from batactors.model.ids import AccountName, CommandId, InstrumentId
from batactors.model.instruments import Instrument
from batactors.model.modes import ModeSetting
from batactors.seams import Seams
from batactors.venues.codec import Codec

Value = TypeVar("Value")

DEDUP = "dedup"
ACTORS = ("connection", "rest", "clock", "lane", DEDUP, "reconciler", "journal", "metadata")  # parts of health
DEDUP_ROOM = 10_000
"""Frames that wait for the dedup actor; when it is full the session ends, and the next one hears it all again."""
LANE_ROOM = 1_000
"""Submissions that wait for the lane; who submits more waits."""
OUTBOX_ROOM = 100
"""Commands that wait to be encoded; the lane keeps the others, where cancels can still overtake."""
REST_ROOM = 1_000
RECONCILER_ROOM = 100
CLOSE_WITHIN = 2.0
"""Seconds for the actors to end in good order, closing handshakes included; who has not is cancelled then."""
GONE_WITHIN = 1.0
"""Seconds for who is cancelled to be gone, before the report of the stop is made without it."""
LEAST_STOP = 1.0
"""Seconds that an actor has at least to end: less is no time for a closing handshake."""


class Wiring:
    """One account's actors and what lies between them."""

    def __init__(
        self,
        *,
        name: AccountName,
        config: AccountConfig,
        supervision: SupervisionConfig,
        codec: Codec,
        journal: Journal,
        seams: Seams,
        watch: Callable[[ChildEvent], None],
    ) -> None:
        self.name = name
        self.config = config
        self.codec, self.seams = codec, seams
        credentials = credentials_of(name, config)
        self.board = Board(seams.clock, ACTORS, secrets=(credentials.api_secret, credentials.api_key))
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.is_running = False
        self.forced: tuple[str, ...] = ()
        """Who did not end in good order when the account was stopped."""
        self._scope, self._gone = trio.CancelScope(), trio.Event()
        self._ended: BatactorsError | None = None
        self._awaited: dict[Reply[Any], None] = {}
        self._mailboxes: dict[Mailbox[Any], None] = {}
        self._followed: dict[CommandId, Subscriber] = {}
        self._nursery: trio.Nursery | None = None
        patience = config.patience(codec.patience)
        self.dedup = Mailbox[DedupMessage]("dedup", DEDUP_ROOM)
        self.lane = Mailbox[LaneMessage]("lane", LANE_ROOM)
        self.rest = Mailbox[RestMessage]("rest", REST_ROOM)
        self.rest_outbox = Mailbox[Outgoing]("rest outbox", OUTBOX_ROOM)
        self.reconciler = Mailbox[ReconcilerMessage]("reconciler", RECONCILER_ROOM)
        self.outbox = Mailbox[Outgoing]("outbox", OUTBOX_ROOM)
        own = ModeSetting(mode=config.mode, reason="as configured", since=seams.clock.now())
        timed: dict[str, Any] = {"venue_clock": VenueClock(), "clock": seams.clock}
        limiter = Limiter(codec, clock=timed["venue_clock"], paced=config.paced)
        heeding = Heeding(limiter=limiter, board=self.board, clock=seams.clock, lane=self.lane)
        self.gate = Gate(
            account=name, modes=Modes(name, own), new_risk=config.new_risk_while_recovering, limiter=limiter,
            known_of=lambda one: known_of(one, self.dedup_actor.dispatch.ledger), board=self.board, lane=self.lane,
        )  # fmt: skip
        self.journal = JournalWatch(journal, self.board)
        self._rest_actor = rest = Rest(
            account=name, url=config.rest_url, codec=codec, credentials=credentials, patience=patience,
            mailbox=self.rest, dedup=self.dedup, board=self.board, gate=self.gate, outbox=self.rest_outbox,
            heeding=heeding, **timed,
        )  # fmt: skip
        manner = Manner(by_instrument=codec.by_instrument, keeps_conditional_apart=codec.keeps_conditional_apart)
        self.dedup_actor = Dedup(
            account=name, venue=codec.venue, rules=rules_of(config, patience, manner), journal=self.journal,
            mailbox=self.dedup, reconciler=self.reconciler, lane=self.lane, board=self.board, clock=seams.clock,
            fits=codec.fits, shorten=codec.shorten,
        )  # fmt: skip
        reconciler = Reconciler(
            mailbox=self.reconciler, board=self.board, clock=seams.clock, every=config.reconcile_every,
            inquirer=Inquirer(rest=self.rest, dedup=self.dedup, clock=seams.clock, manner=manner),
            chance=seams.chance.generator(f"{name}/reconciler"),
        )  # fmt: skip
        seen: dict[str, Any] = {"rest": self.rest, "board": self.board}
        clock = ClockSync(mailbox=heeding.clock_wishes, config=config, **timed, **seen)
        metadata = Metadata(codec=codec, instruments=self.instruments, **seen)
        self._lane_actor = lane = Lane(
            mailbox=self.lane, outbox=self.outbox, rest=self.rest_outbox, dedup=self.dedup, board=self.board,
            gate=self.gate, clock=seams.clock, heeding=heeding, instruments=self.instruments, supports=codec.check,
            send_within=config.send_within, validity=patience.validity, batch_limit=codec.batch_limit,
            completed=lambda given: completed(given, self.dedup_actor.dispatch.ledger, codec.amends_in_full),
        )  # fmt: skip
        connection = Connection(
            url=config.websocket_url, codec=codec, patience=patience, outbox=self.outbox, rest=self.rest,
            dedup=self.dedup, reconciler=self.reconciler, gate=self.gate, board=self.board, heeding=heeding,
            rest_outbox=self.rest_outbox, **timed,
        )  # fmt: skip
        stop_within = max(supervision.stop_within, LEAST_STOP)
        within: dict[str, Any] = {"start_within": supervision.start_within, "stop_within": stop_within}
        own_pace: dict[str, Any] = {"start_within": None, "stop_within": stop_within}
        bug = Intensity(failures=supervision.failures, seconds=supervision.within)
        self.supervisor = Supervisor(
            name,
            [
                # Who is told things comes before who tells them: they are stopped in the reverse order.
                ChildSpec(name=DEDUP, run=self.dedup_actor.run, intensity=bug, **within),
                ChildSpec(name="journal", run=self.journal.run, intensity=bug, **within),
                ChildSpec(name="rest", run=rest.run, intensity=bug, **within),
                # This one and the connection fail for as long as the venue cannot be reached, which is no bug of ours,
                # and each of their steps has a deadline of its own.
                # Without instruments a fill's fee has no currency: nothing else is asked for before they are known.
                ChildSpec(name="metadata", run=metadata.run, intensity=None, **own_pace),
                ChildSpec(name="clock", run=clock.run, intensity=bug, **own_pace),
                ChildSpec(name="reconciler", run=reconciler.run, intensity=bug, **within),
                ChildSpec(name="connection", run=connection.run, intensity=None, stop=connection.close, **own_pace),
                ChildSpec(name="lane", run=lane.run, intensity=bug, **within),
            ],
            backoff=Backoff(
                first=supervision.backoff_first, factor=supervision.backoff_factor, most=supervision.backoff_most,
                jitter=supervision.jitter, stable_after=supervision.stable_after,
            ),
            chance=seams.chance.generator(f"{name}/supervisor"),
            is_fatal=is_fatal,
            watch=self.board.watching(watch),
        )  # fmt: skip

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the actors, and the subscribers of those who follow commands, until stopped or cancelled."""
        try:
            with self._scope:
                async with trio.open_nursery() as nursery:
                    self._nursery = nursery
                    await nursery.start(self.supervisor.run)
                    self.is_running = True
                    task_status.started()
                    await trio.sleep_forever()  # the subscribers come and go
        finally:
            self.is_running = False
            self.end(EngineStopped(f"the engine of account {self.name!r} has ended"))
            self._gone.set()

    @property
    def is_busy(self) -> bool:
        """Whether a command is on its way to a verdict: given and not registered yet, waiting, or sent."""
        unresolved = self.dedup_actor.dispatch.desk.unresolved()
        return bool(unresolved or len(self.lane) or self._lane_actor.unhanded())

    async def stop(self) -> None:
        """End the actors in good order: who sends first, the dedup actor last, when it has dealt with all it was told.

        What is not ended in ``CLOSE_WITHIN`` seconds is cancelled. Nothing is waited for longer than ``GONE_WITHIN``
        beyond that.
        """
        if not self.is_running:
            return
        self._rest_actor.hurry()
        with trio.move_on_after(CLOSE_WITHIN) as closing:
            await self.supervisor.stop(after=DEDUP)
            unsent = self._lane_actor.unhanded()
            await self.dedup.put(ForgetUnsent(command_ids=unsent, reason="the engine stopped before it was sent"))
            await self.dedup.put(CutOff(reason="the engine stopped before an answer came"))
            await self._drained()
            await self.supervisor.stop()
        if closing.cancelled_caught:
            self.forced = self.supervisor.alive or (DEDUP,)  # it was down, and has not been told all
        self._scope.cancel()
        with trio.move_on_after(GONE_WITHIN):
            await self._gone.wait()

    async def _drained(self) -> None:
        """Wait until the dedup actor has dealt with all that it has been told so far."""
        reply: Reply[None] = Reply()
        await self.dedup.put(Drain(reply=reply))
        await reply.get()

    def end(self, error: BatactorsError) -> None:
        """Nothing more comes: let everybody who waits know why."""
        self._ended = self._ended or error
        self.board.end(self._ended)
        for subscriber in self._followed.values():
            subscriber.end(error)
        for reply in tuple(self._awaited):
            reply.fail(error)
        mailboxes: list[Mailbox[Any]] = [self.dedup, self.lane, self.rest, self.reconciler, *self._mailboxes]
        for mailbox in mailboxes:
            mailbox.close(error)

    async def follow(self, command_id: CommandId) -> Subscriber:
        """The subscriber of a command, begun if there is none yet; caught up with what has been told."""
        subscriber = self._followed.get(command_id)
        if subscriber is None or (subscriber.is_complete and self._ended is None):
            if self._ended is not None or self._nursery is None:
                raise self._ended or EngineStopped(f"the engine of account {self.name!r} has not started")
            subscriber = self._followed[command_id] = Subscriber(command_id, self.dedup)
            self._nursery.start_soon(self._keep, subscriber, command_id, name=f"{self.name}/subscriber {command_id}")
            await subscriber.caught_up()
        return subscriber

    async def _keep(self, subscriber: Subscriber, command_id: CommandId) -> None:
        name = f"subscriber {command_id}"
        await self.supervisor.keep(ChildSpec(name=name, run=subscriber.run, restart=Restart.TEMPORARY))
        if not subscriber.is_complete:
            subscriber.end(TemporaryUnavailable(f"the {name} crashed: ask for the handle again"))
        if self._followed.get(command_id) is subscriber:
            del self._followed[command_id]

    async def answer(self, reply: Reply[Value]) -> Value:
        """Wait for an actor's answer, or for the end of the engine.

        Raises:
            BatactorsError: What it answered with, or that the engine ended.
        """
        if self._ended is not None:
            raise self._ended.with_traceback(None)
        self._awaited[reply] = None
        try:
            return await reply.get()
        except TemporaryUnavailable as error:
            if self.board.closing and not isinstance(error, EngineStopped):
                raise EngineStopped(f"account {self.name!r} is stopping: {error.message}") from error
            raise
        finally:
            self._awaited.pop(reply, None)

    @contextmanager
    def mailbox(self, name: str, size: int) -> Iterator[Mailbox[Told]]:
        """A mailbox for a follower of the account, closed when the engine ends or the follower leaves.

        Raises:
            EngineStopped: It has ended.
        """
        if self._ended is not None:
            raise self._ended.with_traceback(None)
        mailbox = Mailbox[Told](name, size)
        self._mailboxes[mailbox] = None
        try:
            yield mailbox
        finally:
            del self._mailboxes[mailbox]
            mailbox.close(EngineStopped(f"the {name} has left"))


def is_fatal(error: BaseException) -> bool:
    """Whether to try again is pointless: what is wrong is in the configuration, or at the venue's desk."""
    return isinstance(error, AuthError | PermissionDenied | ConfigError) and not error.retriable
