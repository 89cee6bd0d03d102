"""What an account's work took, what waited, why sessions ended and when the loop stalled, at both venues."""

import json
from contextlib import aclosing
from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors import CommandStatus, Cut, Diagnostics
from batactors.actors.live_session import LiveSession
from batactors.actors.loop_watch import LONG, LoopWatch
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.venues.binance.hosts import SOCKETS
from tests.engine import bench as kraken
from tests.engine.both import each_venue, opened
from tests.engine.test_reports import by_hand


def cuts_of(told: Diagnostics, socket: str) -> dict[Cut, int]:
    """Why its sessions ended."""
    return dict(told.cuts.get(socket, {}))


@pytest.mark.holds("X60")
@each_venue
@pytest.mark.parametrize("road", ["websocket", "rest"])
async def test_what_takes_long_is_told_by_what_it_was(
    network: SimulatedNetwork, seams: Seams, venue: str, road: str
) -> None:
    """An answer that is held back for two seconds, and an order's way to the wire and back, each by its road."""
    async with opened(venue, seams) as (bench, order, _):
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=2.0))
        handle = await bench.account.create_order(**order, transport=road)
        with trio.fail_after(30.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(3.0)
        told = bench.account.diagnostics()
        answered = told.latencies[f"written to answered, {road}"]
        assert answered.count == 1
        assert 2.0 <= answered.most < 2.5
        assert 2.0 <= answered.p50 <= answered.p99 <= answered.p999 == answered.most
        written = told.latencies[f"submit to written, {road}"]
        assert written.count == 1
        assert written.most < 1.0
        assert told.latencies["frame to told"].count >= 2  # the order, and its fill
        assert told.latencies["rest: instruments"].count == 1
        other = {"websocket": "rest", "rest": "websocket"}[road]
        assert f"written to answered, {other}" not in told.latencies


@pytest.mark.holds("X60")
@each_venue
async def test_a_command_that_waits_for_its_turn_took_that_long(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """What the wait for a session cost is in the way from the call to the wire, and in no other figure."""
    async with opened(venue, seams, send_within=30.0) as (bench, order, _):
        bench.venue.faults.add(f.RefuseUpgrade(count=4))
        bench.venue.cut()
        await trio.sleep(0.05)
        handle = await bench.account.create_order(**order, transport="websocket")
        with trio.fail_after(60.0):
            await handle.resolved()
        await trio.sleep(1.0)
        latencies = bench.account.diagnostics().latencies
        waited = latencies["submit to written, websocket"].most
        assert 1.0 < waited < 30.0
        assert latencies["written to answered, websocket"].most < 1.0


@pytest.mark.holds("X60", "X49")
@each_venue
async def test_why_sessions_ended_is_counted_by_socket(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """A socket that the venue closes is one cause, an address that refuses another, each with its count."""
    async with opened(venue, seams) as (bench, _, socket):
        assert bench.account.diagnostics().cuts == {}
        bench.venue.faults.add(f.RefuseUpgrade(count=2))
        bench.venue.cut()
        await trio.sleep(60.0)
        cuts = bench.account.diagnostics().cuts
        dials = sum(one.get(Cut.DIAL, 0) for one in cuts.values())
        assert dials == 2
        assert cuts[socket][Cut.CLOSED] == 1
        assert set().union(*cuts.values()) == {Cut.CLOSED, Cut.DIAL}


@pytest.mark.holds("X60", "X52")
@each_venue
async def test_a_dead_link_is_counted_as_silent(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """It takes what is written and says nothing: no ping is answered, and that is its cause."""
    async with opened(venue, seams) as (bench, _, socket):
        bench.venue.go_silent()
        await trio.sleep(100.0)
        assert cuts_of(bench.account.diagnostics(), socket)[Cut.SILENT] >= 1


@pytest.mark.holds("X60", "X49")
async def test_a_session_that_another_replaced_in_time_was_no_trouble(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of its life on Binance, each socket has been replaced once, and none was closed."""
    short = tuple(evolve(spec, life=600.0) for spec in SOCKETS)
    monkeypatch.setattr("batactors.venues.binance.codec.SOCKETS", short)
    async with opened("binance", seams) as (bench, _, _socket):
        await trio.sleep(700.0)
        told = bench.account.diagnostics()
        assert {socket: dict(cuts) for socket, cuts in told.cuts.items()} == {
            "commands": {Cut.REPLACED: 1},
            "user data": {Cut.REPLACED: 1},
        }


@pytest.mark.holds("X60")
@pytest.mark.real_time
async def test_a_turn_of_the_loop_that_takes_long_is_a_stall() -> None:
    """By the real clock: a task that computes for a fifth of a second is noticed; to wait for as long is no stall."""
    watch = LoopWatch(Seams().clock)
    with watch.watching():
        await trio.sleep(0.2)
        before = watch.read()
        compute(0.2)
        await trio.sleep(0.01)
        after = watch.read()
    compute(0.2)
    assert after.turns.count == before.turns.count + 1
    assert after.turns.most >= 0.2
    assert after.longer_than == LONG
    assert after.last_on is not None
    assert watch.read() == after


@pytest.mark.holds("X60")
@pytest.mark.real_time
async def test_an_engine_watches_the_loop_that_it_runs_in() -> None:
    """Whoever computes in the process, every account of the engine tells of it."""
    async with kraken.open_bench(Seams()) as bench:
        before = bench.account.diagnostics().loop.turns.count
        compute(0.2)
        await trio.sleep(0.01)
        assert bench.engine.diagnostics()["kraken"].loop.turns.count > before


@pytest.mark.holds("X60")
@pytest.mark.parametrize("follow", ["reports", "watch_orders"])
async def test_what_a_slow_follower_had_no_room_for_is_counted(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, follow: str
) -> None:
    """One that takes nothing while forty orders are told misses some: the count says how many messages that was."""
    monkeypatch.setattr("batactors.view.ROOM", 4)
    monkeypatch.setattr("batactors.watches.ROOM", 4)
    async with (
        opened("kraken-spot", seams) as (bench, _, _socket),
        aclosing(getattr(bench.account, follow)()) as told,
    ):
        by_hand(bench)
        with trio.fail_after(5.0):
            await anext(told)
        assert bench.account.diagnostics().lags == {}
        for _ in range(40):
            by_hand(bench)
            await trio.sleep(0.1)
        lagged = bench.account.diagnostics().lags
        assert list(lagged) == ["followers"]
        assert lagged["followers"] > 20


def compute(seconds: float) -> None:
    """Keep the processor for so long."""
    until = trio.current_time() + seconds
    while trio.current_time() < until:
        pass


@pytest.mark.holds("X60")
@each_venue
async def test_they_are_json_and_say_how_full_everything_is(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """Everything that an account measures goes into one object of plain words and numbers."""
    async with opened(venue, seams) as (bench, order, socket):
        await bench.account.create_order(**order)
        await trio.sleep(1.0)
        bench.venue.cut()
        await trio.sleep(30.0)
        told = bench.account.diagnostics()
        read = json.loads(json.dumps(told.to_dict()))
        assert read["gauges"]["mailbox of lane"] == {"there": 0, "most": 1000}
        assert read["latencies"]["frame to told"]["count"] == told.latencies["frame to told"].count
        assert read["cuts"][socket] == {"closed": 1}
        assert read["loop"]["turns"]["count"] == 0
        assert read["lags"] == {}
        assert set(read) == {"account", "since", "latencies", "gauges", "lags", "cuts", "loop"}


@pytest.mark.holds("X60")
async def test_a_session_that_crashed_was_our_mistake(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in what reads its frames ends a session, too, and is counted as nothing else."""
    async with opened("kraken-spot", seams) as (bench, _, socket):

        def crash(self: LiveSession, facts: object) -> None:
            monkeypatch.undo()
            raise RuntimeError("a bug")

        monkeypatch.setattr(LiveSession, "_sort", crash)
        by_hand(bench)
        await trio.sleep(5.0)
        assert cuts_of(bench.account.diagnostics(), socket) == {Cut.CRASHED: 1}
