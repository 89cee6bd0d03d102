"""The doors: open an engine for a block, or run it in a nursery."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from batactors.actors.child_events import ChildEvent
from batactors.actors.crashes import leaves
from batactors.config import EngineConfig
from batactors.engine import Engine
from batactors.journal.store import Journal
from batactors.model.errors import BatactorsError
from batactors.seams import Seams
from batactors.venues.signers import RemoteSigner, Signer


@asynccontextmanager
async def open_engine(
    config: EngineConfig | Path | str,
    *,
    seams: Seams | None = None,
    journals: Callable[[str], Journal] | None = None,
    watch: Callable[[ChildEvent], None] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    signers: Mapping[str, Signer | RemoteSigner] | None = None,
    record: Callable[[str], Callable[[str], object] | None] | None = None,
) -> AsyncIterator[Engine]:
    """Open an engine as one supervised scope, and stop it in good order at the scope's end; ``engine.report`` says how.

    If the block ends with an error, or is cancelled, the engine ends at once, or takes ``cancelled_within`` seconds.

    Args:
        config: The configuration, or the path of a TOML file that holds it.
        seams: Clock, ids and chance, for tests and simulation.
        journals: Gives each account its journal; see ``Engine``.
        watch: Is told of everything that supervision does; see ``Engine``.
        progress: Is told how far the reading of a long journal is; see ``Engine``, and ``restoring_bar`` for a bar.
        record: Gives each account what writes down its session; see ``Engine``.
        signers: What signs in place of the accounts' secrets; see ``Engine``.

    Raises:
        ConfigError: The configuration is wrong; as ``JournalError``, a journal cannot be used.
        AuthError: A venue refuses a key.
        TransportError: A venue could not be reached in time.
        ExceptionGroup: Of what ended the engine later, or of what the body raised.
    """
    engine = Engine(_read(config), seams, journals, watch, progress, signers=signers, record=record)
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
    progress: Callable[[str, int, int], None] | None = None,
    signers: Mapping[str, Signer | RemoteSigner] | None = None,
    record: Callable[[str], Callable[[str], object] | None] | None = None,
    task_status: "trio.TaskStatus[Engine]" = trio.TASK_STATUS_IGNORED,
) -> None:
    """Run an engine in a nursery of yours: ``engine = await nursery.start(batactors.run_engine, config)``.

    Raises:
        ExceptionGroup: Of the typed errors that ended it.
    """
    engine = Engine(_read(config), seams, journals, watch, progress, signers=signers, record=record)
    await engine.run(task_status=task_status)


def _read(config: EngineConfig | Path | str) -> EngineConfig:
    return config if isinstance(config, EngineConfig) else EngineConfig.from_toml(config)
