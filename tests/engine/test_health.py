"""Health cannot lie: each part's state is written by who knows it, and the status follows from what holds."""

import json
from contextlib import suppress

import pytest
import trio

from batactors import (
    BatactorsError,
    CommandStatus,
    ComponentState,
    HealthReason,
    HealthReport,
    HealthStatus,
    SessionPhase,
    Trigger,
)
from batactors.actors.dedup import Dedup
from batactors.actors.http import Http
from batactors.actors.lane import Lane
from batactors.actors.live_session import LiveSession
from batactors.actors.metadata import Metadata
from batactors.actors.reconciler import Reconciler
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_crashes import crash_once
from tests.engine.test_unknown_outcomes import place

pytestmark = pytest.mark.usefixtures("network")

PARTS = {"connection", "rest", "clock", "lane", "dedup", "reconciler", "journal", "metadata", "venue"}
UP, DEGRADED, DOWN = ComponentState.UP, ComponentState.DEGRADED, ComponentState.DOWN


async def follow(bench: Bench, told: list[HealthReport]) -> None:
    """Take in every report, as fast as they come."""
    async for report in bench.account.watch_health():
        told.append(report)


@pytest.mark.holds("X59")
async def test_an_account_at_rest_is_healthy_in_every_part(network: SimulatedNetwork, seams: Seams) -> None:
    """Each part has its own state, with the time since when; nothing is wrong, and so there are no reasons."""
    async with open_bench(seams) as bench:
        await trio.sleep(10.0)
        health = bench.account.health()
        assert (health.status, health.reasons, health.commands_blocked) == (HealthStatus.HEALTHY, (), None)
        assert set(health.components) == PARTS
        for part in health.components.values():
            assert (part.state, part.cause) == (UP, None)
            assert part.since <= seams.clock.now()
        assert health.components["connection"].phase is SessionPhase.READY
        assert bench.engine.health() == {"kraken": health}


@pytest.mark.holds("X59")
async def test_rest_never_marks_the_socket_up(network: SimulatedNetwork, seams: Seams) -> None:
    """While no socket can be had, REST answers and the venue is asked for everything; the account is disconnected."""
    async with open_bench(seams, reconcile_every=2.0) as bench:
        bench.venue.faults.add(f.RefuseUpgrade(path="/auth/v2", status=503, count=1000))
        bench.venue.cut()
        await trio.sleep(10.0)
        await bench.account.fetch_balances()
        await bench.account.reconcile()
        health = bench.account.health()
        assert health.components["rest"].state is UP
        assert health.components["reconciler"].state is UP
        assert health.components["connection"].state.is_away
        assert "503" in str(health.components["connection"].cause)
        assert health.status is HealthStatus.DISCONNECTED
        assert health.reasons[:1] == (HealthReason.DISCONNECTED,)


@pytest.mark.holds("X59")
async def test_the_socket_never_marks_rest_up(network: SimulatedNetwork, seams: Seams) -> None:
    """REST that fails is degraded, with its error as the cause, however well the socket does; an answer ends that."""
    async with open_bench(seams, reconcile_every=5.0) as bench:
        bench.venue.faults.add(f.HttpError(method="OpenOrders", status=502, count=2))
        await trio.sleep(6.0)
        (handle,) = [await place(bench)]
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        health = bench.account.health()
        assert (health.components["connection"].state, health.components["rest"].state) == (UP, DEGRADED)
        assert "502" in str(health.components["rest"].cause)
        assert health.components["reconciler"].state is DEGRADED
        assert health.status is HealthStatus.DEGRADED_PRIVATE_STREAM
        assert health.reasons == (HealthReason.COMPONENT_DEGRADED,)
        await trio.sleep(30.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("X59")
async def test_a_session_tells_how_far_it_has_come(network: SimulatedNetwork, seams: Seams) -> None:
    """Authenticating, dialling, subscribing, catching up, ready: each is told, and why the one before ended."""
    told: list[HealthReport] = []
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        nursery.start_soon(follow, bench, told)
        await trio.sleep(10.0)
        told.clear()
        bench.venue.faults.add(f.DelayAck(method="GetWebSocketsToken", seconds=0.2))
        bench.venue.cut()
        await trio.sleep(10.0)
        nursery.cancel_scope.cancel()
    lines = [report.components["connection"] for report in told]
    phases = list(dict.fromkeys(line.phase for line in lines))
    assert phases == [
        SessionPhase.ENDED, SessionPhase.AUTHENTICATING, SessionPhase.DIALLING, SessionPhase.SUBSCRIBING,
        SessionPhase.CATCHING_UP, SessionPhase.READY,
    ]  # fmt: skip
    away = [line for line in lines if line.state is not UP]
    assert len({line.since for line in away}) == 1, "it has been away all the while"
    why = str(away[0].cause)
    assert "1006" in why
    assert all("1006" in str(line.cause) for line in away), "why the last session ended stands there until one is ready"
    by_phase = {report.components["connection"].phase: report for report in told}
    assert by_phase[SessionPhase.SUBSCRIBING].status is HealthStatus.DISCONNECTED
    catching_up = by_phase[SessionPhase.CATCHING_UP]
    assert catching_up.status is HealthStatus.DEGRADED_PRIVATE_STREAM
    assert HealthReason.PRIVATE_STREAM_GAP in catching_up.reasons
    assert told[-1].status is HealthStatus.HEALTHY


CRASHES: dict[str, tuple[type, str]] = {
    "rest": (Http, "exchange"),
    "dedup": (Dedup, "_handle"),
    "reconciler": (Reconciler, "_whole_round"),
    "lane": (Lane, "_submit"),
    "connection": (LiveSession, "_sort"),
    "metadata": (Metadata, "_fetch"),
}


@pytest.mark.holds("X59", "X50")
@pytest.mark.parametrize("part", CRASHES)
async def test_no_part_is_up_while_its_actor_is_not(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """From its crash to its restart an actor's component is down, with the crash as the cause; then it is up again."""
    told: list[HealthReport] = []
    async with open_bench(seams, reconcile_every=3.0, instruments_every=2.0) as bench, trio.open_nursery() as nursery:
        nursery.start_soon(follow, bench, told)
        await trio.sleep(1.0)
        crash_once(monkeypatch, *CRASHES[part])
        nursery.start_soon(trouble, bench)
        await trio.sleep(20.0)
        nursery.cancel_scope.cancel()
    down = [report for report in told if report.components[part].state is DOWN]
    assert down
    assert any("Bug" in str(report.components[part].cause) for report in down)
    assert down[0].status is not HealthStatus.HEALTHY
    if part in ("dedup", "lane"):
        assert down[0].status is HealthStatus.READ_ONLY_SAFE
        assert part in str(down[0].commands_blocked)
    assert told[-1].components[part].state is UP
    assert told[-1].status is HealthStatus.HEALTHY


async def trouble(bench: Bench) -> None:
    """Give every actor something to do."""
    with suppress(BatactorsError):  # whoever asks an actor that crashes on it is told so
        handle = await place(bench)
        await handle.resolved()


async def test_a_venue_that_takes_no_orders_leaves_the_account_to_be_read(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """In cancel-only the account is ReadOnlySafe, with the word of the venue as the cause, until it says otherwise."""
    async with open_bench(seams) as bench:
        await trio.sleep(10.0)
        bench.venue.set_status("cancel_only")
        await trio.sleep(1.0)
        health = bench.account.health()
        assert health.status is HealthStatus.READ_ONLY_SAFE
        assert health.reasons == (HealthReason.COMMANDS_BLOCKED, HealthReason.COMPONENT_DEGRADED)
        assert health.commands_blocked == health.components["venue"].cause == "the venue is cancel_only"
        bench.venue.set_status("online")
        await trio.sleep(1.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


async def test_all_reasons_are_told_and_the_worst_is_the_status(network: SimulatedNetwork, seams: Seams) -> None:
    """An unknown command, an order in doubt and a venue that takes no orders hold at once, and each is told."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(count=2))
        bench.venue.faults.add(f.HttpError(method="OpenOrders", status=502, count=1000))
        handle = await place(bench, validity=1.0)
        await trio.sleep(4.0)
        health = bench.account.health()
        assert health.unknown_commands == 1
        assert health.status is HealthStatus.COMMAND_UNCERTAIN
        assert HealthReason.COMPONENT_DEGRADED in health.reasons
        bench.venue.set_status("maintenance")
        await trio.sleep(1.0)
        worse = bench.account.health()
        assert worse.status is HealthStatus.READ_ONLY_SAFE
        assert {HealthReason.COMMANDS_BLOCKED, HealthReason.COMMAND_UNCERTAIN} <= set(worse.reasons)
        bench.venue.faults.clear()
        bench.venue.set_status("online")
        await handle.resolved()
        await trio.sleep(20.0)
        assert bench.account.health().reasons == ()


async def test_a_quiet_account_stays_healthy(network: SimulatedNetwork, seams: Seams) -> None:
    """Nothing happens on the account for ten minutes: it stays healthy in every moment, and on one session."""
    told: list[HealthReport] = []
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await trio.sleep(10.0)
        nursery.start_soon(follow, bench, told)
        await trio.sleep(600.0)
        nursery.cancel_scope.cancel()
        assert bench.account.health().reconnects == 0
    assert {report.status for report in told} == {HealthStatus.HEALTHY}
    assert len(told) == 1, "that time passes is no change"


async def test_what_is_open_becomes_stale_when_it_is_not_read(network: SimulatedNetwork, seams: Seams) -> None:
    """If the list of open orders cannot be read for several rounds, the followers are told when that time has come."""
    told: list[tuple[float, HealthReport]] = []

    async def note(bench: Bench) -> None:
        async for report in bench.account.watch_health():
            told.append((trio.current_time(), report))

    async with open_bench(seams, reconcile_every=60.0) as bench, trio.open_nursery() as nursery:
        nursery.start_soon(note, bench)
        began = trio.current_time()
        bench.venue.faults.add(f.LoseAck(method="OpenOrders", count=1000))
        await trio.sleep(300.0)
        stale = [at for at, report in told if HealthReason.SNAPSHOT_STALE in report.reasons]
        assert began + 150.0 < stale[0] < began + 200.0
        assert told[-1][1].status is HealthStatus.RECONCILE_REQUIRED
        age = bench.account.health().snapshot_age
        assert age is not None
        assert age > 180.0
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X59", "X43")
async def test_the_last_pass_stands_in_the_health(network: SimulatedNetwork, seams: Seams) -> None:
    """How the reconciler's last pass went, and why it was made, is there to be read; also that one failed."""
    async with open_bench(seams) as bench:
        report = await bench.account.reconcile()
        assert bench.account.health().last_pass == report
        assert Trigger.MANUAL in report.triggers
        bench.venue.faults.add(f.HttpError(method="OpenOrders", status=502))
        with pytest.raises(BatactorsError):
            await bench.account.reconcile()
        told = bench.account.health().to_dict()["last_pass"]
        assert told["number"] > report.number
        assert "502" in told["failure"]
        assert told["outcome"] == "StillUncertain"
        assert json.loads(json.dumps(told)) == told
