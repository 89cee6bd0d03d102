"""One socket of one account, from dialling to its end: a session.

Every session takes the same road, the first one too: dial, authenticate, subscribe, await the confirmations, take the
snapshot, let the reconciler ask for what was missed, then release the live frames that waited, and only then take
commands. Whatever was meant for a session that has ended is told as not sent; it is never sent late.
"""

from collections.abc import Sequence
from datetime import timedelta

import trio
from attrs import evolve

from batactors.actors.board import Board
from batactors.actors.fallback import by_rest
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.history import in_order_of_time
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, CatchUp, DedupMessage, Outgoing, ReconcilerMessage, RestMessage
from batactors.actors.quarantine import log_quarantined
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready, leaves
from batactors.actors.transport import Socket, open_socket
from batactors.core.clock import VenueClock
from batactors.model.errors import BatactorsError, TemporaryUnavailable, TransportError, Unsupported
from batactors.model.facts import (
    AnswerFact,
    Fact,
    IgnoredFact,
    SnapshotFact,
    SubscribedFact,
    SubscriptionRefusedFact,
    VenueStatusFact,
)
from batactors.model.health import SessionPhase
from batactors.model.inputs import Heard, NotSent, Sending, SessionEnded, SessionReady, Written
from batactors.model.limits import Patience
from batactors.model.questions import AskToken
from batactors.model.terms import Origin, Transport
from batactors.seams import WallClock
from batactors.venues.codec import Codec, Session

MOST_HELD = 10_000
"""Live facts that wait while a session catches up; more, and the session begins again with a fresh snapshot."""
SNAPSHOT = "the snapshot"
"""What a session awaits beside its confirmations."""
CATCHING_UP = 300.0
"""Seconds for the questions of a new session, at the pace that the venue allows; beyond that it begins again."""


class Connection:
    """The connection actor; one run of it is one session."""

    def __init__(
        self,
        *,
        url: str,
        codec: Codec,
        patience: Patience,
        outbox: Mailbox[Outgoing],
        rest: Mailbox[RestMessage],
        rest_outbox: Mailbox[Outgoing],
        dedup: Mailbox[DedupMessage],
        reconciler: Mailbox[ReconcilerMessage],
        gate: Gate,
        board: Board,
        clock: WallClock,
        venue_clock: VenueClock,
        heeding: Heeding,
    ) -> None:
        self._url = url
        self._codec = codec
        self._patience = patience
        self._outbox, self._rest, self._rest_outbox = outbox, rest, rest_outbox
        self._dedup, self._reconciler = dedup, reconciler
        self._gate, self._board = gate, board
        self._clock = clock
        self._venue_clock, self._heeding = venue_clock, heeding
        self._epoch = 0
        self._token: str | None = None
        self._token_refused = False
        self._awaited: dict[str, None] = {}
        self._subscribed = trio.Event()
        self._held: list[Fact] | None = None
        self._replay: list[Fact] = []
        self._in_hand: Outgoing | None = None
        self._ending = trio.CancelScope()
        """Cancelled to end the session: at first all of it; once it lives, what goes on in it, and the rest follows."""
        self._untold: list[NotSent | SessionEnded] = []
        """What the dedup actor's mailbox had no room for when a session ended."""

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Live through one session; it ends with an error, and the supervisor begins another."""
        self._epoch += 1
        reason = "the engine stopped, or the connection crashed"
        await self._tell_rest()
        self._board.session("connection", SessionPhase.AUTHENTICATING)
        try:
            with trio.CancelScope() as self._ending:
                await self._renew_token()
                self._board.session("connection", SessionPhase.DIALLING, f"dialling {self._url}")
                patience = self._patience
                async with open_socket(self._url, within=patience.answer, send_within=patience.silence) as socket:
                    await self._live(socket, self._codec.session(), task_status)
        except* BatactorsError as group:
            reason = "; ".join(str(error) for error in leaves(group))
            raise
        finally:
            self._end(reason)

    def close(self) -> None:
        """End the session in good order, with a closing handshake; ``run`` then returns."""
        self._ending.cancel()

    async def _live(self, socket: Socket, session: Session, task_status: Ready) -> None:
        self._awaited = dict.fromkeys((*session.awaits, SNAPSHOT))
        self._subscribed = trio.Event()
        self._held = []  # what comes live waits until what came before it is known
        self._replay = []
        self._board.session("connection", SessionPhase.SUBSCRIBING)
        self._gate.session_begins()
        async with trio.open_nursery() as nursery:
            self._ending = nursery.cancel_scope
            nursery.start_soon(self._read, socket, session)
            nursery.start_soon(self._keep_alive, socket, session)
            for frame in session.subscribe(self._token):
                await socket.send(frame)
            has_snapshot = await self._await_subscription()
            self._board.session("connection", SessionPhase.CATCHING_UP)
            await self._catch_up(whole=not has_snapshot)
            await self._dedup.put(SessionReady(at=trio.current_time(), on=self._clock.now(), epoch=self._epoch))
            self._board.session_is_ready("connection", self._epoch)
            self._gate.session_is_ready()
            task_status.started()
            await self._write(socket, session)

    async def _renew_token(self) -> None:
        self._token_refused = False
        reply: Reply[Answered] = Reply()
        await self._rest.put(Ask(question=AskToken(), reply=reply))
        self._token = (await reply.get()).token
        self._board.hide(self._token or "")

    async def _await_subscription(self) -> bool:
        """Wait for every confirmation, and for the snapshot; whether there was one.

        Whether the venue sends an empty one to an account with nothing open is not known for sure. Without it, what is
        open is asked for by HTTP.
        """
        with trio.move_on_after(self._patience.answer):
            await self._subscribed.wait()
            return True
        missing = ", ".join(self._awaited)
        if missing != SNAPSHOT:
            raise TransportError(f"{self._url}: no confirmation of {missing} within {self._patience.answer:g} s")
        self._confirm(SNAPSHOT)
        return False

    async def _catch_up(self, *, whole: bool) -> None:
        """Have the reconciler ask for what was missed; then let go of what was heard meanwhile."""
        reply: Reply[None] = Reply()
        await self._reconciler.put(CatchUp(epoch=self._epoch, whole=whole, reply=reply))
        with trio.move_on_after(CATCHING_UP) as waiting:
            await reply.get()
        if waiting.cancelled_caught:
            reply.fail(TemporaryUnavailable("the session has ended"))  # and nobody need begin to answer it
            raise TransportError(f"{self._url}: could not catch up within {CATCHING_UP:g} s")
        replay, self._replay = self._replay, []
        if replay:
            self._post(in_order_of_time(replay), Origin.SNAPSHOT)
        held, self._held = self._held or [], None
        self._hear(held)

    async def _read(self, socket: Socket, session: Session) -> None:
        """Read, decode and pass on; never wait for anybody."""
        while True:
            frame = await socket.receive()
            self._board.heard_at = trio.current_time()
            facts = self._heeding.hear_answer(log_quarantined(self._url, session.decode(frame), self._token))
            # The session lives on, and so would the refusals.
            self._token_refused |= any(isinstance(fact, AnswerFact) and fact.refuses_token for fact in facts)
            self._sort(facts)

    def _sort(self, facts: Sequence[Fact]) -> None:
        """What is about the session is dealt with here; what is about orders goes to the dedup actor."""
        about_orders: list[Fact] = []
        for fact in facts:
            match fact:
                case SubscribedFact():
                    self._confirm(fact.channel)
                case SubscriptionRefusedFact():
                    # A stale token, most often: the next session fetches another. A key that is refused shows there.
                    raise TransportError(f"{self._url} refused {fact.channel}: {fact.message}")
                case VenueStatusFact():
                    self._gate.hear_status(fact)
                case IgnoredFact():
                    self._board.ignored(fact)
                case SnapshotFact() if self._held is None:
                    self._post([fact], Origin.SNAPSHOT)  # in the middle of a session there is nothing to wait for
                case SnapshotFact():
                    # Its fills are the latest: those missed before them, which the reconciler asks for, are told first.
                    self._replay += fact.fills
                    self._post([evolve(fact, fills=())], Origin.SNAPSHOT)
                    self._confirm(SNAPSHOT)
                case _:
                    about_orders.append(fact)
        if not about_orders:
            return
        if self._held is None:
            self._hear(about_orders)
        elif len(self._held) + len(about_orders) > MOST_HELD:
            raise TransportError(f"{self._url}: more than {MOST_HELD} facts came before the session had caught up")
        else:
            self._held += about_orders

    def _confirm(self, channel: str) -> None:
        self._awaited.pop(channel, None)
        if not self._awaited and not self._subscribed.is_set():
            self._subscribed.set()

    def _hear(self, facts: Sequence[Fact]) -> None:
        if facts:
            self._post(facts, Origin.STREAM)

    def _post(self, facts: Sequence[Fact], origin: Origin) -> None:
        heard = Heard(at=trio.current_time(), on=self._clock.now(), facts=tuple(facts), origin=origin)
        if not self._dedup.post(heard):
            # To wait would stop the reading, to drop would lose: a new session hears it again.
            raise TransportError(f"{self._url}: the dedup actor's mailbox is full, {self._dedup.size} wait")

    async def _keep_alive(self, socket: Socket, session: Session) -> None:
        """Ask a quiet socket for a sign of life, and end one that gives none."""
        next_ping = trio.current_time() + self._patience.ping_every
        while True:
            await trio.sleep_until(min(next_ping, self._board.heard_at + self._patience.silence))
            if trio.current_time() >= self._board.heard_at + self._patience.silence:
                raise TransportError(f"{self._url}: silent for {trio.current_time() - self._board.heard_at:.1f} s")
            if trio.current_time() >= next_ping:
                next_ping += self._patience.ping_every
                await socket.send(session.ping())

    async def _write(self, socket: Socket, session: Session) -> None:
        """Encode, sign and send, each at the moment of sending."""
        while True:
            self._in_hand = outgoing = await self._outbox.take()
            if self._token_refused:
                await self._renew_token()
            now, on = trio.current_time(), self._clock.now()
            command_ids = tuple(command.command_id for command in outgoing.commands)
            validity = min(command.validity or self._patience.validity for command in outgoing.commands)
            valid_until = on + timedelta(seconds=validity)
            try:
                self._gate.leave(outgoing, now)
                deadline = self._venue_clock.deadline(now, on, validity)
                frame = session.encode(
                    outgoing.commands, request_id=outgoing.request_id, token=self._token, valid_until=deadline
                )
            except Unsupported as error:
                if not by_rest(outgoing, error, self._rest_outbox):
                    await self._dedup.put(NotSent(at=now, on=on, command_ids=command_ids, reason=error.message))
                self._in_hand = None
                continue
            expires = now + validity
            sending = Sending(
                at=now, on=on, request_id=outgoing.request_id, command_ids=command_ids, transport=Transport.WEBSOCKET,
                valid_until=valid_until, expires=expires, answer_by=expires + self._patience.margin,
            )  # fmt: skip
            # It stands in the dedup actor's queue before its first byte leaves, and so before any answer to it.
            await self._dedup.put(sending)
            self._in_hand = None
            self._heeding.written(outgoing.request_id)
            await socket.send(frame)
            # For the evidence only: where there is no room for it, it is not worth a wait.
            self._dedup.post(Written(at=trio.current_time(), on=self._clock.now(), request_id=outgoing.request_id))

    def _end(self, reason: str) -> None:
        """The session is over. Nothing here waits, so that nothing slips in between."""
        self._board.epoch = None
        self._board.session("connection", SessionPhase.ENDED, reason)
        now, on, untold = trio.current_time(), self._clock.now(), self._untold
        in_hand, self._in_hand = self._in_hand, None
        for outgoing in ([in_hand] if in_hand is not None else []) + self._outbox.clear():
            command_ids = tuple(command.command_id for command in outgoing.commands)
            untold.append(NotSent(at=now, on=on, command_ids=command_ids, reason=f"its session ended: {reason}"))
        untold.append(SessionEnded(at=now, on=on, epoch=self._epoch, reason=reason))
        while untold and self._dedup.post(untold[0]):
            del untold[0]

    async def _tell_rest(self) -> None:
        """Tell what could not be told at the end of the last session, before another begins."""
        while self._untold:
            await self._dedup.put(self._untold[0])
            del self._untold[0]
