"""Writes commands to a socket: each is encoded and signed at the moment of sending, and never sent late."""

from datetime import timedelta

import trio

from batactors.actors.messages import Outgoing
from batactors.actors.meter import TO_ANSWERED, TO_WRITTEN
from batactors.actors.signing import signed
from batactors.actors.token import Token
from batactors.actors.transport import Socket
from batactors.actors.wires import Wires
from batactors.model.errors import Unsupported
from batactors.model.facts import AnswerFact
from batactors.model.ids import RequestId
from batactors.model.inputs import NotSent, Sending, Written
from batactors.model.terms import Transport
from batactors.venues.codec import Session
from batactors.venues.signers import Keys

MOST_PENDING = 10_000
"""Requests whose answers are waited for before a socket is put away; of older ones no answer comes any more."""


class Writer:
    """The writing half of one session."""

    def __init__(self, wires: Wires, token: Token, keys: Keys) -> None:
        self._wires = wires
        self._keys = keys
        self._token = token
        self._in_hand: Outgoing | None = None
        self._taking = trio.CancelScope()
        self._handed_over = False
        self._over = trio.Event()
        """It writes no more."""
        self._pending: dict[RequestId, float] = {}
        """The requests whose answers are waited for, by when they were written."""
        self._answered = trio.Event()
        self.token_refused = False
        """The session lives on, and so would the refusals, without another token."""

    async def run(self, socket: Socket, session: Session) -> None:
        """Write what comes, until cancelled, or until another session takes over."""
        while not self._handed_over:
            with trio.CancelScope() as self._taking:
                self._in_hand = await self._wires.outbox.take()
            if self._in_hand is not None:
                await self._write(socket, session, self._in_hand)
        self._over.set()

    async def _write(self, socket: Socket, session: Session, outgoing: Outgoing) -> None:
        wires, patience = self._wires, self._wires.patience
        if self.token_refused:
            self.token_refused = False
            await self._token.renew()
        now, on = trio.current_time(), wires.clock.now()
        command_ids = tuple(command.command_id for command in outgoing.commands)
        validity = min(command.validity or patience.validity for command in outgoing.commands)
        try:
            wires.gate.leave(outgoing, now)
            made = session.encode(
                outgoing.commands, request_id=outgoing.request_id, token=self._token.value,
                stamp=wires.stamp(now, validity),
            )  # fmt: skip
            frame = await signed(made, self._keys.signer)
            wires.gate.leave(outgoing, trio.current_time())  # a key elsewhere takes its time
        except Unsupported as error:
            await wires.dedup.put(NotSent(at=now, on=on, command_ids=command_ids, reason=error.message))
            self._in_hand = None
            return
        expires = now + validity
        sending = Sending(
            at=now, on=on, request_id=outgoing.request_id, command_ids=command_ids, transport=Transport.WEBSOCKET,
            valid_until=on + timedelta(seconds=validity), expires=expires, answer_by=expires + patience.margin,
        )  # fmt: skip
        # It stands in the dedup actor's queue before its first byte leaves, and so before any answer to it.
        await wires.dedup.put(sending)
        self._in_hand = None
        self._expect(outgoing.request_id)
        wires.heeding.written(outgoing.request_id)
        await socket.send(frame)
        self._measure(outgoing)
        # For the evidence only: where there is no room for it, it is not worth a wait.
        wires.dedup.post(Written(at=trio.current_time(), on=wires.clock.now(), request_id=outgoing.request_id))

    def hear(self, answer: AnswerFact) -> None:
        """The venue has answered one of the requests, perhaps."""
        self.token_refused |= answer.refuses_token
        if answer.request_id is not None:
            written = self._pending.pop(answer.request_id, None)
            if written is not None:
                self._wires.board.meter.note(TO_ANSWERED[Transport.WEBSOCKET], trio.current_time() - written)
            self._answered.set()

    async def hand_over(self) -> None:
        """Write no more, since another session does, and wait for the answers to what was written."""
        self._handed_over = True
        self._taking.cancel()
        with trio.move_on_after(self._wires.patience.answer):
            await self._over.wait()  # what it was given in the very moment of the change it writes still
            while self._pending:
                self._answered = trio.Event()
                await self._answered.wait()

    def left(self) -> list[Outgoing]:
        """What it has taken and not written; it never will be now."""
        in_hand, self._in_hand = self._in_hand, None
        return [in_hand] if in_hand is not None else []

    def _measure(self, outgoing: Outgoing) -> None:
        if outgoing.given_at is not None:
            self._wires.board.meter.note(TO_WRITTEN[Transport.WEBSOCKET], trio.current_time() - outgoing.given_at)

    def _expect(self, request_id: RequestId) -> None:
        self._pending[request_id] = trio.current_time()
        if len(self._pending) > MOST_PENDING:
            del self._pending[next(iter(self._pending))]
