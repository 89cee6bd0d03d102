"""One account's actors as they live: how they are run and stopped, and who waits for what they say."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import trio

from batactors.actors.board import Board
from batactors.actors.dedup import Dedup
from batactors.actors.lane import Lane
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, CutOff, DedupMessage, Drain, ForgetUnsent, Told
from batactors.actors.numbered import NumberedLog
from batactors.actors.reply import Reply
from batactors.actors.rest import Rest
from batactors.actors.subscriber import Subscriber
from batactors.actors.supervisor import ChildSpec, Restart, Supervisor
from batactors.model.errors import BatactorsError, EngineStopped, TemporaryUnavailable
from batactors.model.ids import AccountName, CommandId
from batactors.model.instruments import InstrumentChange
from batactors.model.questions import DropToken

Value = TypeVar("Value")

logger = logging.getLogger("batactors.life")

DEDUP, REST = "dedup", "rest"
DROP_WITHIN = 1.0
"""Seconds for the venue to take a token back."""
CLOSE_WITHIN = 2.0
"""Seconds for the actors to end in good order, closing handshakes included; who has not is cancelled then."""
GONE_WITHIN = 1.0
"""Seconds for who is cancelled to be gone, before the report of the stop is made without it."""


class Life:
    """What lives of one account. The wiring fills it."""

    name: AccountName
    board: Board
    dedup: Mailbox[DedupMessage]
    dedup_actor: Dedup
    supervisor: Supervisor
    lane: Mailbox[Any]
    rest: Mailbox[Any]
    reconciler: Mailbox[Any]
    lane_actor: Lane
    rest_actor: Rest
    drops_token: bool
    instrument_changes: NumberedLog[InstrumentChange]

    def __init__(self) -> None:
        self.is_running = False
        self.forced: tuple[str, ...] = ()
        """Who did not end in good order when the account was stopped."""
        self._scope = trio.CancelScope()
        self._gone = trio.Event()
        self._ended: BatactorsError | None = None
        self._awaited: dict[Reply[Any], None] = {}
        self._mailboxes: dict[Mailbox[Any], None] = {}
        self._followed: dict[CommandId, Subscriber] = {}
        self._nursery: trio.Nursery | None = None

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
        return bool(unresolved or len(self.lane) or self.lane_actor.unhanded())

    async def stop(self) -> None:
        """End the actors in good order: who sends first, the dedup actor last, when it has dealt with all it was told.

        What is not ended in ``CLOSE_WITHIN`` seconds is cancelled. Nothing is waited for longer than ``GONE_WITHIN``
        beyond that.
        """
        if not self.is_running:
            return
        self.rest_actor.hurry()
        with trio.move_on_after(CLOSE_WITHIN) as closing:
            if self.drops_token:
                await self.supervisor.stop(after=REST)
                await self._drop_token()
            await self.supervisor.stop(after=DEDUP)
            unsent = self.lane_actor.unhanded()
            await self.dedup.put(ForgetUnsent(command_ids=unsent, reason="the engine stopped before it was sent"))
            await self.dedup.put(CutOff(reason="the engine stopped before an answer came"))
            await self._drained()
            await self.supervisor.stop()
        if closing.cancelled_caught:
            self.forced = self.supervisor.alive or (DEDUP,)  # it was down, and has not been told all
        self._scope.cancel()
        with trio.move_on_after(GONE_WITHIN):
            await self._gone.wait()

    async def _drop_token(self) -> None:
        """Give the token of the sockets back, if the venue takes it in time: it would run out by itself."""
        reply: Reply[Answered] = Reply()
        self.rest.post(Ask(question=DropToken(), reply=reply))
        with trio.move_on_after(DROP_WITHIN):
            try:
                await reply.get()
            except BatactorsError as error:
                logger.warning("%s: the token was not given back: %s", self.name, error)

    async def _drained(self) -> None:
        """Wait until the dedup actor has dealt with all that it has been told so far."""
        reply: Reply[None] = Reply()
        await self.dedup.put(Drain(reply=reply))
        await reply.get()

    def end(self, error: BatactorsError) -> None:
        """Nothing more comes: let everybody who waits know why."""
        self._ended = self._ended or error
        self.board.end(self._ended)
        self.instrument_changes.end()
        self.board.tap.log.end()
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
