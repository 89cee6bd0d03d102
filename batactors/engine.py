"""The door: open an engine, and reach its accounts."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import trio
from attrs import frozen

from batactors.account import Account
from batactors.actors.supervisor import ChildEvent, leaves
from batactors.config import EngineConfig
from batactors.handle import CommandHandle
from batactors.journal.memory import MemoryJournal
from batactors.journal.retention import Retention
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Journal
from batactors.model.errors import BatactorsError, ConfigError, TransportError
from batactors.model.health import ComponentState
from batactors.model.ids import AccountName, CommandId
from batactors.seams import Seams
from batactors.venues.registry import CODECS
from batactors.wiring import Wiring

SETTLING = 0.05
"""Seconds between looks at what is still in flight while the engine stops."""
CLOSE_WITHIN = 10.0
"""Seconds that a journal has to let go of its store; nothing that was written depends on it."""
EVENTS = 1000
"""Happenings of supervision that are remembered."""


@frozen(kw_only=True)
class StopReport:
    """How an engine stopped: the commands that had no verdict then, by account."""

    left: Mapping[AccountName, tuple[CommandId, ...]]

    @property
    def is_clean(self) -> bool:
        """Whether every command had its verdict."""
        return not any(self.left.values())


class Engine:
    """Runs the accounts of a configuration.

    Args:
        config: What to run.
        seams: Clock, ids and chance; the machine's own if none are given.
        journals: Gives each account, by its name, the journal that it writes to and is rebuilt from, whatever the
            configuration says. The engine opens and closes it.
        watch: Is told of everything that supervision does, at once. It may not wait, and must not raise.

    Raises:
        ConfigError: The configuration names a venue that there is none of, or a secret that is not there.
    """

    def __init__(
        self,
        config: EngineConfig,
        seams: Seams | None = None,
        journals: Callable[[str], Journal] | None = None,
        watch: Callable[[ChildEvent], None] | None = None,
    ) -> None:
        self._config = config
        self._seams = seams or Seams()
        self._journals = journals or self._journal
        self._watched = watch
        self.happenings: list[ChildEvent] = []
        """What supervision did, latest last."""
        config.require_venues(CODECS)
        self._wirings = {name: self._wire(AccountName(name)) for name in config.accounts}
        self._accounts = {name: Account(wiring) for name, wiring in self._wirings.items()}
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

    async def run(self, *, task_status: "trio.TaskStatus[Engine]" = trio.TASK_STATUS_IGNORED) -> None:
        """Run until cancelled; report ready once every account is authenticated, subscribed and caught up.

        Raises:
            JournalError: A journal cannot be used; nothing was connected.
            ExceptionGroup: Of the typed errors that ended it.
        """
        try:
            for wiring in self._wirings.values():
                await wiring.dedup_actor.open()  # all of them, before anything is connected
            async with trio.open_nursery() as nursery:
                for wiring in self._wirings.values():
                    await self._start(nursery, wiring)
                task_status.started(self)
        finally:
            for wiring in self._wirings.values():
                with trio.move_on_after(CLOSE_WITHIN, shield=True):
                    await wiring.journal.close()

    def commands(self, *, ended: bool = False) -> list[CommandHandle]:
        """The open commands of all accounts, account by account; see ``Account.commands``."""
        return [handle for account in self._accounts.values() for handle in account.commands(ended=ended)]

    async def stop(self) -> StopReport:
        """Take no more commands, wait for those in flight as long as ``stop_within`` says, and report what is left."""
        if self._report is None:
            for wiring in self._wirings.values():
                wiring.closing = True
            with trio.move_on_after(self._config.supervision.stop_within):
                # Looked at, not waited for: it is a state of several accounts, and the engine is on its way out.
                while any(self._left(wiring) for wiring in self._wirings.values()):  # noqa: ASYNC110
                    await trio.sleep(SETTLING)
            self._report = StopReport(left={wiring.name: self._left(wiring) for wiring in self._wirings.values()})
        return self._report

    def _left(self, wiring: Wiring) -> tuple[CommandId, ...]:
        return tuple(record.command.command_id for record in wiring.dedup_actor.dispatch.desk.unresolved())

    def _wire(self, name: AccountName) -> Wiring:
        config = self._config.accounts[name]
        codec = CODECS[config.venue](tier=config.tier)
        return Wiring(
            name=name, config=config, supervision=self._config.supervision, codec=codec, journal=self._journals(name),
            seams=self._seams, watch=self._watch,
        )  # fmt: skip

    def _journal(self, name: str) -> Journal:
        """The journal that the configuration names; in memory if it names none."""
        account = self._config.accounts[name]
        kept = account.journal
        if kept is None:
            return MemoryJournal()
        retention = Retention(settled=kept.settled, days=kept.days, recent=kept.recent)
        return SqliteJournal(
            kept.path, account=name, venue=account.venue, sync=kept.sync, retention=retention, clock=self._seams.clock
        )

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
        self.happenings.append(event)
        del self.happenings[:-EVENTS]
        if self._watched is not None:
            self._watched(event)


@asynccontextmanager
async def open_engine(
    config: EngineConfig | Path | str,
    *,
    seams: Seams | None = None,
    journals: Callable[[str], Journal] | None = None,
    watch: Callable[[ChildEvent], None] | None = None,
) -> AsyncIterator[Engine]:
    """Open an engine as one supervised scope, and stop it in good order at the scope's end.

    Args:
        config: The configuration, or the path of a TOML file that holds it.
        seams: Clock, ids and chance, for tests and simulation.
        journals: Gives each account its journal; see ``Engine``.
        watch: Is told of everything that supervision does; see ``Engine``.

    Raises:
        ConfigError: The configuration is wrong; as ``JournalError``, a journal cannot be used.
        AuthError: A venue refuses a key.
        TransportError: A venue could not be reached in time.
        ExceptionGroup: Of what ended the engine later, or of what the body raised.
    """
    engine = _engine(config, seams, journals, watch)
    began = False
    try:
        async with trio.open_nursery() as nursery:
            await nursery.start(engine.run)
            began = True
            yield engine
            await engine.stop()
            nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        errors = leaves(group)
        if began or len(errors) > 1 or not isinstance(errors[0], BatactorsError):
            raise
        error = errors[0]
    else:
        return
    # What keeps an engine from starting is one plain error, not a group of one.
    raise error


async def run_engine(
    config: EngineConfig | Path | str,
    *,
    seams: Seams | None = None,
    journals: Callable[[str], Journal] | None = None,
    watch: Callable[[ChildEvent], None] | None = None,
    task_status: "trio.TaskStatus[Engine]" = trio.TASK_STATUS_IGNORED,
) -> None:
    """Run an engine in a nursery of yours: ``engine = await nursery.start(batactors.run_engine, config)``.

    Raises:
        ExceptionGroup: Of the typed errors that ended it.
    """
    engine = _engine(config, seams, journals, watch)
    await engine.run(task_status=task_status)


def _engine(
    config: EngineConfig | Path | str,
    seams: Seams | None,
    journals: Callable[[str], Journal] | None,
    watch: Callable[[ChildEvent], None] | None,
) -> Engine:
    read = config if isinstance(config, EngineConfig) else EngineConfig.from_toml(config)
    return Engine(read, seams, journals, watch)


def _troubles(wiring: Wiring) -> str:
    """What the components that are not up say of themselves."""
    parts = [
        f"{name} is {health.state}{f' ({health.cause})' if health.cause else ''}"
        for name, health in wiring.board.components.items()
        if health.state is not ComponentState.UP
    ]
    return "; ".join(parts) or "it did not say why"
