"""The actors of one account, and the mailboxes between them: the picture of ``docs/roads.md``, drawn in code."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import trio
from attrs import evolve

from batactors.actors.board import Board
from batactors.actors.clock import ClockSync
from batactors.actors.connection import Connection
from batactors.actors.dedup import Dedup
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.inquirer import Inquirer
from batactors.actors.journal_watch import JournalWatch
from batactors.actors.keyring import KeyRing
from batactors.actors.lane import Lane
from batactors.actors.loop_watch import LoopWatch
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import (
    DedupMessage,
    LaneMessage,
    Outgoing,
    ReconcilerMessage,
    RestMessage,
)
from batactors.actors.metadata import Metadata
from batactors.actors.numbered import NumberedLog
from batactors.actors.reconciler import Reconciler
from batactors.actors.recorder import Recorder
from batactors.actors.rest import Rest
from batactors.actors.supervisor import Backoff, ChildEvent, ChildSpec, Intensity, Supervisor
from batactors.actors.switch import SWITCH, DeadMansSwitch
from batactors.actors.wires import Wires
from batactors.config import AccountConfig, SupervisionConfig
from batactors.core.amending import completed
from batactors.core.clock import VenueClock
from batactors.core.limiter import Limiter
from batactors.core.modes import Modes, known_of
from batactors.given import api_key_of, credentials_of, manner_of, rules_of
from batactors.journal.store import Journal
from batactors.life import DEDUP, REST, Life
from batactors.model.errors import (
    AuthError,
    ConfigError,
    PermissionDenied,
)
from batactors.model.ids import AccountName, InstrumentId
from batactors.model.instruments import Instrument, InstrumentChange
from batactors.model.limits import Patience
from batactors.model.modes import ModeSetting
from batactors.seams import Seams
from batactors.venues.codec import Codec
from batactors.venues.protocols import in_use, warning_of
from batactors.venues.signers import Keys, RemoteSigner, Signer
from batactors.venues.sockets import Hosts, Role, SocketSpec

Value = TypeVar("Value")

ACTORS = ("rest", "clock", "lane", DEDUP, "reconciler", "journal", "metadata")  # parts of health, beside the sockets
DEDUP_ROOM = 10_000
"""Frames that wait for the dedup actor; when it is full the session ends, and the next one hears it all again."""
LANE_ROOM = 1_000
"""Submissions that wait for the lane; who submits more waits."""
OUTBOX_ROOM = 100
"""Commands that wait to be encoded; the lane keeps the others, where cancels can still overtake."""
REST_ROOM = 1_000
RECONCILER_ROOM = 100
CHANGES = 1_000
"""Changes of instruments that are remembered for who follows them."""
LEAST_STOP = 1.0
"""Seconds that an actor has at least to end: less is no time for a closing handshake."""


class Wiring(Life):
    """One account's actors and what lies between them."""

    def __init__(
        self,
        *,
        name: AccountName,
        config: AccountConfig,
        supervision: SupervisionConfig,
        codec: Codec,
        journal: Journal,
        seams: Seams,
        watch: Callable[[ChildEvent], None],
        loop: LoopWatch,
        record: Callable[[str], object] | None = None,
        signer: Signer | RemoteSigner | None = None,
    ) -> None:
        super().__init__()
        self.name, self.since, self.loop = name, seams.clock.now(), loop
        self.config = config
        self._warnings: tuple[str, ...] = ()
        self.codec, self.seams = codec, seams
        self.board = Board(seams.clock, (*(spec.name for spec in codec.sockets), *ACTORS))
        self.ring = ring = KeyRing(partial(keys_of, name, config, codec, self.board, signer))
        self.drops_token = config.drop_token_on_stop and codec.keep_token_every is not None
        self.events_socket = next(spec.name for spec in codec.sockets if Role.EVENTS in spec.roles)
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.instrument_changes = NumberedLog[InstrumentChange](CHANGES)
        patience = config.patience(codec.patience)
        self.dedup = Mailbox[DedupMessage]("dedup", DEDUP_ROOM)
        self.lane = Mailbox[LaneMessage]("lane", LANE_ROOM)
        self.rest = Mailbox[RestMessage]("rest", REST_ROOM)
        self.rest_outbox = Mailbox[Outgoing]("rest outbox", OUTBOX_ROOM)
        self.reconciler = Mailbox[ReconcilerMessage]("reconciler", RECONCILER_ROOM)
        self.outbox = Mailbox[Outgoing]("outbox", OUTBOX_ROOM)
        self.asks = Mailbox[RestMessage]("asks", REST_ROOM)
        own = ModeSetting(mode=config.mode, reason="as configured", since=seams.clock.now())
        timed: dict[str, Any] = {"venue_clock": VenueClock(), "clock": seams.clock}
        limiter = Limiter(codec, clock=timed["venue_clock"], paced=config.paced)
        heeding = Heeding(limiter=limiter, board=self.board, clock=seams.clock, lane=self.lane)
        self.gate = Gate(
            account=name, modes=Modes(name, own), new_risk=config.new_risk_while_recovering, limiter=limiter,
            known_of=lambda one: known_of(one, self.dedup_actor.dispatch.ledger), board=self.board, lane=self.lane,
        )  # fmt: skip
        self.journal = JournalWatch(journal, self.board)
        hosts = codec.hosts(config.environment)
        self.rest_actor = rest = Rest(
            account=name, url=config.rest_url or hosts.rest, codec=codec, ring=ring, patience=patience,
            mailbox=self.rest, dedup=self.dedup, board=self.board, gate=self.gate, outbox=self.rest_outbox,
            heeding=heeding, **timed,
        )  # fmt: skip
        manner = manner_of(codec)
        self.dedup_actor = Dedup(
            account=name, venue=codec.venue, rules=rules_of(config, patience, codec), journal=self.journal,
            mailbox=self.dedup, reconciler=self.reconciler, lane=self.lane, board=self.board, clock=seams.clock,
            fits=codec.fits, shorten=codec.shorten,
        )  # fmt: skip
        if record is not None:
            self.board.tap.recorder = recorder = Recorder(record, self.board.bare)
            protocol = in_use(config.venue, config.protocol, self.since)
            recorder.begin(
                account=name, venue=codec.venue, tier=config.tier, protocol=protocol, on=self.since,
                rules=rules_of(config, patience, codec),
            )  # fmt: skip
        reconciler = Reconciler(
            mailbox=self.reconciler, board=self.board, clock=seams.clock, every=config.reconcile_every,
            inquirer=Inquirer(rest=self.rest, dedup=self.dedup, clock=seams.clock, manner=manner),
            chance=seams.chance.generator(f"{name}/reconciler"),
        )  # fmt: skip
        seen: dict[str, Any] = {"rest": self.rest, "board": self.board}
        clock = ClockSync(mailbox=heeding.clock_wishes, config=config, **timed, **seen)
        metadata = Metadata(
            codec=codec, instruments=self.instruments, changes=self.instrument_changes, clock=seams.clock,
            every=config.instruments_every, **seen,
        )  # fmt: skip
        self.lane_actor = lane = Lane(
            mailbox=self.lane, outbox=self.outbox, rest=self.rest_outbox, dedup=self.dedup, board=self.board,
            gate=self.gate, clock=seams.clock, heeding=heeding, instruments=self.instruments, supports=codec.check,
            send_within=config.send_within, validity=patience.validity, batch_limit=codec.batch_limit,
            carries=codec.carries,
            completed=lambda given: completed(given, self.dedup_actor.dispatch.ledger, codec.amends_in_full),
            apart=manner.keeps_conditional_apart,
        )  # fmt: skip
        switches = [self._switch(config.cancel_after, patience)] if config.cancel_after is not None else []
        addresses = addresses_of(config, hosts)
        self.connections = connections = {
            spec.name: Connection(
                Wires(
                    spec=lived(spec, config), url=addresses[spec.roles[0]], codec=codec, ring=ring, patience=patience,
                    outbox=self.outbox, asks=self.asks, rest=self.rest, dedup=self.dedup,
                    reconciler=self.reconciler, gate=self.gate, board=self.board, heeding=heeding,
                    keep_token_every=token_kept_every(config, codec),
                    **timed,
                )
            )
            for spec in codec.sockets
        }  # fmt: skip
        stop_within = max(supervision.stop_within, LEAST_STOP)
        within: dict[str, Any] = {"start_within": supervision.start_within, "stop_within": stop_within}
        own_pace: dict[str, Any] = {"start_within": None, "stop_within": stop_within}
        bug = Intensity(failures=supervision.failures, seconds=supervision.within)
        keepers = [ChildSpec(name=SWITCH, run=one.run, stop=one.close, intensity=bug, **within) for one in switches]
        by_socket = codec.switch is not None and codec.switch.frame is not None
        self.supervisor = Supervisor(
            name,
            [
                # Who is told things comes before who tells them: they are stopped in the reverse order.
                ChildSpec(name=DEDUP, run=self.dedup_actor.run, intensity=bug, **within),
                ChildSpec(name="journal", run=self.journal.run, intensity=bug, **within),
                ChildSpec(name=REST, run=rest.run, intensity=bug, **within),
                # This one and the sockets fail for as long as the venue cannot be reached, which is no bug of ours,
                # and each of their steps has a deadline of its own.
                # Without instruments a fill's fee has no currency: nothing else is asked for before they are known.
                ChildSpec(name="metadata", run=metadata.run, intensity=None, **own_pace),
                ChildSpec(name="clock", run=clock.run, intensity=bug, **own_pace),
                *([] if by_socket else keepers),
                ChildSpec(name="reconciler", run=reconciler.run, intensity=bug, **within),
                *(
                    ChildSpec(name=socket, run=one.run, intensity=None, stop=one.close, **own_pace)
                    for socket, one in connections.items()
                ),
                *(keepers if by_socket else []),  # it is taken off while the socket is there
                ChildSpec(name="lane", run=lane.run, intensity=bug, **within),
            ],
            backoff=Backoff(
                first=supervision.backoff_first, factor=supervision.backoff_factor, most=supervision.backoff_most,
                jitter=supervision.jitter, stable_after=supervision.stable_after,
            ),
            chance=seams.chance.generator(f"{name}/supervisor"),
            is_fatal=is_fatal, watch=self.board.watching(watch),
        )  # fmt: skip

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody should see to: of what the account uses since its start, by the clock of now.

        When trio's run is over, as it was last.
        """
        if trio.lowlevel.in_trio_run():
            used = in_use(self.config.venue, self.config.protocol, self.since)
            warning = warning_of(self.config.venue, used, self.seams.clock.now())
            self._warnings = () if warning is None else (warning,)
        return self._warnings

    def _switch(self, after: int, patience: Patience) -> DeadMansSwitch:
        spec = self.codec.switch
        if spec is None or after > spec.longest:
            can = "takes no dead man's switch" if spec is None else f"takes {spec.longest} seconds at the most"
            raise ConfigError(f"accounts.{self.name}.cancel_after is {after}: {self.codec.venue} {can}")

        def needed() -> list[InstrumentId | None]:
            working = self.dedup_actor.dispatch.book.working()
            return [order.instrument for order in working] if spec.by_instrument else [None]

        road, within = (self.rest, None) if spec.frame is None else (self.asks, patience.answer)
        return DeadMansSwitch(rest=road, board=self.board, after=after, needed=needed, within=within)


def is_fatal(error: BaseException) -> bool:
    """Whether to try again is pointless: what is wrong is in the configuration, or at the venue's desk."""
    return isinstance(error, AuthError | PermissionDenied | ConfigError) and not error.retriable


def keys_of(
    name: AccountName, config: AccountConfig, codec: Codec, board: Board, signer: Signer | RemoteSigner | None
) -> Keys:
    """The keys as they are kept now; what is secret of them is kept out of what the board says.

    Raises:
        ConfigError: There are none, or they are not of the venue's form.
    """
    key = api_key_of(name, config)
    if signer is not None:
        board.guard(key)
        return Keys(api_key=key, signer=signer)
    credentials = credentials_of(name, config)
    board.guard(key, credentials.api_secret, *credentials.api_secret.splitlines())
    return codec.keys(credentials)


def lived(spec: SocketSpec, config: AccountConfig) -> SocketSpec:
    """The socket with the life that is configured, where the venue ends it at all."""
    return spec if spec.life is None else evolve(spec, life=config.socket_life or spec.life)


def token_kept_every(config: AccountConfig, codec: Codec) -> float | None:
    """How often a token is asked for again: as configured, where the venue's runs out at all."""
    return None if codec.keep_token_every is None else config.keep_token_every or codec.keep_token_every


def addresses_of(config: AccountConfig, hosts: Hosts) -> dict[Role, str]:
    """Where the socket for each purpose is: as configured, or else the venue's own."""
    events = config.websocket_url or hosts.websocket
    # Where there is one socket for all, its address is the one for all.
    return {Role.EVENTS: events, Role.COMMANDS: config.commands_url or hosts.commands or events}
