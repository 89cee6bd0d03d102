"""The hearing half of a session: what came before it is learned first, then what came live meanwhile is let go."""

from collections.abc import Sequence

import trio
from attrs import evolve

from batactors.actors.history import in_order_of_time
from batactors.actors.messages import CatchUp
from batactors.actors.meter import Why
from batactors.actors.reply import Reply
from batactors.actors.wires import Wires
from batactors.model.diagnostics import Cut
from batactors.model.errors import TemporaryUnavailable
from batactors.model.facts import Fact, SnapshotFact
from batactors.model.inputs import Heard, StreamBroke
from batactors.model.terms import Origin

MOST_HELD = 10_000
"""Live facts that wait while a session catches up; more, and the session begins again with a fresh snapshot."""
CATCHING_UP = 300.0
"""Seconds for the questions of a new session, at the pace that the venue allows; beyond that it begins again."""


class Events:
    """What one session tells of orders."""

    def __init__(self, wires: Wires, why: Why) -> None:
        self._wires = wires
        self._why = why
        self._began = trio.current_time()
        self._held: list[Fact] | None = [] if wires.tells_events else None
        """What comes live waits here until what came before it is known."""
        self._replay: list[Fact] = []

    async def catch_up(self, epoch: int, *, whole: bool, missed: bool) -> None:
        """Have the reconciler ask for what was missed; then let go of what was heard meanwhile.

        Args:
            epoch: The session's number.
            whole: There was no snapshot.
            missed: Nobody has heard what came before.

        Raises:
            TransportError: It took too long.
        """
        if missed and self._wires.board.epoch is not None:  # no session has ended that would say so
            broke = StreamBroke(at=trio.current_time(), on=self._wires.clock.now(), since=self._began)
            await self._wires.dedup.put(broke)
        reply: Reply[None] = Reply()
        await self._wires.reconciler.put(CatchUp(epoch=epoch, whole=whole, missed=missed, reply=reply))
        with trio.move_on_after(CATCHING_UP) as waiting:
            await reply.get()
        if waiting.cancelled_caught:
            reply.fail(TemporaryUnavailable("the session has ended"))  # and nobody need begin to answer it
            raise self._why.error(Cut.BEHIND, f"{self._wires.url}: could not catch up within {CATCHING_UP:g} s")
        replay, self._replay = self._replay, []
        if replay:
            self._post(in_order_of_time(replay), Origin.SNAPSHOT)
        held, self._held = self._held or [], None
        if held:
            self._post(held, Origin.STREAM)

    def snapshot(self, fact: SnapshotFact) -> None:
        """The venue's own account of what is open."""
        if self._held is None:
            self._post([fact], Origin.SNAPSHOT)  # in the middle of a session there is nothing to wait for
            return
        # Its fills are the latest: those missed before them, which the reconciler asks for, are told first.
        self._replay += fact.fills
        self._post([evolve(fact, fills=())], Origin.SNAPSHOT)

    def hear(self, facts: Sequence[Fact], read_at: float) -> None:
        """What one frame says of orders, which was read at that moment.

        Raises:
            TransportError: There is no room for it.
        """
        if not facts:
            return
        if self._held is None:
            self._post(facts, Origin.STREAM, read_at)
        elif len(self._held) + len(facts) > MOST_HELD:
            raise self._why.error(
                Cut.BEHIND, f"{self._wires.url}: more than {MOST_HELD} facts came before the session had caught up"
            )
        else:
            self._held += facts

    def _post(self, facts: Sequence[Fact], origin: Origin, read_at: float | None = None) -> None:
        wires = self._wires
        at, on = trio.current_time(), wires.clock.now()
        heard = Heard(at=at, on=on, facts=tuple(facts), origin=origin, read_at=read_at)
        if not wires.dedup.post(heard):
            # To wait would stop the reading, to drop would lose: a new session hears it again.
            raise self._why.error(
                Cut.NO_ROOM, f"{wires.url}: the dedup actor's mailbox is full, {wires.dedup.size} wait"
            )
