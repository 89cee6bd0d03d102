"""Health is followed as it changes, by slow readers too; it tells of the journal, and never a secret."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import trio
from attrs import evolve

from batactors import ComponentState, EngineStopped, HealthReport, HealthStatus, TradingMode
from batactors.actors.live_session import LiveSession
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Entry
from batactors.seams import Seams, WallClock
from batactors.testing import SimulatedNetwork, VenueAccount
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench, open_on, open_venue
from tests.engine.test_health import follow
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")

UP, DEGRADED, DOWN = ComponentState.UP, ComponentState.DEGRADED, ComponentState.DOWN


class SlowJournal(MemoryJournal):
    """A disk that has its moments."""

    pause = 0.0
    broken = False

    async def append(self, entries: Sequence[Entry]) -> None:
        await trio.sleep(self.pause)
        if self.broken:
            raise OSError(28, "No space left on device")
        await super().append(entries)


async def test_a_journal_that_is_slow_or_broken_shows(network: SimulatedNetwork, seams: Seams) -> None:
    """A write that takes long is told while it still does; one that fails is told as such; both end when one passes."""
    journal, told = SlowJournal(), list[HealthReport]()
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal) as bench,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(follow, bench, told)
        await trio.sleep(10.0)
        journal.pause = 8.0
        nursery.start_soon(place, bench)
        await trio.sleep(2.0)
        assert told[-1].components["journal"].state is DEGRADED
        assert "longer than 1 s" in str(told[-1].components["journal"].cause)
        journal.pause = 0.0
        await trio.sleep(10.0)
        assert told[-1].components["journal"].state is UP
        journal.broken = True
        nursery.start_soon(place, bench)
        await trio.sleep(1.0)
        down = [report.components["journal"] for report in told if report.components["journal"].state is DOWN]
        assert "No space left" in str(down[0].cause)
        assert any(report.components["dedup"].state is DOWN for report in told)
        journal.broken = False
        await trio.sleep(20.0)
        assert told[-1].status is HealthStatus.HEALTHY
        nursery.cancel_scope.cancel()


async def test_a_reader_leaves_and_comes_back_as_it_likes(network: SimulatedNetwork, seams: Seams) -> None:
    """It may be dropped in the middle, and a wait for the next report may be cancelled and taken up again."""
    async with open_bench(seams) as bench:
        async for report in bench.account.watch_health():
            if report.status is HealthStatus.HEALTHY:
                break
        reports = bench.account.watch_health()
        first = await anext(reports)
        with trio.move_on_after(5.0) as waiting:
            await anext(reports)
        assert waiting.cancelled_caught
        bench.venue.cut()
        assert (await anext(reports)).status is HealthStatus.DISCONNECTED is not first.status


class Ticking:
    """A wall clock that is never read twice at one instant, as none is outside of virtual time."""

    def __init__(self, clock: WallClock) -> None:
        self._clock, self._reads = clock, 0

    def now(self) -> datetime:
        self._reads += 1
        return self._clock.now() + timedelta(microseconds=self._reads)


async def test_a_strategy_may_set_its_mode_by_what_health_says(network: SimulatedNetwork, seams: Seams) -> None:
    """To set what holds already is no change, so that who sets a mode with each report is told of each change once."""
    told: list[HealthStatus] = []

    async def strategy(bench: Bench) -> None:
        async for report in bench.account.watch_health():
            told.append(report.status)
            assert len(told) < 100, "it is told of what it does itself"
            is_well = report.status is HealthStatus.HEALTHY
            bench.account.set_mode("active" if is_well else "reduce_only", reason=str(report.status))

    ticking = evolve(seams, clock=Ticking(seams.clock))
    async with open_bench(ticking) as bench, trio.open_nursery() as nursery:
        nursery.start_soon(strategy, bench)
        await trio.sleep(10.0)
        bench.venue.cut()
        await trio.sleep(30.0)
        assert HealthStatus.DISCONNECTED in told
        assert told[-1] is HealthStatus.HEALTHY
        assert bench.account.mode() is TradingMode.ACTIVE
        nursery.cancel_scope.cancel()


async def test_a_slow_reader_is_told_the_latest(network: SimulatedNetwork, seams: Seams) -> None:
    """Whoever was away is told how it stands, once, and not each thing that was; nothing is kept for him meanwhile."""
    async with open_bench(seams) as bench:
        reports = bench.account.watch_health()
        first = await anext(reports)
        assert first == bench.account.health()
        for _ in range(20):
            bench.venue.cut()
            await trio.sleep(10.0)
        await trio.sleep(20.0)
        second = await anext(reports)
        assert second == bench.account.health()
        assert (second.status, second.reconnects) == (HealthStatus.HEALTHY, 20)
        with trio.move_on_after(100.0) as waiting:
            await anext(reports)
        assert waiting.cancelled_caught, "there is nothing new"


async def test_the_end_of_the_engine_ends_the_following(network: SimulatedNetwork, seams: Seams) -> None:
    """Whoever waits for the next report is told that the engine has ended, and so is who comes later."""
    caught: list[BaseException] = []

    async def wait(bench: Bench) -> None:
        try:
            await follow(bench, [])
        except EngineStopped as error:
            caught.append(error)

    async with trio.open_nursery() as nursery:
        async with open_bench(seams) as bench:
            nursery.start_soon(wait, bench)
            await trio.sleep(1.0)
        with trio.fail_after(1.0):
            while not caught:  # noqa: ASYNC110
                await trio.sleep(0.1)
    with pytest.raises(EngineStopped):
        await anext(bench.account.watch_health())


async def test_while_it_stops_no_command_goes_out_and_health_says_so(network: SimulatedNetwork, seams: Seams) -> None:
    """From the call of ``stop`` on, commands are blocked, and the cause says why."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await trio.sleep(10.0)
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(count=2))
        handle = await place(bench)
        nursery.start_soon(bench.engine.stop)
        await trio.sleep(0.5)
        health = bench.account.health()
        assert health.status is HealthStatus.READ_ONLY_SAFE
        assert health.commands_blocked == "the engine is stopping"
        with suppress(EngineStopped):
            await handle.resolved()
    after = bench.account.health()
    assert after.status is HealthStatus.DISCONNECTED
    assert after.commands_blocked == "the engine has ended"
    assert all(part.state is DOWN for name, part in after.components.items() if name not in ("venue", "journal"))


async def test_a_report_can_be_written_as_json(network: SimulatedNetwork, seams: Seams) -> None:
    """Everything in it comes out as words and numbers that JSON has, and as the same."""
    async with open_bench(seams) as bench:
        bench.venue.cut()
        await trio.sleep(0.1)
        health = bench.account.health()
        read: dict[str, Any] = json.loads(json.dumps(health.to_dict()), parse_float=Decimal)
        assert (read["account"], read["status"]) == ("kraken", "Disconnected")
        assert read["reasons"] == list(health.reasons)
        line = health.components["connection"]
        assert read["components"]["connection"] == {
            "state": str(line.state), "cause": line.cause, "since": line.since.isoformat(), "phase": str(line.phase),
        }  # fmt: skip


async def test_no_secret_stands_in_a_cause(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever an error quotes, be it the key, its secret or the session's token, a cause does not."""
    demo, told = VenueAccount.demo(), list[HealthReport]()
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        nursery.start_soon(follow, bench, told)
        token = bench.venue.tokens_given[-1]

        def crash(*args: object) -> None:
            raise ValueError(f"cannot parse {demo.api_key} {demo.api_secret} {token}")

        monkeypatch.setattr(LiveSession, "_sort", crash)
        bench.venue.set_status("post_only")
        await trio.sleep(3.0)
        nursery.cancel_scope.cancel()
    causes = [line.cause for report in told for line in report.components.values() if line.cause is not None]
    assert any("cannot parse (secret) (secret) (secret)" in cause for cause in causes)
    for secret in (demo.api_key, demo.api_secret, *bench.venue.tokens_given):
        assert not [report for report in told if secret in repr(report) or secret in json.dumps(report.to_dict())]
