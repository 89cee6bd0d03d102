"""The verbs, reads and watches of an account, end to end on the simulated Binance."""

from contextlib import aclosing
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, InvalidCommand, NewOrder, OrderFilled, PositionSide, Proof, Says, Transport
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.binance.bench import BTC, ORDER, open_bench

MARKET: dict[str, Any] = {"instrument": BTC, "order_type": "market", "quantity": "0.5"}
DONE = CommandStatus.ACCEPTED


@pytest.mark.holds("X22")
async def test_settings_are_set_and_read_back(network: SimulatedNetwork, seams: Seams) -> None:
    """By REST, whatever the socket; the stream tells the leverage; that it was so before is accepted."""
    async with open_bench(seams) as bench:
        handle = await bench.account.set_leverage(BTC, 7)
        assert (await handle.resolved()).status is DONE
        assert (await handle.ack()).transport is Transport.REST
        assert bench.account.settings(BTC).leverage == 7
        assert (await bench.account.fetch_settings(BTC)).leverage == 7
        for _ in range(2):
            assert (await (await bench.account.set_margin_mode(BTC, "isolated")).resolved()).status is DONE
            assert (await (await bench.account.set_position_mode("hedge")).resolved()).status is DONE
        assert (await bench.account.fetch_settings()).position_mode == "hedge"


@pytest.mark.holds("X22", "Y04")
async def test_a_lost_leverage_call_is_read_back(network: SimulatedNetwork, seams: Seams) -> None:
    """Lost on its way there it is told as not executed, lost on the way back as accepted; and sent once each."""
    async with open_bench(seams) as bench:
        await (await bench.account.set_leverage(BTC, 7)).resolved()
        bench.venue.faults.add(f.LoseCommand(method="leverage"))
        lost = await bench.account.set_leverage(BTC, 9)
        verdict = await lost.verdict()
        assert (verdict.status, verdict.proof) == (CommandStatus.NOT_EXECUTED, Proof.READ_BACK)
        bench.venue.faults.add(f.LoseAck(method="leverage"))
        verdict = await (await bench.account.set_leverage(BTC, 9)).verdict()
        assert (verdict.status, verdict.proof) == (DONE, Proof.READ_BACK)


@pytest.mark.holds("Y19", "X21", "X58")
async def test_both_sides_of_a_hedge_are_two_positions(network: SimulatedNetwork, seams: Seams) -> None:
    """Long and short on one symbol, each closed for itself, and then flat."""
    async with open_bench(seams) as bench:
        assert (await (await bench.account.set_position_mode("hedge")).resolved()).status is DONE
        for side, position_side in (("buy", "long"), ("sell", "short")):
            handle = await bench.account.create_order(**MARKET, side=side, position_side=position_side)
            assert (await handle.resolved()).status is DONE
        await trio.sleep(0.5)
        held = {key[1]: fact.quantity for key, fact in bench.account.positions().items()}
        assert held == {PositionSide.LONG: Decimal("0.5"), PositionSide.SHORT: Decimal("-0.5")}
        assert {key[1] for key in await bench.account.fetch_positions(BTC)} == set(held)
        with pytest.raises(InvalidCommand, match="give position_side"):
            await bench.account.close_position(BTC)
        for side, was in held.items():
            closed = await bench.account.close_position(BTC, side)
            assert (closed.was, closed.is_flat) == (was, True)
        await trio.sleep(0.5)
        assert bench.account.positions() == {}
        assert (await bench.account.close_position(BTC)).command is None


@pytest.mark.holds("X21", "X10")
async def test_a_position_is_closed_and_its_fills_are_watched(network: SimulatedNetwork, seams: Seams) -> None:
    """Each fill once, though this venue tells it twice; what is closed is exactly what was open."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        fills: list[Any] = []

        async def keep() -> None:
            async with aclosing(bench.account.watch_fills()) as told:
                async for fill in told:
                    fills.append(fill)

        nursery.start_soon(keep)
        await trio.sleep(0.1)
        await (await bench.account.create_order(**MARKET, side="sell")).resolved()
        await trio.sleep(0.5)
        closed = await bench.account.close_position(BTC)
        assert (closed.was, closed.left) == (Decimal("-0.5"), Decimal(0))
        await trio.sleep(1.0)
        assert all(isinstance(fill, OrderFilled) for fill in fills)
        assert sum(fill.quantity for fill in fills) == 1
        assert len({fill.fill_id for fill in fills}) == len(fills)
        assert len(await bench.account.fetch_my_trades(BTC)) == len(fills)
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X08", "X19", "X23")
async def test_an_order_is_checked_placed_amended_read_and_cancelled(network: SimulatedNetwork, seams: Seams) -> None:
    """What an amend leaves out is the order's own, which this venue wants repeated."""
    async with open_bench(seams) as bench:
        assert await bench.account.validate_order(NewOrder(**ORDER)) is True
        assert await bench.account.fetch_open_orders() == []
        handle = await bench.account.create_order(**ORDER, client_order_id="mine")
        assert (await handle.resolved()).status is DONE
        assert (await (await handle.amend(price="47000")).resolved()).status is DONE
        assert (await (await handle.amend(quantity="0.4")).resolved()).status is DONE
        await trio.sleep(1.0)
        (listed,) = await bench.account.fetch_open_orders(BTC)
        assert (listed.client_order_id, listed.quantity, listed.price) == ("mine", Decimal("0.4"), Decimal(47000))
        fetched = await bench.account.fetch_order("mine")
        assert fetched is not None
        assert fetched.says is Says.OPEN
        assert (await (await bench.account.cancel_all(BTC)).resolved()).status is DONE
        await trio.sleep(1.0)
        fetched = await bench.account.fetch_order("mine")
        assert fetched is not None
        assert fetched.says is Says.CANCELED
        assert await bench.account.fetch_order("nobody", instrument=BTC) is None
        assert await bench.account.fetch_balance("USDT") > 0
        assert (await bench.account.fetch_margin()).wallet > 0
