"""Before the venue cuts a socket after its day, an heir takes its place: nothing is lost, nor told twice."""

from decimal import Decimal

import pytest
import trio
from attrs import evolve

from batactors import CommandHandle, CommandStatus, HealthStatus, OrderAccepted, Transport
from batactors.core.dispatch import Dispatch
from batactors.model.inputs import SessionEnded
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.binance.sessions import LIFE_SECONDS
from batactors.venues.binance import codec
from batactors.venues.binance.hosts import SOCKETS
from tests.engine.binance.bench import Bench, open_bench
from tests.engine.binance.story import (
    COMMANDS,
    EVENTS,
    Health,
    apis,
    at_venue,
    events_of,
    fill,
    fills_in,
    follow_health,
    healthy,
    place,
    rest,
    sent,
    steps_of,
    streams,
    told_so_far,
    until,
)
from tests.engine.test_crashes import crash_once

pytestmark = pytest.mark.usefixtures("network")

LIFE, CUT = 285.0, 298.0
"""Seconds: here days are short. An heir comes after so many, and the venue cuts after so many."""


async def test_an_heir_comes_before_the_cut(network: SimulatedNetwork) -> None:
    """At the venue itself a socket lives for a day; ours hand over at least half an hour before that."""
    assert all(spec.life is not None and spec.life <= LIFE_SECONDS - 1_800.0 for spec in SOCKETS)


@pytest.fixture(autouse=True)
def short_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets live for minutes instead of a day."""
    monkeypatch.setattr(codec, "SOCKETS", tuple(evolve(spec, life=LIFE) for spec in SOCKETS))
    monkeypatch.setattr("batactors.testing.binance.sessions.LIFE_SECONDS", CUT)


async def trade(bench: Bench, orders: list[CommandHandle], seconds: float) -> None:
    """Place an order twice a second and let each fill in two parts, for so long."""
    for number in range(int(seconds * 2)):
        handle = await place(bench, quantity="0.02", price=str(40_000 + number))
        orders.append(handle)
        await trio.sleep(0.25)
        for one in orders[-2:]:
            if at_venue(bench, one) and not at_venue(bench, one)[0].closed:
                fill(bench, one, "0.01")
        await trio.sleep(0.25)


@pytest.mark.holds("Y14", "R05")
@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
async def test_heirs_take_over_in_the_middle_of_trading(network: SimulatedNetwork, seams: Seams, logs_on: bool) -> None:
    """While orders are placed and fill all the time, both sockets are replaced, again and again: each command is
    acknowledged by the socket and sent once, each fill is told once, and health never says that anything is amiss.
    """
    orders: list[CommandHandle] = []
    health = Health([])
    async with open_bench(seams, logs_on=logs_on) as bench, trio.open_nursery() as nursery:
        await healthy(bench)
        await nursery.start(follow_health, bench, health)
        for handover in range(1, 3):
            await trio.sleep(handover * LIFE - 5.0 - trio.current_time())
            await trade(bench, orders, 10.0)
            await trio.sleep(2.0)
            assert (streams(bench), apis(bench)) == (1, 1)
        await trio.sleep(60.0)  # the venue would have cut what was not replaced
        assert bench.account.health().reconnects == 0
        for handle in orders:
            assert (await handle.ack()).transport is Transport.WEBSOCKET
            (order,) = at_venue(bench, handle)
            events = await told_so_far(handle)
            assert sum(fills_in(events)) == order.filled
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        nursery.cancel_scope.cancel()
    assert sent(bench, "add_order") == len(orders) == len(bench.venue.ledger.orders)
    assert health.statuses == {"Healthy"}, health.said


@pytest.mark.holds("Y14", "R05")
async def test_what_is_told_by_both_is_told_once(network: SimulatedNetwork, seams: Seams) -> None:
    """While the old socket and its heir both hear the account, fills and ends come twice and are told once."""
    async with open_bench(seams) as bench:
        orders = [await rest(bench, quantity="0.5", price=str(45_000 + n)) for n in range(3)]
        await trio.sleep(LIFE - 1.0 - trio.current_time())
        bench.venue.faults.add(f.Stall(method="openOrders", seconds=6.0))  # that the heir asks for
        await until(lambda: streams(bench) == 2)
        for handle in orders:
            fill(bench, handle, "0.1")
            await trio.sleep(0.1)
            fill(bench, handle, "0.4")
        assert streams(bench) == 2
        for handle in orders:
            events = await events_of(handle)
            assert fills_in(events) == [Decimal("0.1"), Decimal("0.4")]
            assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        await until(lambda: streams(bench) == 1)
        assert bench.account.health().reconnects == 0


async def test_an_heir_with_another_key_asks_for_what_the_dead_key_did_not_tell(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """Where the key of the old socket was gone already, the heir is a new beginning: what ended meanwhile is told."""
    async with open_bench(seams, read_lag=60.0) as bench:
        await trio.sleep(LIFE - 20.0 - trio.current_time())
        order, ends = await rest(bench), await rest(bench, price="47000")
        await trio.sleep(2.0)
        bench.venue.invalidate_tokens()
        fill(bench, order, "0.2")
        bench.venue.cancel(str(ends.client_order_id))
        bench.venue.faults.add(f.ReadLag(method="allOrders", seconds=30.0, count=9))  # what is open is up to date
        await trio.sleep(LIFE - trio.current_time())
        assert (await events_of(ends, within=5.0))[-1].is_terminal
        assert fills_in(await told_so_far(order)) == [Decimal("0.2")]
        fill(bench, order, "0.3")
        assert fills_in(await events_of(order, within=5.0)) == [Decimal("0.2"), Decimal("0.3")]


async def test_a_position_that_the_dead_key_did_not_tell_is_read(network: SimulatedNetwork, seams: Seams) -> None:
    """What the old socket told of it stands no more, since nobody was told of a change (found by seed 50234)."""
    async with open_bench(seams, read_lag=60.0) as bench:
        await trio.sleep(LIFE - 20.0 - trio.current_time())
        order = await rest(bench)
        for quantity in ("0.1", "0.2"):
            fill(bench, order, quantity)
            await trio.sleep(2.0)
            assert [one.quantity for one in bench.account.positions().values() if one.quantity] == [Decimal("0.1")]
            bench.venue.invalidate_tokens()
        await trio.sleep(LIFE + 5.0 - trio.current_time())
        assert [one.quantity for one in bench.account.positions().values() if one.quantity] == [Decimal("0.3")]


async def test_commands_in_flight_are_answered_on_the_socket_they_went_by(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """A command whose answer is late when the heir takes over gets its answer, and is never unknown or sent again."""
    async with open_bench(seams) as bench:
        await trio.sleep(LIFE - 1.0 - trio.current_time())
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=4.0), f.LoseFrame(channel="executions", count=9))
        late = await place(bench)
        await until(lambda: apis(bench) == 2)
        ack = await late.ack()
        assert (ack.receipt.status, ack.transport) == (CommandStatus.ACCEPTED, Transport.WEBSOCKET)
        kinds = [type(step).__name__ for step in await steps_of(late)]
        assert "RecoveryScheduled" not in kinds
        await until(lambda: apis(bench) == 1)
        assert sent(bench, "add_order") == 1


@pytest.mark.parametrize("logs_on", [False, True], ids=["secret", "ed25519"])
async def test_an_heir_that_cannot_begin_is_tried_again(
    network: SimulatedNetwork, seams: Seams, logs_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the old socket lives nothing is lost by it: health says healthy, and another heir comes a minute
    later.
    """
    monkeypatch.setattr("batactors.testing.binance.sessions.LIFE_SECONDS", 4 * LIFE)
    health = Health([])
    async with open_bench(seams, logs_on=logs_on) as bench, trio.open_nursery() as nursery:
        await healthy(bench)
        await nursery.start(follow_health, bench, health)
        order = await rest(bench)
        bench.venue.faults.add(f.RefuseUpgrade(count=4, status=503))
        await trio.sleep(LIFE + 30.0 - trio.current_time())
        assert bench.venue.faults.fired["RefuseUpgrade"] == 2
        fill(bench, order, "0.1")
        other = await rest(bench, price="47000")
        await trio.sleep(120.0)
        assert bench.venue.faults.fired["RefuseUpgrade"] == 4
        assert (streams(bench), apis(bench)) == (1, 1)
        fill(bench, order, "0.4")
        assert fills_in(await events_of(order)) == [Decimal("0.1"), Decimal("0.4")]
        assert OrderAccepted in map(type, await told_so_far(other))
        nursery.cancel_scope.cancel()
    assert health.statuses == {"Healthy"}, health.said


async def proves_a_loss(bench: Bench) -> None:
    """An order that never comes to the venue is proved not to have been placed: somebody listens all the time."""
    bench.venue.faults.add(f.LoseCommand(method="add_order"))
    lost = await place(bench, price="46000")
    with trio.fail_after(40.0):
        assert (await lost.resolved()).status is CommandStatus.NOT_EXECUTED


@pytest.mark.holds("Y14")
async def test_an_heir_that_cannot_begin_takes_nothing_away(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old session goes on: what went by it is answered and never unknown, and it still proves what was not done."""
    monkeypatch.setattr("batactors.testing.binance.sessions.LIFE_SECONDS", 4 * LIFE)
    async with open_bench(seams) as bench:
        await healthy(bench)
        await trio.sleep(LIFE - 1.0 - trio.current_time())
        bench.venue.faults.add(
            f.RefuseUpgrade(count=9, status=503),
            f.DelayAck(method="add_order", seconds=3.5),
            f.LoseFrame(channel="executions", count=9),
        )
        late = await place(bench)
        await late.resolved()
        assert bench.venue.faults.fired["RefuseUpgrade"] == 2
        assert "RecoveryScheduled" not in [type(step).__name__ for step in await steps_of(late)]
        await proves_a_loss(bench)


async def test_a_crash_about_the_end_of_an_old_session_takes_nothing_away(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It has handed over: the account is rebuilt, and knows that its heir lives."""
    async with open_bench(seams) as bench:
        await healthy(bench)
        crash_once(monkeypatch, Dispatch, "apply", lambda given: isinstance(given, SessionEnded) and given.events)
        await trio.sleep(LIFE + 10.0 - trio.current_time())
        assert "crashed on SessionEnded" in caplog.text
        await proves_a_loss(bench)


async def test_a_cut_without_an_heir_is_survived(network: SimulatedNetwork, seams: Seams) -> None:
    """Where every heir fails until the venue cuts, a new session begins then, and what was missed is told."""
    async with open_bench(seams) as bench:
        order = await rest(bench)
        closed = await rest(bench, price="47000")
        bench.venue.faults.add(f.RefuseUpgrade(count=9, status=503))
        await until(lambda: streams(bench) == 0, within=CUT + 10.0)
        assert trio.current_time() > CUT
        await until(lambda: bench.account.health().status is HealthStatus.DISCONNECTED, within=1.0)
        fill(bench, order, "0.2")
        bench.venue.cancel(str(closed.client_order_id))
        await healthy(bench)
        assert {bench.account.health().components[name].state for name in (EVENTS, COMMANDS)} == {"up"}
        assert fills_in(await told_so_far(order)) == [Decimal("0.2")]
        assert (await events_of(closed))[-1].is_terminal


async def test_an_old_socket_that_breaks_while_it_waits_for_answers_harms_nobody(
    network: SimulatedNetwork, seams: Seams
) -> None:
    """It has handed over: what went by it and is not answered is found out, and what goes by its heir goes on."""
    health = Health([])
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await trio.sleep(LIFE - 1.0 - trio.current_time())
        bench.venue.faults.add(f.LoseAck(method="add_order"), f.LoseFrame(channel="executions"))
        lost = await place(bench)
        (old,) = bench.venue._api.sessions
        await until(lambda: apis(bench) == 2)
        await trio.sleep(0.5)
        await nursery.start(follow_health, bench, health)
        bench.venue.faults.add(f.DelayAck(method="add_order", seconds=2.0), f.LoseFrame(channel="executions"))
        by_heir = await place(bench, price="47000")
        await trio.sleep(0.2)
        old.cut()
        ack = await by_heir.ack()
        assert (ack.receipt.status, ack.transport) == (CommandStatus.ACCEPTED, Transport.WEBSOCKET)
        assert "RecoveryScheduled" not in [type(step).__name__ for step in await steps_of(by_heir)]
        assert (await lost.resolved()).status is CommandStatus.ACCEPTED
        assert not [said for said in health.said if COMMANDS in said[2]], "the socket of commands was never down"
        assert apis(bench) == 1
        assert sent(bench, "add_order") == 2
        nursery.cancel_scope.cancel()
