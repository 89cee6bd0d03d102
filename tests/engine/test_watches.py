"""Watches of the whole account: everything once, whoever sent the order; and who is slow is told what it missed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import (
    BalanceFact,
    EngineStopped,
    FillReport,
    InvalidCommand,
    Missed,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderStatusReport,
    OrderSubmitted,
    PositionFact,
)
from batactors.core.dispatch import Dispatch
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.bench import BID, Bench, open_bench
from tests.engine.perp import BTC, open_perp
from tests.engine.test_crashes import crash_once, has_fill
from tests.engine.test_reports import by_hand

ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}


async def keep(told: list[Any], watch: AsyncGenerator[Any, None]) -> None:
    """Note all that a watch tells."""
    async with aclosing(watch) as items:
        async for item in items:
            told.append(item)


async def trade(bench: Bench) -> None:
    """An order of ours and one of somebody else's, each filled in two parts."""
    handle = await bench.account.create_order(**ORDER)
    await handle.resolved()
    (order_id,) = by_hand(bench)
    await trio.sleep(0.5)
    for part in ("0.04", "0.06"):
        bench.venue.fill(order_id, quantity=Decimal(part))
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal(part))
        await trio.sleep(0.5)
    await (await handle.cancel()).resolved()
    await trio.sleep(0.5)


def fills(told: list[Any]) -> list[tuple[str, Decimal]]:
    return [(type(one).__name__, one.quantity) for one in told if isinstance(one, OrderFilled | FillReport)]


@pytest.mark.holds("X10")
async def test_every_fill_of_the_account_is_told_once(network: SimulatedNetwork, seams: Seams) -> None:
    """Of our orders and of others', over a reconnect that hears them again, to each watch."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        one, two = list[Any](), list[Any]()
        nursery.start_soon(keep, one, bench.account.watch_fills())
        nursery.start_soon(keep, two, bench.account.watch_fills("BTC/USD"))
        await trio.sleep(0.1)
        await trade(bench)
        bench.venue.cut()
        await trio.sleep(5.0)
        assert sorted(fills(one)) == [
            ("FillReport", Decimal("0.04")), ("FillReport", Decimal("0.06")),
            ("OrderFilled", Decimal("0.04")), ("OrderFilled", Decimal("0.06")),
        ]  # fmt: skip
        assert one == two
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X10")
async def test_orders_are_watched_from_now_on_and_by_instrument(network: SimulatedNetwork, seams: Seams) -> None:
    """What was told before a watch began is not told to it; what is of another instrument is not either."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        await trade(bench)
        told, of_eth = list[Any](), list[Any]()
        nursery.start_soon(keep, told, bench.account.watch_orders())
        nursery.start_soon(keep, of_eth, bench.account.watch_orders("ETH/USD"))
        await trio.sleep(1.0)
        assert told == []
        await trade(bench)
        ours = [type(one) for one in told if not isinstance(one, OrderStatusReport)]
        assert ours == [OrderSubmitted, OrderAccepted, OrderFilled, OrderFilled, OrderCanceled]
        assert any(isinstance(one, OrderStatusReport) for one in told)
        assert of_eth == []
        with pytest.raises(InvalidCommand, match="did you mean"):
            bench.account.watch_orders("ETH/USF")
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X10")
async def test_a_watch_outlives_a_crash_of_who_tells_it(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is rebuilt in the middle of a fill, and tells everything again: the watch tells each once."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        told: list[Any] = []
        await trade(bench)
        nursery.start_soon(keep, told, bench.account.watch_fills())
        await trio.sleep(0.1)
        crash_once(monkeypatch, Dispatch, "apply", has_fill)
        await trade(bench)
        await trio.sleep(120.0)
        assert sorted(fills(told)) == [
            ("FillReport", Decimal("0.04")), ("FillReport", Decimal("0.06")),
            ("OrderFilled", Decimal("0.04")), ("OrderFilled", Decimal("0.06")),
        ]  # fmt: skip
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X13")
async def test_a_slow_reader_is_told_how_much_it_missed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its place, and just how much; what comes after it is told again, and nobody else misses anything."""
    async with open_bench(seams) as bench, trio.open_nursery() as nursery:
        quick, slow, goes_on = list[Any](), list[Any](), trio.Event()
        nursery.start_soon(keep, quick, bench.account._watch_all(lambda one: True))
        await trio.sleep(0.1)
        monkeypatch.setattr("batactors.watches.ROOM", 4)

        async def read_slowly() -> None:
            async with aclosing(bench.account._watch_all(lambda one: True)) as items:
                async for item in items:
                    slow.append(item)
                    await goes_on.wait()

        nursery.start_soon(read_slowly)
        await trio.sleep(0.1)
        for _ in range(3):
            await trade(bench)
        assert len(slow) == 1
        goes_on.set()
        await trio.sleep(0.5)
        missed = [place for place, item in enumerate(slow) if isinstance(item, Missed)]
        assert missed
        await (await bench.account.create_order(**ORDER)).resolved()
        await trio.sleep(0.5)
        assert isinstance(slow[-1], OrderAccepted), "it goes on"
        assert not [item for item in quick if isinstance(item, Missed)]
        told = [item for item in slow if not isinstance(item, Missed)]
        assert [item for item in quick if item in told] == told, "each once, and in order"
        assert len(told) + sum(item.count for item in slow if isinstance(item, Missed)) == len(quick)
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X10", "X58")
async def test_positions_and_balances_are_watched(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How they stand, then what changes, a position that closes with zero; to a slow reader the latest."""
    async with open_perp(seams, monkeypatch) as bench, trio.open_nursery() as nursery:
        bench.perp.have(BTC, "2", "long")
        await trio.sleep(0.1)
        positions, balances = list[PositionFact](), list[BalanceFact]()
        nursery.start_soon(keep, positions, bench.account.watch_positions())
        nursery.start_soon(keep, balances, bench.account.watch_balances())
        async with aclosing(bench.account.watch_positions()) as slow:
            assert (await anext(slow)).quantity == 2
            for quantity, side in (("3", "long"), ("-1", "short"), ("0", "long"), ("-2", "short")):
                bench.perp.have(BTC, quantity, side)
                await trio.sleep(0.1)
            assert [f"{one.position_side} {one.quantity}" for one in positions] == [
                "long 2", "long 3", "short -1", "long 0", "short -2",
            ]  # fmt: skip
            told = [await anext(slow), await anext(slow)]
            assert [f"{one.position_side} {one.quantity}" for one in told] == ["long 0", "short -2"]
        before = len(balances)
        assert {one.asset for one in balances} == set(bench.account.balances())
        handle = await bench.account.create_order(**{**ORDER, "order_type": "market", "quantity": "0.1", "price": None})
        await handle.resolved()
        await trio.sleep(0.5)
        assert {one.asset for one in balances[before:]} >= {"BTC", "USD"}
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X13")
async def test_a_watch_ends_with_the_engine_and_leaves_nothing(network: SimulatedNetwork, seams: Seams) -> None:
    """Who waits is told; who leaves is forgotten."""
    async with open_bench(seams) as bench:
        watches = [bench.account.watch_orders(), bench.account.watch_positions(), bench.account.watch_balances()]
        for watch in watches:
            async with aclosing(watch) as items:
                with trio.move_on_after(0.5):
                    await anext(items)
                    await trio.sleep_forever()
        await trio.sleep(0.1)
        assert len(bench.account._wiring.dedup_actor._followers) == 0
        ends: list[bool] = []

        async def wait() -> None:
            try:
                await keep([], bench.account.watch_fills())
            except EngineStopped:
                ends.append(True)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait)
            await trio.sleep(0.1)
            await bench.engine.stop()
        assert ends == [True]
