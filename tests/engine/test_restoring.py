"""Whoever opens an engine on a long journal can see how far it is, and nothing is printed unasked."""

import os
import subprocess
import sys

import pytest
import trio

from batactors import ComponentState, Engine, EngineConfig, SupervisionConfig, open_engine
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Contents, Progress
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VenueAccount
from tests.engine.bench import Bench, open_venue, venue_config
from tests.engine.test_supervision_feed import crash


class Long(MemoryJournal):
    """A journal of some ten thousand entries, of which it reads a thousand in so many seconds."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    async def read(self, progress: Progress | None = None) -> Contents:
        for done in range(1_000, 11_000, 1_000):
            await trio.sleep(self._pace)
            assert progress is not None
            progress(done, 10_400)
        return await super().read()


Told = list[tuple[str, int, int]]


@pytest.mark.usefixtures("network")
async def test_a_long_restoring_is_told_from_a_second_on(
    network: SimulatedNetwork, seams: Seams, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the function that was given, until the end, and in health as the state of the journal; nothing is printed."""
    told: Told = []
    async with open_venue(seams) as (venue, urls), trio.open_nursery() as nursery:
        config = EngineConfig(accounts={"kraken": venue_config(urls, VenueAccount.demo())})
        engine = Engine(config, seams, lambda name: Long(0.3), progress=lambda *far: told.append(far))
        nursery.start_soon(engine.run)
        await trio.sleep(1.0)
        assert told == []
        await trio.sleep(0.6)
        assert told == [("kraken", 4_000, 10_400), ("kraken", 5_000, 10_400)]
        journal = engine.health()["kraken"].components["journal"]
        assert (journal.state, journal.cause) == (ComponentState.STARTING, "restoring, 5,000 of 10,400 entries")
        assert venue.connections == 0
        await trio.sleep(5.0)
        assert told[-1] == ("kraken", 10_400, 10_400)
        up = engine.health()["kraken"].components["journal"]
        assert (up.state, up.cause) == (ComponentState.UP, None)
        await engine.stop()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("network")
async def test_a_short_restoring_is_not_told(network: SimulatedNetwork, seams: Seams) -> None:
    """What takes less than a second needs no bar."""
    told: Told = []
    async with open_venue(seams) as (_, urls):
        config = EngineConfig(accounts={"kraken": venue_config(urls, VenueAccount.demo())})
        async with open_engine(
            config, seams=seams, journals=lambda name: Long(0.09), progress=lambda *far: told.append(far)
        ):
            assert told == []


@pytest.mark.usefixtures("network")
async def test_a_rebuilding_after_a_crash_shows_in_health_alone(network: SimulatedNetwork, seams: Seams) -> None:
    """The dedup actor reads its journal again when it has crashed: health says how far it is, and no bar is drawn."""
    told: Told = []
    async with open_venue(seams) as (venue, urls):
        config = EngineConfig(
            accounts={"kraken": venue_config(urls, VenueAccount.demo())},
            supervision=SupervisionConfig(backoff_first=0.1, jitter=0.0),
        )
        async with open_engine(
            config, seams=seams, journals=lambda name: Long(0.3), progress=lambda *far: told.append(far)
        ) as engine:
            before, account = list(told), engine.account("kraken")
            crash(Bench(venue=venue, urls=urls, engine=engine, account=account))
            await trio.sleep(2.0)
            journal = account.health().components["journal"]
            assert journal.state is ComponentState.STARTING
            assert journal.cause == "restoring, 6,000 of 10,400 entries"
            await trio.sleep(5.0)
            assert account.health().components["journal"].state is ComponentState.UP
            assert told == before


BAR = """
from batactors import restoring_bar
with restoring_bar() as bar:
    bar("kraken", 300_000, 1_000_000)
    bar("kraken", 1_000_000, 1_000_000)
print("done")
"""


def drawn_on(stream: int) -> bytes:
    """What the bar leaves on an error stream; the output has only what the program itself prints."""
    command = [sys.executable, "-c", BAR]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=stream, env=environment, timeout=60.0)
    return told.stdout


def test_the_bar_is_drawn_on_a_terminal_and_goes() -> None:
    """With the account, and how many of how many; at the end the cursor is back and the line empty."""
    ours, theirs = os.openpty()
    try:
        assert drawn_on(theirs) == b"done\n"
        shown = os.read(ours, 1 << 16).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "restoring the journal of kraken" in shown
    assert "300000/1000000" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert shown.endswith("\x1b[2K")


def test_the_bar_is_quiet_in_a_pipe() -> None:
    """Not a byte of it is in a log file."""
    ours, theirs = os.pipe()
    try:
        assert drawn_on(theirs) == b"done\n"
        os.close(theirs)
        assert os.read(ours, 1) == b""
    finally:
        os.close(ours)
