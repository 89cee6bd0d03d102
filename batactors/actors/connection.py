"""One socket of one account, kept: one session after the other, without a gap where the end of one can be foreseen."""

from math import inf

import trio

from batactors.actors.live_session import LiveSession
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready, leaves
from batactors.actors.wires import Wires
from batactors.model.errors import BatactorsError
from batactors.model.inputs import NotSent, SessionEnded

AGAIN = 60.0
"""Seconds until a session that was to take another's place, and did not come to live, is tried again."""


class Connection:
    """The connection actor; one run of it lasts until a session ends unforeseen."""

    def __init__(self, wires: Wires) -> None:
        self._wires = wires
        self._epoch = 0
        self._sessions: list[LiveSession] = []
        self._untold: list[NotSent | SessionEnded] = []
        """What the dedup actor's mailbox had no room for when a session ended."""
        self._waiting = trio.CancelScope()
        self._wishes: list[Reply[None]] = []
        self._granting: list[Reply[None]] = []
        """Those whom the heir that begins now is for."""
        self._wished = trio.Event()

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Keep a session; it ends with an error, and the supervisor begins anew."""
        while self._untold:  # before another begins
            await self._wires.dedup.put(self._untold[0])
            del self._untold[0]
        try:
            async with trio.open_nursery() as nursery:
                with trio.CancelScope() as self._waiting:
                    session = await self._begin(nursery)
                    task_status.started()
                    await self._succeed(nursery, session)
        finally:
            self._granting, self._wishes = self._granting + self._wishes, []
            self._grant(None)  # what comes next is new in any case
            self._sessions = []

    async def renew(self) -> None:
        """Put another session in the place of the present one, now, without a gap. Without one there is no need.

        Raises:
            BatactorsError: It did not come to live; the present one goes on.
        """
        if self._sessions:
            wish: Reply[None] = Reply()
            self._wishes.append(wish)
            self._wished.set()
            await wish.get()

    def close(self) -> None:
        """End the session in good order, with a closing handshake; ``run`` then returns."""
        self._waiting.cancel()
        for session in self._sessions:
            session.close()

    async def _succeed(self, nursery: trio.Nursery, session: LiveSession) -> None:
        """Put another session in the place of one, each time its life nears the end that the venue gives it."""
        life = pause = self._wires.spec.life or inf
        while True:
            with trio.move_on_after(pause):
                await self._wished.wait()
            self._wished = trio.Event()
            # Who wishes for another from now on means one with the keys of then, which this heir may not have.
            self._granting, self._wishes = self._wishes, []
            try:
                heir = await self._begin(nursery, before=session)
            except* BatactorsError as group:
                pause = AGAIN if life < inf else inf
                self._grant(next(error for error in leaves(group) if isinstance(error, BatactorsError)))
            else:
                self._sessions.remove(session)
                await session.hand_over()
                session, pause = heir, life
                self._grant(None)

    def _grant(self, error: BatactorsError | None) -> None:
        """Tell those who wished for another session that it is there, or why not."""
        wishes, self._granting = self._granting, []
        for wish in wishes:
            if error is None:
                wish.give(None)
            else:
                wish.fail(error)

    async def _begin(self, nursery: trio.Nursery, *, before: LiveSession | None = None) -> LiveSession:
        self._epoch += 1
        session = LiveSession(self._wires, self._epoch, self._untold, before=before)
        self._sessions.append(session)
        is_ready = False
        try:
            await nursery.start(session.run, name=f"session {self._epoch}")
            is_ready = True
        finally:
            if not is_ready:
                self._sessions.remove(session)
        return session
