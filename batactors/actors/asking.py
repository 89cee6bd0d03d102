"""Puts questions to the venue on a session's socket: the dead man's switch, where it is set there and not over HTTP."""

from collections.abc import Callable
from itertools import count

import trio
from attrs import frozen

from batactors.actors.messages import Answered, Ask
from batactors.actors.token import Token
from batactors.actors.transport import Socket
from batactors.actors.wires import Wires
from batactors.model.account_facts import SwitchFact
from batactors.model.errors import BatactorsError, ExchangeReject, TransportError, Unsupported
from batactors.model.ids import RequestId
from batactors.model.inputs import Inquiry
from batactors.model.questions import KeepSwitch

MOST_PENDING = 16
"""Questions whose answers are waited for; of older ones no answer comes any more."""


@frozen(kw_only=True)
class Pending:
    """A question that was put."""

    ask: Ask
    sent_at: float


class Asking:
    """The asking half of one session."""

    def __init__(self, wires: Wires, token: Token) -> None:
        self._wires = wires
        self._token = token
        self._numbers = count(1)
        self._pending: dict[RequestId, Pending] = {}

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to be asked on this socket."""
        switch = self._wires.codec.switch
        return self._wires.takes_commands and switch is not None and switch.frame is not None

    async def run(self, socket: Socket, number: int) -> None:
        """Put what comes, until cancelled; whoever then waits for an answer is told that there will be none.

        Args:
            socket: Where to.
            number: The session's, among those of its socket.
        """
        wires, switch = self._wires, self._wires.codec.switch
        assert switch is not None
        assert switch.frame is not None
        try:
            while True:
                message = await wires.asks.take()
                if isinstance(message, Ask) and not message.reply.is_given:  # else its asker has given up
                    await self._put(message, switch.frame, socket, number)
        finally:
            for one in self._pending.values():
                one.ask.reply.fail(TransportError(f"{wires.url}: the session ended before it was answered"))

    def hear(self, fact: SwitchFact) -> None:
        """The venue has answered one of them, perhaps."""
        one = None if fact.request_id is None else self._pending.pop(fact.request_id, None)
        if one is None:
            return
        if fact.refused is not None:
            one.ask.reply.fail(ExchangeReject(f"the venue refused it: {fact.refused}", native_code=fact.refused))
            return
        inquiry = Inquiry(question=one.ask.question, asked_on=self._wires.clock.now(), facts=(fact,))
        now = trio.current_time()
        one.ask.reply.give(Answered(asked_at=one.sent_at, sent_at=one.sent_at, received_at=now, inquiries=(inquiry,)))

    async def _put(
        self, ask: Ask, frame: Callable[[KeepSwitch, RequestId, str | None], str], socket: Socket, number: int
    ) -> None:
        request_id = RequestId(next(self._numbers))
        try:
            if not isinstance(ask.question, KeepSwitch):
                raise Unsupported("nothing but the dead man's switch is asked on a socket")
            text = frame(ask.question, request_id, self._token.value)
        except BatactorsError as error:
            ask.reply.fail(error)
            return
        tap = self._wires.board.tap
        if tap.is_on:
            tap.said(self._wires.spec.name, number, (text,), {"switch": ask.question.seconds})
        self._pending[request_id] = Pending(ask=ask, sent_at=trio.current_time())
        if len(self._pending) > MOST_PENDING:
            self._pending.pop(next(iter(self._pending))).ask.reply.fail(TransportError("never answered"))
        await socket.send(text)
