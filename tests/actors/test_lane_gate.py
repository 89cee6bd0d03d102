"""What the lane holds back: commands that add risk while the account recovers, and what a mode forbids."""

from decimal import Decimal
from typing import Any

import pytest
import trio
from attrs import evolve

from batactors.actors.messages import Outgoing
from batactors.model.commands import Command
from batactors.model.errors import AccountRecovering, ModeForbids, Unsupported
from batactors.model.facts import VenueStatusFact
from batactors.model.modes import ModeSetting, NewRisk, TradingMode
from batactors.model.terms import TransportPolicy
from batactors.testing import VirtualClock
from tests.actors.lanes import SLOWLY, Bench, ids, open_lane, settle
from tests.actors.words import BTC, ETH, amend, cancel, create


def more(order: str, **fields: Any) -> Command:
    return amend(order, quantity=Decimal(3), price=None, **fields)


def less(order: str, **fields: Any) -> Command:
    return amend(order, quantity=Decimal(1), price=None, **fields)


def halt(bench: Bench, mode: TradingMode = TradingMode.HALTED, **scope: Any) -> None:
    bench.gate.set_mode(ModeSetting(mode=mode, since=VirtualClock().now(), **scope))


def session_comes(bench: Bench) -> None:
    bench.session(2)
    bench.gate.session_is_ready()


@pytest.mark.holds("D10")
async def test_what_adds_no_risk_passes_what_waits(bench_options: dict[str, Any]) -> None:
    """Without a session, cancels, reducing creates and lowering amends go by REST, past the creates that wait."""
    async with open_lane(**bench_options) as bench:
        bench.known = evolve(bench.known, total=Decimal(2))
        bench.session(None)
        held = [create(), create(transport=TransportPolicy.REST), more("a")]
        for command in held:
            await bench.submit(command)
        going = [create(reduce_only=True), less("b"), cancel("c"), create(instrument=ETH, reduce_only=True)]
        for command in going:
            await bench.submit(command)
        await settle()
        await trio.sleep(0.2)  # REST takes one at a time
        gone = bench.by_rest()
        for _ in range(10):
            await trio.sleep(0.2)
            gone += bench.by_rest()
        assert sorted(ids(gone)) == sorted(ids(going))
        session_comes(bench)
        await settle()
        assert sorted(ids(bench.sent() + bench.by_rest())) == sorted(ids(held))
        assert bench.unsent == {}


@pytest.mark.holds("D10")
async def test_amends_of_one_order_stay_in_order(bench_options: dict[str, Any]) -> None:
    """An amend does not overtake one of the same order that waits: the later word would be undone by the earlier."""
    async with open_lane(**bench_options) as bench:
        bench.known = evolve(bench.known, total=Decimal(2))
        bench.session(None)
        first, second, other = more("a"), less("a"), less("b")
        for command in (first, second, other):
            await bench.submit(command)
        await settle()
        assert bench.by_rest() == [other]
        session_comes(bench)
        await settle()
        assert bench.sent() == [first, second]


@pytest.mark.holds("D10")
async def test_what_is_held_is_told_in_time_each_at_its_own(bench_options: dict[str, Any]) -> None:
    """Each create waits for its own `send_within`, and not a moment longer."""
    async with open_lane(**bench_options | {"send_within": 2.0}) as bench:
        bench.session(None)
        await bench.submit(first := create())
        await trio.sleep(1.5)
        await bench.submit(second := create())
        await trio.sleep(0.6)
        assert list(bench.unsent) == [first.command_id]
        assert bench.unsent[first.command_id].endswith("there is no session")
        await trio.sleep(1.5)
        assert list(bench.unsent) == ids([first, second])
        session_comes(bench)
        await settle()
        assert bench.sent() == bench.by_rest() == []


@pytest.mark.holds("D10")
async def test_an_order_that_waits_is_taken_back_by_its_mode(bench_options: dict[str, Any]) -> None:
    """What a mode forbids is told as not sent, what waits behind its order with it, and everything else stays."""
    async with open_lane(**bench_options | {"pace": SLOWLY, "send_within": 60.0}) as bench:
        for _ in range(5):
            await bench.submit(create())
        await settle()
        bench.sent()
        waits, behind, stays = create("waits"), amend("waits"), create(instrument=ETH)
        reducing = create("reducing", reduce_only=True)
        await bench.submit(waits)
        await bench.submit(behind)
        await bench.submit(reducing)
        halt(bench, TradingMode.REDUCE_ONLY, instrument=BTC)
        await settle()
        assert list(bench.unsent) == ids([waits, behind])
        await bench.submit(stays)
        await trio.sleep(10.0)
        assert sorted(ids(bench.sent())) == sorted(ids([reducing, stays]))


@pytest.mark.holds("D10")
async def test_nothing_is_registered_that_is_refused(bench_options: dict[str, Any]) -> None:
    """By a mode, or by ``refuse`` while the account recovers: the caller is told, and the dedup actor knows nothing."""
    async with open_lane(**bench_options | {"new_risk": NewRisk.REFUSE}) as bench:
        halt(bench)
        with pytest.raises(ModeForbids):
            await bench.submit(cancel("a"), create())
        halt(bench, TradingMode.ACTIVE)
        bench.session(None)
        with pytest.raises(AccountRecovering):
            await bench.submit(create(reduce_only=True), create())
        assert bench.registered == []
        await bench.submit(create(reduce_only=True))
        assert len(bench.registered) == 1


@pytest.mark.holds("D10")
async def test_the_gate_is_looked_at_when_it_is_written(bench_options: dict[str, Any]) -> None:
    """What was handed to a road and is not written yet leaves only if it still may."""
    async with open_lane(**bench_options) as bench:
        await bench.submit(create())
        await bench.submit(cancel("a"))
        await settle()
        risky, safe = sorted(bench.outbox.clear(), key=lambda one: str(one.exposure.risk))
        now = trio.current_time()
        assert isinstance(risky, Outgoing)
        bench.gate.leave(risky, now)
        with pytest.raises(Unsupported, match="waited too long"):
            bench.gate.leave(safe, safe.send_by + 0.1)
        halt(bench)
        with pytest.raises(Unsupported, match="halted"):
            bench.gate.leave(risky, now)
        halt(bench, TradingMode.ACTIVE)
        bench.session(None)
        with pytest.raises(Unsupported, match="recovers: there is no session"):
            bench.gate.leave(risky, now)
        halt(bench)
        bench.gate.leave(safe, now)


async def test_what_the_venue_said_in_the_last_session_is_forgotten(bench_options: dict[str, Any]) -> None:
    """Each session hears anew what the venue says of itself; one that hears nothing takes new orders."""
    async with open_lane(**bench_options) as bench:
        bench.gate.hear_status(VenueStatusFact(word="maintenance", accepts_orders=False))
        await bench.submit(command := create())
        await settle()
        assert bench.sent() == []
        assert bench.board.components["venue"].cause == "the venue is maintenance"
        bench.gate.session_begins()
        session_comes(bench)
        await settle()
        assert bench.sent() == [command]


@pytest.fixture
def bench_options() -> dict[str, Any]:
    """As an account is by default."""
    return {"new_risk": NewRisk.QUEUE}
