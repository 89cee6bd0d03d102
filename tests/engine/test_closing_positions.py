"""Closing a position: exactly what is open, one at a time, looked at again; and an order checked without placing it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, ExchangeReject, InvalidCommand, ModeForbids, NewOrder, Unsupported
from batactors.model.commands import CreateOrder
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import ASK, BID, Bench, open_bench
from tests.engine.kraken_futures import bench as futures
from tests.engine.perp import BTC, PerpBench, open_perp

ORDER: dict[str, Any] = {"instrument": BTC, "side": "buy", "order_type": "limit", "quantity": "2", "price": BID}


@asynccontextmanager
async def holding(
    seams: Seams, monkeypatch: pytest.MonkeyPatch, tells: bool = True, **positions: str
) -> AsyncIterator[PerpBench]:
    """An account with these positions at a venue that keeps them by the fills of its orders."""
    async with open_perp(seams, monkeypatch) as bench:
        for side, quantity in positions.items():
            bench.perp.have(BTC, quantity, side)
        await trio.sleep(0.1)
        started = len(bench.venue.ledger.fills)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_keep, bench, started, tells)
            yield bench
            nursery.cancel_scope.cancel()


async def _keep(bench: PerpBench, seen: int, tells: bool) -> None:
    """Change the one position that is open by each fill, and tell it."""
    while True:
        await trio.sleep(0.05)
        fills = list(bench.venue.ledger.fills)
        for fill in fills[seen:]:
            (key,) = [key for key, held in bench.perp.positions.items() if held]
            held = bench.perp.positions[key] + (fill.quantity if fill.order.side == "buy" else -fill.quantity)
            bench.perp.positions[key] = held
            if tells:
                bench.perp.have(*key[:1], str(held), key[1])
        seen = len(fills)


def creates(bench: Bench) -> list[CreateOrder]:
    """The orders that the engine was given."""
    records = bench.account._wiring.dedup_actor.dispatch.desk.commands.values()
    return [record.command for record in records if isinstance(record.command, CreateOrder)]


@pytest.mark.holds("X21")
@pytest.mark.parametrize(("quantity", "side"), [("0.3", "sell"), ("-0.2", "buy")])
@pytest.mark.parametrize("tells", [True, False])
async def test_exactly_what_is_open_is_closed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, quantity: str, side: str, tells: bool
) -> None:
    """By one order that can only reduce it; afterwards it is flat, by the stream's word or by REST's."""
    async with holding(seams, monkeypatch, tells=tells, net=quantity) as bench:
        closed = await bench.account.close_position(BTC)
        assert (closed.was, closed.left, closed.is_flat) == (Decimal(quantity), Decimal(0), True)
        assert closed.command is not None
        assert closed.receipt is not None
        assert closed.receipt.status is CommandStatus.ACCEPTED
        (order,) = creates(bench)
        assert (order.side, order.quantity, order.reduce_only) == (side, abs(Decimal(quantity)), True)
        assert order.client_order_id == closed.command.client_order_id


@pytest.mark.holds("X21", "Y19")
async def test_in_hedge_mode_the_side_that_is_meant_is_closed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an order of its position side, without reduce_only; with both open, it has to be named."""
    async with open_perp(seams, monkeypatch) as bench:
        bench.perp.have(BTC, "0.3", "long")
        bench.perp.have(BTC, "-0.2", "short")
        await trio.sleep(0.1)
        with pytest.raises(InvalidCommand, match="give position_side, one of long, short"):
            await bench.account.close_position(BTC)
        assert creates(bench) == []
        closed = await bench.account.close_position(BTC, "short", price=ASK - 5)
        assert (closed.was, closed.left, closed.is_flat) == (Decimal("-0.2"), Decimal("-0.2"), False), "it rests"
        (order,) = creates(bench)
        assert (order.side, order.position_side, order.reduce_only) == ("buy", "short", False)


@pytest.mark.holds("X21")
async def test_what_is_flat_already_is_told_and_nothing_is_sent(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a result, not an error; and where the venue does not say what is open, nothing is sent either."""
    async with open_perp(seams, monkeypatch) as bench:
        closed = await bench.account.close_position(BTC)
        assert (closed.was, closed.is_flat) == (Decimal(0), True)
        assert closed.command is None
        assert closed.receipt is None
        bench.perp.loses = lambda call: "before"
        with pytest.raises(Exception, match="positions"):
            await bench.account.close_position(BTC)
        assert creates(bench) == []
    async with open_bench(seams) as bench_of_spot:
        with pytest.raises(Unsupported, match="has no positions"):
            await bench_of_spot.account.close_position(BTC)


@pytest.mark.holds("X21")
async def test_two_who_close_at_once_close_it_once(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and finds nothing left."""
    async with holding(seams, monkeypatch, net="0.3") as bench:
        results = []

        async def close() -> None:
            results.append(await bench.account.close_position(BTC))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(close)
            nursery.start_soon(close)
        assert [(result.was, result.is_flat) for result in results] == [(Decimal("0.3"), True), (0, True)]
        assert len(creates(bench)) == 1


@pytest.mark.holds("X21")
async def test_what_is_left_is_said(network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that was refused, or whose answer was lost before it arrived, closes nothing, and says so."""
    async with holding(seams, monkeypatch, net="0.3") as bench:
        bench.venue.faults.add(f.Refuse(method="add_order", error="EOrder:Insufficient funds"))
        closed = await bench.account.close_position(BTC)
        assert closed.receipt is not None
        assert (closed.receipt.status, closed.left) == (CommandStatus.REJECTED, Decimal("0.3"))
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        closed = await bench.account.close_position(BTC)
        assert closed.receipt is not None
        assert (closed.receipt.status, closed.left) == (CommandStatus.NOT_EXECUTED, Decimal("0.3"))
        bench.venue.faults.add(f.LoseAck(method="add_order"))
        closed = await bench.account.close_position(BTC)
        assert closed.receipt is not None
        assert (closed.receipt.status, closed.left) == (CommandStatus.ACCEPTED, Decimal(0))


async def test_a_mode_that_only_reduces_lets_a_position_be_closed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A halted account does not."""
    async with holding(seams, monkeypatch, net="0.3") as bench:
        bench.account.set_mode("halted")
        with pytest.raises(ModeForbids):
            await bench.account.close_position(BTC)
        bench.account.set_mode("reduce_only")
        assert (await bench.account.close_position(BTC)).is_flat


@pytest.mark.holds("X23")
async def test_an_order_is_checked_by_our_rules_and_then_by_the_venue(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither places it nor uses up its id; where the venue has no check, ours alone is made, and that is told."""
    async with open_perp(seams, monkeypatch) as bench:
        order = NewOrder(**ORDER, client_order_id="mine")
        assert await bench.account.validate_order(order) is True
        bench.perp.complaint = "PERCENT_PRICE"
        with pytest.raises(ExchangeReject, match="PERCENT_PRICE"):
            await bench.account.validate_order(order)
        asked = len(bench.perp.asked)
        for wrong, words in (
            ({"quantity": "0.000000001"}, "multiple of the step"),
            ({"price": "49000.05"}, "multiple of the tick"),
            ({"quantity": "0.00001"}, "below the minimum"),
            ({"instrument": "BTC/USF"}, "did you mean"),
            ({"price": None}, "needs a price"),
        ):
            with pytest.raises(InvalidCommand, match=words):
                await bench.account.validate_order(NewOrder(**{**ORDER, **wrong}))
        assert len(bench.perp.asked) == asked, "what our rules refuse, the venue is not asked"
        bench.perp.complaint = None
        assert creates(bench) == []
        assert bench.venue.ledger.orders == {}
        assert (
            await (await bench.account.create_order(**ORDER, client_order_id="mine")).resolved()
        ).status == "Accepted"
    async with open_bench(seams) as bench_of_spot:
        assert await bench_of_spot.account.validate_order(order) is True
        assert bench_of_spot.venue.ledger.orders == {}
        with pytest.raises(Unsupported, match="position_side"):
            await bench_of_spot.account.validate_order(NewOrder(**ORDER, position_side="long"))
        assert bench_of_spot.account.health().reasons == ()
    async with futures.open_bench(seams) as bench_of_futures:
        assert await bench_of_futures.account.validate_order(NewOrder(**bench_of_futures.terms)) is False
