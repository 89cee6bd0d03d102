"""The actors of one account, and the mailboxes between them: the picture of ``docs/roads.md``, drawn in code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import trio

from batactors.actors.board import Board
from batactors.actors.connection import Connection
from batactors.actors.dedup import Dedup
from batactors.actors.inquirer import Inquirer
from batactors.actors.lane import Lane
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, LaneMessage, Outgoing, ReconcilerMessage, RestMessage, Told
from batactors.actors.metadata import Metadata
from batactors.actors.reconciler import Reconciler
from batactors.actors.reply import Reply
from batactors.actors.rest import Rest
from batactors.actors.subscriber import Subscriber
from batactors.actors.supervisor import Backoff, ChildEvent, ChildSpec, Intensity, Restart, Supervisor
from batactors.config import AccountConfig, Secret, SupervisionConfig
from batactors.core.dispatch import Rules
from batactors.core.throttle import Throttle
from batactors.journal.store import Journal
from batactors.model.credentials import Credentials
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
from batactors.model.limits import Patience
from batactors.seams import Seams
from batactors.venues.codec import Codec

Value = TypeVar("Value")

DEDUP_ROOM = 10_000
"""Frames that wait for the dedup actor; when it is full the session ends, and the next one hears it all again."""
LANE_ROOM = 1_000
"""Submissions that wait for the lane; who submits more waits."""
OUTBOX_ROOM = 100
"""Commands that wait to be encoded; the lane keeps the others, where cancels can still overtake."""
REST_ROOM = 1_000
RECONCILER_ROOM = 100
FEWEST_OTHERS = 1_000
"""Ended orders of others that are remembered at least: as many as one history may tell again after a restart."""


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
        self.codec = codec
        self.seams = seams
        self.journal = journal
        self.board = Board(seams.clock)
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.closing = False
        self._ended: BatactorsError | None = None
        self._awaited: dict[Reply[Any], None] = {}
        self._mailboxes: dict[Mailbox[Any], None] = {}
        self._followed: dict[CommandId, Subscriber] = {}
        self._nursery: trio.Nursery | None = None
        patience = config.patience(codec.patience)

        self.dedup = Mailbox[DedupMessage]("dedup", DEDUP_ROOM)
        self.lane = Mailbox[LaneMessage]("lane", LANE_ROOM)
        self.rest = Mailbox[RestMessage]("rest", REST_ROOM)
        self.reconciler = Mailbox[ReconcilerMessage]("reconciler", RECONCILER_ROOM)
        self.outbox = Mailbox[Outgoing]("outbox", OUTBOX_ROOM)

        rest = Rest(
            account=name, url=config.rest_url, codec=codec, credentials=_credentials(name, config), patience=patience,
            mailbox=self.rest, dedup=self.dedup, board=self.board, clock=seams.clock, paced=config.paced,
        )  # fmt: skip
        self.dedup_actor = Dedup(
            account=name, venue=codec.venue, rules=_rules(config, patience), journal=journal, mailbox=self.dedup,
            reconciler=self.reconciler, lane=self.lane, board=self.board, clock=seams.clock, fits=codec.fits,
            shorten=codec.shorten,
        )  # fmt: skip
        inquirer = Inquirer(
            rest=self.rest, dedup=self.dedup, clock=seams.clock, by_instrument=codec.lists_by_instrument
        )
        reconciler = Reconciler(
            mailbox=self.reconciler, inquirer=inquirer, board=self.board, clock=seams.clock,
            chance=seams.chance.generator(f"{name}/reconciler"), every=config.reconcile_every,
        )  # fmt: skip
        metadata = Metadata(codec=codec, rest=self.rest, board=self.board, instruments=self.instruments)
        lane = Lane(
            mailbox=self.lane, outbox=self.outbox, rest=self.rest, dedup=self.dedup, board=self.board,
            clock=seams.clock, throttle=Throttle(codec.pace), instruments=self.instruments,
            send_within=config.send_within, batch_limit=codec.batch_limit, supports=codec.check,
        )  # fmt: skip
        connection = Connection(
            url=config.websocket_url, codec=codec, patience=patience, outbox=self.outbox, rest=self.rest,
            dedup=self.dedup, reconciler=self.reconciler, lane=self.lane, board=self.board, clock=seams.clock,
        )  # fmt: skip

        bug = Intensity(failures=supervision.failures, seconds=supervision.within)
        self.supervisor = Supervisor(
            name,
            [
                ChildSpec(name="rest", run=rest.run, intensity=bug),
                ChildSpec(name="dedup", run=self.dedup_actor.run, intensity=bug),
                # This one and the last fail for as long as the venue cannot be reached, which is no bug of ours.
                # Without instruments a fill's fee has no currency: nothing else is asked for before they are known.
                ChildSpec(name="metadata", run=metadata.run, intensity=None),
                ChildSpec(name="reconciler", run=reconciler.run, intensity=bug),
                ChildSpec(name="lane", run=lane.run, intensity=bug),
                ChildSpec(name="connection", run=connection.run, intensity=None),
            ],
            backoff=Backoff(
                first=supervision.backoff_first, factor=supervision.backoff_factor, most=supervision.backoff_most,
                jitter=supervision.jitter, stable_after=supervision.stable_after,
            ),
            chance=seams.chance.generator(f"{name}/supervisor"),
            is_fatal=is_fatal,
            watch=watch,
        )  # fmt: skip

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the actors, and the subscribers of those who follow commands, until cancelled."""
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                await nursery.start(self.supervisor.run)
                task_status.started()
        finally:
            self.end(EngineStopped(f"the engine of account {self.name!r} has ended"))

    def end(self, error: BatactorsError) -> None:
        """Nothing more comes: let everybody who waits know why."""
        self._ended = self._ended or error
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


def _credentials(name: AccountName, config: AccountConfig) -> Credentials:
    return Credentials(
        api_key=_revealed(f"accounts.{name}.api_key", config.api_key),
        api_secret=_revealed(f"accounts.{name}.api_secret", config.api_secret),
    )


def _revealed(path: str, secret: Secret) -> str:
    """What a header or a signature can be made of; an error names the place, and never shows what stands there."""
    value: object = secret.reveal()
    text = value.strip() if isinstance(value, str) else ""
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigError(f"{path} ({secret!r}) is no key: it must be printable ASCII text without white space in it")
    return text


def _rules(config: AccountConfig, patience: Patience) -> Rules:
    return Rules(
        margin=patience.margin,
        read_lag=patience.read_lag,
        reads=config.reads,
        patience=config.recovery_patience,
        tombstones=config.tombstones,
        others=max(config.tombstones, FEWEST_OTHERS),
    )
