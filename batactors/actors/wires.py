"""What every session of one socket is given: where it dials, what it speaks, and whom it tells."""

from attrs import frozen

from batactors.actors.board import Board
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.keyring import KeyRing
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, Outgoing, ReconcilerMessage, RestMessage
from batactors.actors.tapped import TappedSession
from batactors.core.clock import VenueClock
from batactors.model.limits import Patience
from batactors.seams import WallClock
from batactors.venues.codec import Codec, Session, Stamp
from batactors.venues.signers import Keys
from batactors.venues.sockets import Role, SocketSpec


@frozen(kw_only=True)
class Wires:
    """The surroundings of one socket; they outlive its sessions.

    Attributes:
        url: The socket's address; the codec says what stands behind it.
        outbox: What is to be written, at a socket that takes commands.
        asks: What is to be asked there, and not over HTTP.
        keep_token_every: Seconds after which the token of an open socket is asked for again; ``None`` if it lasts.
    """

    spec: SocketSpec
    url: str
    codec: Codec
    ring: KeyRing
    patience: Patience
    outbox: Mailbox[Outgoing]
    asks: Mailbox[RestMessage]
    rest: Mailbox[RestMessage]
    dedup: Mailbox[DedupMessage]
    reconciler: Mailbox[ReconcilerMessage]
    gate: Gate
    board: Board
    clock: WallClock
    venue_clock: VenueClock
    heeding: Heeding
    keep_token_every: float | None = None

    @property
    def tells_events(self) -> bool:
        """Whether it tells what happens on the account."""
        return Role.EVENTS in self.spec.roles

    @property
    def takes_commands(self) -> bool:
        """Whether it takes commands."""
        return Role.COMMANDS in self.spec.roles

    def session(self, keys: Keys, number: int) -> Session:
        """The codec's memory of a session, where what it reads and makes can be seen."""
        return TappedSession(self.codec.session(self.spec.name, keys), self.board.tap, self.spec.name, number)

    def stamp(self, now: float, validity: float) -> Stamp:
        """What is signed now, on trio's clock, and valid for so many seconds."""
        on = self.clock.now()
        until = self.venue_clock.deadline(now, on, validity)
        return Stamp(now=self.venue_clock.stamp(now, on), valid_until=until, nonce=0)
