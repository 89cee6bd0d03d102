"""One session on one socket, from dialling to its end.

Every session takes the same road, the first one too: dial, authenticate, subscribe, await the confirmations, take the
snapshot, let the reconciler ask for what was missed, then release the live frames that waited, and only then take
commands. Which of these steps a socket has, its roles say. Whatever was meant for a session that has ended is told as
not sent; it is never sent late.
"""

import sys
from collections.abc import Sequence
from math import inf

import trio

from batactors.actors.asking import Asking
from batactors.actors.events import Events
from batactors.actors.messages import Outgoing
from batactors.actors.meter import Why
from batactors.actors.quarantine import log_quarantined
from batactors.actors.signing import signed
from batactors.actors.supervisor import Ready, leaves
from batactors.actors.token import Token
from batactors.actors.transport import Socket, open_socket
from batactors.actors.wires import Wires
from batactors.actors.writer import Writer
from batactors.model.account_facts import SubscriptionEndedFact, SwitchFact
from batactors.model.diagnostics import Cut
from batactors.model.errors import ERRORS, BatactorsError, TransportError
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
from batactors.model.inputs import NotSent, SessionEnded, SessionReady
from batactors.venues.codec import Session

SNAPSHOT = "the snapshot"
"""What a session awaits beside its confirmations."""
CUT_IN = {SessionPhase.AUTHENTICATING: Cut.TOKEN, SessionPhase.DIALLING: Cut.DIAL}
"""Why a session ended that came no further than that; later it is closed by the venue, unless it is known better."""


class LiveSession:
    """One session.

    Args:
        epoch: Its number among those of its socket.
        untold: Where to leave what the dedup actor's mailbox has no room for when it ends.
        before: One that still lives, whose place it is to take.
    """

    def __init__(
        self, wires: Wires, epoch: int, untold: list[NotSent | SessionEnded], *, before: "LiveSession | None" = None
    ) -> None:
        self._epoch = epoch
        self._untold = untold
        self._wires = wires
        self._leads = before is None
        """It stands for the socket: in health, and for those who send."""
        self._handed_over_at = inf
        self._is_ready = False
        self._why = Why()
        self._token = Token(wires, self._why)
        self._before = before
        self._events = Events(wires, self._why)
        self._keys = wires.ring.keys
        self._writer = Writer(wires, self._token, self._keys)
        self._asking = Asking(wires, self._token)
        self._heard_at = -inf
        self._phase = SessionPhase.AUTHENTICATING
        self._awaited: dict[str, None] = {}
        self._confirmed = trio.Event()
        """Set at each confirmation, and then another."""
        self._subscribed = trio.Event()
        self._ending = trio.CancelScope()
        """Cancelled to end the session: at first all of it; once it lives, what goes on in it, and the rest follows."""

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Live through it; it ends with an error, unless it was closed or has handed over before that.

        Raises:
            ExceptionGroup: Of what ended it.
        """
        reason = "the engine stopped, or the connection crashed"
        wires, patience = self._wires, self._wires.patience
        self._note(SessionPhase.AUTHENTICATING)
        try:
            with trio.CancelScope() as self._ending:
                await wires.heeding.silence_over()
                if wires.spec.token:
                    await self._token.renew()
                self._note(SessionPhase.DIALLING, f"dialling {wires.url}")
                session = wires.session(self._keys, self._epoch)
                dialled = open_socket(
                    wires.url, session.path(self._token.value), within=patience.answer, send_within=patience.silence
                )
                async with dialled as socket:
                    await self._live(socket, session, task_status)
        except* BatactorsError as group:
            reason = "; ".join(str(error) for error in leaves(group))
            self._why.cut = self._why.cut or CUT_IN.get(self._phase, Cut.CLOSED)
            if self._handed_over_at == inf:
                raise  # else another stands in its place, whom this one's end does not concern
        finally:
            if (crash := sys.exception()) and any(isinstance(leaf, Exception) for leaf in leaves(crash)):
                self._why.cut = self._why.cut or Cut.CRASHED
            self._end(reason)

    def close(self) -> None:
        """End the session in good order, with a closing handshake; ``run`` then returns."""
        self._ending.cancel()

    async def hand_over(self) -> None:
        """Another session is ready: it stands for the socket from now on, and this one ends when all is answered."""
        self._handed_over_at, self._leads = trio.current_time(), False
        self._why.cut = Cut.REPLACED
        if self._wires.takes_commands:
            await self._writer.hand_over()
        self.close()

    async def _live(self, socket: Socket, session: Session, task_status: Ready) -> None:
        wires = self._wires
        self._awaited = dict.fromkeys((*session.awaits, *([SNAPSHOT] if wires.spec.snapshot else [])))
        self._subscribed = trio.Event()
        self._hear_sign()  # that it was dialled is its first sign of life
        self._note(SessionPhase.SUBSCRIBING)
        if wires.tells_events and self._leads:
            wires.gate.session_begins()
        async with trio.open_nursery() as nursery:
            self._ending = nursery.cancel_scope
            nursery.start_soon(self._read, socket, session)
            nursery.start_soon(self._keep_alive, socket, session)
            nursery.start_soon(self._token.keep)
            nursery.start_soon(self._open, socket, session)
            has_snapshot = await self._await_subscription()
            if wires.tells_events:
                self._note(SessionPhase.CATCHING_UP)
                await self._events.catch_up(self._epoch, whole=not has_snapshot, missed=self._has_missed)
                ready = SessionReady(at=trio.current_time(), on=wires.clock.now(), epoch=self._epoch)
                await wires.dedup.put(ready)
            self._take_the_lead()
            task_status.started()
            if wires.takes_commands:
                if self._asking.is_wanted:
                    nursery.start_soon(self._asking.run, socket, self._epoch)
                await self._writer.run(socket, session)

    async def _open(self, socket: Socket, session: Session) -> None:
        """Say what is due, at first and after each confirmation, until there is nothing left to be confirmed."""
        while True:
            confirmed, stamp = self._confirmed, self._wires.stamp(trio.current_time(), self._wires.patience.validity)
            for frame in session.opening(self._token.value, stamp):
                await socket.send(await signed(frame, self._keys.signer))
            if not self._awaited:
                return
            await confirmed.wait()

    async def _await_subscription(self) -> bool:
        """Wait for every confirmation, and for the snapshot; whether there was one: else what is open is asked for."""
        if self._awaited:
            with trio.move_on_after(self._wires.patience.answer):
                await self._subscribed.wait()
        if not self._awaited:
            return self._wires.spec.snapshot
        missing, patience = ", ".join(self._awaited), self._wires.patience
        if missing != SNAPSHOT:
            words = f"no confirmation of {missing} within {patience.answer:g} s"
            raise self._why.error(Cut.UNCONFIRMED, f"{self._wires.url}: {words}")
        self._confirm(SNAPSHOT)
        return False

    async def _read(self, socket: Socket, session: Session) -> None:
        """Read, decode and pass on; never wait for anybody."""
        while True:
            frame = await socket.receive()
            self._hear_sign()
            facts = log_quarantined(self._wires.url, session.decode(frame), self._token.value)
            self._sort(self._wires.heeding.hear_answer(facts))

    def _sort(self, facts: Sequence[Fact]) -> None:
        """What is about the session is dealt with here; what is about orders goes to the dedup actor."""
        wires, about_orders = self._wires, list[Fact]()
        for fact in facts:
            match fact:
                case SubscribedFact():
                    self._confirm(fact.channel)
                case SubscriptionRefusedFact():
                    # A stale token, most often: the next session fetches another. A key that is refused shows there.
                    self._why.cut = Cut.REFUSED
                    kind = ERRORS[fact.error] if fact.is_final else TransportError
                    raise kind(f"{wires.url} refused {fact.channel}: {fact.message}")
                case SubscriptionEndedFact():
                    words = f"{wires.url} tells no more of {fact.channel}: {fact.reason}"
                    raise self._why.error(Cut.UNSUBSCRIBED, words)
                case VenueStatusFact():
                    wires.gate.hear_status(fact)
                case IgnoredFact():
                    wires.board.ignored(fact)
                case SnapshotFact():
                    self._events.snapshot(fact)
                    self._confirm(SNAPSHOT)
                case SwitchFact():
                    self._asking.hear(fact)
                case AnswerFact():
                    self._writer.hear(fact)
                    about_orders.append(fact)
                case _:
                    about_orders.append(fact)
        self._events.hear(about_orders, self._heard_at)

    def _confirm(self, channel: str) -> None:
        self._awaited.pop(channel, None)
        self._confirmed.set()
        self._confirmed = trio.Event()
        if not self._awaited:
            self._subscribed.set()

    def _hear_sign(self) -> None:
        self._heard_at = trio.current_time()
        if self._wires.tells_events:
            self._wires.board.heard_at = self._heard_at

    async def _keep_alive(self, socket: Socket, session: Session) -> None:
        """Ask a quiet socket for a sign of life, and end one that gives none."""
        patience = self._wires.patience
        next_ping = trio.current_time() + patience.ping_every
        while True:
            await trio.sleep_until(min(next_ping, self._heard_at + patience.silence))
            if trio.current_time() >= self._heard_at + patience.silence:
                words = f"silent for {trio.current_time() - self._heard_at:.1f} s"
                raise self._why.error(Cut.SILENT, f"{self._wires.url}: {words}")
            if trio.current_time() >= next_ping:
                next_ping += patience.ping_every
                await self._ping(socket, session.ping())

    async def _ping(self, socket: Socket, frame: str | None) -> None:
        """Ask for a sign of life; a pong is one that no frame brings."""
        if frame is not None:
            await socket.send(frame)
        elif await socket.ping(within=self._heard_at + self._wires.patience.silence - trio.current_time()):
            self._hear_sign()

    @property
    def _has_missed(self) -> bool:
        """Whether nobody has heard what came before it: no session, or one whose token the venue has dropped."""
        return self._before is None or self._before._token.value != self._token.value

    def _take_the_lead(self) -> None:
        wires, self._before = self._wires, None
        self._is_ready = True
        if wires.tells_events:
            wires.board.epoch = self._epoch
        if wires.takes_commands:
            wires.board.takes_commands = True
        if self._leads:
            wires.board.sessions += wires.tells_events
        self._leads = True
        self._note(SessionPhase.READY)
        wires.gate.session_is_ready()

    def _note(self, phase: SessionPhase, cause: str | None = None) -> None:
        self._phase = phase
        if self._leads:
            self._wires.board.session(self._wires.spec.name, phase, cause)

    def _end(self, reason: str) -> None:
        """The session is over. Nothing here waits, so that nothing slips in between."""
        wires = self._wires
        if self._why.cut is not None:
            wires.board.meter.cut(wires.spec.name, self._why.cut)
        if self._leads:
            if wires.tells_events:
                wires.board.epoch = None
            if wires.takes_commands:
                wires.board.takes_commands = False
            self._note(SessionPhase.ENDED, reason)
        now, on = trio.current_time(), wires.clock.now()
        left: list[Outgoing] = self._writer.left() + (wires.outbox.clear() if self._takes_all else [])
        for outgoing in left:
            command_ids = tuple(command.command_id for command in outgoing.commands)
            why = f"its session ended: {reason}"
            self._untold.append(NotSent(at=now, on=on, command_ids=command_ids, reason=why))
        self._untold.append(
            SessionEnded(
                at=now, on=on, epoch=self._epoch, reason=reason, events=wires.tells_events,
                commands=wires.takes_commands, sent_before=self._handed_over_at if self._is_ready else -inf,
            )
        )  # fmt: skip
        while self._untold and wires.dedup.post(self._untold[0]):
            del self._untold[0]

    @property
    def _takes_all(self) -> bool:
        """Whether what waits to be written waits for this session, and for no other."""
        return self._wires.takes_commands and self._leads
