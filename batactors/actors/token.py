"""The token that a socket is opened with: fetched, and where it would run out, asked for again while it is used."""

import trio

from batactors.actors.crashes import cause_of
from batactors.actors.messages import Answered, Ask
from batactors.actors.meter import Why
from batactors.actors.reply import Reply
from batactors.actors.wires import Wires
from batactors.model.diagnostics import Cut
from batactors.model.errors import BatactorsError
from batactors.model.health import ComponentState
from batactors.model.questions import AskToken

TOKEN = "token"
"""The component that stands for a token that has to be kept; it is there once that has failed."""
AGAIN = 30.0
"""Seconds until a token is asked for again that the venue did not answer about."""


class Token:
    """The token of one session; none, at a socket that needs none."""

    def __init__(self, wires: Wires, why: Why) -> None:
        self._wires = wires
        self._why = why
        self.value: str | None = None

    async def renew(self) -> None:
        """Fetch one.

        Raises:
            BatactorsError: The venue gave none.
        """
        reply: Reply[Answered] = Reply()
        await self._wires.rest.put(Ask(question=AskToken(), reply=reply))
        self.value = (await reply.get()).token
        self._wires.board.hide(self.value or "")

    async def keep(self) -> None:
        """Ask for it again and again, which keeps it, until the venue gives another.

        A socket whose token is gone lives on and is silent, as a quiet one is: only this tells the two apart.

        Raises:
            TransportError: The venue gives another one, and so has dropped ours.
        """
        every = self._wires.keep_token_every
        if every is None or not self._wires.spec.token:
            return
        ours, pause = self.value, every
        while True:
            await trio.sleep(pause)
            try:
                await self.renew()
            except BatactorsError as error:
                pause = min(AGAIN, every)
                self._wires.board.set(TOKEN, ComponentState.DEGRADED, f"it could not be kept: {cause_of(error)}")
                continue
            if TOKEN in self._wires.board.components:
                self._wires.board.set(TOKEN, ComponentState.UP)
            if self.value != ours:
                raise self._why.error(
                    Cut.TOKEN_DROPPED,
                    f"{self._wires.url}: the venue has dropped the token that the socket was opened with",
                )
            pause = every
