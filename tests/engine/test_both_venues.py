"""What must hold at every venue, in the same words: modes, ids, repairs, life signs, confirmations."""

import typing
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs
import pytest
import trio

from batactors import CommandStatus, ComponentState, HealthStatus, OrderCanceled, OrderEvent, OrderFilled, Origin
from batactors.actors.transport import Socket
from batactors.journal.memory import MemoryJournal
from batactors.model import commands, facts, order_events, receipts, reports
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine import bench as kraken
from tests.engine.binance import bench as binance
from tests.engine.both import each_venue, opened


async def trade(bench: Any, order: dict[str, Any]) -> list[str]:
    """One order's life: accepted, filled in part, cancelled; the kinds of what was told."""
    handle = await bench.account.create_order(**order)
    with trio.fail_after(30.0):
        assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.2"))
        await trio.sleep(0.2)
        assert (await (await handle.cancel()).resolved()).status is CommandStatus.ACCEPTED
        return [type(event).__name__ async for event in handle.events()]


LIFE = ["OrderSubmitted", "OrderAccepted", "OrderFilled", "OrderCanceled"]


async def lives(venue: str, seams: Seams) -> list[str]:
    """The same with a store of the caller's own, whatever the clock and the network are."""
    stores: list[MemoryJournal] = []

    def store(name: str) -> MemoryJournal:
        stores.append(MemoryJournal())
        return stores[-1]

    if venue == "binance":
        async with (
            binance.open_venue(seams) as (exchange, urls),
            binance.open_on(exchange, urls, seams, journals=store) as there,
        ):
            told = await trade(there, binance.ORDER)
    else:
        async with (
            kraken.open_venue(seams) as (exchange_, urls_),
            kraken.open_on(exchange_, urls_, seams, journals=store) as here,
        ):
            told = await trade(here, kraken_order())
    (journal,) = stores
    assert not (await journal.read()).is_empty  # it was written to
    return told


def kraken_order() -> dict[str, Any]:
    return {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "0.5", "price": "48000"}


@pytest.mark.holds("X01")
@each_venue
async def test_offline_it_is_the_same_engine(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """On a simulated venue, by a virtual clock, over a simulated network, with a store that was passed in."""
    assert await lives(venue, seams) == LIFE


@pytest.mark.holds("X01")
@pytest.mark.real_time
@each_venue
async def test_live_it_is_the_same_engine(venue: str) -> None:
    """The same program by the real clock and over real sockets tells the same."""
    assert await lives(venue, Seams()) == LIFE


@pytest.mark.holds("X02")
@each_venue
async def test_every_command_has_an_id_of_the_engine_s_own(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """Creates, amends and cancels, alone and in batches: each has one, and no two the same."""
    async with opened(venue, seams) as (bench, order, _):
        handle = await bench.account.create_order(**order)
        await handle.resolved()
        commands_ = [
            handle,
            await handle.amend(price="47000"),
            await bench.account.cancel_order("nobody", **named(order)),
        ]
        commands_ += await bench.account.cancel_orders([str(handle.client_order_id)])
        ids = [one.command_id for one in commands_]
        assert len(set(ids)) == len(ids) == 4
        assert all(ids)
        assert handle.client_order_id not in ids
        assert {one.command_id for one in bench.account.commands(ended=True)} >= set(ids)


def named(order: dict[str, Any]) -> dict[str, Any]:
    """What a cancel of an order that nobody knows must say besides."""
    return {"instrument": order["instrument"]}


@pytest.mark.holds("X02")
@pytest.mark.parametrize("module", [commands, facts, order_events, receipts, reports])
def test_no_id_is_a_bare_text(module: Any) -> None:
    """Each field that holds an id says which kind of id it is, so that one cannot be given for another."""
    bare = []
    for name, cls in vars(module).items():
        if isinstance(cls, type) and attrs.has(cls) and cls.__module__ == module.__name__:
            hints = typing.get_type_hints(cls)
            for field in attrs.fields(cls):
                hint = hints[field.name]
                parts = typing.get_args(hint) or (hint,)
                if field.name.endswith(("_id", "_ids")) and (str in parts or int in parts):
                    bare.append(f"{name}.{field.name}")
    assert not bare


@pytest.mark.holds("X48", "X51")
@each_venue
async def test_what_rest_repairs_is_told_as_events_that_say_so(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """A fill and a cancel that nobody heard, in each of two outages: told once, in order, and marked by their road."""
    async with opened(venue, seams) as (bench, order, _):
        handle = await bench.account.create_order(**order)
        await handle.resolved()
        name = str(handle.client_order_id)
        bench.venue.fill(name, quantity=Decimal("0.1"))  # heard live
        await trio.sleep(1.0)
        for quantity in ("0.15", "0.05"):
            bench.venue.faults.add(f.RefuseUpgrade(count=2))
            bench.venue.cut()
            await trio.sleep(0.01)
            bench.venue.fill(name, quantity=Decimal(quantity))
            if quantity == "0.05":
                bench.venue.cancel(name)
            await trio.sleep(30.0)
            bench.venue.fill(name, quantity=Decimal("0.07")) if quantity == "0.15" else None
            await trio.sleep(1.0)
        with trio.fail_after(120.0):
            told: list[OrderEvent] = [event async for event in handle.events()]
        fills = [(one.quantity, one.origin is Origin.STREAM) for one in told if isinstance(one, OrderFilled)]
        assert fills == [
            (Decimal("0.1"), True), (Decimal("0.15"), False), (Decimal("0.07"), True), (Decimal("0.05"), False),
        ]  # fmt: skip
        assert isinstance(told[-1], OrderCanceled)
        assert {one.origin for one in told[-2:]} <= {Origin.SNAPSHOT, Origin.QUERY}


@pytest.mark.holds("X52")
@each_venue
async def test_a_socket_without_news_is_told_from_one_that_is_dead(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """Ten minutes without any event: pings are answered, so the link lives and health says when it was heard last."""
    async with opened(venue, seams) as (bench, _, socket):
        for _ in range(20):
            await trio.sleep(30.0)
            health = bench.account.health()
            assert (health.status, health.reconnects) == (HealthStatus.HEALTHY, 0)
            assert health.quiet_for is not None
            assert health.quiet_for < 60.0
        bench.venue.go_silent()
        await trio.sleep(75.0)
        assert bench.account.diagnostics().cuts[socket] == {"silent": 1}


@pytest.mark.holds("X50")
@each_venue
async def test_a_frame_that_cannot_be_read_does_not_end_the_stream(
    network: SimulatedNetwork, seams: Seams, venue: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is set aside and counted; a crash of what reads does end the session, which is down, and comes back."""
    async with opened(venue, seams) as (bench, order, socket):
        handle = await bench.account.create_order(**order)
        await handle.resolved()
        bench.venue.faults.add(f.Garbage(), f.UnknownEvent(nth=2))
        for _ in range(4):
            bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.1"))
        await trio.sleep(10.0)
        assert bench.account.health().reconnects == 0
        assert any(name.startswith("quarantined") for name in bench.account.counters())
        bench.venue.faults.add(f.RefuseUpgrade(count=4))
        bench.venue.cut()
        await trio.sleep(0.05)
        down = bench.account.health()
        assert (down.status, down.components[socket].state.is_away) == (HealthStatus.DISCONNECTED, True)
        assert down.components[socket].cause is not None
        await trio.sleep(90.0)
        assert bench.account.health().components[socket].state is ComponentState.UP


@pytest.mark.holds("X49")
@each_venue
async def test_an_address_that_refuses_is_dialled_ever_more_slowly_and_nothing_is_sent_into_it(
    network: SimulatedNetwork, seams: Seams, venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pauses grow to a limit and stay there; commands go by REST meanwhile; one good session closes the case."""
    async with opened(venue, seams) as (bench, order, socket):
        handle = await bench.account.create_order(**order)
        await handle.resolved()
        bench.venue.faults.add(f.RefuseUpgrade(count=10_000))
        dials: list[float] = []
        note = bench.account._wiring.board.meter.cut

        def noting(name: str, why: Any) -> None:
            if name == socket:
                dials.append(trio.current_time())
            note(name, why)

        monkeypatch.setattr(bench.account._wiring.board.meter, "cut", noting)
        bench.venue.cut()
        await trio.sleep(60.0)
        pauses = [after - before for before, after in pairwise(dials)]
        assert pauses[0] < pauses[2] < pauses[4]
        assert max(pauses) < 2.0 * 1.5  # backoff_most of the bench, with its jitter
        assert len(dials) < 60
        assert len(set(pauses[6:])) > 1, "without jitter all clients of a venue dial at once"
        cancel = await bench.account.cancel_order(str(handle.client_order_id), transport="auto")
        with trio.fail_after(60.0):
            assert str((await cancel.ack()).transport) == "rest"
        bench.venue.faults.clear()
        await trio.sleep(60.0)
        assert bench.account.health().components[socket].state is ComponentState.UP


@pytest.mark.holds("X49")
async def test_a_ban_is_waited_for_and_not_dialled_into(network: SimulatedNetwork, seams: Seams) -> None:
    """Binance bans the address and closes all sockets: once it has said so, no socket is dialled until the ban ends."""
    async with binance.open_bench(seams) as bench:
        await trio.sleep(5.0)
        bench.venue.ban(seconds=120.0, close_sessions=True)
        await trio.sleep(10.0)
        before = {socket: sum(cuts.values()) for socket, cuts in bench.account.diagnostics().cuts.items()}
        await trio.sleep(105.0)
        assert {socket: sum(cuts.values()) for socket, cuts in bench.account.diagnostics().cuts.items()} == before
        assert bench.account.health().status is HealthStatus.DISCONNECTED
        await trio.sleep(90.0)
        assert bench.account.health().status is HealthStatus.HEALTHY


@pytest.mark.holds("X54")
async def test_a_logon_that_nobody_answers_is_given_up_in_time(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Binance, with an Ed25519 key: until it is confirmed no command goes by that socket, and it is made anew."""
    send = Socket.send
    lost: list[float] = []

    async def losing(self: Socket, frame: str) -> None:
        if "session.logon" in frame and len(lost) < 2:
            lost.append(trio.current_time())
            return
        await send(self, frame)

    async with binance.open_bench(seams, logs_on=True, answer=4.0) as bench:
        monkeypatch.setattr(Socket, "send", losing)
        for session in list(bench.venue._api.sessions):
            session.cut()
        await trio.sleep(1.0)
        handle = await bench.account.create_order(**binance.ORDER)
        assert str((await handle.ack()).transport) == "rest"
        await trio.sleep(30.0)
        first, second = lost
        assert 4.0 <= second - first < 7.0
        cuts = bench.account.diagnostics().cuts["commands"]
        assert {str(cut): count for cut, count in cuts.items()} == {"closed": 1, "unconfirmed": 2}
        again = await bench.account.create_order(**{**binance.ORDER, "price": "47000"})
        assert str((await again.ack()).transport) == "websocket"
