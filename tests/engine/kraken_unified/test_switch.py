"""The dead man's switch where it is set by the socket, and the socket is what breaks."""

from decimal import Decimal

import pytest
import trio

from batactors import ComponentState, OrderCanceled
from batactors.actors.switch import SWITCH
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.kraken_unified.bench import open_bench
from tests.engine.stories import events_of, rest, sent, until

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("D09")]
METHOD = "cancel_all_orders_after"


async def test_it_is_armed_by_the_socket_and_nowhere_else(network: SimulatedNetwork, seams: Seams) -> None:
    """Four times within its time; over REST it could be Spot's."""
    async with open_bench(seams, cancel_after=20) as bench:
        await rest(bench)
        await trio.sleep(60.0)
        assert len(bench.venue.ledger.open_orders()) == 1
        assert 12 <= sent(bench, METHOD) <= 16
        assert {one.transport for one in bench.venue.ledger.commands} == {"websocket"}


async def test_a_session_that_is_cut_costs_nothing(network: SimulatedNetwork, seams: Seams) -> None:
    """The next one arms it at once; answers that are lost are waited for no longer than others."""
    async with open_bench(seams, cancel_after=20) as bench:
        await rest(bench)
        for fault in (f.CutAfterCommand(method=METHOD), f.LoseAck(method=METHOD), f.LoseCommand(method=METHOD)):
            bench.venue.faults.add(fault)
            await trio.sleep(25.0)
        bench.venue.restart(down_for=3.0)
        await trio.sleep(60.0)
        assert len(bench.venue.ledger.open_orders()) == 1
        assert bench.account.health().components[SWITCH].state is ComponentState.UP


async def test_health_counts_down_while_there_is_no_socket(network: SimulatedNetwork, seams: Seams) -> None:
    """What it then cancels is told when there is one again."""
    async with open_bench(seams, cancel_after=30) as bench:
        handle = await rest(bench)
        await trio.sleep(10.0)
        bench.venue.habits.unified = False
        for session in list(bench.venue.open_sessions):
            session.cut()
        await trio.sleep(20.0)
        told = bench.account.health().components[SWITCH]
        assert told.state is ComponentState.DEGRADED
        assert "unless it is armed anew" in str(told.cause)
        await trio.sleep(20.0)
        assert bench.venue.ledger.open_orders() == []
        bench.venue.habits.unified = True
        assert isinstance((await events_of(handle, within=120.0))[-1], OrderCanceled)
        with trio.fail_after(60.0):
            await until(lambda: bench.account.health().components[SWITCH].state is ComponentState.UP)


async def test_a_refusal_is_in_health(network: SimulatedNetwork, seams: Seams) -> None:
    """With the venue's words; and it is tried again."""
    async with open_bench(seams, cancel_after=20) as bench:
        await rest(bench)
        bench.venue.faults.add(f.Refuse(method=METHOD, error="EGeneral:Permission denied"))
        await trio.sleep(6.0)
        told = bench.account.health().components[SWITCH]
        assert told.state is ComponentState.DEGRADED
        assert "EGeneral:Permission denied" in str(told.cause)
        await trio.sleep(10.0)
        assert bench.account.health().components[SWITCH].state is ComponentState.UP
        assert bench.venue.ledger.open_orders()[0].quantity == Decimal("0.5")
