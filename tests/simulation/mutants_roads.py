"""Bugs on the roads: what is sent again, too early or too late, and sessions that forget or wait too little."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import trio

from batactors.actors import dedup
from batactors.actors.connection import Connection
from batactors.actors.dedup import Dedup
from batactors.actors.lane import Lane
from batactors.actors.queues import Queues
from batactors.actors.reconciler import Reconciler
from batactors.actors.rest import Rest
from batactors.model.errors import DecodeError, InvalidCommand
from batactors.model.facts import QuarantineFact
from batactors.model.inputs import Unanswered
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
def last_frame_sent_again_after_a_break(patch: Patch) -> None:
    """A new session begins by sending the last command of the one that broke."""
    write = Connection._write

    async def insistent(self: Any, socket: Any, session: Any) -> None:
        last: list[str] = getattr(self, "last", [])
        for frame in last:
            await socket.send(frame)
        send = socket.send

        async def remembering(frame: str) -> None:
            self.last = [frame]
            await send(frame)

        socket.send = remembering
        await write(self, socket, session)

    patch.setattr(Connection, "_write", insistent)


@mutant
def sent_before_it_is_journaled(patch: Patch) -> None:
    """A command counts as registered when its identity is known, before the journal has it."""
    register = Dedup._register

    async def hasty(self: Dedup, message: Any) -> None:
        with suppress(InvalidCommand):
            message.reply.give(self._wire_ids(message.commands))
        await register(self, message)

    patch.setattr(Dedup, "_register", hasty)


@mutant
def told_before_it_is_journaled(patch: Patch) -> None:
    """Followers are told first, and the journal is written after."""
    apply = Dedup._apply

    async def hasty(self: Dedup, given: Any) -> Any:
        real = self.dispatch.apply

        def tell_at_once(given: Any) -> Any:
            changes = real(given)
            self._followers.tell(changes)
            return changes

        vars(self.dispatch)["apply"] = tell_at_once
        try:
            return await apply(self, given)
        finally:
            del vars(self.dispatch)["apply"]

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

    async def at_once(self: Any, *args: Any, **kwargs: Any) -> bool:
        self._held = None
        return True

    patch.setattr(Connection, "_await_subscription", at_once)
    patch.setattr(Connection, "_catch_up", at_once)


# Sessions.


@mutant
def nothing_asked_after_a_reconnect(patch: Patch) -> None:
    """A new session asks for nothing of what was missed, and drops the fills of its snapshot."""

    async def nothing(self: Reconciler, message: Any) -> None:
        message.reply.give(None)

    sort = Connection._sort

    def deaf(self: Connection, facts: Sequence[Any]) -> None:
        sort(self, facts)
        self._replay.clear()

    patch.setattr(Reconciler, "_catch_up", nothing)
    patch.setattr(Connection, "_sort", deaf)


@mutant
def live_frames_not_held(patch: Patch) -> None:
    """Live frames go through while a session still catches up with what came before them."""
    sort = Connection._sort

    def let_through(self: Connection, facts: Sequence[Any]) -> None:
        sort(self, facts)
        if self._held:
            held, self._held = self._held, []
            self._hear(held)

    patch.setattr(Connection, "_sort", let_through)


@mutant
def token_kept(patch: Patch) -> None:
    """One token is used for all sessions."""
    renew = Connection._renew_token

    async def kept(self: Connection) -> None:
        if self._token is None:
            await renew(self)

    patch.setattr(Connection, "_renew_token", kept)


@mutant
def quarantined_frame_ends_the_session(patch: Patch) -> None:
    """A frame that cannot be read ends the session."""
    sort = Connection._sort

    def strict(self: Connection, facts: Sequence[Any]) -> None:
        if any(isinstance(fact, QuarantineFact) for fact in facts):
            raise DecodeError("a frame cannot be read")
        sort(self, facts)

    patch.setattr(Connection, "_sort", strict)


@mutant
def token_logged(patch: Patch) -> None:
    """The token of a session stands in the log."""
    renew = Connection._renew_token

    async def chatty(self: Connection) -> None:
        await renew(self)
        dedup.logger.info("the token is %s", self._token)

    patch.setattr(Connection, "_renew_token", chatty)


@mutant
def silence_not_noticed(patch: Patch) -> None:
    """A session that has gone silent is not given up."""

    async def patient(self: Connection, socket: Any, session: Any) -> None:
        while True:
            await trio.sleep(self._patience.ping_every)
            await socket.send(session.ping())

    patch.setattr(Connection, "_keep_alive", patient)
