"""The engine: runs the accounts of a configuration, and stops them; ``opening`` has the doors to it."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import trio

from batactors.account import Account
from batactors.actors.child_events import ChildEvent, ChildEventReader, ChildEvents, Happening
from batactors.actors.crashes import cause_of
from batactors.actors.loop_watch import LoopWatch
from batactors.config import EngineConfig
from batactors.diagnosing import read_diagnostics
from batactors.handle import CommandHandle
from batactors.journal.store import Journal
from batactors.journals import journal_of
from batactors.model.diagnostics import Diagnostics
from batactors.model.errors import BatactorsError, ConfigError, TransportError
from batactors.model.health import ComponentState, HealthReport
from batactors.model.ids import AccountName
from batactors.model.stop_report import StopReport
from batactors.seams import Seams
from batactors.stopping import Stop
from batactors.venues.protocols import codec_of, warning_of
from batactors.venues.registry import CODECS
from batactors.venues.signers import RemoteSigner, Signer
from batactors.wiring import Wiring

logger = logging.getLogger("batactors.engine")

CLOSE_WITHIN = 10.0
"""Seconds that a journal has to let go of its store; nothing that was written depends on it."""
EVENTS = 1000
"""Happenings of supervision that are remembered."""


class Engine:
    """Runs the accounts of a configuration.

    Args:
        config: What to run.
        seams: Clock, ids and chance; the machine's own if none are given.
        journals: Gives each account, by its name, the journal that it writes to and is rebuilt from, whatever the
            configuration says. The engine opens and closes it.
        watch: Is told of everything that supervision does, at once. It may not wait, and must not raise.
        progress: Is told how far the reading of a journal is, if that takes longer than a second: the account, how many
            entries are read, and how many there are; at the end these are the same. It may not wait, and must not
            raise. See ``restoring_bar``.
        record: Gives each account, by its name, what is called with each line of a recording of its session, or none;
            see ``replay``. It is called where frames are read, so it should not wait, and must not raise.
        signers: What signs for the accounts of these names, in place of their secrets: a key that stays elsewhere.

    Raises:
        ConfigError: The configuration names a venue that there is none of, or a secret that is not there.
    """

    def __init__(
        self,
        config: EngineConfig,
        seams: Seams | None = None,
        journals: Callable[[str], Journal] | None = None,
        watch: Callable[[ChildEvent], None] | None = None,
        progress: Callable[[str, int, int], None] | None = None,
        *,
        signers: Mapping[str, Signer | RemoteSigner] | None = None,
        record: Callable[[str], Callable[[str], object] | None] | None = None,
    ) -> None:
        self._config = config
        self._signers = signers or {}
        self._progress = progress
        self._record = record or (lambda name: None)
        self._seams = seams or Seams()
        self._journals = journals or (lambda name: journal_of(name, config.accounts[name], self._seams))
        self._watched = watch
        self._events = ChildEvents(EVENTS)
        config.require_venues(CODECS)
        unknown = [name for name in self._signers if name not in config.accounts]
        if unknown:
            known = ", ".join(config.accounts)
            words = f"a signer is given for {', '.join(unknown)}: the configuration's accounts are {known}"
            raise ConfigError(words)
        self._loop = LoopWatch(self._seams.clock)
        self._wirings = {name: self._wire(AccountName(name)) for name in config.accounts}
        self._accounts = {name: Account(wiring) for name, wiring in self._wirings.items()}
        self._asked_to_stop = trio.Event()
        self._has_reported = trio.Event()
        self._is_running = False
        self._report: StopReport | None = None

    @property
    def accounts(self) -> Mapping[str, Account]:
        """All accounts, by the names that the configuration gives them."""
        return MappingProxyType(self._accounts)

    def account(self, name: str) -> Account:
        """The account of this name.

        Raises:
            ConfigError: There is none.
        """
        account = self._accounts.get(name)
        if account is None:
            known = ", ".join(self._accounts)
            raise ConfigError(f"there is no account {name!r} in the configuration, which has {known}")
        return account

    def health(self) -> Mapping[str, HealthReport]:
        """How each account does, by the names that the configuration gives them."""
        return {name: account.health() for name, account in self._accounts.items()}

    def diagnostics(self) -> Mapping[str, Diagnostics]:
        """How the work of each account went so far: what it took, what waits, and why sessions ended."""
        return {name: read_diagnostics(wiring) for name, wiring in self._wirings.items()}

    @property
    def happenings(self) -> list[ChildEvent]:
        """What supervision did, latest last; see ``supervision``."""
        return list(self._events.kept)

    def supervision(self, since: int = 0) -> ChildEventReader:
        """What supervision does, each event once and in order, until the engine has ended; that is the last event.

        Any number of tasks may follow, each from its own place. Nothing is kept for them: events that a slow one comes
        too late for are told to it as ``Missed``, and one that crashes or leaves concerns nobody.

        Args:
            since: The sequence number of the last event that the caller has dealt with; 0 tells all that are kept.
        """
        return self._events.follow(since)

    @property
    def report(self) -> StopReport | None:
        """How the engine stopped, once it has: also when it was cancelled, or ended by an error."""
        return self._report

    async def run(self, *, task_status: "trio.TaskStatus[Engine]" = trio.TASK_STATUS_IGNORED) -> None:
        """Run until stopped or cancelled; report ready once every account is authenticated, subscribed and caught up.

        After ``stop`` it returns. Cancelled, it ends at once, or takes ``cancelled_within`` seconds to stop.

        Raises:
            JournalError: A journal cannot be used; nothing was connected.
            ExceptionGroup: Of the typed errors that ended it.
        """
        ending: BaseException | None = None
        try:
            for name, wiring in self._wirings.items():  # all of them, before anything is connected
                progress = partial(self._progress, name) if self._progress is not None else None
                await wiring.dedup_actor.open(progress)
            with self._loop.watching():
                await self._keep(task_status)
        except* BatactorsError as group:
            ending = group
            raise
        finally:
            for wiring in self._wirings.values():
                with trio.move_on_after(CLOSE_WITHIN, shield=True):
                    await wiring.journal.close()
            self._end(ending)

    def commands(self, *, ended: bool = False) -> list[CommandHandle]:
        """The open commands of all accounts, account by account; see ``Account.commands``."""
        return [handle for account in self._accounts.values() for handle in account.commands(ended=ended)]

    async def stop(self) -> StopReport:
        """Stop in good order, and report. Takes at most ``stop_within`` and three seconds more, whatever hangs.

        No more commands are taken. Those in flight are waited for, as long as ``stop_within`` says; what still waits
        unsent then is told as not sent. The sockets are closed, what was not answered is written down as unknown, and
        everybody who waits at a handle is told. To cancel who waits here does not cancel the stop. Called again, it
        gives the same report.
        """
        self._asked_to_stop.set()
        if self._is_running:
            await self._has_reported.wait()
        return self._report or Stop(self._wirings.values(), self._seams.clock, 0.0).report(graceful=False)

    # How it is done.

    async def _keep(self, task_status: "trio.TaskStatus[Engine]") -> None:
        async with trio.open_nursery() as nursery:
            await nursery.start(self._live)
            task_status.started(self)
            nursery.start_soon(self._stop_when_asked)

    async def _live(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the accounts. Once all are ready, a cancellation waits for the stop, if there is time for one."""
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                for wiring in self._wirings.values():
                    await self._start(nursery, wiring)
                scope.shield = self._config.supervision.cancelled_within > 0
                self._is_running = True
                task_status.started()

    async def _stop_when_asked(self) -> None:
        supervision = self._config.supervision
        has_time = supervision.cancelled_within > 0
        try:
            await self._asked_to_stop.wait()
            with trio.CancelScope(shield=has_time):  # once begun, it is finished
                await self._stop(supervision.stop_within)
        except trio.Cancelled:
            if has_time and self._report is None and any(wiring.is_running for wiring in self._wirings.values()):
                with trio.CancelScope(shield=True):
                    await self._stop(supervision.cancelled_within)
            raise

    async def _stop(self, within: float) -> None:
        self._report = await Stop(self._wirings.values(), self._seams.clock, within).run()
        self._has_reported.set()

    def _end(self, ending: BaseException | None) -> None:
        """Nothing lives any more: say how it ended."""
        self._is_running = False
        self._asked_to_stop.set()
        if self._report is None:
            self._report = Stop(self._wirings.values(), self._seams.clock, 0.0).report(graceful=False)
        what = Happening.CRASHED if ending is not None else Happening.ENDED
        cause = cause_of(ending) if ending is not None else None
        self._watch(ChildEvent(supervisor="engine", child="engine", what=what, at=trio.current_time(), cause=cause))
        self._events.end()
        self._has_reported.set()

    def _wire(self, name: AccountName) -> Wiring:
        config = self._config.accounts[name]
        now = self._seams.clock.now()
        codec = codec_of(config.venue, tier=config.tier, protocol=config.protocol, on=now)
        warning = warning_of(config.venue, config.protocol, now)
        if warning is not None:
            logger.warning("accounts.%s: %s", name, warning)
        return Wiring(
            name=name, config=config, supervision=self._config.supervision, codec=codec, journal=self._journals(name),
            seams=self._seams, watch=self._watch, loop=self._loop, signer=self._signers.get(name),
            record=self._record(name),
        )  # fmt: skip

    async def _start(self, nursery: trio.Nursery, wiring: Wiring) -> None:
        within = self._config.supervision.start_within
        with trio.move_on_after(within) as starting:
            await nursery.start(wiring.run, name=f"account {wiring.name}")
        if starting.cancelled_caught:
            raise TransportError(
                f"account {wiring.name!r} was not ready within {within:g} s: {_troubles(wiring)}",
                venue=wiring.codec.venue,
                retriable=True,
            )

    def _watch(self, event: ChildEvent) -> None:
        numbered = self._events.add(event)
        if self._watched is not None:
            self._watched(numbered)


def _troubles(wiring: Wiring) -> str:
    """What the components that are not up say of themselves; those that only wait for others come last."""
    components = sorted(wiring.board.components.items(), key=lambda one: one[1].state is ComponentState.STARTING)
    parts = [
        f"{name} is {health.state}{f' ({health.cause})' if health.cause else ''}"
        for name, health in components
        if health.state is not ComponentState.UP
    ]
    return "; ".join(parts) or "it did not say why"
