"""Bugs on the roads: what is sent again, too early or too late, and sessions that forget or wait too little."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import trio

from batactors.actors import dedup
from batactors.actors.dedup import Dedup
from batactors.actors.events import Events
from batactors.actors.lane import Lane
from batactors.actors.live_session import LiveSession
from batactors.actors.queues import Queues
from batactors.actors.reconciler import Reconciler
from batactors.actors.rest import Rest
from batactors.actors.token import Token
from batactors.actors.transport import Socket
from batactors.actors.writer import Writer
from batactors.model.errors import DecodeError, InvalidCommand
from batactors.model.facts import QuarantineFact
from batactors.model.inputs import Unanswered
from batactors.model.terms import Origin
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


# Sending.


@mutant
def rest_command_sent_again(patch: Patch) -> None:
    """A command by REST that failed before its answer is sent once more."""
    outcome = Rest._outcome

    async def insistent(self: Rest, *args: Any) -> Any:
        first = await outcome(self, *args)
        return await outcome(self, *args) if isinstance(first, Unanswered) else first

    patch.setattr(Rest, "_outcome", insistent)


@mutant
def cancel_of_a_known_order_sent_twice(patch: Patch) -> None:
    """A cancel that names its order by the venue's id goes out twice."""
    send = Socket.send

    async def twice(self: Socket, frame: str) -> None:
        await send(self, frame)
        if '"cancel_order"' in frame and '"order_id"' in frame:
            await send(self, frame)

    patch.setattr(Socket, "send", twice)


@mutant
def last_frame_sent_again_after_a_break(patch: Patch) -> None:
    """A new session begins by sending the last command of the one that broke."""
    run = Writer.run

    async def insistent(self: Writer, socket: Any, session: Any) -> None:
        board: Any = self._wires.board  # it outlives the sessions
        for frame in getattr(board, "last", []):
            await socket.send(frame)
        send = socket.send

        async def remembering(frame: str) -> None:
            board.last = [frame]
            await send(frame)

        socket.send = remembering
        await run(self, socket, session)

    patch.setattr(Writer, "run", insistent)


@mutant
def sent_before_it_is_journaled(patch: Patch) -> None:
    """A command counts as registered when its identity is known, before the journal has it."""
    register = Dedup._register

    def hasty(self: Dedup, message: Any) -> None:
        with suppress(InvalidCommand):
            message.reply.give(self._naming.wire_ids(message.commands, self.dispatch.book))
        register(self, message)

    patch.setattr(Dedup, "_register", hasty)


@mutant
def told_before_it_is_journaled(patch: Patch) -> None:
    """Followers are told first, and the journal is written after."""
    apply = Dedup._apply

    def hasty(self: Dedup, given: Any, message: Any = None) -> None:
        apply(self, given, message)
        for changes in self._burst._applied[-1].changes:
            self._followers.tell(changes)

    patch.setattr(Dedup, "_apply", hasty)


@mutant
def taken_back_and_sent_all_the_same(patch: Patch) -> None:
    """An order that is cancelled while it waits to be sent is told as not executed, and stays in its queue."""
    patch.setattr(Queues, "_shrink", lambda self, key, item, gone: None)


@mutant
def unsent_not_told_after_a_crash_of_the_lane(patch: Patch) -> None:
    """The lane forgets what it had not handed on when it crashed."""

    async def forget(self: Lane, reason: str) -> None:
        self._unhanded.clear()

    patch.setattr(Lane, "_forget_unhanded", forget)


@mutant
def commands_before_the_subscription(patch: Patch) -> None:
    """A session takes commands as soon as it has asked for its subscriptions."""

    async def at_once(self: LiveSession) -> bool:
        return True

    async def not_at_all(self: Events, epoch: int, *, whole: bool, missed: bool) -> None:
        self._held = None

    patch.setattr(LiveSession, "_await_subscription", at_once)
    patch.setattr(Events, "catch_up", not_at_all)


# Sessions.


@mutant
def nothing_asked_after_a_reconnect(patch: Patch) -> None:
    """A new session asks for nothing of what was missed, and drops the fills of its snapshot."""

    async def nothing(self: Reconciler, message: Any) -> None:
        message.reply.give(None)

    snapshot = Events.snapshot

    def deaf(self: Events, fact: Any) -> None:
        snapshot(self, fact)
        self._replay.clear()

    patch.setattr(Reconciler, "_catch_up", nothing)
    patch.setattr(Events, "snapshot", deaf)


@mutant
def live_frames_not_held(patch: Patch) -> None:
    """Live frames go through while a session still catches up with what came before them."""
    hear = Events.hear

    def let_through(self: Events, facts: Sequence[Any], read_at: float) -> None:
        hear(self, facts, read_at)
        if self._held:
            held, self._held = self._held, []
            self._post(held, Origin.STREAM)

    patch.setattr(Events, "hear", let_through)


@mutant
def token_kept(patch: Patch) -> None:
    """One token is used for all sessions."""
    renew = Token.renew

    async def kept(self: Token) -> None:
        board: Any = self._wires.board  # it outlives the sessions
        if not hasattr(board, "token"):
            await renew(self)
            board.token = self.value
        self.value = board.token

    patch.setattr(Token, "renew", kept)


@mutant
def quarantined_frame_ends_the_session(patch: Patch) -> None:
    """A frame that cannot be read ends the session."""
    sort = LiveSession._sort

    def strict(self: LiveSession, facts: Sequence[Any]) -> None:
        if any(isinstance(fact, QuarantineFact) for fact in facts):
            raise DecodeError("a frame cannot be read")
        sort(self, facts)

    patch.setattr(LiveSession, "_sort", strict)


@mutant
def token_logged(patch: Patch) -> None:
    """The token of a session stands in the log."""
    renew = Token.renew

    async def chatty(self: Token) -> None:
        await renew(self)
        dedup.logger.info("the token is %s", self.value)

    patch.setattr(Token, "renew", chatty)


@mutant
def silence_not_noticed(patch: Patch) -> None:
    """A session that has gone silent is not given up."""

    async def patient(self: LiveSession, socket: Any, session: Any) -> None:
        while True:
            await trio.sleep(self._wires.patience.ping_every)
            await socket.send(session.ping())

    patch.setattr(LiveSession, "_keep_alive", patient)
