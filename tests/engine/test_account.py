"""The door to one account: verbs, reads, and what is told of orders that were sent by others."""

from typing import Any

import pytest
import trio

from batactors import (
    CommandHandle,
    CommandStatus,
    EngineStopped,
    HealthStatus,
    InvalidCommand,
    NewOrder,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import BID, Bench, open_bench

ORDER: dict[str, Any] = {"instrument": "BTC/USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": BID}


async def place(bench: Bench, **fields: Any) -> CommandHandle:
    """Place an order that rests, and have it accepted."""
    handle = await bench.account.create_order(**(ORDER | fields))
    await handle.resolved()
    return handle


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"client_order_id": "x" * 201}, "client_order_id"), ({"client_order_id": ""}, "client_order_id"),
        ({"client_order_id": "ü"}, "ASCII"), ({"client_order_id": "a\nb"}, "printable"),
        ({"client_order_id": 5}, "client_order_id is 5"), ({"instrument": None}, "instrument is None"),
        ({"side": "bye"}, "buy, sell"), ({"side": None}, "buy, sell"), ({"order_type": "limits"}, "market"),
        ({"time_in_force": "day"}, "gtc, gtd"), ({"transport": "pigeon"}, "auto, websocket, rest"),
        ({"quantity": 0.5}, "float"), ({"price": 50_000.0}, "float"), ({"quantity": "a lot"}, "not a number"),
        ({"quantity": "NaN"}, "finite"), ({"price": "Infinity"}, "finite"), ({"quantity": "1e400"}, "at most"),
        ({"quantity": True}, "quantity is True"), ({"post_only": "false"}, "True or False"),
        ({"reduce_only": 1}, "True or False"), ({"validity": "5"}, "seconds"), ({"validity": -1}, "validity is -1"),
        ({"expire_at": "2030-01-01"}, "datetime"), ({"price": None}, "needs a price"),
    ],
)  # fmt: skip
async def test_a_slip_is_told_to_who_made_it(
    network: SimulatedNetwork, seams: Seams, fields: dict[str, Any], words: str
) -> None:
    """A field that cannot be right is the caller's error, named; the engine has not noticed, and nothing was sent."""
    async with open_bench(seams) as bench:
        for _ in range(10):
            with pytest.raises(InvalidCommand, match=words):
                await bench.account.create_order(**(ORDER | fields))
        await place(bench)
        assert len(bench.venue.ledger.orders) == 1
        assert not [event for event in bench.engine.happenings if event.what == "crashed"]


async def test_one_slip_in_a_batch_sends_none(network: SimulatedNetwork, seams: Seams) -> None:
    """A batch is checked whole before any of it is registered; a good one has a handle and a fate for each order."""
    async with open_bench(seams) as bench:
        with pytest.raises(InvalidCommand):
            await bench.account.create_orders([NewOrder(**ORDER), NewOrder(**(ORDER | {"quantity": "-1"}))])
        assert bench.account.commands() == []
        handles = await bench.account.create_orders([NewOrder(**ORDER) for _ in range(20)])
        assert [(await handle.resolved()).status for handle in handles] == [CommandStatus.ACCEPTED] * 20
        assert len({handle.client_order_id for handle in handles}) == 20
        await trio.sleep(301.0)  # to cancel young orders costs more than the venue lets through at once
        cancels = await bench.account.cancel_orders(str(handle.client_order_id) for handle in handles)
        for cancel in cancels:
            assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert await bench.account.fetch_open_orders() == []
        assert await bench.account.create_orders([]) == []


async def test_open_commands_are_listed(network: SimulatedNetwork, seams: Seams) -> None:
    """`commands` has the handles of those in flight, oldest first; `command` finds any by its id."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.LoseCommand(method="add_order", count=2))
        handles = [await bench.account.create_order(**ORDER) for _ in range(2)]
        await trio.sleep(0.5)
        assert [one.command_id for one in bench.account.commands()] == [one.command_id for one in handles]
        await trio.sleep(5.7)
        assert bench.account.health().status is HealthStatus.COMMAND_UNCERTAIN
        assert bench.account.health().unknown_commands == 2
        for handle in bench.account.commands():
            assert (await handle.resolved()).status is CommandStatus.NOT_EXECUTED
        assert bench.account.commands() == []
        assert bench.account.command(handles[0].command_id).client_order_id == handles[0].client_order_id
        with pytest.raises(InvalidCommand, match="nonsense"):
            bench.account.command("nonsense")


async def test_commands_whose_orders_rest_are_listed(network: SimulatedNetwork, seams: Seams) -> None:
    """A command that made an order is open as long as the order; its cancel until it has its verdict."""
    async with open_bench(seams) as bench:
        handle = await bench.account.create_order(**ORDER)
        await handle.resolved()
        assert [one.command_id for one in bench.account.commands()] == [handle.command_id]
        cancel = await handle.cancel()
        await cancel.resolved()
        await trio.sleep(1.0)
        assert bench.account.commands() == []
        both = [one.command_id for one in bench.engine.commands(ended=True)]
        assert both == [handle.command_id, cancel.command_id]


async def test_a_cancelled_caller_leaves_a_command_that_can_be_found(network: SimulatedNetwork, seams: Seams) -> None:
    """Who is cancelled while placing an order has placed it or not; if it was registered, it is listed and followed."""
    async with open_bench(seams) as bench:
        with trio.CancelScope() as scope:
            scope.cancel()
            await bench.account.create_order(**ORDER)
        assert bench.account.commands() == []
        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: bench.account.create_order(**ORDER))
            for _ in range(3):
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()
        await trio.sleep(1.0)
        placed = len(bench.venue.ledger.orders)
        assert placed == len(await bench.account.fetch_open_orders())
        handles = bench.account.commands()
        assert len(handles) == placed  # what was registered is there, to be followed, and has its verdict
        assert [(await handle.resolved()).status for handle in handles] == [CommandStatus.ACCEPTED] * placed


async def test_reads_ask_the_venue(network: SimulatedNetwork, seams: Seams) -> None:
    """Open orders and balances as the venue's REST has them; `reconcile` returns when all that is applied."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        (fact,) = await bench.account.fetch_open_orders()
        assert fact.client_order_id == handle.client_order_id
        assert (await bench.account.fetch_balances()) == bench.account.balances()
        await bench.account.reconcile()
        assert "BTC/USD" in bench.account.instruments
        assert repr(bench.account) == "<Account 'kraken' at kraken-spot>"


async def test_after_the_engine_nothing_waits(network: SimulatedNetwork, seams: Seams) -> None:
    """Every call on an account whose engine has ended says so at once, however many there are."""
    async with open_bench(seams) as bench:
        account = bench.account
        reports = account.reports()
    with trio.fail_after(5.0):
        for _ in range(3000):  # more than any mailbox holds
            with pytest.raises(EngineStopped):
                await account.create_order(**ORDER)
            with pytest.raises(EngineStopped):
                await account.fetch_open_orders()
            with pytest.raises(EngineStopped):
                await account.reconcile()
        with pytest.raises(EngineStopped):
            await anext(reports)
    assert account.commands() == []
